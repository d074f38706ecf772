// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is reachable from outside the heap is alive; the rest is swept.

#include "refcycle/refcycle.h"

#include <iostream>

using refcycle::make;
using refcycle::ref;
using refcycle::weak_ref;

struct Node {
  char name;
  std::vector<ref<Node>> to;
};

int main() {
  //  root -> A -> B -> A      C <-> D      E -> C
  auto a = make<Node>('A'), b = make<Node>('B'), c = make<Node>('C'),
       d = make<Node>('D'), e = make<Node>('E');
  a->to = {b};
  b->to = {a};
  c->to = {d};
  d->to = {c};
  e->to = {c};
  std::vector<weak_ref<Node>> watches{a, b, c, d, e};
  ref<Node> root = a;
  for (auto *name : {&a, &b, &c, &d, &e})
    name->reset();

  std::cout << "without the collector alive:";
  for (auto &w : watches)
    if (auto node = w.lock())
      std::cout << ' ' << node->name; // E had only its name.
  std::cout << '\n' << "garbage: " << refcycle::leak_report();

  std::cout << "unreachable: " << refcycle::gc::collect().unreachable() << '\n';
  std::cout << "alive:";
  for (auto &w : watches)
    if (auto node = w.lock())
      std::cout << ' ' << node->name;
  std::cout << "\nwhy B: " << why_alive(watches[1].lock());
  root->to.clear();
}
