// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reports over snapshots of the heap (graph.h). Equal heaps give equal text,
// whatever the addresses.

#include "refcycle/report.h"

#include "collector.h"
#include "graph.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace refcycle {

namespace internal {

static const type_descriptor &type_at(const object_graph &g,
                                      std::uint32_t node) {
  return *page_of(g.nodes[node].payload).type;
}

static std::string counted(std::size_t n, std::string_view noun) {
  std::string text = std::to_string(n) + ' ' + std::string(noun);
  return n == 1 ? text : text + 's';
}

/// The hops of a cycle, starting with the least so that every rotation of the
/// same cycle reads the same.
static std::string cycle_text(const object_graph &g,
                              const std::vector<hop> &cycle) {
  std::vector<std::string> hops;
  for (const hop &h : cycle)
    hops.push_back(display_name(type_at(g, h.from)) + "::" + h.edge->member);
  std::vector<std::string> best = hops;
  for (std::size_t i = 1; i < hops.size(); ++i) {
    std::rotate(hops.begin(), hops.begin() + 1, hops.end());
    best = std::min(best, hops);
  }
  std::string text;
  for (const std::string &h : best)
    text += (text.empty() ? "" : " -> ") + h;
  return text;
}

/// The shortest cycle of a tangle; of several, the one whose text is least. In
/// large tangles only cycles through the first object are tried.
static std::string tangle_text(const object_graph &g, const tangle &t,
                               const std::vector<std::uint32_t> &member_of) {
  constexpr std::size_t exact_up_to = 64;
  std::size_t best_length = 0;
  std::string best;
  const std::size_t tries = t.size() <= exact_up_to ? t.size() : 1;
  for (std::size_t i = 0; i != tries; ++i) {
    std::vector<hop> cycle = shortest_cycle(g, t[i], member_of);
    if (best_length != 0 && cycle.size() > best_length)
      continue;
    std::string text = cycle_text(g, cycle);
    if (best_length == 0 || cycle.size() < best_length || text < best)
      best = text;
    best_length = cycle.size();
  }
  return best;
}

static std::vector<cycle_report> report_tangles(const object_graph &g) {
  std::vector<tangle> tangles = find_tangles(g);
  std::vector<std::uint32_t> member_of(g.nodes.size(), 0);
  for (std::size_t i = 0; i != tangles.size(); ++i)
    for (std::uint32_t node : tangles[i])
      member_of[node] = static_cast<std::uint32_t>(i + 1);
  std::map<std::string, cycle_report> by_path;
  for (const tangle &t : tangles) {
    std::string path = tangle_text(g, t, member_of);
    cycle_report &r = by_path[path];
    r.path = path;
    ++r.instances;
    r.objects += t.size();
    for (std::uint32_t node : t)
      r.bytes += type_at(g, node).size;
  }
  std::vector<cycle_report> reports;
  for (auto &[path, r] : by_path)
    reports.push_back(std::move(r));
  std::sort(reports.begin(), reports.end(), [](const auto &a, const auto &b) {
    return std::tie(b.bytes, a.path) < std::tie(a.bytes, b.path);
  });
  return reports;
}

static std::vector<cycle_report> cycles_of(heap &h) {
  if (h.collector->collecting)
    return {}; // Asked by a finalizer: counts are not what they seem.
  return report_tangles(graph_of(find_garbage(h)));
}

static std::string report_text(const std::vector<cycle_report> &reports) {
  std::string text;
  for (const cycle_report &r : reports)
    text += r.path + ", " + counted(r.instances, "instance") + ", " +
            counted(r.objects, "object") + ", " + counted(r.bytes, "byte") +
            '\n';
  return text;
}

std::string describe_garbage(heap &h) {
  std::string text = report_text(cycles_of(h));
  if (!text.empty())
    text.insert(0, "refcycle: unreachable cycles\n");
  return text;
}

/// For each node how many handles lie in other nodes.
static std::vector<std::size_t> internal_counts(const object_graph &g) {
  std::vector<std::size_t> counts(g.nodes.size());
  for (const graph_node &node : g.nodes)
    for (const graph_edge &e : node.edges)
      ++counts[e.to];
  return counts;
}

namespace {

/// Edges turned round, to walk from an object to its owners.
struct owner_edge {
  std::uint32_t owner;
  const graph_edge *edge;
};

} // namespace

static std::vector<std::vector<owner_edge>> owners_of(const object_graph &g) {
  std::vector<std::vector<owner_edge>> owners(g.nodes.size());
  for (std::uint32_t node = 0; node != g.nodes.size(); ++node)
    for (const graph_edge &e : g.nodes[node].edges)
      owners[e.to].push_back({node, &e});
  return owners;
}

static std::string path_text(const object_graph &g, std::uint32_t root,
                             std::size_t outside, std::uint32_t target,
                             std::unordered_map<std::uint32_t, owner_edge> &via) {
  std::string text = display_name(type_at(g, root)) + ", held by " +
                     counted(outside, "handle") + " outside the heap\n";
  // `via` leads from the target to the root, so from the root it is forwards.
  for (std::uint32_t at = root; at != target;) {
    const graph_edge &e = *via.at(at).edge;
    text += "  " + display_name(type_at(g, at)) + "::" + e.member + " -> " +
            display_name(type_at(g, e.to)) + '\n';
    at = e.to;
  }
  return text;
}

std::string explain(const void *payload, std::size_t known_handles) {
  if (payload == nullptr)
    return "an empty handle keeps nothing alive\n";
  object_graph g = graph_of(all_objects(*page_of(payload).owner));
  std::vector<std::size_t> inside = internal_counts(g);
  auto owners = owners_of(g);
  std::uint32_t target = 0;
  while (g.nodes[target].payload != payload)
    ++target;
  std::unordered_map<std::uint32_t, owner_edge> via;
  std::vector<std::uint32_t> queue{target};
  for (std::size_t i = 0; i != queue.size(); ++i) {
    std::uint32_t node = queue[i];
    std::size_t outside = cell_of(g.nodes[node].payload).count - inside[node] -
                          (node == target ? known_handles : 0);
    if (outside != 0)
      return path_text(g, node, outside, target, via);
    for (const owner_edge &o : owners[node])
      if (o.owner != target &&
          via.try_emplace(o.owner, owner_edge{node, o.edge}).second)
        queue.push_back(o.owner);
  }
  if (owners[target].empty())
    return display_name(type_at(g, target)) + ", held by this handle only\n";
  return display_name(type_at(g, target)) +
         ", held by this handle and by cycles only\n";
}

} // namespace internal

