// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One collection under way: what its steps hand on, and the steps that deal
// with trash, in the order in which they run. Not installed.

#ifndef REFCYCLE_SRC_COLLECTION_H
#define REFCYCLE_SRC_COLLECTION_H

#include "collector.h"
#include "deduction.h"

namespace refcycle::internal {

/// What the steps hand on. Objects in `trash` have `collecting` set, stand in
/// the old generation for the time being, and are held by one reference of
/// ours, so that nothing a finalizer does can free one under our hands.
struct collection {
  heap &h;
  collector_state &c;
  generation oldest;
  std::vector<void *> trash;
  marker reached;
  std::size_t survivors = 0;
  // Whether any object in the trash was like this, so that most collections
  // skip the steps that look for them.
  bool some_kept = false;
  bool some_watched = false;
  bool some_finalizers = false;
  bool user_code_ran = false;
  collection_stats stats{};
};

/// Where survivors of this collection go.
inline place next_place(const collection &now) noexcept {
  return now.oldest == generation::young ? place::middle : place::old;
}

/// Sets aside what must not be torn down, with all that it reaches.
void move_uncollectable(collection &now) noexcept;

/// Makes weak references to trash dead ones, then runs the callbacks of those
/// that are not trash themselves. All die before any callback runs, or one
/// could bring an object back that others already count as dead.
void clear_weak_refs(collection &now) noexcept;

/// Runs the finalizers of the trash, each once in the life of its object.
void finalize_trash(collection &now) noexcept;

/// Deduces again on the trash: what finalizers made reachable survives.
void spare_resurrected(collection &now) noexcept;

/// Destroys the trash, or puts it into gc::garbage() under debug_saveall.
void delete_or_save(collection &now) noexcept;

/// Prints "gc: kind <type address>".
void print_object(const char *kind, void *payload) noexcept;

} // namespace refcycle::internal

#endif
