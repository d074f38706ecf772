// A handle is the same however it is spelled: by a macro, an alias, a member of
// a dependent base or a using declaration.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>
#include <vector>

//===--- Reported ------------------------------------------------------------//

// A macro makes the field, the accessor and the class.
#define PROPERTY(Type, Name)                                                   \
  std::shared_ptr<Type> Name##_;                                               \
  void set_##Name(std::shared_ptr<Type> v) { Name##_ = std::move(v); }
#define NODE_CLASS(Name)                                                       \
  struct Name {                                                                \
    PROPERTY(Name, next)                                                       \
  };
NODE_CLASS(MacroNode)
#define CONNECT(a, b) (a)->set_next(b)
void by_macro() {
  auto a = std::make_shared<MacroNode>();
  auto b = std::make_shared<MacroNode>();
  CONNECT(a, b);
  // CHECK: attribution.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: objects of type 'MacroNode' keep each other alive through 'MacroNode::next_' [refcycle-members]
  CONNECT(b, a);
}

// Aliases of aliases, of a template, and of a trait.
template <class T> using Ptr = std::shared_ptr<T>;
template <class T> struct Traits {
  typedef Ptr<T> pointer;
  using list = std::vector<pointer>;
};
struct AliasNode {
  Traits<AliasNode>::list kids;
  typename Traits<AliasNode>::pointer parent;
};
using Made = AliasNode;
void by_alias() {
  auto p = std::make_shared<Made>();
  Traits<Made>::pointer c = std::make_shared<Made>();
  p->kids.push_back(c);
  // CHECK: attribution.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: objects of type 'AliasNode' keep each other alive through 'AliasNode::kids' and 'AliasNode::parent' [refcycle-members]
  c->parent = p;
}

// The handle stands in a base that depends on a parameter.
template <class T> struct Links {
  std::shared_ptr<T> peer;
  std::function<void()> done;
};
template <class T> struct Linked : Links<T> {
  void join(std::shared_ptr<T> other) { this->peer = other; }
  void later(std::shared_ptr<T> self) {
    Links<T>::done = [self] {};
  }
};
struct Dependent : Linked<Dependent> {};
void by_dependent_base() {
  auto a = std::make_shared<Dependent>();
  auto b = std::make_shared<Dependent>();
  a->join(b);
  // CHECK: attribution.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: objects of type 'Dependent' keep each other alive through 'Links<Dependent>::peer' [refcycle-members]
  b->join(a);
}
struct DependentSlot : Linked<DependentSlot> {};
void by_slot_of_dependent_base() {
  auto a = std::make_shared<DependentSlot>();
  // CHECK: attribution.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'DependentSlot' keeps itself alive: 'done' stores a lambda that captures 'self' [refcycle-closure]
  a->later(a);
}
// The base itself is a parameter.
template <class Base> struct Mixin : Base {
  using Base::peer;
  void meet(std::shared_ptr<Mixin> other) { peer = other; }
};
struct Plain {
  std::shared_ptr<Plain> peer;
};
void by_mixin() {
  auto a = std::make_shared<Mixin<Plain>>();
  auto b = std::make_shared<Mixin<Plain>>();
  a->meet(b);
  // CHECK: attribution.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: objects of type 'Mixin<Plain>' keep each other alive through 'Plain::peer' [refcycle-members]
  b->meet(a);
}

// Names that a using declaration brings, of types, functions and members.
namespace detail {
using std::make_shared;
using std::shared_ptr;
template <class T> class Counted {
public:
  Counted(T *p = nullptr) : p(p) { up(); }
  Counted(const Counted &o) : p(o.p) { up(); }
  ~Counted() { if (p && --p->count == 0) delete p; }
  Counted &operator=(const Counted &o) {
    Counted copy(o);
    std::swap(p, copy.p);
    return *this;
  }
  T *operator->() const { return p; }

private:
  void up() { if (p) ++p->count; }
  T *p;
};
} // namespace detail
using namespace detail;
using Handle = detail::Counted<struct Used>;
struct Hidden {
protected:
  Handle next;
  void link(Handle h) { next = h; }
};
struct Used : private Hidden {
  int count = 0;
  using Hidden::link;
  using Hidden::next;
};
void by_using() {
  Handle a(new Used), b(new Used);
  a->link(b);
  // CHECK: attribution.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: objects of type 'Used' keep each other alive through 'Hidden::next' [refcycle-members]
  b->next = a;
}
// A constructor that is inherited by a using declaration.
struct Cell {
  detail::shared_ptr<Cell> back;
  std::vector<detail::shared_ptr<Cell>> all;
  Cell() = default;
  explicit Cell(detail::shared_ptr<Cell> b) : back(b) {}
};
struct Special : Cell {
  using Cell::Cell;
};
void by_inherited_constructor() {
  auto a = make_shared<Cell>();
  auto b = make_shared<Special>(a);
  // CHECK: attribution.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Cell' and 'Special' keep each other alive through 'Cell::all' and 'Cell::back' [refcycle-members]
  a->all.push_back(b);
}

//===--- Silent --------------------------------------------------------------//

#define WEAK_PROPERTY(Type, Name)                                              \
  std::weak_ptr<Type> Name##_;                                                 \
  void set_##Name(const std::shared_ptr<Type> &v) { Name##_ = v; }
struct Gentle {
  PROPERTY(Gentle, child)
  WEAK_PROPERTY(Gentle, parent)
};
void weak_by_macro() {
  auto a = std::make_shared<Gentle>();
  auto b = std::make_shared<Gentle>();
  a->set_child(b);
  b->set_parent(a);
}

template <class T> using Ref = std::weak_ptr<T>;
template <class T, bool Owns> struct Choose;
template <class T> struct Choose<T, true> { using type = std::shared_ptr<T>; };
template <class T> struct Choose<T, false> { using type = std::weak_ptr<T>; };
struct Chosen {
  Choose<Chosen, true>::type child;
  Choose<Chosen, false>::type parent;
  Ref<Chosen> other;
};
void weak_by_alias() {
  auto a = std::make_shared<Chosen>();
  auto b = std::make_shared<Chosen>();
  a->child = b;
  b->parent = a;
  b->other = a;
}

template <class T> struct Loose {
  std::weak_ptr<T> peer;
};
template <class T> struct LooselyLinked : Loose<T> {
  void join(std::shared_ptr<T> other) { this->peer = other; }
};
struct Weakly : LooselyLinked<Weakly> {};
void weak_by_dependent_base() {
  auto a = std::make_shared<Weakly>();
  auto b = std::make_shared<Weakly>();
  a->join(b);
  b->join(a);
}

// A class hides the handle of the same name in its base.
struct Outer {
  std::shared_ptr<Outer> next;
};
struct Inner : Outer {
  std::weak_ptr<Inner> next;
};
void weak_by_hiding() {
  auto a = std::make_shared<Inner>();
  a->next = a;
}
