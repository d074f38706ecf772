// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Equal knots become one: a program that leaks a cycle leaks it a thousand
// times, through the same fields of the same types.

#ifndef REFCYCLE_VERIFY_GROUPS_H
#define REFCYCLE_VERIFY_GROUPS_H

#include "cycles.h"

namespace refcycle::verify {

/// How sure a group is, weakest first.
enum class proof : std::uint8_t {
  possible,   ///< A destructor failed, or gave up what it may not own.
  structural, ///< Objects were recognised by the shape of memory alone.
  exact,      ///< Every handle to every object was accounted for.
  certified,  ///< And breaking one class of edges freed all, in a trial.
};

/// All edges alike within a group: one field of one type, to one type.
struct edge_class {
  std::uint32_t from, target; ///< Types.
  slot_path path;             ///< Of one such edge in the sample.
  std::uint32_t count;        ///< Such edges in the sample.
  std::uint32_t freed;        ///< Objects of the sample that die without them.
  bool tried;                 ///< freed is known.
  /// If there are several such edges in group::largest, and freed is all: what
  /// each of them does alone.
  std::uint32_t edges;       ///< Of this class in it.
  std::uint32_t tried_alone; ///< Of these; 0: none.
  std::uint32_t enough;      ///< Of these, how many free the whole knot alone.
  std::uint32_t most_freed;  ///< The most objects that one of them frees.
};

struct group {
  std::uint32_t sample;          ///< Index into knots::all: the smallest.
  std::uint32_t sample_objects;  ///< In it.
  std::uint32_t largest;         ///< Index into knots::all.
  std::uint32_t largest_objects; ///< In it.
  std::uint32_t instances;
  std::uint64_t objects; ///< In the knots.
  std::uint64_t bytes;   ///< Of the heap, with all that only they keep alive.
  std::int64_t outside;  ///< Handles from elsewhere, in all instances.
  bool dead;
  bool attended; ///< Dead, but a collector may still come by.
  proof degree;
  std::uint32_t first_class, class_count; ///< Slice of grouping::classes.
  std::uint32_t first_hop, hop_count;     ///< Slice of grouping::hops.
};

/// Several classes of a group taken away together: all that lead to one type.
struct combined_fix {
  std::uint32_t group, target; ///< target: a type.
  std::uint32_t freed;
};

struct grouping {
  array<group> groups;
  array<combined_fix> fixes; ///< Where no single class frees all.
  array<edge_class> classes;
  array<std::uint32_t> hops;     ///< The witness: indices into classes.
  array<std::uint32_t> group_of; ///< By knot; no_group: not reported.
  array<std::uint32_t> class_of; ///< By edge; no_group: not within a knot.

  static constexpr std::uint32_t no_group = ~std::uint32_t(0);
};

/// Groups come in the order of their first objects' addresses.
void group_knots(const snapshot &s, const trial &t, const knots &k,
                 grouping &into) noexcept;

} // namespace refcycle::verify

#endif
