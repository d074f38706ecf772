// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "knockout.h"

#include "trial.h"

#include <algorithm>

namespace refcycle::verify {

namespace {

class link_settler {
public:
  link_settler(const snapshot &s, const knots &k, grouping &into) noexcept
      : s(s), k(k), into(into) {}

  void run() noexcept {
    for (const group &g : into.groups)
      if (g.dead)
        for (std::uint32_t c = 0; c != g.class_count; ++c)
          settle(k.members_of(k.all[g.sample]),
                 into.classes[g.first_class + c].path);
  }

private:
  void settle(std::span<const std::uint32_t> members,
              slot_path &path) noexcept {
    const owned_edge *edge = path.steps < 2 ? nullptr : edge_of(members, path);
    for (unsigned i = 0; edge != nullptr && i + 1 < path.steps; ++i)
      settle_step(*edge, path, i);
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

  /// The first pointer that the edge needs; if it needs none, or each of them,
  /// the path stays as it is.
  void settle_step(const owned_edge &edge, slot_path &path,
                   unsigned step) noexcept {
    array<std::uint32_t> links;
    find_links(path, step, links);
    if (links.size() < 2 || is_needed(edge, path, step, path.offset[step]))
      return;
    for (std::uint32_t offset : links)
      if (offset != path.offset[step] && is_needed(edge, path, step, offset)) {
        path.offset[step] = offset;
        return;
      }
  }

  /// Words of a step's block that point into the next one.
  static void find_links(const slot_path &path, unsigned step,
                         array<std::uint32_t> &into) noexcept {
    for (std::uint32_t offset = 0; offset + 8 <= path.size[step]; offset += 8)
      if (word_at(path.start[step] + offset) - path.start[step + 1] <
          path.size[step + 1])
        into.push_back(offset);
  }

  bool is_needed(const owned_edge &edge, const slot_path &path, unsigned step,
                 std::uint32_t offset) noexcept {
    return left != 0 && left-- != 0 &&
           !still_gives_up(s, edge, path.start[step] + offset);
  }

  const snapshot &s;
  const knots &k;
  grouping &into;
  unsigned left = 256; ///< Forks that may still be made.
};

} // namespace

void settle_links(const snapshot &s, const knots &k, grouping &into) noexcept {
  link_settler(s, k, into).run();
}

} // namespace refcycle::verify
