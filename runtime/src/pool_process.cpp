// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// First use: reads the environment, then nothing about the mode changes again.

#include "pool_process.h"

#include "pool_arenas.h"
#include "pool_central.h"
#include "pool_debug.h"
#include "pool_misuse.h"
#include "pool_thread.h"
#include "pool_tools.h"

#include <cstdlib>
#include <mutex>
#include <pthread.h>
#include <string_view>

namespace refcycle::pool {

namespace internal {

namespace {

constinit std::mutex setup_lock;
constinit std::atomic<bool> is_ready = false;
constinit process_options settings;

mode mode_from_environment(mode otherwise) {
  const char *text = std::getenv("REFCYCLE_POOL");
  if (!text || !*text)
    return otherwise;
  std::string_view word = text;
  if (word == "pooled")
    return mode::pooled;
  if (word == "debug")
    return mode::debug;
  if (word == "malloc")
    return mode::passthrough;
  report_misuse("REFCYCLE_POOL is '%.40s'; expected pooled, debug or malloc",
                text);
}

std::size_t limit_from_environment(std::size_t otherwise) {
  const char *text = std::getenv("REFCYCLE_POOL_LIMIT");
  if (!text || !*text)
    return otherwise;
  char *end = nullptr;
  unsigned long bytes = std::strtoul(text, &end, 10);
  if (*end || *text == '-' || bytes > largest_small)
    report_misuse("REFCYCLE_POOL_LIMIT is '%.40s'; expected 0 to %zu bytes",
                  text, largest_small);
  return bytes;
}

std::size_t round_to_class(std::size_t bytes) {
  return (bytes + alignment - 1) & ~(alignment - 1);
}

// Threads before blocks before arenas, as every other path locks them.
void before_fork() {
  lock_debug();
  lock_threads();
  lock_central();
  lock_arenas();
}

void after_fork_in_parent() {
  unlock_arenas();
  unlock_central();
  unlock_threads();
  unlock_debug();
}

void after_fork_in_child() {
  unlock_arenas();
  unlock_central();
  forget_other_threads();
  unlock_threads();
  unlock_debug();
}

void set_up() {
  options &o = settings.chosen;
  o.run_mode = mode_from_environment(o.run_mode);
  o.small_limit = round_to_class(limit_from_environment(o.small_limit));
  settings.use_caches = o.run_mode == mode::pooled && !tools_need_every_call();
  prepare_thread_exit();
  pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

} // namespace

const process_options &process() noexcept {
  if (!is_ready.load(std::memory_order_acquire)) [[unlikely]] {
    std::lock_guard hold(setup_lock);
    if (!is_ready.load(std::memory_order_relaxed)) {
      set_up();
      is_ready.store(true, std::memory_order_release);
    }
  }
  return settings;
}

} // namespace internal

bool configure(const options &wanted) noexcept {
  using namespace internal;
  std::lock_guard hold(setup_lock);
  if (is_ready.load(std::memory_order_relaxed) ||
      wanted.small_limit > largest_small)
    return false;
  settings.chosen = wanted;
  return true;
}

options active_options() noexcept { return internal::process().chosen; }

} // namespace refcycle::pool
