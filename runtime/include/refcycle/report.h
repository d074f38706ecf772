// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is in the heap and why: cycles by type and member, why an object is
// alive, a census, a drawing. All of it only looks; none of it frees.

#ifndef REFCYCLE_REPORT_H
#define REFCYCLE_REPORT_H

#include "refcycle/ref.h"

#include <string>
#include <vector>

namespace refcycle {

/// Unreachable cycles of one shape.
struct cycle_report {
  /// One shortest cycle, each hop as owner and member, rotated so that equal
  /// shapes have equal text: "Node::next -> Node::prev".
  std::string path;
  std::size_t instances = 0; ///< Separate tangles of this shape.
  std::size_t objects = 0;   ///< In all of them together.
  std::size_t bytes = 0;     ///< Their payloads.
};

/// The garbage cycles of the calling thread's heap, most bytes first.
///
/// A tangle of several cycles is one instance. Throws std::bad_alloc.
/// Cost: linear in the heap, and quadratic in tangles of up to 64 objects.
std::vector<cycle_report> find_cycles();

/// find_cycles() as text, a line for each shape; empty when there is none:
/// `Parent::kids -> Child::parent, 3 instances, 6 objects, 232 bytes`
std::string leak_report();

/// Objects of one type.
struct census_row {
  std::string type;
  std::size_t objects = 0;
  std::size_t bytes = 0; ///< Payloads.
  bool tracked = false;  ///< Whether collections look at them.
};

/// All objects of the calling thread's heap by type, most bytes first.
std::vector<census_row> census();

/// The heap as a Graphviz digraph: objects with type and count, edges with the
/// member's name. Objects are numbered in the order of their pages.
std::string to_dot();

namespace internal {
std::string explain(const void *payload, std::size_t known_handles);
} // namespace internal

/// Who keeps an object alive: the shortest way to it from an object that is
/// held from outside the heap, one hop a line.
///
/// \p r itself, which must not lie in the heap, is not counted as an answer.
/// Says so when only cycles hold the object. Cost: linear in the heap.
template <class T> std::string why_alive(const ref<T> &r) {
  return internal::explain(r.get(), 1);
}

} // namespace refcycle

#endif
