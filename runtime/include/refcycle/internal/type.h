// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the heap knows of a C++ type: sizes, and functions that loop inside one
// type so that the visitor is inlined. Filled in by descriptor.h.

#ifndef REFCYCLE_INTERNAL_TYPE_H
#define REFCYCLE_INTERNAL_TYPE_H

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace refcycle {
class copy_memo;
} // namespace refcycle

namespace refcycle::internal {

struct heap;
struct page;
struct marker;
struct prefetch_ring;
struct edge_walker;
struct slot_rewriter;

struct type_descriptor {
  std::string_view name;   ///< As the compiler spells it.
  std::uint32_t size;      ///< Of the payload, in bytes.
  std::uint32_t alignment; ///< Of the payload, at least 8.
  bool tracked;            ///< False when no cycle can lead through it.
  bool keeps_in_garbage;   ///< See refcycle::uncollectable.

  void (*release)(void *payload) noexcept; ///< See release() in heap.h.
  void (*destroy)(void *payload) noexcept;
  void (*finalize)(void *payload); ///< Null: no finalizer. May throw.

  // Edges, for the phases of a collection (src/collector.cpp).
  // Those named _run handle objects from the first on while they are of this
  // type, and return how many that were: a call for each run, not for each
  // object.
  std::size_t (*subtract_run)(std::span<void *const> objects);
  void (*subtract_page)(page &, prefetch_ring &);
  void (*mark)(void *payload, marker &);
  void (*mark_page)(page &, marker &);
  void (*follow_ahead)(marker &); ///< While pending ones are of this type.
  std::size_t (*clear_run)(std::span<void *const> objects);
  /// Destroys garbage that only the collector holds, once each. Stops before an
  /// object that is not such, or that needs more than a destructor.
  std::size_t (*bury_run)(heap &, std::span<void *const> objects);

  // Edges with names, for reports; slots to overwrite, for deep copy.
  void (*walk)(void *payload, edge_walker &);
  void (*rewrite)(void *payload, slot_rewriter &);

  /// Makes a new object from this one, count 1. Null: cannot be copied.
  void *(*clone)(const void *payload);
  /// As clone, by the type's own deep_copy_traits. Null: it has none.
  void *(*deep_clone)(const void *payload, copy_memo &);
  bool shared_by_deep_copy; ///< Immutable: a deep copy is the same object.

  mutable std::atomic<std::uint32_t> id; ///< Dense; 0 until first made.
};

} // namespace refcycle::internal

#endif
