// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "cycles.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace refcycle::verify {

// ------------------------------------------------------------------ the graph

static void sort_edges(const snapshot &s, const trial &t, knots &k) noexcept {
  k.edges.assign(t.edges);
  auto before = [](const owned_edge &a, const owned_edge &b) {
    return std::tie(a.from, a.target, a.slot) <
           std::tie(b.from, b.target, b.slot);
  };
  // Objects were destroyed in order, and most have one handle.
  if (!std::is_sorted(k.edges.begin(), k.edges.end(), before))
    std::sort(k.edges.begin(), k.edges.end(), before);
  k.first_edge.resize(s.objects.size() + 1);
  for (const owned_edge &e : k.edges)
    ++k.first_edge[e.from + 1];
  for (std::size_t i = 0; i != s.objects.size(); ++i)
    k.first_edge[i + 1] += k.first_edge[i];
}

/// Handles from outside are what the count says beyond the edges. More edges
/// than the count has means that a destructor gave up what it does not own:
/// then no count of that object is to be trusted, and it counts as held.
static void count_outside(const snapshot &s, const trial &t,
                          knots &k) noexcept {
  k.outside.resize(s.objects.size());
  for (std::size_t i = 0; i != s.objects.size(); ++i)
    k.outside[i] = s.objects[i].owners;
  for (const owned_edge &e : k.edges)
    --k.outside[e.target];
  for (std::size_t i = 0; i != s.objects.size(); ++i)
    if (k.outside[i] < 0 || t.disturbed[i])
      k.outside[i] = std::max<std::int64_t>(k.outside[i], 1);
}

static void mark_dead(const snapshot &s, knots &k) noexcept {
  k.dead.resize(s.objects.size());
  array<std::uint32_t> reached;
  reached.reserve(s.objects.size());
  for (std::uint32_t i = 0; i != s.objects.size(); ++i) {
    k.dead[i] = k.outside[i] == 0;
    if (!k.dead[i])
      reached.push_back(i);
  }
  while (!reached.empty()) {
    std::uint32_t i = reached.back();
    reached.pop_back();
    for (const owned_edge &e : k.edges_of(i))
      if (k.dead[e.target]) {
        k.dead[e.target] = false;
        reached.push_back(e.target);
      }
  }
}

// ----------------------------------------------------------------- components

namespace {

/// Tarjan's algorithm, on a stack of its own: lists of a million objects occur.
class components {
public:
  explicit components(knots &into) noexcept : k(into) {
    std::size_t n = k.first_edge.size() - 1;
    order.resize(n);
    low.resize(n);
    open.resize(n);
    owned.resize(n);
    for (const owned_edge &e : k.edges)
      owned[e.target] = true;
  }

  void run() noexcept {
    for (std::uint32_t start = 0; start != order.size(); ++start) {
      if (order[start] != 0 || !may_be_in_cycle(start))
        continue;
      enter(start);
      while (!path.empty())
        step();
    }
  }

private:
  struct frame {
    std::uint32_t object, next_edge;
  };

  /// Most objects of most programs are roots or leaves.
  bool may_be_in_cycle(std::uint32_t object) const noexcept {
    return owned[object] && k.first_edge[object] != k.first_edge[object + 1];
  }

  void enter(std::uint32_t object) noexcept {
    order[object] = low[object] = ++last_order;
    open[object] = true;
    pending.push_back(object);
    path.push_back({object, k.first_edge[object]});
  }

  void step() noexcept {
    frame &top = path.back();
    std::uint32_t object = top.object;
    if (top.next_edge != k.first_edge[object + 1]) {
      std::uint32_t target = k.edges[top.next_edge++].target;
      if (order[target] == 0 && may_be_in_cycle(target))
        enter(target);
      else if (open[target])
        low[object] = std::min(low[object], order[target]);
      return;
    }
    if (low[object] == order[object])
      close(object);
    path.pop_back();
    if (!path.empty()) {
      std::uint32_t parent = path.back().object;
      low[parent] = std::min(low[parent], low[object]);
    }
  }

