// A class whose copies count its pointee is a strong handle, whatever the names.

// RUN: %effects | %fold | FileCheck %s

#include <utility>

// Counted in a base class of the pointee.
struct Countable {
  void grab() const { ++Uses; }
  void drop() const {
    if (--Uses == 0)
      delete this;
  }
  virtual ~Countable() = default;
  mutable int Uses = 0;
};
struct T : Countable {};

template <typename U> class ViaMethods {
public:
  ViaMethods(U *P = nullptr) : P(P) { inc(); }
  ViaMethods(const ViaMethods &O) : P(O.P) { inc(); }
  ViaMethods(ViaMethods &&O) : P(std::exchange(O.P, nullptr)) {}
  ~ViaMethods() { dec(); }
  ViaMethods &operator=(ViaMethods O) {
    std::swap(P, O.P);
    return *this;
  }
  U *operator->() const { return P; }
  U &operator*() const { return *P; }

private:
  void inc() {
    if (P)
      P->grab();
  }
  void dec() {
    if (P)
      P->drop();
  }
  U *P;
};

// The counter is a field of the pointee, touched directly.
struct Field {
  int Count = 0;
};
template <typename U> struct ViaField {
  U *P = nullptr;
  ViaField(const ViaField &O) : P(O.P) { ++P->Count; }
  ~ViaField() {
    if (--P->Count == 0)
      delete P;
  }
  U *get() const { return P; }
  operator U *() const { return P; }
};

// A block beside the pointee counts.
struct Block {
  int Strong = 0, Weak = 0;
};
template <typename U> struct ViaBlock {
  U *P = nullptr;
  Block *B = nullptr;
  ViaBlock(const ViaBlock &O) : P(O.P), B(O.B) { ++B->Strong; }
  ~ViaBlock() {
    if (--B->Strong == 0)
      delete P;
  }
  U *operator->() const { return P; }
};

// COM: the work is done in a base class.
struct Unknown {
  virtual unsigned AddRef() = 0;
  virtual unsigned Release() = 0;
};
template <typename U> struct ComBase {
  ComBase(U *P) : P(P) {}
  ComBase(const ComBase &O) : P(O.P) {
    if (P)
      P->AddRef();
  }
  ~ComBase() {
    if (P)
      P->Release();
  }
  U *P;
};
template <typename U> struct Com : ComBase<U> {
  Com(U *P = nullptr) : ComBase<U>(P) {}
  U *operator->() const { return this->P; }
};

// ATL style: the base class is a handle already.
template <typename U> struct AtlBase {
  AtlBase(U *P = nullptr) : P(P) {}
  AtlBase(const AtlBase &O) : AtlBase(O.P) {
    if (P)
      P->AddRef();
  }
  ~AtlBase() {
    if (P)
      P->Release();
  }
  U *operator->() const { return P; }
  U *P;
};
template <typename U> struct Atl : AtlBase<U> {
  using AtlBase<U>::AtlBase;
};

// Adopting is a matter of the constructor, not of the class.
struct Adopt {};
template <typename U> struct Adopting {
  U *P;
  Adopting(U *P, Adopt) : P(P) {}
  Adopting(U *P) : P(P) { P->grab(); }
  Adopting(const Adopting &O) : Adopting(O.P) {}
  ~Adopting() { P->drop(); }
  U &operator*() const { return *P; }
};

// Whether to count is a choice with a default, and copies make the default.
template <typename U> struct ByChoice {
  U *P;
  ByChoice(U *P, bool Count = true) : P(P) {
    if (Count)
      P->grab();
  }
  ByChoice(const ByChoice &O) : ByChoice(O.P) {}
  ~ByChoice() { P->drop(); }
  U *operator->() const { return P; }
};

// Free functions count.
void addUse(T *);
void endUse(T *);
struct ViaFunctions {
  T *P;
  ViaFunctions(const ViaFunctions &O) : P(O.P) { addUse(P); }
  ~ViaFunctions() { endUse(P); }
  T *operator->() const { return P; }
};

struct Com1 : Unknown {};
struct Owner {
  ViaMethods<T> Methods;
  ViaField<Field> CountField;
  ViaBlock<T> CountBlock;
  Com<Com1> ComPtr;
  Atl<Com1> AtlPtr;
  Adopting<T> Adopted;
  ByChoice<T> Chosen;
  ViaFunctions Functions;
};

// CHECK:      class Countable polymorphic

// CHECK:      class T : Countable polymorphic

// CHECK:      class Field

// CHECK:      class Block

// CHECK:      class Unknown polymorphic

// CHECK:      class ComBase<Com1>
// CHECK-NEXT:   P: raw Com1

// CHECK:      class Com1 : Unknown polymorphic

// CHECK:      class Adopt

// CHECK:      class Owner
// CHECK-NEXT:   Methods: strong T
// CHECK-NEXT:   CountField: strong Field
// CHECK-NEXT:   CountBlock: strong T
// CHECK-NEXT:   ComPtr: strong Com1
// CHECK-NEXT:   AtlPtr: strong Com1
// CHECK-NEXT:   Adopted: strong T
// CHECK-NEXT:   Chosen: strong T
// CHECK-NEXT:   Functions: strong T

// CHECK:      fn Countable::drop()
// CHECK-NEXT:   if {
// CHECK-NEXT:     delete this
// CHECK-NEXT:   }
