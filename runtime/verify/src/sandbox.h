// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A process in which the program's own code may run on the program's own
// memory, and nothing comes out but what we write into shared memory.

#ifndef REFCYCLE_VERIFY_SANDBOX_H
#define REFCYCLE_VERIFY_SANDBOX_H

#include "allocator.h"
#include "mappings.h"

#include <csetjmp>
#include <sys/types.h>

namespace refcycle::verify {

/// Forks without the program noticing: no handler of pthread_atfork() runs, no
/// SIGCHLD comes, and the program's wait() does not see the child. Returns what
/// fork() does. The child has one thread; locks may be held by others for ever.
pid_t quiet_fork() noexcept;

/// Waits for such a child. False if it did not end by end_process(true).
bool wait_for(pid_t child) noexcept;

/// Ends this process at once; works in the sandbox, too.
[[noreturn]] void end_process(bool good) noexcept;

/// Makes this process, a quiet fork, one that can touch nothing outside:
///  - every system call fails but those for its own memory and its end;
///    mappings shared with other processes become private copies;
///  - a lock that is held by a thread that does not exist here is broken;
///  - nothing is freed, see stop_freeing().
/// False if the system forbids such a filter: then run nothing.
/// What is_own_shared() stays shared: results go out through it.
bool enter_sandbox(const address_space &space, freed_hook on_free) noexcept;

/// Neighbouring pages that this process is about to write to, and shares with
/// the one it was forked from.
class page_row {
public:
  /// Addresses in ascending order; copies a row when it ends.
  void add(address a) noexcept {
    if (a < end)
      return;
    address page = a & ~address(page_bytes - 1);
    if (page != end) {
      copy();
      begin = page;
    }
    end = page + page_bytes;
  }
  /// The row so far.
  void copy() noexcept;

private:
  static constexpr std::size_t page_bytes = 4096;
  address begin = 0, end = 0;
};

namespace internal {
extern volatile bool guarded;
extern sigjmp_buf way_out;
extern volatile std::uint64_t calls; ///< The watchdog sees progress by it.
} // namespace internal

/// How long one call may take, in processor time: between once and twice this.
inline constexpr long watchdog_microseconds = 200'000;

/// Runs \p code, in the sandbox. False if it crashed, aborted, threw, ended the
/// process, or took too long: then it was left in the middle.
template <typename Code> bool run_guarded(Code code) noexcept {
  if (sigsetjmp(internal::way_out, 0) != 0) {
    internal::guarded = false;
    return false;
  }
  internal::calls = internal::calls + 1;
  internal::guarded = true;
  code();
  internal::guarded = false;
  return true;
}

} // namespace refcycle::verify

#endif