std::vector<cycle_report> find_cycles() {
  return internal::cycles_of(internal::this_heap());
}

std::string leak_report() { return internal::report_text(find_cycles()); }

std::vector<census_row> census() {
  std::map<std::string, census_row> rows;
  for (const internal::page *p : internal::this_heap().pages) {
    if (p->used == 0)
      continue;
    std::string name = internal::display_name(*p->type);
    census_row &row = rows[name];
    row.type = name;
    row.objects += p->used;
    row.bytes += std::size_t{p->used} * p->type->size;
    row.tracked |= p->type->tracked;
  }
  std::vector<census_row> sorted;
  for (auto &[name, row] : rows)
    sorted.push_back(std::move(row));
  std::sort(sorted.begin(), sorted.end(), [](const auto &a, const auto &b) {
    return std::tie(b.bytes, a.type) < std::tie(a.bytes, b.type);
  });
  return sorted;
}

std::string to_dot() {
  using namespace internal;
  object_graph g = graph_of(all_objects(this_heap()));
  std::string dot = "digraph heap {\n  node [shape=box];\n";
  for (std::size_t i = 0; i != g.nodes.size(); ++i)
    dot += "  o" + std::to_string(i) + " [label=\"" +
           display_name(*page_of(g.nodes[i].payload).type) + "\\ncount " +
           std::to_string(cell_of(g.nodes[i].payload).count) + "\"];\n";
  for (std::size_t i = 0; i != g.nodes.size(); ++i)
    for (const graph_edge &e : g.nodes[i].edges)
      dot += "  o" + std::to_string(i) + " -> o" + std::to_string(e.to) +
             " [label=\"" + e.member + "\"];\n";
  return dot + "}\n";
}

} // namespace refcycle
