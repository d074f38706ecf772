// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "check.h"

#include "describe.h"
#include "doubts.h"
#include "knockout.h"
#include "record.h"
#include "repair.h"
#include "sandbox.h"
#include "used_types.h"

#include <algorithm>
#include <cstdlib>
#include <unistd.h>

namespace refcycle::verify {

namespace {

/// An object of a dead knot, for the second look.
struct suspect {
  address at, first_word, block;
  std::int64_t owners;
  std::uint32_t group, knot;
  family counts; ///< A copy: layouts are known in the check's process only.
};

/// What the checking process tells the program. Shared memory.
struct verdict {
  check_result counts;
  char report[16384]; ///< Zero-terminated; what does not fit is cut.
  std::size_t suspects;
  std::size_t room;
  suspect *list;
};

void nothing_freed(void *) noexcept {}

constexpr std::size_t most_suspects = 1 << 20;

verdict *last = nullptr;
std::uint32_t checks = 0;
int checking = 0;

} // namespace

const char *record_directory() noexcept {
  return std::getenv("REFCYCLE_VERIFY_OUT");
}

/// DIRECTORY/PID.NUMBER: a program may check several times, and so may what it
/// starts.
static void name_record(char *into, std::size_t room,
                        std::uint64_t pid) noexcept {
  text_writer name;
  name << record_directory() << '/' << pid << '.' << checks;
  name << '\0';
  std::size_t size = name.text().size();
  if (size > room)
    size = 0;
  std::memcpy(into, name.text().data(), size);
  into[size == 0 ? 0 : size - 1] = '\0';
}

static verdict *make_verdict() noexcept {
  std::size_t bytes = sizeof(verdict) + most_suspects * sizeof(suspect);
  auto *v = static_cast<verdict *>(map_pages(bytes, true));
  if (v == nullptr)
    return nullptr;
  v->room = most_suspects;
  v->list = reinterpret_cast<suspect *>(v + 1);
  return v;
}

static void remember(const snapshot &s, const knots &k, const grouping &g,
                     verdict &v) noexcept {
  for (std::uint32_t i = 0; i != k.all.size(); ++i) {
    if (!k.all[i].dead)
      continue;
    for (std::uint32_t object : k.members_of(k.all[i])) {
      if (v.suspects == v.room)
        return;
      const counted &c = s.objects[object];
      v.list[v.suspects++] = {
          c.at, word_at(c.at), s.blocks[c.block].start, c.owners, g.group_of[i],
          i,    s.family_of(c)};
    }
  }
}

/// The demangler allocates, and the program's allocator may be locked.
static void keep_report(const snapshot &s, const grouping &g,
                        verdict &v) noexcept {
  stop_freeing(nothing_freed);
  text_writer words;
  describe_leaks(s, g, words);
  std::size_t size = std::min(words.text().size(), sizeof v.report - 1);
  std::memcpy(v.report, words.text().data(), size);
  v.report[size] = '\0';
}

/// More rounds do not help.
static constexpr unsigned most_rounds = 3;

/// Finds out which guesses are wrong, before what they do is believed. False if
/// the system forbids the sandbox.
static bool leave_out_guesses(snapshot &s, trial &t) noexcept {
  for (unsigned round = 0; round != most_rounds; ++round) {
    if (std::none_of(s.objects.begin(), s.objects.end(),
                     [](const counted &c) { return c.guessed; }))
      return true;
    array<bool> apart, owned;
    apart.resize(s.objects.size());
    owned.resize(s.objects.size());
    if (destroy_all(s, apart, t) != trial_status::done)
      return false;
    for (const owned_edge &e : t.edges)
      owned[e.target] = !t.failed[e.target];
    if (!leave_out_guesses(s, owned))
      return true;
  }
  return true;
}

/// From the objects to knots. False if the system forbids the sandbox.
static bool find_knots(const snapshot &s, std::span<const bool> apart, trial &t,
                       knots &k) noexcept {
  if (destroy_all(s, apart, t) != trial_status::done)
    return false;
  settle_claims(s, t);
  guess_edges(s, t);
  k = {};
  find_knots(s, t, k);
  return true;
}

/// The whole check; runs in a fork of the program.
static bool run_check(verdict &v, const char *file,
                      address asked_from) noexcept {
  snapshot s{};
  s.asked_from = asked_from;
  trial t;
  knots k;
  grouping g;
  unwatch_types();
  if (take_snapshot(s)) {
    if (!leave_out_guesses(s, t))
      return false;
    array<bool> apart;
    apart.resize(s.objects.size());
    if (!s.objects.empty() && !find_knots(s, apart, t, k))
      return false;
    if (find_meddlers(s, t, k, apart) && !find_knots(s, apart, t, k))
      return false;
    group_knots(s, t, k, g);
    settle_links(s, k, g);
    doubt_shared_blocks(s, t, k, g);
    try_repairs(s, k, g);
  }
  for (const group &each : g.groups)
    if (each.dead && each.degree != proof::possible)
      v.counts.dead_instances += each.instances;
  remember(s, k, g, v);
  keep_report(s, g, v);
  v.counts.done = true;
  if (*file == '\0')
    return true;
  text_writer out;
  write_record(s, t, g, out);
  return append_to_file(file, out.text());
}

check_result check_now() noexcept {
  // A second thread that asks at the same time gets no answer.
  if (__atomic_exchange_n(&checking, 1, __ATOMIC_ACQUIRE) != 0)
    return {};
  auto asked_from = address(__builtin_frame_address(0));
  ++checks;
  if (last == nullptr)
    last = make_verdict();
  check_result result{};
  if (last != nullptr && block_shadow != nullptr) {
    last->counts = {};
    last->suspects = 0;
    last->report[0] = '\0';
    char file[4096] = "";
    if (record_directory() != nullptr)
      name_record(file, sizeof file, std::uint64_t(getpid()));
    pid_t child = quiet_fork();
    if (child == 0)
      end_process(run_check(*last, file, asked_from));
    if (child > 0 && wait_for(child))
      result = last->counts;
  }
  __atomic_store_n(&checking, 0, __ATOMIC_RELEASE);
  return result;
}

const char *last_report() noexcept {
  return last == nullptr ? "" : last->report;
}

void print_last_report() noexcept {
  if (last == nullptr || last->counts.dead_instances == 0)
    return;
  text_writer out;
  out << "refcycle: objects keep each other alive:\n" << last->report;
  ssize_t ignored = write(STDERR_FILENO, out.text().data(), out.text().size());
  (void)ignored;
}

// ------------------------------------------------------------- second look

static bool is_unchanged(const suspect &s) noexcept {
  return starts_block(s.block) && word_at(s.at) == s.first_word &&
         owners(s.counts, s.at) == s.owners;
}

/// By group, how many of its knots are still there.
static array<std::uint32_t> count_kept() noexcept {
  array<std::uint32_t> kept;
  std::span<const suspect> all(last->list, last->suspects);
  // Members of a knot follow each other.
  while (!all.empty()) {
    std::size_t size = 0;
    bool unchanged = true;
    for (; size != all.size() && all[size].knot == all[0].knot; ++size)
      unchanged &= is_unchanged(all[size]);
    if (all[0].group >= kept.size())
      kept.resize(all[0].group + 1);
    kept[all[0].group] += unchanged;
    all = all.subspan(size);
  }
  return kept;
}

void look_again() noexcept {
  if (last == nullptr || !last->counts.done)
    return;
  array<std::uint32_t> kept = count_kept();
  if (record_directory() == nullptr) {
    if (std::any_of(kept.begin(), kept.end(),
                    [](auto count) { return count != 0; }))
      print_last_report();
    return;
  }
  text_writer out;
  for (std::uint32_t g = 0; g != kept.size(); ++g)
    if (kept[g] != 0)
      out << "kept\t" << g << '\t' << kept[g] << '\n';
  out << "end\n";
  char file[4096];
  name_record(file, sizeof file, std::uint64_t(getpid()));
  append_to_file(file, out.text());
}

} // namespace refcycle::verify
