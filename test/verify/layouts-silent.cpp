// Layouts must not lead to reports that are not true: of objects that somebody
// still holds, of counts that are too high, of pointers that own nothing, and
// of memory that merely looks like a counted object.

// RUN: refcycle layouts --quiet -o %t.layouts %s -- -std=c++20
// RUN: %clangxx -std=c++20 -g %s -o %t && refcycle verify --layouts=%t.layouts -- %t 2>&1 | FileCheck %s --implicit-check-not=warning
// RUN: g++ -std=c++20 -g -O2 %s -o %t && refcycle verify --layouts=%t.layouts -- %t 2>&1 | FileCheck %s --implicit-check-not=warning
// CHECK: refcycle: no cycle leaked

#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

template <class T> class Ptr {
public:
  Ptr() = default;
  explicit Ptr(T *p) : p(p) {
    if (p)
      ++p->uses;
  }
  Ptr(const Ptr &o) : Ptr(o.p) {}
  Ptr &operator=(Ptr o) {
    std::swap(p, o.p);
    return *this;
  }
  ~Ptr() {
    if (p && --p->uses == 0)
      delete p;
  }
  T *operator->() const { return p; }
  T *get() const { return p; }

private:
  T *p = nullptr;
};

struct Item {
  int uses = 0;
  Ptr<Item> next;
  Item *previous = nullptr; // Owns nothing.
  std::string name = "a name that is too long for the string itself";
};

// What Item looks like, but with plain pointers, and alive.
struct Lookalike {
  int number = 1;
  Lookalike *next = nullptr;
  Lookalike *previous = nullptr;
  std::string name;
};

struct Shape {
  virtual ~Shape() = default;
  int uses = 0;
  Ptr<Shape> other;
};

Ptr<Item> held_by_global;
Lookalike *lookalikes;
Item *never_counted;
std::map<int, std::function<void()>> callbacks;

int main() {
  // A list with pointers back: nothing leaks.
  Ptr<Item> list(new Item);
  for (int i = 0; i != 10; ++i) {
    Ptr<Item> front(new Item);
    front->next = list;
    list->previous = front.get();
    list = front;
  }

  // A ring that a global holds.
  Ptr<Item> a(new Item), b(new Item);
  a->next = b;
  b->next = a;
  held_by_global = a;

  // A ring that a closure of a global holds.
  Ptr<Shape> left(new Shape), right(new Shape);
  left->other = right;
  right->other = left;
  callbacks[1] = [left, x = 1, y = 2] { left->uses += x - y + 1; };

  // A ring with a count that is too high: it leaks, but not for the cycle.
  Ptr<Shape> one(new Shape), two(new Shape);
  one->other = two;
  two->other = one;
  ++one->uses;

  // A ring held by a plain block that leaked itself.
  Ptr<Shape> three(new Shape), four(new Shape);
  three->other = four;
  four->other = three;
  static void *volatile lost;
  lost = new Ptr<Shape>(three);
  lost = nullptr;

  // No objects at all.
  lookalikes = new Lookalike;
  lookalikes->next = new Lookalike;
  lookalikes->next->next = lookalikes;
  lookalikes->previous = lookalikes->next;

  // Rings of nodes of maps and of buffers full of ones.
  std::map<std::string, int> many;
  for (int i = 0; i != 1000; ++i)
    many["key number " + std::to_string(i)] = 1;
  callbacks[2] = [many] { (void)many.size(); };
  for (std::size_t size = 8; size != 512; size += 8) {
    auto *words = static_cast<long *>(std::malloc(size));
    for (std::size_t i = 0; i != size / 8; ++i)
      words[i] = 1;
  }
}
