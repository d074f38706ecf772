// A store through a place is a store into the slot that the place is.

// RUN: %effects | %fold | FileCheck %s

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>
struct T {
  std::shared_ptr<T> Next;
  std::weak_ptr<T> Back;
};
struct Owner {
  std::shared_ptr<T> Slot;
  std::map<std::string, std::shared_ptr<T>> Map;
  std::vector<std::shared_ptr<T>> List;
  std::shared_ptr<T> &slot() { return Slot; }
  std::shared_ptr<T> get() const { return Slot; }
};
void assign(std::shared_ptr<T> &Place, std::shared_ptr<T> P) { Place = P; }
void fill(std::vector<std::shared_ptr<T>> &All, const std::shared_ptr<T> &P) {
  All.push_back(P);
}
void output(std::shared_ptr<T> *Place, std::shared_ptr<T> P) { *Place = P; }
void calls(Owner &O, std::shared_ptr<T> P) {
  assign(O.Slot, P);
  fill(O.List, P);
  output(&O.Slot, P);
  O.slot() = P;
}
void aliases(Owner &O, std::shared_ptr<T> P) {
  auto &Member = O.Slot;
  Member = P;
  auto &Mapped = O.Map["a"];
  Mapped = P;
  std::shared_ptr<T> *Pointer = &O.Slot;
  *Pointer = P;
  auto It = O.Map.find("b");
  It->second = P;
  (*O.List.begin()) = P;
}
void loops(Owner &O, std::shared_ptr<T> P) {
  for (auto &[Key, Value] : O.Map)
    Value = P;
  for (auto &Each : O.List)
    Each = P;
  for (auto &Each : O.List)
    Each->Next = P;
  for (auto It = O.Map.begin(); It != O.Map.end(); ++It)
    It->second->Next = P;
}
void bindings(std::pair<std::shared_ptr<T>, int> Pair, std::shared_ptr<T> P) {
  auto &[First, Second] = Pair;
  First->Next = P;
  auto [Copy, Number] = Pair;
  Copy->Back = P;
}

// CHECK:      class T
// CHECK-NEXT:   Next: strong T
// CHECK-NEXT:   Back: weak T

// CHECK:      class Owner
// CHECK-NEXT:   Slot: strong T
// CHECK-NEXT:   Map: container strong T
// CHECK-NEXT:   List: container strong T

// CHECK:      fn Owner::slot()
// CHECK-NEXT:   return this.Slot

// CHECK:      fn Owner::get()
// CHECK-NEXT:   return this.Slot

// CHECK:      fn assign(Place: place T, P: value T)
// CHECK-NEXT:   Place = P [strong]

// CHECK:      fn fill(All: place, P: value T)
// CHECK-NEXT:   All += P [strong]

// CHECK:      fn output(Place: place T, P: value T)
// CHECK-NEXT:   Place = P [strong]

// CHECK:      fn calls(O: value Owner, P: value T)
// CHECK-NEXT:   assign(O.Slot, P)
// CHECK-NEXT:   fill(O.List, P)
// CHECK-NEXT:   output(O.Slot, P)
// CHECK-NEXT:   Owner::slot(O)
// CHECK-NEXT:   Owner::slot(O) = P [strong]

// CHECK:      fn aliases(O: value Owner, P: value T)
// CHECK-NEXT:   O.Slot = P [strong]
// CHECK-NEXT:   Mapped := O.Map[] [raw]
// CHECK-NEXT:   O.Map += P [strong]
// CHECK-NEXT:   Mapped = P [raw]
// CHECK-NEXT:   O.Slot = P [strong]
// CHECK-NEXT:   O.Map += P [strong]
// CHECK-NEXT:   O.List += P [strong]

// CHECK:      fn loops(O: value Owner, P: value T)
// CHECK-NEXT:   loop {
// CHECK-NEXT:     O.Map += P [strong]
// CHECK-NEXT:   }
// CHECK-NEXT:   loop {
// CHECK-NEXT:     O.List += P [strong]
// CHECK-NEXT:   }
// CHECK-NEXT:   loop {
// CHECK-NEXT:     O.List[].Next = P [strong]
// CHECK-NEXT:   }
// CHECK-NEXT:   loop {
// CHECK-NEXT:     O.Map[].Next = P [strong]
// CHECK-NEXT:   }

// CHECK:      fn bindings(Pair: value, P: value T)
// CHECK-NEXT:   Pair.Next = P [strong]
// CHECK-NEXT:   Pair.Back = P [strong]
