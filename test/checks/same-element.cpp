// Two accesses with the same index are the same element, unless the container
// or the index may have changed in between.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

template <int Tag> struct Node {
  std::vector<std::shared_ptr<Node>> next;
  std::shared_ptr<Node> up;
};
template <int Tag> using Nodes = std::vector<std::shared_ptr<Node<Tag>>>;

//===--- must be reported ---------------------------------------------------===//

void undirected(Nodes<0> &v, const std::vector<std::pair<int, int>> &edges) {
  for (auto [a, b] : edges) {
    v[a]->next.push_back(v[b]);
    // CHECK: [[#@LINE+1]]:{{.*}}warning: objects of type 'Node<0>' keep each other alive
    v[b]->next.push_back(v[a]);
  }
}

struct Tree {
  Nodes<1> nodes;
  void attach(int parent, int child) {
    nodes[parent]->next.push_back(nodes[child]);
    // CHECK: [[#@LINE+1]]:{{.*}}warning: objects of type 'Node<1>' keep each other alive
    nodes.at(child)->up = nodes.at(parent);
  }
};

void by_name(std::map<std::string, std::shared_ptr<Node<2>>> &m) {
  m["left"]->up = m["right"];
  // CHECK: [[#@LINE+1]]:{{.*}}warning: objects of type 'Node<2>' keep each other alive
  m["right"]->up = m["left"];
}

void neighbours(std::array<std::shared_ptr<Node<3>>, 8> &row) {
  for (int i = 0; i + 1 < 8; ++i) {
    row[i]->next.push_back(row[i + 1]);
    // CHECK: [[#@LINE+1]]:{{.*}}warning: objects of type 'Node<3>' keep each other alive
    row[i + 1]->up = row[i];
  }
}

void new_ones() {
  Nodes<4> v(2);
  v[0] = std::make_shared<Node<4>>();
  v[1] = std::make_shared<Node<4>>();
  v[0]->next.push_back(v[1]);
  // CHECK: [[#@LINE+1]]:{{.*}}warning: objects of type 'Node<4>' keep each other alive
  v[1]->up = v[0];
}

struct Child {
  std::shared_ptr<struct Parent> parent;
};
struct Parent : std::enable_shared_from_this<Parent> {
  std::vector<std::shared_ptr<Child>> kids;
  void adopt(std::vector<std::shared_ptr<Child>> children) {
    for (auto &child : children)
      child->parent = shared_from_this();
    // CHECK: [[#@LINE+1]]:{{.*}}warning: 'Child' and 'Parent' keep each other alive
    kids = std::move(children);
  }
};

struct Slot {
  std::shared_ptr<struct Rack> rack;
};
struct Rack : std::enable_shared_from_this<Rack> {
  std::vector<std::shared_ptr<Slot>> slots;
  void take(const std::vector<std::shared_ptr<Slot>> &given) {
    slots = given;
    for (std::size_t i = 0; i != slots.size(); ++i)
      // CHECK: [[#@LINE+1]]:{{.*}}warning: 'Rack' and 'Slot' keep each other alive
      slots[i]->rack = shared_from_this();
  }
};

//===--- must stay silent ---------------------------------------------------===//

void directed(Nodes<10> &v, const std::vector<std::pair<int, int>> &edges) {
  for (auto [a, b] : edges)
    v[a]->next.push_back(v[b]);
}

void list(Nodes<11> &v, int n) {
  for (int i = 0; i + 1 < n; ++i)
    v[i]->up = v[i + 1];
}

void counted(Nodes<12> &v, int i, int j) { // Another i.
  v[i]->up = v[j];
  ++i;
  v[j]->up = v[i];
}

void assigned(Nodes<13> &v, int i, int j, int k) { // Another j.
  v[i]->up = v[j];
  j = k;
  v[j]->up = v[i];
}

void next_index(int &i);
void passed(Nodes<14> &v, int i, int j) { // Perhaps another j.
  v[i]->up = v[j];
  next_index(j);
  v[j]->up = v[i];
}

void replaced(Nodes<15> &v, int i, int j) { // Another element.
  v[i]->up = v[j];
  v[j] = std::make_shared<Node<15>>();
  v[j]->up = v[i];
}

void sorted(Nodes<16> &v, int i, int j) {
  v[i]->up = v[j];
  std::sort(v.begin(), v.end());
  v[j]->up = v[i];
}

