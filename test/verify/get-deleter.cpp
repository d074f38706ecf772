// A destructor may look at the deleter of what it owns: the control block shows
// all of it, however large, while its handles are watched.

// RUN: %clangxx -std=c++20 -g %s -o %t
// RUN: not refcycle verify --quiet --format=json -o %t.json -- %t
// RUN: FileCheck %s < %t.json
// CHECK: "message": "node::other -> node::other -> node, 1 instance
// CHECK: "proof": "certified"

#include <memory>

struct node;

struct deleter {
  long words[12];
  void operator()(node *dying) const;
};

struct node {
  std::shared_ptr<node> other;
  ~node() {
    const deleter *how = std::get_deleter<deleter>(other);
    if (how != nullptr && how->words[11] != 7)
      __builtin_trap();
  }
};

void deleter::operator()(node *dying) const { delete dying; }

int main() {
  deleter how{};
  how.words[11] = 7;
  std::shared_ptr<node> first(new node, how), second(new node, how);
  first->other = second;
  second->other = first;
}
