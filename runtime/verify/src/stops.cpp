// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "stops.h"

#include "check.h"
#include "elf_file.h"
#include "mappings.h"
#include "visible.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <dlfcn.h>
#include <sched.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

namespace refcycle::verify {

namespace {

constexpr unsigned char trap = 0xcc; // int3

/// More checks on the way would cost more than they tell.
constexpr unsigned most_checks = 48;
/// A check takes some milliseconds for each 10,000 objects.
constexpr unsigned most_yields = 1'000'000;

struct stop {
  address at;
  unsigned char original;
};

array<stop> stops; ///< By address; never grows once they are set.
unsigned checks_made = 0;
bool passed = false;
struct sigaction before;

/// Functions of the C library that ours below stand in front of. Looked up
/// once: in a fork, another thread may hold the dynamic linker's lock for ever.
struct next_functions {
  decltype(&sigaction) action;
  decltype(&signal) handler;
  decltype(&pthread_sigmask) thread_mask;
  decltype(&sigprocmask) mask;
};

const next_functions &next() noexcept {
  static next_functions found;
  auto look_up = [](auto &into, const char *name) {
    into = reinterpret_cast<std::remove_reference_t<decltype(into)>>(
        dlsym(RTLD_NEXT, name));
  };
  if (found.action == nullptr) {
    look_up(found.handler, "signal");
    look_up(found.thread_mask, "pthread_sigmask");
    look_up(found.mask, "sigprocmask");
    look_up(found.action, "sigaction");
  }
  return found;
}

} // namespace

static void write_code(address at, unsigned char byte) noexcept {
  __atomic_store_n(reinterpret_cast<unsigned char *>(at), byte,
                   __ATOMIC_SEQ_CST);
}

/// Two threads may both come here for the same stop: both go on.
static void on_trap(int signal, siginfo_t *info, void *context) {
  auto *registers = static_cast<ucontext_t *>(context)->uc_mcontext.gregs;
  address at = address(registers[REG_RIP]) - 1;
  auto found =
      std::lower_bound(stops.begin(), stops.end(), at,
                       [](const stop &s, address a) { return s.at < a; });
  if (found == stops.end() || found->at != at) {
    // Not ours: as if we were not here.
    if (before.sa_flags & SA_SIGINFO)
      return before.sa_sigaction(signal, info, context);
    if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN)
      return before.sa_handler(signal);
    next().action(signal, &before, nullptr);
    raise(signal);
    return;
  }
  write_code(at, found->original);
  registers[REG_RIP] = greg_t(at);
  if (__atomic_load_n(&passed, __ATOMIC_ACQUIRE) ||
      __atomic_add_fetch(&checks_made, 1, __ATOMIC_RELAXED) > most_checks)
    return;
  // Another thread's check may have begun before this store was done. Or it is
  // this thread's, and we are in a handler of another signal: then no longer.
  for (unsigned i = 0; i != most_yields && is_checking(); ++i)
    sched_yield();
  check_now();
}

/// Code is shared with the file until it is written to; it stays executable.
static bool make_writable(address at) noexcept {
  address page = at & ~address(4095);
  return mprotect(reinterpret_cast<void *>(page), 4096,
                  PROT_READ | PROT_WRITE | PROT_EXEC) == 0;
}

static void set_stop(const address_space &space, address at) noexcept {
  const mapping *m = space.find(at);
  if (m == nullptr || m->kind != region::module || !m->executable ||
      !make_writable(at))
    return;
  stops.push_back({at, *reinterpret_cast<const unsigned char *>(at)});
}

namespace {

/// The file's text, word by word; words end with a tab or a line's end.
class words {
public:
  explicit words(array<char> &text) noexcept
      : at(text.begin()), end(text.end()) {}

  bool next_is(const char *word) noexcept {
    return std::strcmp(next(), word) == 0;
  }
  const char *next() noexcept {
    char *from = at;
    at = std::find_if(at, end, [](char c) { return c == '\t' || c == '\n'; });
    if (at == end)
      return "";
    *at++ = '\0';
    return from;
  }

private:
  char *at, *end;
};

} // namespace