  void close(std::uint32_t root) noexcept {
    auto first = std::uint32_t(k.members.size());
    for (std::uint32_t object = ~root; object != root;) {
      object = pending.back();
      pending.pop_back();
      open[object] = false;
      k.members.push_back(object);
    }
    auto count = std::uint32_t(k.members.size()) - first;
    if (count == 1 && !owns_itself(root)) {
      k.members.pop_back();
      return;
    }
    std::sort(k.members.begin() + first, k.members.end());
    k.all.push_back({first, count, false, 0, false, false});
  }

  bool owns_itself(std::uint32_t object) const noexcept {
    for (const owned_edge &e : k.edges_of(object))
      if (e.target == object)
        return true;
    return false;
  }

  knots &k;
  array<std::uint32_t> order, low, pending;
  array<bool> open;
  array<bool> owned; ///< By another or by itself.
  array<frame> path;
  std::uint32_t last_order = 0;
};

} // namespace

/// Owners outside of a knot are the program's (stacks, globals, plain blocks)
/// and other objects'.
static std::int64_t owners_outside(const knots &all, const knot &k,
                                   const snapshot &s) noexcept {
  std::int64_t inside = 0, total = 0;
  auto members = all.members_of(k);
  for (std::uint32_t i : members) {
    total += s.objects[i].owners;
    for (const owned_edge &e : all.edges_of(i))
      inside += std::binary_search(members.begin(), members.end(), e.target);
  }
  return total - inside;
}

/// A guess about one object is no proof that another's owners are all known.
static void mark_guessed(const trial &t, knots &into) noexcept {
  array<bool> guessed; // By object: an edge to it was guessed.
  guessed.resize(into.outside.size());
  for (const owned_edge &e : into.edges)
    guessed[e.target] |= t.failed[e.from];
  for (knot &k : into.all)
    for (std::uint32_t i : into.members_of(k))
      k.uncertain |= guessed[i];
}

void find_knots(const snapshot &s, const trial &t, knots &into) noexcept {
  sort_edges(s, t, into);
  count_outside(s, t, into);
  mark_dead(s, into);
  components(into).run();
  for (knot &k : into.all) {
    k.dead = into.dead[into.members[k.first]];
    k.outside = owners_outside(into, k, s);
    auto members = into.members_of(k);
    k.attended =
        std::all_of(members.begin(), members.end(),
                    [&](std::uint32_t i) { return s.objects[i].attended; });
    for (std::uint32_t i : into.members_of(k))
      k.uncertain |= t.failed[i] || t.disturbed[i];
  }
  mark_guessed(t, into);
}

// -------------------------------------------------------------------- witness

/// Breadth first from a member back to itself.
void find_witness(const knots &all, const knot &k,
                  array<owned_edge> &into) noexcept {
  auto members = all.members_of(k);
  auto place = [&](std::uint32_t object) {
    return std::lower_bound(members.begin(), members.end(), object) -
           members.begin();
  };
  auto is_member = [&](std::uint32_t object) {
    return std::binary_search(members.begin(), members.end(), object);
  };
  constexpr std::uint32_t none = ~std::uint32_t(0);
  array<std::uint32_t> came_by; // By place: index of the edge.
  came_by.resize(members.size());
  std::fill(came_by.begin(), came_by.end(), none);
  std::uint32_t start = members[0];
  array<std::uint32_t> queue;
  queue.push_back(start);
  for (std::size_t next = 0; next != queue.size(); ++next) {
    std::uint32_t object = queue[next];
    for (std::uint32_t e = all.first_edge[object];
         e != all.first_edge[object + 1]; ++e) {
      std::uint32_t target = all.edges[e].target;
      if (!is_member(target) || came_by[place(target)] != none)
        continue;
      came_by[place(target)] = e;
      if (target != start) {
        queue.push_back(target);
        continue;
      }
      std::uint32_t at = start;
      do {
        const owned_edge &edge = all.edges[came_by[place(at)]];
        into.push_back(edge);
        at = edge.from;
      } while (at != start);
      std::reverse(into.begin(), into.end());
      return;
    }
  }
}

// ------------------------------------------------------------------ ownership

ownership::ownership(const snapshot &s, const trial &t) noexcept : s(s) {
  freed.assign(t.freed);
  auto key = [](const freed_block &f) { return std::tie(f.from, f.start); };
  std::sort(freed.begin(), freed.end(),
            [&](auto &a, auto &b) { return key(a) < key(b); });
  auto end = std::unique(freed.begin(), freed.end(),
                         [&](auto &a, auto &b) { return key(a) == key(b); });
  freed.resize(std::size_t(end - freed.begin()));
}

