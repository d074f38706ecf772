// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From edges to groups of equal knots: external owners, what they reach, and
// the strongly connected rest. Pure functions on the values before.

#ifndef REFCYCLE_VERIFY_CYCLES_H
#define REFCYCLE_VERIFY_CYCLES_H

#include "trial.h"

namespace refcycle::verify {

/// Where in its owner a slot lies: a chain of offsets, from the control block
/// through blocks that the owner frees together with itself. Of a longer one,
/// as through the nodes of a list, steps behind the second are left out.
struct slot_path {
  static constexpr unsigned most_steps = 6, first_steps = 2;
  std::uint32_t offset[most_steps]; ///< Of the next link; of the slot at last.
  std::uint32_t size[most_steps];   ///< Of the block which that offset is in.
  address start[most_steps];        ///< Of that block.
  std::uint8_t steps; ///< 0: none; what was given up is not known to be owned.
};

/// One strongly connected component: objects that keep each other alive.
struct knot {
  std::uint32_t first, count; ///< Slice of knots::members, by object.
  bool dead;                  ///< Nothing outside owns any of it.
  std::int64_t outside;       ///< Handles from elsewhere to its objects.
  bool uncertain;             ///< Some destructor failed or was disturbed.
  bool attended;              ///< A collector knows all of its objects.
};

struct knots {
  array<knot> all;
  array<std::uint32_t> members;
  array<std::int64_t> outside; ///< By object: handles that no object owns.
  array<bool> dead;            ///< By object: garbage, in a knot or behind one.
  array<owned_edge> edges;     ///< Sorted by owner.
  array<std::uint32_t> first_edge; ///< By object, and one more.

  std::span<const owned_edge> edges_of(std::uint32_t object) const noexcept {
    return {edges.begin() + first_edge[object],
            edges.begin() + first_edge[object + 1]};
  }
  std::span<const std::uint32_t> members_of(const knot &k) const noexcept {
    return {members.begin() + k.first, members.begin() + k.first + k.count};
  }
};

/// Leaves one owner for each slot. A destructor may take its object off the
/// lists of others: then it gives up what another one owns. Of several, who has
/// a path to the slot owns it.
void settle_claims(const snapshot &s, trial &t) noexcept;

/// For objects whose destructor failed: every word of theirs that could be a
/// strong handle, is one. What follows from that is a possibility, no more.
void guess_edges(const snapshot &s, trial &t) noexcept;

/// Marks objects that gave up another's handle, which that one then could not
/// give up any more: garbage with no path to the handle, and what took itself
/// off another's list. False if there is none.
/// Cost: a search through what belongs to the object, for each edge of garbage.
bool find_meddlers(const snapshot &s, const trial &t, const knots &k,
                   array<bool> &into) noexcept;

/// Cost: O(objects + edges) beyond sorting the edges.
/// Source of the counts: CPython's subtract_refs(); of the components: Tarjan,
/// SIAM J. Comput. 1(2), 1972, with a stack of its own.
void find_knots(const snapshot &s, const trial &t, knots &into) noexcept;

/// The shortest cycle through the knot's first member that has one: edges in
/// order. Cost: linear in the knot.
void find_witness(const knots &all, const knot &k,
                  array<owned_edge> &into) noexcept;

/// One block on the way from an object to a slot.
struct visited_block {
  address start; ///< The control block itself, or the block's start.
  std::size_t size;
  std::uint32_t parent; ///< Place in the queue.
  std::uint32_t offset; ///< Of the link in the parent.
  std::uint32_t depth;  ///< 0: of the object itself.
  /// Places of the blocks of depth 1 and 2 on the way to it.
  std::uint32_t first[slot_path::first_steps];
};

/// The heap that belongs to objects: found out by what they free.
class ownership {
public:
  ownership(const snapshot &s, const trial &t) noexcept;
  /// Bytes of the object's control block and of what it frees.
  std::size_t bytes_of(std::uint32_t object) const noexcept;
  /// A shortest one to a word; steps is 0 if there is none. Cost: for the first
  /// word of an object linear in what belongs to it, then logarithmic.
  slot_path path_to(std::uint32_t object, address wanted) const noexcept;
  /// Addresses of all words of the object and of what it frees that point into
  /// these bytes.
  void links_to(std::uint32_t object, const block &bytes,
                array<address> &into) const noexcept;

private:
  static constexpr std::uint32_t nobody = ~std::uint32_t(0);

  std::span<const freed_block> freed_by(std::uint32_t object) const noexcept;
  visited_block own_block(const counted &object) const noexcept;
  void visit(std::uint32_t object) const noexcept;
  void add(const visited_block &b) const noexcept;
  slot_path path_through(std::uint32_t place,
                         std::uint32_t offset) const noexcept;

  const snapshot &s;
  array<freed_block> freed; ///< Sorted by object, then address; each once.
  /// The blocks of the object that path_to() was asked for last; they serve all
  /// its edges.
  mutable std::uint32_t visited = nobody;
  mutable array<visited_block> queue;      ///< Breadth first.
  mutable array<std::uint32_t> by_address; ///< Places in queue.
  mutable array<bool> seen;                ///< By place in freed_by().
};

} // namespace refcycle::verify

#endif
