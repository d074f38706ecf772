// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tells the analyzer in the source what `.refcycle.yaml` tells it from outside:
// what a class is, what a function does, who keeps an argument, which finding
// is accepted. A header of its own: nothing to link, C++11 and later.
//
// Only refcycle and clang-tidy see the annotations. For every other compiler
// the macros are empty, so they change neither code nor warnings.
//
//   class REFCYCLE_TYPE(strong) Ref;                  what a class is
//   REFCYCLE_FUNCTION(insert) void subscribe(Fn);     what a function does
//   REFCYCLE_NON_OWNING Ref parent;                   how a field holds
//   void on_close(REFCYCLE_SINK Fn handler);          who keeps an argument
//   REFCYCLE_SUPPRESS("refcycle-members", "why")      what is accepted
//
// docs/configuration.md says what each means and which of two voices counts.

#ifndef REFCYCLE_ANNOTATIONS_H
#define REFCYCLE_ANNOTATIONS_H

#if defined(__cplusplus) && defined(__has_cpp_attribute) &&                    \
    (defined(__refcycle__) || defined(__clang_analyzer__))
#if __has_cpp_attribute(clang::annotate)
#define REFCYCLE_DETAIL_ANNOTATE(...)                                          \
  [[clang::annotate("refcycle", __VA_ARGS__)]]
#endif
#endif
#ifndef REFCYCLE_DETAIL_ANNOTATE
#define REFCYCLE_DETAIL_ANNOTATE(...)
#endif

//===----------------------------------------------------------------------===//
// Classes
//===----------------------------------------------------------------------===//

/// What a class or class template is: a role of `types` in the configuration,
/// then the indices of the template arguments that it holds or points to, from
/// 0. Left out: the first one for handles, every type argument for the others.
/// `function` may be followed by `many`: holds any number of callables.
///
///   template <class Tag, class T> class REFCYCLE_TYPE(strong, 1) TaggedRef;
#define REFCYCLE_TYPE(...) REFCYCLE_DETAIL_ANNOTATE("type", #__VA_ARGS__)

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

/// What a function or method does: a role of `functions` in the configuration.
#define REFCYCLE_FUNCTION(role) REFCYCLE_DETAIL_ANNOTATE("function", #role)

/// The program always calls this method before it drops an object: what it
/// clears is broken in time.
#define REFCYCLE_BREAKS REFCYCLE_DETAIL_ANNOTATE("breaks")

/// This method adds one to the count of references to its object, or takes one
/// away. Needed only where the body is out of sight and the name says nothing.
#define REFCYCLE_RETAINS REFCYCLE_DETAIL_ANNOTATE("retains")
#define REFCYCLE_RELEASES REFCYCLE_DETAIL_ANNOTATE("releases")

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

/// The callee does not keep the argument when it returns.
#define REFCYCLE_NOESCAPE REFCYCLE_DETAIL_ANNOTATE("noescape")

/// The argument is kept by `this`, by the object that another parameter names,
/// or by something that outlives every object (`global`).
#define REFCYCLE_KEPT_BY(keeper) REFCYCLE_DETAIL_ANNOTATE("kept_by", #keeper)

/// The argument is kept by the object whose method is called.
#define REFCYCLE_SINK REFCYCLE_KEPT_BY(this)

//===----------------------------------------------------------------------===//
// Fields
//===----------------------------------------------------------------------===//

/// A field of pointer type that owns what it points to.
#define REFCYCLE_OWNING REFCYCLE_DETAIL_ANNOTATE("owning")
/// A field that keeps nothing alive although its type says so.
#define REFCYCLE_NON_OWNING REFCYCLE_DETAIL_ANNOTATE("non_owning")
/// A field that never takes part in a cycle, whatever its type says.
#define REFCYCLE_ACYCLIC REFCYCLE_DETAIL_ANNOTATE("acyclic")

//===----------------------------------------------------------------------===//
// Findings
//===----------------------------------------------------------------------===//

/// (check, reason) or (check, reason, last day): string literals. The findings
/// of the check, a glob, are accepted:
///   on a class      those with a cycle through it,
///   on a field      those with a cycle through the field,
///   on a function, variable or statement
///                   those whose warning, closing store or edge to weaken
///                   stands in it.
/// It behaves as a rule of `.refcycle-suppressions.yaml` does: the reason is
/// required and reported, one that matches nothing is named, and so is one
/// whose last day ("2027-01-31") is over.
#define REFCYCLE_SUPPRESS(...) REFCYCLE_DETAIL_ANNOTATE("suppress", __VA_ARGS__)

#endif
