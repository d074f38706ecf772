// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How the pool says that its caller is wrong.

#ifndef REFCYCLE_SRC_POOL_MISUSE_H
#define REFCYCLE_SRC_POOL_MISUSE_H

namespace refcycle::pool::internal {

/// Hands the sentence to the handler and aborts. Allocates nothing. The format
/// is printf's.
[[noreturn, gnu::format(printf, 1, 2)]] void report_misuse(const char *format,
                                                           ...) noexcept;

} // namespace refcycle::pool::internal

#endif
