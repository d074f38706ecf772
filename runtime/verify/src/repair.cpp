// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "repair.h"

#include "sandbox.h"

#include <algorithm>

namespace refcycle::verify {

/// More groups or classes are not tried: each costs a fork.
static constexpr std::uint32_t most_groups = 100, most_classes = 16;

static void nothing_freed(void *) noexcept {}

static void call_slot(address object, unsigned slot) noexcept {
  address function = word_at(word_at(object) + 8 * slot);
  reinterpret_cast<void (*)(void *)>(function)(reinterpret_cast<void *>(object));
}

/// The last owner has gone: what every family does then.
static void dispose(const family &f, address object) noexcept {
  run_guarded([&] {
    call_slot(object, dispose_slot);
    std::int64_t weak = read_count(object + f.weak, f.width) - 1;
    write_count(object + f.weak, f.width, weak);
    if (weak + 1 - f.first == 0)
      call_slot(object, destroy_slot(f));
  });
}

/// All handles of the class go first, and only then do objects without an owner:
/// had they been weak, none of them would have kept anything for a moment.
static void take_away(const snapshot &s, const knots &k, const grouping &g,
                      std::span<const std::uint32_t> members, std::uint32_t number) noexcept {
  array<std::uint32_t> targets;
  for (std::uint32_t object : members)
    for (std::uint32_t e = k.first_edge[object]; e != k.first_edge[object + 1]; ++e) {
      if (g.class_of[e] != number || k.edges[e].slot == no_slot)
        continue;
      const counted &target = s.objects[k.edges[e].target];
      const family &f = s.family_of(target);
      set_word(s.slots[k.edges[e].slot].at, 0);
      set_owners(f, target.at, owners(f, target.at) - 1);
      targets.push_back(k.edges[e].target);
    }
  for (std::uint32_t i : targets) {
    const counted &target = s.objects[i];
    if (owners(s.family_of(target), target.at) == 0)
      dispose(s.family_of(target), target.at);
  }
}

static std::uint32_t count_gone(const snapshot &s,
                                std::span<const std::uint32_t> members) noexcept {
  return std::uint32_t(std::count_if(members.begin(), members.end(), [&](std::uint32_t i) {
    return owners(s.family_of(s.objects[i]), s.objects[i].at) <= 0;
  }));
}

static void try_class(const snapshot &s, const knots &k, const grouping &all,
                      std::span<const std::uint32_t> members, std::uint32_t number,
                      edge_class &c, std::uint32_t *result) noexcept {
  *result = ~std::uint32_t(0);
  pid_t child = quiet_fork();
  if (child == 0) {
    if (!enter_sandbox(s.space, nothing_freed))
      end_process(false);
    take_away(s, k, all, members, number);
    *result = count_gone(s, members);
    end_process(true);
  }
  c.tried = child > 0 && wait_for(child) && *result != ~std::uint32_t(0);
  c.freed = c.tried ? *result : 0;
}

/// The number that the grouping gave to the edges of a class of the sample.
static void numbers_of(const knots &k, const grouping &all,
                       std::span<const std::uint32_t> members,
                       array<std::uint32_t> &into) noexcept {
  for (std::uint32_t object : members)
    for (std::uint32_t e = k.first_edge[object]; e != k.first_edge[object + 1]; ++e)
      if (all.class_of[e] != grouping::no_group &&
          std::find(into.begin(), into.end(), all.class_of[e]) == into.end())
        into.push_back(all.class_of[e]);
}

void try_repairs(const snapshot &s, const knots &k, grouping &into) noexcept {
  auto *result = static_cast<std::uint32_t *>(map_pages(sizeof(std::uint32_t), true));
  std::uint32_t tried = 0;
  for (group &g : into.groups) {
    if (!g.dead || result == nullptr || tried++ == most_groups)
      continue;
    auto members = k.members_of(k.all[g.sample]);
    array<std::uint32_t> numbers;
    numbers_of(k, into, members, numbers);
    for (std::uint32_t i = 0; i != std::min<std::size_t>(numbers.size(), most_classes); ++i) {
      edge_class &c = into.classes[g.first_class + i];
      try_class(s, k, into, members, numbers[i], c, result);
      if (c.freed == members.size() && g.degree == proof::exact)
        g.degree = proof::certified;
    }
  }
}

} // namespace refcycle::verify