std::span<const freed_block>
ownership::freed_by(std::uint32_t object) const noexcept {
  auto [first, last] =
      std::equal_range(freed.begin(), freed.end(), freed_block{object, 0},
                       [](auto &a, auto &b) { return a.from < b.from; });
  return {first, last};
}

/// An object that is counted outside of it is not freed by its destructor.
static std::size_t body_bytes(const snapshot &s, const counted &c) noexcept {
  const block *b = c.body == c.at ? nullptr : find_block(s.blocks, c.body);
  return b == nullptr || b == &s.blocks[c.block] ? 0 : b->size;
}

std::size_t ownership::bytes_of(std::uint32_t object) const noexcept {
  const block &own = s.blocks[s.objects[object].block];
  std::size_t bytes = own.size;
  for (const freed_block &f : freed_by(object))
    if (const block *b = find_block(s.blocks, f.start); b && b != &own)
      bytes += b->size;
  return bytes + body_bytes(s, s.objects[object]);
}

/// An object in a pool begins at its control block, not at the pool's block.
visited_block ownership::own_block(const counted &object) const noexcept {
  const block &own = object.body == object.at
                         ? s.blocks[object.block]
                         : *find_block(s.blocks, object.body);
  return {object.body, own.start + own.size - object.body, 0, 0, 0, {}};
}

void ownership::add(const visited_block &b) const noexcept {
  auto place = std::uint32_t(queue.size());
  queue.push_back(b);
  visited_block &added = queue.back();
  const visited_block &parent = queue[b.parent];
  added.depth = parent.depth + 1;
  for (unsigned i = 0; i != slot_path::first_steps; ++i)
    added.first[i] = i + 1 < added.depth ? parent.first[i] : place;
}

void ownership::visit(std::uint32_t object) const noexcept {
  if (visited == object)
    return;
  visited = object;
  const counted &owner = s.objects[object];
  queue.clear();
  queue.push_back(own_block(owner));
  address own_start = find_block(s.blocks, owner.body)->start;
  auto owned = freed_by(object);
  seen.clear();
  seen.resize(owned.size());
  for (std::uint32_t next = 0; next != queue.size(); ++next) {
    visited_block at = queue[next];
    for (address a = at.start; a + 8 <= at.start + at.size; a += 8) {
      address word = word_at(a);
      // The elements of an array may lie in front of their control block.
      if (next == 0 && word == own_start && owner.body != own_start)
        add({own_start,
             owner.body - own_start,
             0,
             std::uint32_t(a - at.start),
             0,
             {}});
      auto after = std::upper_bound(
          owned.begin(), owned.end(), word,
          [](address x, const freed_block &f) { return x < f.start; });
      if (after == owned.begin() ||
          seen[std::size_t(after - owned.begin()) - 1])
        continue;
      const block *linked = find_block(s.blocks, after[-1].start);
      if (linked == nullptr || !linked->contains(word))
        continue;
      seen[std::size_t(after - owned.begin()) - 1] = true;
      add({linked->start,
           linked->size,
           next,
           std::uint32_t(a - at.start),
           0,
           {}});
    }
  }
  by_address.resize(queue.size());
  std::iota(by_address.begin(), by_address.end(), 0);
  std::sort(by_address.begin(), by_address.end(),
            [&](auto a, auto b) { return queue[a].start < queue[b].start; });
}

slot_path ownership::path_through(std::uint32_t place,
                                  std::uint32_t offset) const noexcept {
  slot_path path{};
  const visited_block &last = queue[place];
  path.steps = std::uint8_t(
      std::min<std::size_t>(last.depth + 1, slot_path::most_steps));
  std::uint32_t at = place;
  for (unsigned i = path.steps; i-- != 0;) {
    if (last.depth >= slot_path::most_steps && i < slot_path::first_steps) {
      at = i == 0 ? 0 : last.first[i - 1];
      offset = queue[last.first[i]].offset;
    }
    path.offset[i] = offset;
    path.start[i] = queue[at].start;
    path.size[i] = std::uint32_t(queue[at].size);
    offset = queue[at].offset;
    at = queue[at].parent;
  }
  return path;
}

