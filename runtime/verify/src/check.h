// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One check of the running program, from fork to record.

#ifndef REFCYCLE_VERIFY_CHECK_H
#define REFCYCLE_VERIFY_CHECK_H

#include "memory.h"

namespace refcycle::verify {

/// Counts of the last check.
struct check_result {
  bool done;                    ///< False: nothing could be checked.
  std::uint64_t dead_instances; ///< Knots of which more is known than that they
                                ///< may be garbage.
};

/// Where records go; null: checks are off. Read once, from the environment.
const char *record_directory() noexcept;

/// Looks at the program as it is now, in a fork of it, and writes a record.
/// The program waits. Any thread may call it, one at a time.
/// \p at_end: there will be a second look.
check_result check_now(bool at_end = false) noexcept;

/// Is a thread in check_now() at this moment?
bool is_checking() noexcept;

/// What the last check of this process found, in words; empty: nothing.
const char *last_report() noexcept;

/// Says on standard error what the last check found, if it found anything. Safe
/// in a signal handler.
void print_last_report() noexcept;

/// The second look, when the program has done all it does at its end: what was
/// dead and is still there unchanged is a leak. Completes the record; without
/// one, says on standard error what leaked.
void look_again() noexcept;

} // namespace refcycle::verify

#endif
