// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How refcycle finds the handles inside your types. Nothing to do for
// aggregates and standard containers; otherwise one line:
//
//   class Node {
//     std::vector<refcycle::ref<Node>> kids;
//     refcycle::ref<Node> up;
//     REFCYCLE_TRACE(Node, kids, up)
//   };
//
// or by hand, when members need a decision:
//
//   template <class V> void trace(V &visit) { visit(kids, up); }
//
// or, for classes with derived ones that a unique_ptr owns:
//
//   virtual void trace(refcycle::visitor &visit) { visit(kids, up); }
//
// or from outside, for types that you cannot change:
//
//   template <> struct refcycle::trace_traits<Node> {
//     template <class V> static void trace(V &visit, Node &n) { visit(n.kids);
//     }
//   };
//
// A trace function shows every handle that the object owns, each once, and does
// nothing else. One that is left out keeps its target and all cycles through it
// alive for ever; one shown twice is trapped in checked builds. Both are found
// by testing::audit_trace(). Raw pointers, shared_ptr and weak_ptr are not
// followed: what they hold counts as held from outside.

#ifndef REFCYCLE_TRACE_H
#define REFCYCLE_TRACE_H

#include "refcycle/internal/visit.h"

/// Inside a class: shows the members named, private ones too. Leaves the access
/// of what follows as it was. A local class cannot have it (C++ allows no
/// template there): give it a `void trace(refcycle::visitor &)`.
#define REFCYCLE_TRACE(Class, ...)                                             \
  friend struct ::refcycle::internal::trace_access;                            \
  using refcycle_traced_type = Class;                                          \
  template <class Visitor> void refcycle_trace(Visitor &visit) {               \
    visit.named(#__VA_ARGS__ __VA_OPT__(, ) __VA_ARGS__);                      \
  }

/// Among the members of REFCYCLE_TRACE: the handles of a base class.
#define REFCYCLE_BASE(Base) static_cast<Base &>(*this)

/// After a class, in the global namespace: it holds no handles, whatever its
/// private members are.
#define REFCYCLE_LEAF(Class)                                                   \
  template <>                                                                  \
  [[maybe_unused]] inline constexpr bool refcycle::is_leaf<Class> = true;

/// After a class without handles, in the global namespace: classes derived from
/// it may have some.
#define REFCYCLE_OPEN_BASE(Class)                                              \
  template <>                                                                  \
  [[maybe_unused]] inline constexpr bool refcycle::is_open_base<Class> = true;

#endif