slot_path ownership::path_to(std::uint32_t object,
                             address wanted) const noexcept {
  visited_block own = own_block(s.objects[object]);
  if (wanted - own.start < own.size) {
    slot_path path{};
    path.steps = 1;
    path.offset[0] = std::uint32_t(wanted - own.start);
    path.start[0] = own.start;
    path.size[0] = std::uint32_t(own.size);
    return path;
  }
  visit(object);
  auto after = std::upper_bound(
      by_address.begin(), by_address.end(), wanted,
      [&](address x, std::uint32_t place) { return x < queue[place].start; });
  if (after == by_address.begin())
    return {};
  const visited_block &b = queue[after[-1]];
  if (wanted - b.start >= b.size)
    return {};
  return path_through(after[-1], std::uint32_t(wanted - b.start));
}

void ownership::links_to(std::uint32_t object, const block &bytes,
                         array<address> &into) const noexcept {
  auto look = [&](const block &b) {
    for (address a = b.start; a + 8 <= b.start + b.size; a += 8)
      if (bytes.contains(word_at(a)))
        into.push_back(a);
  };
  const counted &owner = s.objects[object];
  const block &own = s.blocks[owner.block];
  look(own);
  const block *body = find_block(s.blocks, owner.body);
  if (body != nullptr && body != &own)
    look(*body);
  for (const freed_block &f : freed_by(object))
    if (const block *b = find_block(s.blocks, f.start);
        b != nullptr && b != &own && b != body)
      look(*b);
}

// --------------------------------------------------------------------- claims

void settle_claims(const snapshot &s, trial &t) noexcept {
  array<std::uint32_t> claims; // By slot.
  claims.resize(s.slots.size());
  bool disputed = false;
  for (const owned_edge &e : t.edges)
    disputed |= ++claims[e.slot] > 1;
  ownership owned(s, t);
  array<bool> settled; // By slot.
  settled.resize(disputed ? s.slots.size() : 0);
  std::size_t kept = 0;
  for (const owned_edge &e : t.edges) {
    if (claims[e.slot] > 1) {
      if (settled[e.slot] ||
          owned.path_to(e.from, s.slots[e.slot].at).steps == 0)
        continue;
      settled[e.slot] = true;
    }
    t.edges[kept++] = e;
  }
  t.edges.resize(kept);
}

bool find_meddlers(const snapshot &s, const trial &t, const knots &k,
                   array<bool> &into) noexcept {
  // Each will cost a fork; more than these are a matter of the program's style.
  constexpr unsigned most = 256;
  ownership owned(s, t);
  unsigned found = 0;
  into.clear();
  into.resize(s.objects.size());
  for (const owned_edge &e : k.edges)
    if (k.dead[e.from] && !t.failed[e.from] && !into[e.from] && found != most)
      found += into[e.from] =
          owned.path_to(e.from, s.slots[e.slot].at).steps == 0;
  for (std::uint32_t i = 0; i != t.delisted.size() && found != most; ++i)
    if (t.delisted[i] && !t.failed[i] && !into[i])
      found += into[i] = true;
  return found != 0;
}

/// Where the object itself lies: behind the counts, or where they point to.
static block body_of(const snapshot &s, const counted &c) noexcept {
  const block_type &type = s.types[c.type];
  if (c.body != c.at)
    return *find_block(s.blocks, c.body);
  const block &own = s.blocks[c.block];
  address payload = c.at + type.counts->payload();
  if (type.separate)
    if (const block *b = find_block(s.blocks, word_at(payload)))
      return *b;
  return {payload, own.start + own.size - payload};
}

void guess_edges(const snapshot &s, trial &t) noexcept {
  array<bool> claimed; // By slot.
  claimed.resize(s.slots.size());
  for (const owned_edge &e : t.edges)
    claimed[e.slot] = true;
  for (std::uint32_t i = 0; i != s.objects.size(); ++i) {
    // A destructor of a class that it may not have: no wonder.
    if (!t.failed[i] || s.objects[i].guessed)
      continue;
    for (const slot &each : s.slots_in(body_of(s, s.objects[i]))) {
      std::uint32_t number = s.number_of(each);
      if (!claimed[number] && !t.weak[number])
        t.edges.push_back({i, each.target, number});
    }
  }
}

} // namespace refcycle::verify
