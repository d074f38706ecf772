// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "stops.h"

#include "check.h"
#include "elf_file.h"
#include "mappings.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

namespace refcycle::verify {

namespace {

constexpr unsigned char trap = 0xcc; // int3

/// More checks on the way would cost more than they tell.
constexpr unsigned most_checks = 48;

struct stop {
  address at;
  unsigned char original;
};

array<stop> stops; ///< By address; never grows once they are set.
unsigned checks_made = 0;
struct sigaction before;

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
    sigaction(signal, &before, nullptr);
    raise(signal);
    return;
  }
  write_code(at, found->original);
  registers[REG_RIP] = greg_t(at);
  if (__atomic_add_fetch(&checks_made, 1, __ATOMIC_RELAXED) <= most_checks)
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

/// Where the program's file was loaded.
static const mapping *find_program(const address_space &space,
                                   const char *path) noexcept {
  for (const mapping &m : space.mappings)
    if (m.kind == region::module && std::strcmp(space.path(m), path) == 0)
      return &m;
  return nullptr;
}

void set_stops() noexcept {
  const char *file = std::getenv("REFCYCLE_VERIFY_STOPS");
  if (file == nullptr)
    return;
  array<char> text = read_file(file);
  words word(text);
  if (!word.next_is("refcycle-stops") || !word.next_is("1") ||
      !word.next_is("program"))
    return;
  const char *program = word.next();
  address_space space;
  if (!runs(program) || !read_address_space(space))
    return;
  const mapping *first = find_program(space, program);
  elf_file in_file(program);
  if (first == nullptr || !in_file.is_valid())
    return;
  address bias = first->start - in_file.lowest_segment();
  while (word.next_is("stop"))
    set_stop(space, bias + std::strtoul(word.next(), nullptr, 10));
  std::sort(stops.begin(), stops.end(),
            [](auto &a, auto &b) { return a.at < b.at; });
  struct sigaction action{};
  action.sa_sigaction = on_trap;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  if (stops.empty() || sigaction(SIGTRAP, &action, &before) != 0)
    return;
  for (const stop &s : stops)
    write_code(s.at, trap);
}

void remove_stops() noexcept {
  for (const stop &s : stops)
    write_code(s.at, s.original);
}

} // namespace refcycle::verify
