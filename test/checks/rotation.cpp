// Rewiring a tree or a list moves handles among objects of one class, or among
// objects that have one member from a common base. Code that picks one of several
// objects is no evidence that they meet in a circle; a handle to the parent is.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <memory>
#include <utility>
#include <vector>

struct Node {
  int key = 0;
  std::shared_ptr<Node> left, right;
  std::weak_ptr<Node> parent;
};
using Tree = std::shared_ptr<Node>;

Tree rotateRight(Tree y) {
  Tree x = y->left;
  Tree middle = x->right;
  x->right = y;
  y->left = middle;
  return x;
}

Tree rotateLeft(Tree x) {
  Tree y = x->right;
  x->right = std::exchange(y->left, x);
  return y;
}

Tree insert(Tree tree, int key) {
  if (!tree) {
    tree = std::make_shared<Node>();
    tree->key = key;
    return tree;
  }
  if (key < tree->key)
    tree->left = insert(tree->left, key);
  else
    tree->right = insert(tree->right, key);
  if (tree->left && key < tree->left->key)
    return rotateRight(tree);
  if (tree->right && key > tree->right->key)
    return rotateLeft(tree);
  return tree;
}

struct Splay {
  Tree root;
  void moveUp(Tree x) {
    while (Tree p = x->parent.lock()) {
      if (p->left == x) {
        p->left = x->right;
        x->right = p;
      } else {
        p->right = x->left;
        x->left = p;
      }
      x->parent = p->parent;
      p->parent = x;
      if (Tree above = x->parent.lock())
        (above->left == p ? above->left : above->right) = x;
      else
        root = x;
    }
  }
};

struct Item {
  std::shared_ptr<Item> next;
};

std::shared_ptr<Item> merge(std::shared_ptr<Item> a, std::shared_ptr<Item> b, bool takeA) {
  auto head = std::make_shared<Item>();
  auto last = head;
  while (a && b) {
    auto &from = takeA ? a : b;
    last->next = from;
    last = from;
    from = from->next;
  }
  last->next = a ? a : b;
  return head->next;
}

// The handle to the parent is strong.
struct Branch {
  std::shared_ptr<Branch> left, up;
};

void adopt(const std::shared_ptr<Branch> &parent, const std::shared_ptr<Branch> &child) {
  parent->left = child;
  // CHECK: rotation.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}'Branch{{.*}} [refcycle-members]
  child->up = parent;
}

// A chain of new objects: each one holds its neighbour.
struct Stage {
  virtual ~Stage() = default;
  std::vector<std::shared_ptr<Stage>> inputs;
  void setInput(const std::shared_ptr<Stage> &stage) { inputs.assign(1, stage); }
};
struct Filter : Stage {};

void insertFilters(const std::shared_ptr<Stage> &before, const std::vector<std::shared_ptr<Stage>> &after,
                   size_t count) {
  std::vector<std::shared_ptr<Stage>> chain;
  for (size_t i = 0; i != count; ++i)
    chain.push_back(std::make_shared<Filter>());
  chain.front()->setInput(before);
  for (size_t i = 1; i != count; ++i)
    chain[i]->setInput(chain[i - 1]);
  for (auto &stage : after)
    stage->setInput(chain.back());
}

// Parent and children have both members from the base; which of the kinds was
// made does not matter.
struct Widget : std::enable_shared_from_this<Widget> {
  virtual ~Widget() = default;
  std::shared_ptr<Widget> parent;
  std::vector<std::shared_ptr<Widget>> children;
};
struct Label : Widget {};
struct Button : Widget {};

std::shared_ptr<Widget> makeWidget(bool label) {
  if (label)
    return std::make_shared<Label>();
  return std::make_shared<Button>();
}
void fill(const std::shared_ptr<Widget> &window, bool label) {
  auto widget = makeWidget(label);
  window->children.push_back(widget);
  // CHECK: rotation.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Button' and 'Widget' keep each other alive
  widget->parent = window;
}

int main() {
  insertFilters(std::make_shared<Stage>(), {std::make_shared<Stage>()}, 3);
  fill(std::make_shared<Widget>(), true);
  Tree tree;
  for (int key = 0; key < 9; ++key)
    tree = insert(tree, key);
  tree = rotateLeft(rotateRight(tree));
  Splay splay{tree};
  splay.moveUp(tree->left ? tree->left : tree->right);
  auto list = merge(std::make_shared<Item>(), std::make_shared<Item>(), true);
  list = merge(list, std::make_shared<Item>(), false);
  adopt(std::make_shared<Branch>(), std::make_shared<Branch>());
}
