// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "groups.h"

#include <algorithm>

namespace refcycle::verify {

namespace {

/// What makes two edges alike. Elements of a container lie at many offsets, so
/// behind the first link only the field that leads there counts; a pointer to a
/// separate object is no field, so the offset behind it does.
struct edge_key {
  std::uint32_t from, target, field, inner;
  bool direct;
  auto operator<=>(const edge_key &) const = default;
};

edge_key key_of(std::uint32_t from, std::uint32_t target, const slot_path &p,
                const block_type &type) noexcept {
  edge_key key{from, target, ~std::uint32_t(0), 0, p.steps <= 1};
  if (p.steps == 0)
    return key;
  key.field = p.offset[0];
  if (p.steps > 1 && type.separate) {
    key.inner = p.offset[1];
    key.direct = p.steps == 2;
  }
  return key;
}

class grouper {
public:
  grouper(const snapshot &s, const ownership &owned, const knots &k,
          grouping &into)
      : s(s), k(k), into(into), owned(owned) {}

  void run() noexcept {
    into.group_of.resize(k.all.size());
    into.class_of.resize(k.edges.size());
    std::fill(into.class_of.begin(), into.class_of.end(), grouping::no_group);
    for (std::uint32_t i = 0; i != k.all.size(); ++i)
      into.group_of[i] = add(i);
    add_what_hangs_on();
  }

private:
  std::uint32_t class_index(const owned_edge &e) noexcept;
  std::uint32_t add(std::uint32_t knot) noexcept;
  void classes_of(const knot &of, array<std::uint32_t> &sorted,
                  bool &proven) noexcept;
  std::uint32_t make_group(std::uint32_t knot,
                           std::span<const std::uint32_t> classes) noexcept;
  void add_what_hangs_on() noexcept;

