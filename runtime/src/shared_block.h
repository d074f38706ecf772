// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Heaps seen from other threads: who keeps a heap alive, and who minds it after
// its thread has ended. Not installed.

#ifndef REFCYCLE_SRC_SHARED_BLOCK_H
#define REFCYCLE_SRC_SHARED_BLOCK_H

#include "heaps.h"

namespace refcycle::internal {

/// Enters a new heap into the list of the process.
void enter_heap(heap &h);

/// All heaps of the process. Only where no other thread runs.
std::span<heap *const> heaps_unlocked() noexcept;

/// Tells the verifier, if there is one, how to see the objects of all heaps.
void attach_to_verifier() noexcept;

/// The thread of \p h ends: from now on whoever drops last minds it.
void leave_heap(heap &h) noexcept;

/// Keeps the heap's own memory while another thread may look at it.
void pin_heap(heap &h) noexcept;
void unpin_heap(heap &h) noexcept;

bool is_main_thread() noexcept;

} // namespace refcycle::internal

#endif