void erased(Nodes<17> &v, int i, int j) {
  v[i]->up = v[j];
  v.erase(v.begin());
  v[j]->up = v[i];
}

void exchanged(Nodes<18> &v, Nodes<18> &w, int i, int j) {
  v[i]->up = v[j];
  v.swap(w);
  v[j]->up = v[i];
}

template <class V> void shuffle(V &v) { std::reverse(v.begin(), v.end()); }
void shuffled(Nodes<19> &v, int i, int j) {
  v[i]->up = v[j];
  shuffle(v);
  v[j]->up = v[i];
}

struct Deck {
  Nodes<20> cards;
  void deal();
  void play(int i, int j) {
    cards[i]->up = cards[j];
    deal();
    cards[j]->up = cards[i];
  }
};

void one_way_or_the_other(Nodes<21> &v, int i, int j, bool down) {
  if (down)
    v[i]->up = v[j];
  else
    v[j]->up = v[i];
}

void chain(std::map<std::string, std::shared_ptr<Node<22>>> &m) {
  m["a"]->up = m["b"];
  m["b"]->up = m["c"];
}

int current();
void asked(Nodes<23> &v) { // A call may give something else every time.
  v[current()]->up = v[current()];
}

void two(Nodes<24> &v, Nodes<24> &w, int i) {
  v[i]->up = w[i];
  w[i]->next = {};
}

// What a container was filled with stands for all of it, not for one object.

void copied(Nodes<30> &g, int i, int j) {
  auto v = g;
  v[i]->up = v[j];
}

void given(Nodes<31> v, int i, int j) { v[i]->up = v[j]; }

void moved(Nodes<32> &g, int i, int j) {
  auto v = std::move(g);
  v[i]->up = v[j];
}

Nodes<33> found();
void result(int i, int j) {
  auto v = found();
  v[i]->up = v[j];
}

struct Layer {
  Nodes<34> nodes;
  Nodes<34> all() const { return nodes; }
};
void of_another(Layer &layer) {
  auto v = layer.all();
  for (std::size_t i = 0; i + 1 < v.size(); ++i)
    v[i]->up = v[i + 1];
}

void both_loops(Nodes<35> v) {
  for (auto &x : v)
    for (auto &y : v)
      if (x < y)
        x->up = y;
}

struct Wire {
  std::shared_ptr<Node<36>> end;
};
struct Plug {
  std::shared_ptr<Wire> wire;
};
void wired(std::vector<std::shared_ptr<Plug>> plugs, Nodes<36> ends) {
  for (std::size_t i = 0; i != plugs.size(); ++i) {
    plugs[i]->wire = std::make_shared<Wire>();
    plugs[i]->wire->end = ends[i];
  }
}

int main() {
  Nodes<30> v30;
  copied(v30, 0, 1);
  given({}, 0, 1);
  Nodes<32> v32;
  moved(v32, 0, 1);
  result(0, 1);
  Layer layer;
  of_another(layer);
  both_loops({});
  wired({}, {});
  std::make_shared<Parent>()->adopt({std::make_shared<Child>()});
  std::make_shared<Rack>()->take({std::make_shared<Slot>()});
  Nodes<0> graph;
  undirected(graph, {});
  Tree().attach(0, 1);
  std::map<std::string, std::shared_ptr<Node<2>>> names;
  by_name(names);
  std::array<std::shared_ptr<Node<3>>, 8> row;
  neighbours(row);
  new_ones();
  Nodes<10> v10;
  directed(v10, {});
  Nodes<11> v11;
  list(v11, 3);
  Nodes<12> v12;
  counted(v12, 0, 1);
  Nodes<13> v13;
  assigned(v13, 0, 1, 2);
  Nodes<14> v14;
  passed(v14, 0, 1);
  Nodes<15> v15;
  replaced(v15, 0, 1);
  Nodes<16> v16;
  sorted(v16, 0, 1);
  Nodes<17> v17;
  erased(v17, 0, 1);
  Nodes<18> v18, w18;
  exchanged(v18, w18, 0, 1);
  Nodes<19> v19;
  shuffled(v19, 0, 1);
  Deck().play(0, 1);
  Nodes<21> v21;
  one_way_or_the_other(v21, 0, 1, true);
  std::map<std::string, std::shared_ptr<Node<22>>> m22;
  chain(m22);
  Nodes<23> v23;
  asked(v23);
  Nodes<24> v24, w24;
  two(v24, w24, 0);
}
