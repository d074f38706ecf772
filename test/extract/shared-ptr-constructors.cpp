// The control block counts: aliasing and deleter constructors keep what it keeps.

// RUN: %effects | %fold | FileCheck %s

#include <memory>
struct Part {};
struct Whole {
  Part P;
  std::shared_ptr<Whole> Next;
};
struct Slots {
  std::shared_ptr<Part> Aliased;
  std::shared_ptr<Whole> WithDeleter;
  std::shared_ptr<void> Anything;
  std::unique_ptr<Whole, void (*)(Whole *)> Only;
};
void aliasing(Slots &S, std::shared_ptr<Whole> W) {
  S.Aliased = std::shared_ptr<Part>(W, &W->P);
}
void deleter(Slots &S, std::shared_ptr<Whole> W) {
  S.WithDeleter =
      std::shared_ptr<Whole>(new Whole, [W](Whole *Old) { delete Old; });
  S.WithDeleter.reset(W.get(), [W](Whole *) {});
  S.Anything = std::shared_ptr<void>(nullptr, [W](void *) {});
}
void noOwner(Slots &S, Whole *W) {
  S.WithDeleter = std::shared_ptr<Whole>(W, [](Whole *) {});
  S.WithDeleter = std::shared_ptr<Whole>(std::shared_ptr<void>(), W);
}

// CHECK:      class Part

// CHECK:      class Whole
// CHECK-NEXT:   P: value Part
// CHECK-NEXT:   Next: strong Whole

// CHECK:      class Slots
// CHECK-NEXT:   Aliased: strong Part
// CHECK-NEXT:   WithDeleter: strong Whole
// CHECK-NEXT:   Anything: erased owns strong
// CHECK-NEXT:   Only: unique Whole

// CHECK:      closure deleter#1 in deleter local
// CHECK-NEXT:   W: capture strong Whole

// CHECK:      closure deleter#2 in deleter local
// CHECK-NEXT:   W: capture strong Whole

// CHECK:      closure deleter#3 in deleter local
// CHECK-NEXT:   W: capture strong Whole

// CHECK:      fn Whole::Whole()
// CHECK-NEXT:   this.Next := null [strong]

// CHECK:      fn aliasing(S: value Slots, W: value Whole)
// CHECK-NEXT:   S.Aliased = W [strong]

// CHECK:      fn deleter(S: value Slots, W: value Whole)
// CHECK-NEXT:   Whole::Whole(new Whole)
// CHECK-NEXT:   deleter#1.W := W [strong]
// CHECK-NEXT:   new Whole.deleter := deleter#1 [value]
// CHECK-NEXT:   S.WithDeleter = new Whole [strong]
// CHECK-NEXT:   deleter#2.W := W [strong]
// CHECK-NEXT:   new (control block).deleter := deleter#2 [value]
// CHECK-NEXT:   new (control block).object := W [raw]
// CHECK-NEXT:   S.WithDeleter = (W | new (control block)) [strong]
// CHECK-NEXT:   deleter#3.W := W [strong]
// CHECK-NEXT:   new (control block)'2.deleter := deleter#3 [value]
// CHECK-NEXT:   S.Anything = new (control block)'2 [strong]

// CHECK:      fn deleter#1(Old: value Whole) internal
// CHECK-NEXT:   delete Old

// CHECK:      fn noOwner(S: value Slots, W: value Whole)
// CHECK-NEXT:   new (control block).deleter := noOwner#1 [value]
// CHECK-NEXT:   S.WithDeleter = new (control block) [strong]
// CHECK-NEXT:   S.WithDeleter = unknown Whole [strong]
