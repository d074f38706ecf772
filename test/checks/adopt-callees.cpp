// What a function that is called does with the count: it counts once more for
// itself, or it leaves a new object with its count in a variable of the caller.

// RUN: not %refcycle --quiet --checks=refcycle-adopt %s -- -std=c++20 -I%S/Inputs | FileCheck %s --implicit-check-not=warning:

#include "counting.h"
#include <vector>

struct Brush : BornCounted {};

class Canvas {
public:
  ~Canvas() {
    if (brush)
      brush->unref();
    for (Brush *B : all)
      B->unref();
  }
  void use(Brush *B) {
    if (B)
      B->ref();
    if (brush)
      brush->unref();
    brush = B;
  }
  void add(Brush *B) {
    B->ref();
    all.push_back(B);
  }
  void adopt(Brush *B) { brush = B; }
  void either(Brush *B, bool Count) {
    B->ref();
    brush = B;
    if (!Count)
      B->unref();
  }
  virtual void paintWith(Brush *B) {
    B->ref();
    brush = B;
  }

private:
  Brush *brush = nullptr;
  std::vector<Brush *> all;
};
bool make(int Kind, Brush **Out) {
  if (!Out)
    return false;
  *Out = nullptr;
  if (Kind == 0)
    return false;
  *Out = new Brush;
  return true;
}
void makeInto(Brush *&Out) { Out = new Brush; }
Brush *shared;
void findOrMake(int Kind, Brush **Out) { *Out = Kind ? new Brush : shared; }
void find(Brush **Out) { *Out = shared; }

//===--- must be reported ---------------------------------------------------===//

// CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the new 'Brush' starts with a count of one, and 'Canvas::use' takes another in 'directly'
void directly(Canvas &C) { C.use(new Brush); }
// CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}'Canvas::add' takes another in 'intoContainer'
void intoContainer(Canvas &C) { C.add(new Brush); }
void throughVariable(Canvas &C) {
  Brush *B = new Brush;
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}in 'throughVariable'
  C.use(B);
}
void outPointer() {
  Brush *B = nullptr;
  if (!make(1, &B))
    return;
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}'kept' takes another in 'outPointer'
  Keep<Brush> kept(B);
}
void outReference() {
  Brush *B;
  makeInto(B);
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}in 'outReference'
  Keep<Brush> kept(B);
}

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

void givenBack(Canvas &C) {
  Brush *B = new Brush;
  C.use(B);
  B->unref();
}
void takenOver(Canvas &C) { C.adopt(new Brush); }
void choice(Canvas &C) { C.either(new Brush, false); }
void overridden(Canvas &C) { C.paintWith(new Brush); }
Brush *handedOn(Canvas &C) {
  Brush *B = new Brush;
  C.use(B);
  return B;
}
void oneTakesOver(Canvas &C, Canvas &D) {
  Brush *B = new Brush;
  C.use(B);
  D.adopt(B);
}
void adoptedOut() {
  Brush *B = nullptr;
  if (make(1, &B))
    Keep<Brush> kept(AdoptTag{}, B);
}
void releasedOut() {
  Brush *B = nullptr;
  make(1, &B);
  Keep<Brush> kept(B);
  B->unref();
}
void notAlwaysNew() {
  Brush *B = nullptr;
  findOrMake(1, &B);
  Keep<Brush> kept(B);
}
void notNew() {
  Brush *B = nullptr;
  find(&B);
  Keep<Brush> kept(B);
}
void setTwice() {
  Brush *B = nullptr;
  makeInto(B);
  find(&B);
  Keep<Brush> kept(B);
}
void setAgain() {
  Brush *B = nullptr;
  makeInto(B);
  B = shared;
  Keep<Brush> kept(B);
}

struct Free : BornFree {};
class Holder {
public:
  void use(Free *F) {
    F->grabIt();
    held = F;
  }

private:
  Free *held = nullptr;
};
void bornFree(Holder &H) { H.use(new Free); }

} // namespace quiet
