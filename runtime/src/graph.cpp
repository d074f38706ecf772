// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "graph.h"

#include "refcycle/internal/visitors.h"

#include <algorithm>
#include <limits>

namespace refcycle::internal {

std::string display_name(const type_descriptor &type) {
  std::string name(type.name);
  for (std::string_view noise : {"{anonymous}::", "(anonymous namespace)::"})
    for (std::size_t at; (at = name.find(noise)) != name.npos;)
      name.erase(at, noise.size());
  return name;
}

std::vector<void *> all_objects(const heap &h) {
  std::vector<void *> all;
  for_each_object(h, [&](page &p, std::uint32_t i, void *payload) {
    if (!(p.state[i] & (queued | dying)))
      all.push_back(payload);
  });
  return all;
}

namespace {

/// Collects the edges of one node.
struct edge_collector {
  const std::unordered_map<void *, std::uint32_t> &number;
  std::vector<graph_edge> &edges;
};

} // namespace

static std::string joined_names(const edge_walker &walker) {
  std::string path;
  for (unsigned i = 0; i != std::min(walker.depth, edge_walker::most_names);
       ++i) {
    if (i != 0)
      path += '.';
    path += walker.names[i];
  }
  return path;
}

static void collect_edge(edge_walker &walker, handle_base &slot) {
  auto &into = *static_cast<edge_collector *>(walker.context);
  auto found = into.number.find(slot.payload);
  if (found != into.number.end())
    into.edges.push_back({found->second, joined_names(walker)});
}

object_graph graph_of(const std::vector<void *> &objects) {
  object_graph g;
  std::unordered_map<void *, std::uint32_t> number;
  for (void *payload : objects) {
    number.emplace(payload, static_cast<std::uint32_t>(g.nodes.size()));
    g.nodes.push_back({payload, {}});
  }
  edge_walker walker(collect_edge, nullptr);
  for (graph_node &node : g.nodes) {
    edge_collector into{number, node.edges};
    walker.context = &into;
    page_of(node.payload).type->walk(node.payload, walker);
  }
  return g;
}

static bool points_to_itself(const object_graph &g, std::uint32_t node) {
  return std::any_of(g.nodes[node].edges.begin(), g.nodes[node].edges.end(),
                     [node](const graph_edge &e) { return e.to == node; });
}

/// Tarjan's algorithm with an explicit stack: a list of objects can be longer
/// than the call stack is deep.
/// Source: R. Tarjan, "Depth-First Search and Linear Graph Algorithms",
/// SIAM J. Comput. 1(2), 1972.
std::vector<tangle> find_tangles(const object_graph &g) {
  constexpr auto unvisited = std::numeric_limits<std::uint32_t>::max();
  struct frame {
    std::uint32_t node;
    std::size_t next_edge;
  };
  std::vector<std::uint32_t> order(g.nodes.size(), unvisited), low = order;
  std::vector<bool> open(g.nodes.size()); // On `pending`: not yet assigned.
  std::vector<std::uint32_t> pending;
  std::vector<frame> path;
  std::vector<tangle> result;
  std::uint32_t next_order = 0;

  auto enter = [&](std::uint32_t node) {
    order[node] = low[node] = next_order++;
    open[node] = true;
    pending.push_back(node);
    path.push_back({node, 0});
  };
  auto close = [&](std::uint32_t root) {
    auto first = std::find(pending.rbegin(), pending.rend(), root).base() - 1;
    tangle t(first, pending.end());
    pending.erase(first, pending.end());
    for (std::uint32_t node : t)
      open[node] = false;
    if (t.size() == 1 && !points_to_itself(g, root))
      return;
    std::sort(t.begin(), t.end());
    result.push_back(std::move(t));
  };

  for (std::uint32_t start = 0; start != g.nodes.size(); ++start) {
    if (order[start] != unvisited)
      continue;
    enter(start);
    while (!path.empty()) {
      std::uint32_t node = path.back().node;
      if (path.back().next_edge != g.nodes[node].edges.size()) {
        std::uint32_t to = g.nodes[node].edges[path.back().next_edge++].to;
        if (order[to] == unvisited)
          enter(to);
        else if (open[to])
          low[node] = std::min(low[node], order[to]);
        continue;
      }
      if (low[node] == order[node])
        close(node);
      path.pop_back();
      if (!path.empty()) {
        std::uint32_t parent = path.back().node;
        low[parent] = std::min(low[parent], low[node]);
      }
    }
  }
  return result;
}

std::vector<hop> shortest_cycle(const object_graph &g, std::uint32_t start,
                                const std::vector<std::uint32_t> &member_of) {
  std::unordered_map<std::uint32_t, hop> came_by;
  std::vector<std::uint32_t> queue{start};
  for (std::size_t i = 0; i != queue.size(); ++i) {
    for (const graph_edge &e : g.nodes[queue[i]].edges) {
      if (member_of[e.to] != member_of[start])
        continue;
      if (came_by.try_emplace(e.to, hop{queue[i], &e}).second && e.to != start)
        queue.push_back(e.to);
    }
    if (came_by.contains(start))
      break;
  }
  std::vector<hop> cycle;
  std::uint32_t at = start;
  do {
    cycle.push_back(came_by.at(at));
    at = cycle.back().from;
  } while (at != start);
  std::reverse(cycle.begin(), cycle.end());
  return cycle;
}

} // namespace refcycle::internal
