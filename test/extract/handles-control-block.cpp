// Handles that count behind a second pointer, in a field or in a base class of
// the pointee, and those that only look like it.

// RUN: %effects | %fold | FileCheck %s

struct T {
  int value;
};

// The count stands behind a field, and what is handed to that field's
// constructor is disposed of there.
struct Block {
  virtual ~Block();
  virtual void dispose() = 0;
  int uses = 1;
};
template <typename U> struct BlockOf : Block {
  BlockOf(U *p) : p(p) {}
  void dispose() override { delete p; }
  U *p;
};
class Count {
public:
  template <typename U> explicit Count(U *p) : block(new BlockOf<U>(p)) {}
  Count(const Count &o) : block(o.block) {
    if (block)
      ++block->uses;
  }
  ~Count() {
    if (block && --block->uses == 0)
      block->dispose();
  }

private:
  Block *block;
};
template <typename U> class ByField {
public:
  explicit ByField(U *p) : p(p), count(p) {}
  U *operator->() const { return p; }

private:
  U *p;
  Count count;
};

// The block is asked of the object: nobody is told to dispose of it.
struct Watched {
  Count &flag();
};
template <typename U> class ByObject {
public:
  ByObject(U *o) : p(o), count(o->flag()) {}
  U *operator->() const { return p; }

private:
  U *p;
  Count count;
};

// Copying moves.
template <typename U> class Moving {
public:
  explicit Moving(U *p) : p(p) {}
  Moving(Moving &from) : p(from.p) { from.p = nullptr; }
  ~Moving() { delete p; }
  U *operator->() const { return p; }

private:
  U *p;
};

// Declared and not defined: it cannot be copied.
template <typename U> class Private {
public:
  explicit Private(U *p) : p(p) {}
  ~Private() { delete p; }
  U *operator->() const { return p; }

private:
  Private(const Private &);
  U *p;
};

// The count is given to a function.
struct Atomic : T {
  long uses = 0;
};
long increment(long &);
long decrement(long &);
template <typename U> class ByFunction {
public:
  ByFunction(U *p) : p(p) { increment(p->uses); }
  ByFunction(const ByFunction &o) : p(o.p) { increment(p->uses); }
  ~ByFunction() {
    if (decrement(p->uses) == 0)
      delete p;
  }
  U *operator->() const { return p; }

private:
  U *p;
};

// The only pointer is one to a base class, which counts.
struct Counted {
  void more();
  void less();
};
struct Derived : Counted {};
template <typename U> class ToBase {
public:
  ToBase(const ToBase &o) : base(o.base) { base->more(); }
  ~ToBase() { base->less(); }
  U *operator->() const { return static_cast<U *>(base); }

private:
  Counted *base;
};

// `operator[]` is a way to dereference.
template <typename U> class Array {
public:
  explicit Array(U *p) : p(p), count(p) {}
  U &operator[](int i) const { return p[i]; }

private:
  U *p;
  Count count;
};

// A typed face of one weak handle.
template <typename U> class Face {
public:
  U *operator->() const { return static_cast<U *>(weak.operator->()); }

private:
  ByObject<Watched> weak;
};
struct Seen : Watched {};

// A pointer and its deleter in a class of their own.
template <typename U> struct Delete {
  void operator()(U *p) const { delete p; }
};
template <typename U, typename D> struct Both : D {
  U *p;
};
template <typename U, typename D = Delete<U>> class ByDeleter {
public:
  explicit ByDeleter(U *p);
  ByDeleter(ByDeleter &&);
  ~ByDeleter() {
    if (data.p)
      deleter()(data.p);
  }
  D &deleter() { return data; }
  U *operator->() const { return data.p; }

private:
  Both<U, D> data;
};

// What copying does is decided elsewhere: nothing is claimed.
class Elsewhere {
public:
  Elsewhere(const Elsewhere &);
  ~Elsewhere();

protected:
  T *p;
};
template <typename U> class Opaque : public Elsewhere {
public:
  Opaque(const Opaque &o) : Elsewhere(o) {}
  U *operator->() const { return static_cast<U *>(p); }
};

// A class with an owner inside is an object, not a handle.
class Facade {
public:
  T *operator->() const;
  ~Facade();

private:
  Private<T> hidden;
  ByField<T> other;
};

struct Owner {
  ByField<T> Field;
  ByObject<Watched> Object;
  Moving<T> Moved;
  Private<T> Sole;
  ByFunction<Atomic> Function;
  ToBase<Derived> Base;
  Array<T> Elements;
  Face<Seen> Typed;
  Facade Whole;
  ByDeleter<T> Deleted;
  Opaque<T> NotKnown;
};

// CHECK:      class Facade
// CHECK-NEXT:   hidden: unique T
// CHECK-NEXT:   other: strong T
// CHECK:      class Owner
// CHECK-NEXT:   Field: strong T
// CHECK-NEXT:   Object: weak Watched
// CHECK-NEXT:   Moved: unique T
// CHECK-NEXT:   Sole: unique T
// CHECK-NEXT:   Function: strong Atomic
// CHECK-NEXT:   Base: strong Derived
// CHECK-NEXT:   Elements: strong T
// CHECK-NEXT:   Typed: weak Seen
// CHECK-NEXT:   Whole: value Facade
// CHECK-NEXT:   Deleted: unique T
// CHECK-NEXT:   NotKnown: value Opaque<T>
