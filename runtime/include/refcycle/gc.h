// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The cycle collector: Python's gc module, function by function, with the
// semantics of CPython 3.11 (docs/collector.md tells where C++ differs).
//
// All functions work on the calling thread's heap, which the first call makes
// if need be.

#ifndef REFCYCLE_GC_H
#define REFCYCLE_GC_H

#include "refcycle/ref.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace refcycle {

/// Objects are born young; survivors of a collection move to the next one.
enum class generation : std::uint8_t { young, middle, old };

/// What one collection did. Counters cover that collection only.
struct collection_stats {
  std::size_t objects_scanned = 0;  ///< Tracked objects of those generations.
  std::size_t objects_freed = 0;    ///< Found unreachable and torn down.
  std::size_t uncollectable = 0;    ///< Put into gc::garbage() for good.
  std::size_t bytes_freed = 0;      ///< Payload bytes, without headers.
  std::chrono::nanoseconds pause{}; ///< Wall time the caller was blocked.

  /// What Python's gc.collect() returns.
  std::size_t unreachable() const noexcept {
    return objects_freed + uncollectable;
  }
};

namespace gc {

// Switching

/// Whether make() may start collections. On by default.
void enable() noexcept;
void disable() noexcept;
bool isenabled() noexcept;

/// Frees unreachable cycles in \p oldest and every younger generation.
///
/// Order: weak references to garbage die and their callbacks run; finalizers
/// run, each at most once; an object that one of them made reachable again
/// survives, with all it reaches; the others lose their handles, then their
/// lives. A nested call does nothing. Never throws: what a finalizer throws
/// goes to the unraisable hook, and without memory for its lists a collection
/// ends early and frees nothing.
/// Cost: linear in objects and references of the scanned generations.
/// Source: CPython 3.11, Modules/gcmodule.c (semantics; the layout is ours).
collection_stats collect(generation oldest = generation::old) noexcept;

// Thresholds

/// A young collection starts when tracked objects made exceed those freed by
/// more than \p t0 since the last one (700 by default; 0 turns automatic
/// collection off), a middle one after more than \p t1 young ones (10), a full
/// one after more than \p t2 middle ones (10), and then only if the objects
/// that await their first full collection exceed a quarter of those that
/// survived the last.
void set_threshold(std::uint32_t t0) noexcept;
void set_threshold(std::uint32_t t0, std::uint32_t t1) noexcept;
void set_threshold(std::uint32_t t0, std::uint32_t t1,
                   std::uint32_t t2) noexcept;
std::array<std::uint32_t, 3> get_threshold() noexcept;

/// Progress towards each threshold.
std::array<std::uint32_t, 3> get_count() noexcept;

// Statistics

/// Totals of one generation since the heap was made.
struct generation_stats {
  std::size_t collections = 0;
  std::size_t collected = 0;
  std::size_t uncollectable = 0;
  std::size_t candidates = 0;          ///< Objects scanned.
  std::chrono::nanoseconds duration{}; ///< Time spent collecting.
};
std::array<generation_stats, 3> get_stats() noexcept;

// Questions

/// Every tracked object, or those of one generation. A frozen object is in
/// none. The handles returned count; drop them before you judge counts.
/// Throws std::bad_alloc. Cost: one pass over the heap.
std::vector<any_ref> get_objects(std::optional<generation> only = {});

/// Tracked objects with a handle to one of \p targets. Cost: one pass over the
/// heap, with a call for each handle.
std::vector<any_ref> get_referrers(std::span<const any_ref> targets);

/// What \p owners have handles to, once for each handle, in order of members.
std::vector<any_ref> get_referents(std::span<const any_ref> owners);

template <class... T>
std::vector<any_ref> get_referrers(const ref<T> &...targets) {
  const std::array<any_ref, sizeof...(T)> list{targets...};
  return get_referrers(std::span<const any_ref>(list));
}
template <class... T>
std::vector<any_ref> get_referents(const ref<T> &...owners) {
  const std::array<any_ref, sizeof...(T)> list{owners...};
  return get_referents(std::span<const any_ref>(list));
}

/// Whether collections look at the object. False for types that no cycle can
/// lead through, and for empty handles.
bool is_tracked(const any_ref &r) noexcept;

/// Whether its finalizer was called.
bool is_finalized(const any_ref &r) noexcept;

// Freezing

/// Moves all tracked objects where no collection looks: before fork(), so that
/// children share the parent's pages.
void freeze() noexcept;
/// Moves frozen objects into the oldest generation.
void unfreeze() noexcept;
std::size_t get_freeze_count() noexcept;

// Callbacks

enum class phase : std::uint8_t { start, stop };

/// What a callback is told. The numbers are zero at the start.
struct callback_info {
  generation oldest = generation::young;
  std::size_t collected = 0;
  std::size_t uncollectable = 0;
  std::size_t candidates = 0;
  std::chrono::nanoseconds duration{};
};

using callback = std::function<void(phase, const callback_info &)>;

/// Called before and after each collection, in order. Yours to edit. What they
/// throw goes to the unraisable hook.
std::vector<callback> &callbacks();

// Debugging

/// Bits for set_debug, with Python's values.
enum debug_flags : unsigned {
  debug_stats = 1,         ///< Print counts at each collection.
  debug_collectable = 2,   ///< Print collectable objects found.
  debug_uncollectable = 4, ///< Print uncollectable objects found.
  debug_saveall = 32,      ///< Put garbage into garbage(), free nothing.
  debug_leak = debug_collectable | debug_uncollectable | debug_saveall,
};
void set_debug(unsigned flags) noexcept;
unsigned get_debug() noexcept;

/// Uncollectable objects, and under debug_saveall all garbage. Yours to edit.
std::vector<any_ref> &garbage();

/// Where debug output, exit reports and ignored exceptions are printed; by
/// default stderr. \p print gets whole lines. An empty one restores stderr.
void set_debug_sink(std::function<void(std::string_view)> print);

/// Receives exceptions that nobody can catch: thrown by finalizers and
/// callbacks. \p where is the name of the type or says which callback.
using unraisable_hook =
    std::function<void(std::string_view where, std::exception_ptr error)>;
/// Sets the calling thread's hook and returns the one before. An empty hook
/// prints to stderr.
unraisable_hook set_unraisable_hook(unraisable_hook next);

/// What happens when the thread ends (for the main thread: at exit). By default
/// a full collection runs, as in Python, and uncollectable objects are
/// mentioned. With \p report, cycles found then are first named on stderr by
/// type and member.
void set_exit_report(bool report) noexcept;

} // namespace gc

namespace internal {
/// To be called in a handler: passes the current exception to the hook.
void report_unraisable(std::string_view where) noexcept;
} // namespace internal

} // namespace refcycle

#endif
