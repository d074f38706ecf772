// A slot holds what its type holds at any depth: elements, keys, alternatives.

// RUN: %effects | %fold | FileCheck %s

#include <array>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <variant>
#include <vector>
struct K {};
struct V {};
struct Inner {
  std::shared_ptr<V> Held;
};
struct Plain {
  int N;
};
struct Outer {
  std::vector<std::vector<std::shared_ptr<V>>> Nested;
  std::map<std::shared_ptr<K>, std::weak_ptr<V>> Both;
  std::unordered_map<int, std::unique_ptr<V>> Mapped;
  std::optional<std::shared_ptr<V>> Maybe;
  std::variant<std::monostate, std::shared_ptr<K>, std::weak_ptr<V>, int> One;
  std::pair<int, std::shared_ptr<V>> Pair;
  std::tuple<std::shared_ptr<K>, std::shared_ptr<V>> Tuple;
  std::array<std::shared_ptr<V>, 2> Array;
  std::shared_ptr<V> CArray[3][2];
  std::unique_ptr<std::vector<std::shared_ptr<V>>> Cell;
  std::vector<Inner> Records;
  Inner ByValue;
  std::set<Plain *> Raw;
  std::list<std::deque<int>> Numbers;
  std::unique_ptr<Inner> Pimpl;
};
struct Kids : std::vector<std::shared_ptr<V>> {
  int Count;
};

// CHECK:      class K

// CHECK:      class V

// CHECK:      class Inner
// CHECK-NEXT:   Held: strong V

// CHECK:      class Plain

// CHECK:      class Outer
// CHECK-NEXT:   Nested: container strong V
// CHECK-NEXT:   Both: container weak V, strong K
// CHECK-NEXT:   Mapped: container unique V
// CHECK-NEXT:   Maybe: strong V
// CHECK-NEXT:   One: weak V, strong K
// CHECK-NEXT:   Pair: strong V
// CHECK-NEXT:   Tuple: strong K, strong V
// CHECK-NEXT:   Array: container strong V
// CHECK-NEXT:   CArray: container strong V
// CHECK-NEXT:   Cell: unique std::vector<std::shared_ptr<V>>
// CHECK-NEXT:   Records: container value Inner
// CHECK-NEXT:   ByValue: value Inner
// CHECK-NEXT:   Raw: container raw Plain
// CHECK-NEXT:   Pimpl: unique Inner

// CHECK:      class Kids
// CHECK-NEXT:   std::vector<std::shared_ptr<V>>: container base strong V

// CHECK:      class std::vector<std::shared_ptr<V>> cell
// CHECK-NEXT:   value: container strong V
