// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Trial destruction: who owns whom is found out by destroying every object, one
// after the other, in a sandbox, and watching which handles are given up. The
// destructor is the traverse function, so containers, closures, hidden
// implementations and the difference of strong and weak need no knowledge.
//
// How it watches. Every control block is given a virtual table of ours and the
// count of one owner, so that giving up any handle calls our "the object must
// go". Every word of the heap that may be a handle is redirected to a decoy, a
// control block of its own; so the call also tells which word it was.

#ifndef REFCYCLE_VERIFY_TRIAL_H
#define REFCYCLE_VERIFY_TRIAL_H

#include "snapshot.h"

namespace refcycle::verify {

/// Destroying `from` gave up one strong handle to `target`. Handles that do not
/// lie in the heap are no object's, and make no edge.
struct owned_edge {
  std::uint32_t from, target;
  std::uint32_t slot; ///< Index into snapshot::slots.
};

/// Destroying `from` freed this block.
struct freed_block {
  std::uint32_t from;
  address start;
};

struct trial {
  array<owned_edge> edges;
  array<freed_block> freed;
  array<bool> failed;    ///< Its destructor could not be run to its end.
  array<bool> disturbed; ///< Its count changed by more than the edges tell.
  array<bool> weak;      ///< By slot: a weak handle was given up.
  /// Counts itself, and its destructor gave up a handle to it that does not lie
  /// in what goes with it: it takes itself off the lists of others. Empty if no
  /// object counts itself.
  array<bool> delisted;

  void clear() noexcept {
    edges.clear();
    freed.clear();
    failed.clear();
    disturbed.clear();
    weak.clear();
    delisted.clear();
  }
};

enum class trial_status : std::uint8_t {
  done,
  no_sandbox, ///< The system forbids it; nothing was run.
};

/// Those of \p apart are destroyed alone, in sandboxes of their own, and are
/// left out where the others are destroyed.
/// Cost: linear in objects, slots and blocks, and a fork for each object that
/// is set apart or whose destructor fails among the others: it gets another
/// chance alone.
trial_status destroy_all(const snapshot &s, std::span<const bool> apart,
                         trial &into) noexcept;

/// After destroy_all(): does destroying the edge's owner still give up the
/// handle, if the word at \p link is zero? True as well if its destructor
/// cannot do without. Cost: a fork, and one pass over the objects and slots.
bool still_gives_up(const snapshot &s, const owned_edge &edge,
                    address link) noexcept;

} // namespace refcycle::verify

#endif