  const snapshot &s;
  const knots &k;
  grouping &into;
  const ownership &owned;
  array<std::uint32_t> classes; ///< Of the knot in hand.
  array<edge_key> keys;         ///< Of all classes seen, one for each.
  array<slot_path> samples;
  struct signature {
    std::uint32_t first, count; ///< Slice of signature_classes.
    bool dead, attended;
  };
  array<signature> signatures; ///< One for each group.
  array<std::uint32_t> signature_classes;
};

} // namespace

/// Few classes exist in a program, so a list will do.
std::uint32_t grouper::class_index(const owned_edge &e) noexcept {
  slot_path path = owned.path_to(e.from, s.slots[e.slot].at);
  const counted &from = s.objects[e.from];
  edge_key key =
      key_of(from.type, s.objects[e.target].type, path, s.types[from.type]);
  auto found = std::find(keys.begin(), keys.end(), key);
  if (found == keys.end()) {
    keys.push_back(key);
    samples.push_back(path);
    return std::uint32_t(keys.size() - 1);
  }
  return std::uint32_t(found - keys.begin());
}

void grouper::classes_of(const knot &of, array<std::uint32_t> &sorted,
                         bool &proven) noexcept {
  auto members = k.members_of(of);
  for (std::uint32_t object : members)
    for (std::uint32_t e = k.first_edge[object]; e != k.first_edge[object + 1];
         ++e) {
      if (!std::binary_search(members.begin(), members.end(),
                              k.edges[e].target))
        continue;
      std::uint32_t c = class_index(k.edges[e]);
      into.class_of[e] = c;
      proven &= samples[c].steps != 0;
      sorted.push_back(c);
    }
  std::sort(sorted.begin(), sorted.end());
  sorted.resize(
      std::size_t(std::unique(sorted.begin(), sorted.end()) - sorted.begin()));
}

/// One member that is certain makes the others so: it has handles to them.
static bool is_guess(const snapshot &s,
                     std::span<const std::uint32_t> members) noexcept {
  return std::all_of(members.begin(), members.end(),
                     [&](std::uint32_t i) { return s.objects[i].guessed; });
}

/// Knots of the same classes; dead ones and held ones apart, and those that a
/// collector knows.
std::uint32_t grouper::add(std::uint32_t knot) noexcept {
  const struct knot &of = k.all[knot];
  classes.clear();
  bool proven = !of.uncertain;
  classes_of(of, classes, proven);
  std::uint32_t g = 0;
  for (; g != signatures.size(); ++g) {
    const signature &other = signatures[g];
    const std::uint32_t *first = signature_classes.begin() + other.first;
    if (other.dead == of.dead && other.attended == of.attended &&
        other.count == classes.size() &&
        std::equal(classes.begin(), classes.end(), first))
      break;
  }
  if (g == signatures.size())
    g = make_group(knot, classes);
  group &to = into.groups[g];
  if (of.count < k.all[to.sample].count)
    to.sample = knot;
  if (of.count > k.all[to.largest].count)
    to.largest = knot;
  ++to.instances;
  to.objects += of.count;
  to.outside += of.outside;
  if (!proven)
    to.degree = proof::possible;
  if (is_guess(s, k.members_of(of)))
    to.degree = std::min(to.degree, proof::structural);
  for (std::uint32_t object : k.members_of(of))
    to.bytes += owned.bytes_of(object);
  return g;
}

std::uint32_t
grouper::make_group(std::uint32_t knot,
                    std::span<const std::uint32_t> classes) noexcept {
  signatures.push_back({std::uint32_t(signature_classes.size()),
                        std::uint32_t(classes.size()), k.all[knot].dead,
                        k.all[knot].attended});
  for (std::uint32_t c : classes)
    signature_classes.push_back(c);
  group made{};
  made.sample = made.largest = knot;
  made.dead = k.all[knot].dead;
  made.attended = k.all[knot].attended;
  made.degree = proof::exact;
  into.groups.push_back(made);
  return std::uint32_t(into.groups.size() - 1);
}

/// Garbage that is in no knot hangs on one: it counts for the first that
/// reaches it.
void grouper::add_what_hangs_on() noexcept {
  array<bool> counted;
  counted.resize(s.objects.size());
  for (const knot &each : k.all)
    for (std::uint32_t object : k.members_of(each))
      counted[object] = true;
  array<std::uint32_t> reached;
  for (std::uint32_t i = 0; i != k.all.size(); ++i) {
    if (!k.all[i].dead)
      continue;
    for (std::uint32_t object : k.members_of(k.all[i]))
      reached.push_back(object);
    while (!reached.empty()) {
      std::uint32_t object = reached.back();
      reached.pop_back();
      for (const owned_edge &e : k.edges_of(object)) {
        if (counted[e.target])
          continue;
        counted[e.target] = true;
        into.groups[into.group_of[i]].bytes += owned.bytes_of(e.target);
        reached.push_back(e.target);
      }
    }
  }
}

// -------------------------------------------------------------------- samples

/// The classes of a group's sample, and its witness in terms of them.
static void describe_sample(const snapshot &s, const knots &k,
                            const ownership &owned, grouping &into,
                            group &g) noexcept {
  const knot &sample = k.all[g.sample];
  auto members = k.members_of(sample);
  g.sample_objects = sample.count;
  g.largest_objects = k.all[g.largest].count;
  g.first_class = std::uint32_t(into.classes.size());
  array<std::uint32_t> seen; // Class numbers of the grouper, in order of ours.
  for (std::uint32_t object : members)
    for (std::uint32_t e = k.first_edge[object]; e != k.first_edge[object + 1];
         ++e) {
      if (into.class_of[e] == grouping::no_group)
        continue;
      auto at = std::find(seen.begin(), seen.end(), into.class_of[e]);
      if (at == seen.end()) {
        const owned_edge &edge = k.edges[e];
        seen.push_back(into.class_of[e]);
        slot_path path = owned.path_to(edge.from, s.slots[edge.slot].at);
        edge_class c{};
        c.from = s.objects[edge.from].type;
        c.target = s.objects[edge.target].type;
        c.path = path;
        c.count = 1;
        into.classes.push_back(c);
      } else {
        ++into.classes[g.first_class + std::size_t(at - seen.begin())].count;
      }
    }
  g.class_count = std::uint32_t(into.classes.size()) - g.first_class;

  g.first_hop = std::uint32_t(into.hops.size());
  array<owned_edge> witness;
  find_witness(k, sample, witness);
  for (const owned_edge &hop : witness) {
    auto edge =
        std::find_if(k.edges.begin() + k.first_edge[hop.from], k.edges.end(),
                     [&](const owned_edge &e) {
                       return e.target == hop.target && e.slot == hop.slot;
                     });
    auto number = into.class_of[std::size_t(edge - k.edges.begin())];
    auto at = std::find(seen.begin(), seen.end(), number);
    into.hops.push_back(g.first_class + std::uint32_t(at - seen.begin()));
  }
  g.hop_count = std::uint32_t(into.hops.size()) - g.first_hop;
}

void group_knots(const snapshot &s, const trial &t, const knots &k,
                 grouping &into) noexcept {
  ownership owned(s, t);
  grouper(s, owned, k, into).run();
  for (group &g : into.groups)
    describe_sample(s, k, owned, into, g);
}

} // namespace refcycle::verify
