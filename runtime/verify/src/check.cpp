// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "check.h"

#include "describe.h"
#include "doubts.h"
#include "knockout.h"
#include "record.h"
#include "repair.h"
#include "sandbox.h"
#include "stops.h"
#include "used_types.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <unistd.h>

namespace refcycle::verify {

namespace {

/// An object of a dead knot, for the second look.
struct suspect {
  address at, first_word;
  address block;  ///< Of malloc's; 0: an attached object.
  bool abandoned; ///< An attached object that no collector comes for.
  std::int64_t owners;
  std::uint32_t group, knot;
  family counts; ///< A copy: layouts are known in the check's process only.
};

/// The line of one group in the report.
struct line_end {
  std::uint32_t group, end;
};

/// What the checking process tells the program. Shared memory.
struct verdict {
  check_result counts;
  char report[16384]; ///< Zero-terminated; what does not fit is left out.
  line_end lines[512];
  std::uint32_t line_count;
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
      bool attached = s.attached.find(c.at) != nullptr;
      v.list[v.suspects++] = {c.at,
                              word_at(c.at),
                              attached ? 0 : s.blocks[c.block].start,
                              attached && !c.attended,
                              c.owners,
                              g.group_of[i],
                              i,
                              s.family_of(c)};
    }
  }
}

/// A leak as far as one look can tell. What a collector may come for is none
/// before the end.
static bool is_leak(const group &g, bool at_end) noexcept {
  return g.dead && g.degree != proof::possible && (at_end || !g.attended);
}

/// The demangler allocates, and the program's allocator may be locked.
static void keep_report(const snapshot &s, const grouping &all, bool at_end,
                        verdict &v) noexcept {
  stop_freeing(nothing_freed);
  text_writer words;
  for (std::uint32_t i = 0; i != all.groups.size(); ++i) {
    if (!is_leak(all.groups[i], at_end))
      continue;
    describe_group(s, all, all.groups[i], words);
    if (words.text().size() >= sizeof v.report ||
        v.line_count == std::size(v.lines))
      break;
    v.lines[v.line_count++] = {i, std::uint32_t(words.text().size())};
  }
  std::size_t size = v.line_count == 0 ? 0 : v.lines[v.line_count - 1].end;
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
static bool run_check(verdict &v, const char *file, address asked_from,
                      bool at_end) noexcept {
  snapshot s{};
  s.asked_from = asked_from;
  trial t;
  knots k;
  grouping g;
  unwatch_types();
  remove_stops();
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
    settle_links(s, t, k, g);
    doubt_shared_blocks(s, t, k, g);
    try_repairs(s, k, g);
  }
  for (const group &each : g.groups)
    if (is_leak(each, at_end))
      v.counts.dead_instances += each.instances;
  remember(s, k, g, v);
  keep_report(s, g, at_end, v);
  v.counts.done = true;
  if (*file == '\0')
    return true;
  text_writer out;
  write_record(s, t, g, out);
  return append_to_file(file, out.text());
}

check_result check_now(bool at_end) noexcept {
  // A second thread that asks at the same time gets no answer.
  if (__atomic_exchange_n(&checking, 1, __ATOMIC_ACQUIRE) != 0)
    return {};
  auto asked_from = address(__builtin_frame_address(0));
  int saved = errno; // We may be in a signal handler.
  ++checks;
  if (last == nullptr)
    last = make_verdict();
  check_result result{};
  if (last != nullptr && block_shadow != nullptr) {
    last->counts = {};
    last->suspects = 0;
    last->line_count = 0;
    last->report[0] = '\0';
    char file[4096] = "";
    if (record_directory() != nullptr)
      name_record(file, sizeof file, std::uint64_t(getpid()));
    pid_t child = quiet_fork();
    if (child == 0)
      end_process(run_check(*last, file, asked_from, at_end));
    if (child > 0 && wait_for(child))
      result = last->counts;
  }
  errno = saved;
  __atomic_store_n(&checking, 0, __ATOMIC_RELEASE);
  return result;
}

bool is_checking() noexcept {
  return __atomic_load_n(&checking, __ATOMIC_ACQUIRE) != 0;
}

const char *last_report() noexcept {
  return last == nullptr ? "" : last->report;
}

static constexpr char report_heading[] =
    "refcycle: objects keep each other alive:\n";

static void write_on_error(const text_writer &out) noexcept {
  ssize_t ignored = write(STDERR_FILENO, out.text().data(), out.text().size());
  (void)ignored;
}

void print_last_report() noexcept {
  if (last == nullptr || last->counts.dead_instances == 0)
    return;
  text_writer out;
  out << report_heading << last->report;
  write_on_error(out);
}

// ------------------------------------------------------------- second look

/// A collector that the program has switched off may collect once more when all
/// is over; until then what it frees there was a leak.
static bool is_unchanged(const suspect &s,
                         const address_space &space) noexcept {
  if (s.abandoned)
    return true;
  bool there = s.block != 0 ? starts_block(s.block)
                            : space.is_readable(s.at + s.counts.strong, 16);
  return there && word_at(s.at) == s.first_word &&
         owners(s.counts, s.at) == s.owners;
}

/// By group, how many of its knots are still there.
static array<std::uint32_t> count_kept() noexcept {
  array<std::uint32_t> kept;
  std::span<const suspect> all(last->list, last->suspects);
  address_space space;
  if (!read_address_space(space))
    return kept;
  // Members of a knot follow each other.
  while (!all.empty()) {
    std::size_t size = 0;
    bool unchanged = true;
    for (; size != all.size() && all[size].knot == all[0].knot; ++size)
      unchanged &= is_unchanged(all[size], space);
    if (all[0].group >= kept.size())
      kept.resize(all[0].group + 1);
    kept[all[0].group] += unchanged;
    all = all.subspan(size);
  }
  return kept;
}

static void report_on_error(const array<std::uint32_t> &kept) noexcept {
  text_writer out;
  std::uint32_t from = 0;
  for (const line_end &line : std::span(last->lines, last->line_count)) {
    if (line.group < kept.size() && kept[line.group] != 0) {
      if (out.text().empty())
        out << report_heading;
      for (; from != line.end; ++from)
        out << last->report[from];
    }
    from = line.end;
  }
  write_on_error(out);
}

void look_again() noexcept {
  if (last == nullptr || !last->counts.done)
    return;
  array<std::uint32_t> kept = count_kept();
  if (record_directory() == nullptr)
    return report_on_error(kept);
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