static bool runs(const char *program) noexcept {
  char path[4096];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  path[length < 0 ? 0 : length] = '\0';
  return length > 0 && std::strcmp(path, program) == 0;
}

/// Where a file was loaded; null if it was not.
static const mapping *find_module(const address_space &space,
                                  const char *path) noexcept {
  for (const mapping &m : space.mappings)
    if (m.kind == region::module && std::strcmp(space.path(m), path) == 0)
      return &m;
  return nullptr;
}

/// What to add to its addresses. False if there is no such module.
static bool find_bias(const address_space &space, const char *path,
                      address &bias) noexcept {
  const mapping *first = find_module(space, path);
  elf_file in_file(path);
  if (first == nullptr || !in_file.is_valid())
    return false;
  bias = first->start - in_file.lowest_segment();
  return true;
}

static void collect_stops(const address_space &space, words &word) noexcept {
  address bias = 0;
  bool loaded = false;
  for (;;) {
    const char *what = word.next();
    if (std::strcmp(what, "module") == 0)
      loaded = find_bias(space, word.next(), bias);
    else if (std::strcmp(what, "stop") != 0)
      return;
    else if (address at = std::strtoul(word.next(), nullptr, 10); loaded)
      set_stop(space, bias + at);
  }
}

void set_stops() noexcept {
  next(); // Before a fork needs it.
  const char *file = std::getenv("REFCYCLE_VERIFY_STOPS");
  if (file == nullptr)
    return;
  array<char> text = read_file(file);
  words word(text);
  if (!word.next_is("refcycle-stops") || !word.next_is("2") ||
      !word.next_is("program"))
    return;
  address_space space;
  if (!runs(word.next()) || !read_address_space(space))
    return;
  collect_stops(space, word);
  std::sort(stops.begin(), stops.end(),
            [](auto &a, auto &b) { return a.at < b.at; });
  struct sigaction action{};
  action.sa_sigaction = on_trap;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  if (stops.empty())
    return;
  if (next().action(SIGTRAP, &action, &before) != 0)
    return stops.clear();
  for (const stop &s : stops)
    write_code(s.at, trap);
}

void pass_stops() noexcept {
  __atomic_store_n(&passed, true, __ATOMIC_RELEASE);
}

void remove_stops() noexcept {
  for (const stop &s : stops)
    write_code(s.at, s.original);
  stops.clear();
}

} // namespace refcycle::verify

// ------------------------------------------------- the program's own signals
//
// A trap that is blocked ends the process, and one that goes to a crash handler
// of the program's looks like a crash. So while there are stops, SIGTRAP is
// ours: what the program asks for it is kept for traps that are not.

using namespace refcycle::verify;

static int change_mask(decltype(&sigprocmask) next, int how,
                       const sigset_t *set, sigset_t *old) noexcept {
  sigset_t without;
  if (set != nullptr && how != SIG_UNBLOCK && !stops.empty()) {
    without = *set;
    sigdelset(&without, SIGTRAP);
    set = &without;
  }
  return next(how, set, old);
}

REFCYCLE_VISIBLE int pthread_sigmask(int how, const sigset_t *set,
                                     sigset_t *old) noexcept {
  return change_mask(next().thread_mask, how, set, old);
}

REFCYCLE_VISIBLE int sigprocmask(int how, const sigset_t *set,
                                 sigset_t *old) noexcept {
  return change_mask(next().mask, how, set, old);
}

REFCYCLE_VISIBLE int sigaction(int signal, const struct sigaction *action,
                               struct sigaction *old) noexcept {
  if (signal != SIGTRAP || stops.empty())
    return next().action(signal, action, old);
  struct sigaction wanted = action != nullptr ? *action : before;
  if (old != nullptr)
    *old = before;
  before = wanted;
  return 0;
}

REFCYCLE_VISIBLE sighandler_t signal(int number,
                                     sighandler_t handler) noexcept {
  if (number != SIGTRAP || stops.empty())
    return next().handler(number, handler);
  sighandler_t old = before.sa_handler;
  before = {};
  before.sa_handler = handler;
  return old;
}
