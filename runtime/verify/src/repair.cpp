// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "repair.h"

#include "sandbox.h"

#include <algorithm>

namespace refcycle::verify {

/// More groups or classes are not tried: each costs a fork.
static constexpr std::uint32_t most_groups = 1000, most_classes = 16;

static void nothing_freed(void *) noexcept {}

static void call_slot(address object, unsigned slot) noexcept {
  address function = word_at(word_at(object) + 8 * slot);
  reinterpret_cast<void (*)(void *)>(function)(
      reinterpret_cast<void *>(object));
}

/// The last owner has gone: what every family does then.
static void dispose_block(const family &f, address object) noexcept {
  call_slot(object, dispose_slot);
  std::int64_t weak = read_count(object + f.weak, f.width) - 1;
  write_count(object + f.weak, f.width, weak);
  if (weak + 1 - f.first == 0)
    call_slot(object, destroy_slot(f));
}

static void dispose(const snapshot &s, const counted &object) noexcept {
  const block_type &type = s.types[object.type];
  run_guarded([&] {
    if (type.layout != nullptr)
      destroy_object(type, object.at, object.body);
    else
      dispose_block(s.family_of(object), object.at);
  });
}

/// A handle with a count block of its own is two words.
static void clear_handle(const snapshot &s, address slot,
                         const counted &target) noexcept {
  set_word(slot, 0);
  if (const handle_class *h = s.types[target.type].handle)
    set_word(slot - h->block_at + h->object_at, 0);
}

/// All handles of the class go first, and only then do objects without an
/// owner: had they been weak, none of them would have kept anything for a
/// moment.
static void take_away(const snapshot &s, const knots &k, const grouping &g,
                      std::span<const std::uint32_t> members,
                      std::span<const std::uint32_t> numbers) noexcept {
  array<std::uint32_t> targets;
  for (std::uint32_t object : members)
    for (std::uint32_t e = k.first_edge[object]; e != k.first_edge[object + 1];
         ++e) {
      if (std::find(numbers.begin(), numbers.end(), g.class_of[e]) ==
          numbers.end())
        continue;
      const counted &target = s.objects[k.edges[e].target];
      const family &f = s.family_of(target);
      clear_handle(s, s.slots[k.edges[e].slot].at, target);
      set_owners(f, target.at, owners(f, target.at) - 1);
      targets.push_back(k.edges[e].target);
    }
  for (std::uint32_t i : targets) {
    const counted &target = s.objects[i];
    if (owners(s.family_of(target), target.at) == 0)
      dispose(s, target);
  }
}

static std::uint32_t
count_gone(const snapshot &s, std::span<const std::uint32_t> members) noexcept {
  return std::uint32_t(
      std::count_if(members.begin(), members.end(), [&](std::uint32_t i) {
        return owners(s.family_of(s.objects[i]), s.objects[i].at) <= 0;
      }));
}

static constexpr std::uint32_t untried = ~std::uint32_t(0);

/// How many of the members die without these classes of edges.
static std::uint32_t try_without(const snapshot &s, const knots &k,
                                 const grouping &all,
                                 std::span<const std::uint32_t> members,
                                 std::span<const std::uint32_t> numbers,
                                 volatile std::uint32_t *result) noexcept {
  *result = untried;
  pid_t child = quiet_fork();
  if (child == 0) {
    if (!enter_sandbox(s.space, nothing_freed))
      end_process(false);
    take_away(s, k, all, members, numbers);
    *result = count_gone(s, members);
    end_process(true);
  }
  return child > 0 && wait_for(child) ? *result : untried;
}

/// The number that the grouping gave to the edges of a class of the sample.
static void numbers_of(const knots &k, const grouping &all,
                       std::span<const std::uint32_t> members,
                       array<std::uint32_t> &into) noexcept {
  for (std::uint32_t object : members)
    for (std::uint32_t e = k.first_edge[object]; e != k.first_edge[object + 1];
         ++e)
      if (all.class_of[e] != grouping::no_group &&
          std::find(into.begin(), into.end(), all.class_of[e]) == into.end())
        into.push_back(all.class_of[e]);
}

namespace {

/// One group at a time.
class repairs {
public:
  repairs(const snapshot &s, const knots &k, grouping &all,
          volatile std::uint32_t *result) noexcept
      : s(s), k(k), all(all), result(result) {}

  void run(std::uint32_t number) noexcept {
    group &g = all.groups[number];
    auto members = k.members_of(k.all[g.sample]);
    array<std::uint32_t> numbers;
    numbers_of(k, all, members, numbers);
    numbers.resize(std::min<std::size_t>(numbers.size(), most_classes));
    bool whole = false;
    for (std::uint32_t i = 0; i != numbers.size(); ++i) {
      edge_class &c = all.classes[g.first_class + i];
      std::uint32_t freed =
          try_without(s, k, all, members, {&numbers[i], 1}, result);
      c.tried = freed != untried;
      c.freed = c.tried ? freed : 0;
      whole |= c.freed == members.size();
    }
    if (!whole)
      whole = combine(number, members, numbers);
    if (whole && g.degree == proof::exact)
      g.degree = proof::certified;
  }

private:
  /// All ways that lead to one type: the back references to a common owner.
  bool combine(std::uint32_t number, std::span<const std::uint32_t> members,
               std::span<const std::uint32_t> numbers) noexcept {
    const group &g = all.groups[number];
    bool whole = false;
    for (std::uint32_t i = 0; i != numbers.size(); ++i) {
      std::uint32_t target = all.classes[g.first_class + i].target;
      array<std::uint32_t> together;
      bool seen = false;
      for (std::uint32_t j = 0; j != numbers.size(); ++j)
        if (all.classes[g.first_class + j].target == target) {
          seen |= j < i;
          together.push_back(numbers[j]);
        }
      if (seen || together.size() < 2)
        continue;
      std::uint32_t freed = try_without(s, k, all, members, together, result);
      if (freed != untried)
        all.fixes.push_back({number, target, freed});
      whole |= freed == members.size();
    }
    return whole;
  }

  const snapshot &s;
  const knots &k;
  grouping &all;
  volatile std::uint32_t *result;
};

} // namespace

void try_repairs(const snapshot &s, const knots &k, grouping &into) noexcept {
  auto *result =
      static_cast<std::uint32_t *>(map_pages(sizeof(std::uint32_t), true));
  std::uint32_t tried = 0;
  for (std::uint32_t i = 0; i != into.groups.size() && result != nullptr; ++i)
    if (into.groups[i].dead && tried++ < most_groups)
      repairs(s, k, into, result).run(i);
}

} // namespace refcycle::verify
