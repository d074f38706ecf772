// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// When checks happen: when main() returns or exit() is called, and once more
// after the program's static destructors. Before them because what a global
// holds is not garbage, after them because they may clean up.

#include "allocator.h"
#include "check.h"
#include "stacks.h"
#include "stops.h"
#include "used_types.h"
#include "visible.h"

#include "refcycle/verify.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <unistd.h>

namespace {

using main_function = int (*)(int, char **, char **);
main_function program_main = nullptr;

/// Of the process that had its check; a fork of it has one of its own.
pid_t checked = 0;

/// A program that links the library and runs by itself, is checked as well,
/// unless REFCYCLE_VERIFY=off.
bool is_wanted() noexcept {
  const char *word = std::getenv("REFCYCLE_VERIFY");
  return word == nullptr || std::strcmp(word, "off") != 0;
}

void check_at_end() noexcept {
  if (!is_wanted() || checked == getpid())
    return;
  checked = getpid();
  refcycle::verify::pass_stops();
  refcycle::verify::check_now(/*at_end=*/true);
}

int checked_main(int count, char **words, char **environment) {
  int status = program_main(count, words, environment);
  check_at_end();
  return status;
}

/// Who sent the signal waits for an answer; `refcycle verify` has it from the
/// record.
void on_signal(int) {
  int saved = errno;
  refcycle::verify::check_now();
  if (refcycle::verify::record_directory() == nullptr)
    refcycle::verify::print_last_report();
  errno = saved;
}

/// Signals on which the program is checked: REFCYCLE_VERIFY_SIGNAL=10.
void listen() noexcept {
  const char *number = std::getenv("REFCYCLE_VERIFY_SIGNAL");
  if (number == nullptr)
    return;
  struct sigaction action{};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigaction(std::atoi(number), &action, nullptr);
}

__attribute__((constructor)) void begin() {
  // The hooks set themselves up at the first call, which may never come.
  void *first = refcycle::verify::real.malloc(1);
  refcycle::verify::real.free(first);
  listen();
  refcycle::verify::keep_stacks_if_asked();
  if (refcycle::verify::record_directory() != nullptr &&
      std::getenv("REFCYCLE_VERIFY_TYPES") != nullptr)
    refcycle::verify::watch_types();
  refcycle::verify::set_stops();
}

__attribute__((destructor)) void finish() {
  if (checked == getpid())
    refcycle::verify::look_again();
}

} // namespace

REFCYCLE_VISIBLE int __libc_start_main(main_function main, int count,
                                       char **words, void (*init)(),
                                       void (*fini)(), void (*loader_fini)(),
                                       void *stack_end) {
  program_main = main;
  auto next = reinterpret_cast<decltype(&__libc_start_main)>(
      dlsym(RTLD_NEXT, "__libc_start_main"));
  return next(checked_main, count, words, init, fini, loader_fini, stack_end);
}

REFCYCLE_VISIBLE void exit(int status) {
  check_at_end();
  auto next = reinterpret_cast<void (*)(int)>(dlsym(RTLD_NEXT, "exit"));
  next(status);
  __builtin_unreachable();
}

REFCYCLE_VISIBLE long refcycle_verify_now() {
  refcycle::verify::check_result result = refcycle::verify::check_now();
  return result.done ? long(result.dead_instances) : -1;
}

REFCYCLE_VISIBLE const char *refcycle_verify_report() {
  return refcycle::verify::last_report();
}
