// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "knockout.h"

#include "trial.h"

#include <algorithm>

namespace refcycle::verify {

namespace {

class link_settler {
public:
  link_settler(const snapshot &s, const trial &t, const knots &k,
               grouping &into) noexcept
      : s(s), k(k), into(into), owned(s, t) {}

  void run() noexcept {
    for (const group &g : into.groups)
      if (g.dead)
        for (std::uint32_t c = 0; c != g.class_count; ++c)
          settle(k.members_of(k.all[g.sample]),
                 into.classes[g.first_class + c].path);
  }

private:
  /// From the slot back, as another link may lie in another block.
  void settle(std::span<const std::uint32_t> members,
              slot_path &path) noexcept {
    const owned_edge *edge = path.steps < 2 ? nullptr : edge_of(members, path);
    if (edge != nullptr)
      for (unsigned step = path.steps - 1u; step != 0;)
        step = settle_step(*edge, path, step - 1);
  }

  /// The edge whose slot the path leads to.
  const owned_edge *edge_of(std::span<const std::uint32_t> members,
                            const slot_path &path) const noexcept {
    unsigned last = path.steps - 1u;
    address slot = path.start[last] + path.offset[last];
    for (std::uint32_t object : members)
      for (const owned_edge &e : k.edges_of(object))
        if (s.slots[e.slot].at == slot)
          return &e;
    return nullptr;
  }

  /// The first pointer to the next block that the edge needs; if it needs none,
  /// or each of them, the path stays as it is. Returns the step that has it.
  unsigned settle_step(const owned_edge &edge, slot_path &path,
                       unsigned step) noexcept {
    address link = path.start[step] + path.offset[step];
    array<address> links;
    owned.links_to(edge.from, {path.start[step + 1], path.size[step + 1]},
                   links);
    // Where steps were left out, the link leads elsewhere.
    if (links.size() < 2 ||
        std::find(links.begin(), links.end(), link) == links.end() ||
        is_needed(edge, link))
      return step;
    for (address other : links)
      if (other - path.start[step] < path.size[step] && other != link &&
          is_needed(edge, other)) {
        path.offset[step] = std::uint32_t(other - path.start[step]);
        return step;
      }
    for (address other : links)
      if (other - path.start[step] >= path.size[step] &&
          is_needed(edge, other)) {
        slot_path before = owned.path_to(edge.from, other);
        if (replace_steps(path, step, before))
          return before.steps - 1u;
      }
    return step;
  }

  /// The steps up to this one by others that lead to the same block; not
  /// through it.
  static bool replace_steps(slot_path &path, unsigned step,
                            const slot_path &before) noexcept {
    unsigned behind = path.steps - step - 1u;
    if (before.steps == 0 || before.steps + behind > slot_path::most_steps)
      return false;
    slot_path made = before;
    for (unsigned i = 0; i != before.steps; ++i)
      if (before.start[i] == path.start[step + 1])
        return false;
    for (unsigned i = step + 1; i != path.steps; ++i, ++made.steps) {
      made.offset[made.steps] = path.offset[i];
      made.size[made.steps] = path.size[i];
      made.start[made.steps] = path.start[i];
    }
    path = made;
    return true;
  }

  bool is_needed(const owned_edge &edge, address link) noexcept {
    return left != 0 && left-- != 0 && !still_gives_up(s, edge, link);
  }

  const snapshot &s;
  const knots &k;
  grouping &into;
  ownership owned;
  unsigned left = 256; ///< Forks that may still be made.
};

} // namespace

void settle_links(const snapshot &s, const trial &t, const knots &k,
                  grouping &into) noexcept {
  if (std::any_of(into.groups.begin(), into.groups.end(),
                  [](const group &g) { return g.dead; }))
    link_settler(s, t, k, into).run();
}

} // namespace refcycle::verify
