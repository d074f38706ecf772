// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is decided once per process: mode, limit, and what happens at fork.

#ifndef REFCYCLE_SRC_POOL_PROCESS_H
#define REFCYCLE_SRC_POOL_PROCESS_H

#include "refcycle/pool.h"

namespace refcycle::pool::internal {

struct process_options {
  options chosen;
  /// Whether threads keep free blocks. Off in debug and passthrough mode and
  /// under tools that must see every call.
  bool use_caches = true;
};

/// The options in force; the first call fixes them.
const process_options &process() noexcept;

} // namespace refcycle::pool::internal

#endif
