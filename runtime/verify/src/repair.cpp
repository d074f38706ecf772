// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "repair.h"

#include "sandbox.h"

#include <algorithm>

namespace refcycle::verify {

/// More groups or classes are not tried: each costs a fork.
static constexpr std::uint32_t most_groups = 1000, most_classes = 16;
/// Edges that are tried alone: of one class, and in all. Larger knots are not.
static constexpr std::uint32_t most_alone = 8, most_alone_in_all = 256;
static constexpr std::uint32_t most_objects = 10'000;

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

/// The library of an attached object has freed it, and may use its count for
/// something else by now, or have given back its memory.
static bool was_freed(const snapshot &s, const counted &object) noexcept {
  const attached_object *attached = s.attached.find(object.at);
  if (attached == nullptr)
    return false;
  bool there = false;
  run_guarded([&] { there = *attached->state != 0; });
  return !there;
}

static bool is_gone(const snapshot &s, const counted &object) noexcept {
  return was_freed(s, object) || owners(s.family_of(object), object.at) <= 0;
}

/// All of these handles go first, and only then do objects without an owner:
/// had they been weak, none of them would have kept anything for a moment.
static void take_away(const snapshot &s, const knots &k,
                      std::span<const std::uint32_t> edges) noexcept {
  array<std::uint32_t> orphans; // An object dies once, however many handles go.
  for (std::uint32_t e : edges) {
    std::uint32_t i = k.edges[e].target;
    const counted &target = s.objects[i];
    const family &f = s.family_of(target);
    clear_handle(s, s.slots[k.edges[e].slot].at, target);
    set_owners(f, target.at, owners(f, target.at) - 1);
    if (owners(f, target.at) == 0)
      orphans.push_back(i);
  }
  for (std::uint32_t i : orphans)
    if (!was_freed(s, s.objects[i]))
      dispose(s, s.objects[i]);
}

static std::uint32_t
count_gone(const snapshot &s, std::span<const std::uint32_t> members) noexcept {
  return std::uint32_t(
      std::count_if(members.begin(), members.end(),
                    [&](std::uint32_t i) { return is_gone(s, s.objects[i]); }));
}

static constexpr std::uint32_t untried = ~std::uint32_t(0);

/// How many of the members die without these edges.
static std::uint32_t try_without(const snapshot &s, const knots &k,
                                 std::span<const std::uint32_t> members,
                                 std::span<const std::uint32_t> edges,
                                 volatile std::uint32_t *result) noexcept {
  *result = untried;
  pid_t child = quiet_fork();
  if (child == 0) {
    if (!enter_sandbox(s.space, nothing_freed))
      end_process(false);
    take_away(s, k, edges);
    *result = count_gone(s, members);
    end_process(true);
  }
  return child > 0 && wait_for(child) ? *result : untried;
}

namespace {

/// The edges of one knot, by the number that the grouping gave to their class.
class knot_edges {
public:
  knot_edges(const knots &k, const grouping &all,
             std::span<const std::uint32_t> members) noexcept
      : all(all) {
    for (std::uint32_t object : members)
      for (std::uint32_t e = k.first_edge[object];
           e != k.first_edge[object + 1]; ++e)
        if (all.class_of[e] != grouping::no_group)
          edges.push_back(e);
  }

  /// The classes, in the order of group::first_class for the sample.
  void classes(array<std::uint32_t> &into) const noexcept {
    for (std::uint32_t e : edges)
      if (std::find(into.begin(), into.end(), all.class_of[e]) == into.end())
        into.push_back(all.class_of[e]);
  }

  void of(std::span<const std::uint32_t> numbers,
          array<std::uint32_t> &into) const noexcept {
    into.clear();
    for (std::uint32_t e : edges)
      if (std::find(numbers.begin(), numbers.end(), all.class_of[e]) !=
          numbers.end())
        into.push_back(e);
  }

private:
  const grouping &all;
  array<std::uint32_t> edges;
};

/// One group at a time.
class repairs {
public:
  repairs(const snapshot &s, const knots &k, grouping &all,
          volatile std::uint32_t *result) noexcept
      : s(s), k(k), all(all), result(result) {}

  void run(std::uint32_t number) noexcept {
    group &g = all.groups[number];
    auto members = k.members_of(k.all[g.sample]);
    knot_edges edges(k, all, members);
    array<std::uint32_t> numbers;
    edges.classes(numbers);
    numbers.resize(std::min<std::size_t>(numbers.size(), most_classes));
    bool whole = false;
    for (std::uint32_t i = 0; i != numbers.size(); ++i) {
      edge_class &c = all.classes[g.first_class + i];
      std::uint32_t freed = without(members, edges, {&numbers[i], 1});
      c.tried = freed != untried;
      c.freed = c.tried ? freed : 0;
      whole |= c.freed == members.size();
    }
    if (whole)
      try_alone(g, numbers);
    else
      whole = combine(number, members, edges, numbers);
    if (whole && g.degree == proof::exact)
      g.degree = proof::certified;
  }

private:
  std::uint32_t without(std::span<const std::uint32_t> members,
                        const knot_edges &edges,
                        std::span<const std::uint32_t> numbers) noexcept {
    array<std::uint32_t> chosen;
    edges.of(numbers, chosen);
    return try_without(s, k, members, chosen, result);
  }

  /// All ways that lead to one type: the back references to a common owner.
  bool combine(std::uint32_t number, std::span<const std::uint32_t> members,
               const knot_edges &edges,
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
      std::uint32_t freed = without(members, edges, together);
      if (freed != untried)
        all.fixes.push_back({number, target, freed});
      whole |= freed == members.size();
    }
    return whole;
  }

  /// Of the classes that free all: does it take all their edges? In the largest
  /// knot, since in a small one each may have only one.
  void try_alone(const group &g,
                 std::span<const std::uint32_t> numbers) noexcept {
    const knot &of = k.all[g.largest];
    if (of.count > most_objects)
      return;
    auto members = k.members_of(of);
    knot_edges edges(k, all, members);
    for (std::uint32_t i = 0; i != numbers.size(); ++i) {
      edge_class &c = all.classes[g.first_class + i];
      array<std::uint32_t> each;
      edges.of({&numbers[i], 1}, each);
      c.edges = std::uint32_t(each.size());
      if (c.freed == g.sample_objects && each.size() > 1)
        try_each(c, members, each);
    }
  }

  void try_each(edge_class &c, std::span<const std::uint32_t> members,
                std::span<const std::uint32_t> each) noexcept {
    for (const std::uint32_t &edge :
         each.first(std::min<std::size_t>(each.size(), most_alone))) {
      if (alone++ >= most_alone_in_all)
        return;
      std::uint32_t freed = try_without(s, k, members, {&edge, 1}, result);
      if (freed == untried)
        continue;
      ++c.tried_alone;
      c.enough += freed == members.size();
      c.most_freed = std::max(c.most_freed, freed);
    }
  }

  const snapshot &s;
  const knots &k;
  grouping &all;
  volatile std::uint32_t *result;
  std::uint32_t alone = 0; ///< Edges tried alone so far.
};

} // namespace

void try_repairs(const snapshot &s, const knots &k, grouping &into) noexcept {
  auto *result =
      static_cast<std::uint32_t *>(map_pages(sizeof(std::uint32_t), true));
  if (result == nullptr)
    return;
  std::uint32_t tried = 0;
  repairs each(s, k, into, result);
  for (std::uint32_t i = 0; i != into.groups.size(); ++i)
    if (into.groups[i].dead && tried++ < most_groups)
      each.run(i);
}

} // namespace refcycle::verify
