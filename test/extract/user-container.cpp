// A user-written container holds its elements, whatever its storage is.

// RUN: %effects | %fold | FileCheck %s

#include <cstddef>
#include <memory>
#include <new>
#include <utility>
struct Node;
template <typename T> class Array {
  T *Items = nullptr;
  std::size_t Count = 0, Room = 0;

public:
  Array() = default;
  ~Array() { delete[] Items; }
  T *begin() { return Items; }
  T *end() { return Items + Count; }
  T &operator[](std::size_t I) { return Items[I]; }
  void append(const T &Item);
  void clear();
  std::size_t size() const { return Count; }
};
struct Node {
  Array<std::shared_ptr<Node>> Kids;
  void add(std::shared_ptr<Node> Kid) {
    Kids.append(Kid);
    Kids[0] = Kid;
    for (auto &K : Kids)
      K = Kid;
    Kids.clear();
  }
};

// CHECK:      class Node
// CHECK-NEXT:   Kids: container strong Node

// CHECK:      fn Node::add(Kid: value Node)
// CHECK-NEXT:   this.Kids += Kid [strong]
// CHECK-NEXT:   this.Kids += Kid [strong]
// CHECK-NEXT:   loop {
// CHECK-NEXT:     this.Kids += Kid [strong]
// CHECK-NEXT:   }
// CHECK-NEXT:   clear empty this.Kids
