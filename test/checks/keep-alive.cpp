// An object that stores a handle to itself is reported unless something lets it go.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

// RUN: not %refcycle --quiet --min-confidence=possible --fail-on=possible %s -- -std=c++20 | FileCheck %s --check-prefix=POSSIBLE

#include <memory>
#include <vector>

struct Daemon : std::enable_shared_from_this<Daemon> {
  std::shared_ptr<Daemon> self;
  // CHECK: keep-alive.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Daemon' keeps itself alive: {{.*}} [refcycle-keep-alive]
  void run() { self = shared_from_this(); }
};

struct Download : std::enable_shared_from_this<Download> { // lets itself go
  std::shared_ptr<Download> self;
  void start() { self = shared_from_this(); }
  void complete() { self.reset(); }
};

struct Cached : std::enable_shared_from_this<Cached> { // weak
  std::weak_ptr<Cached> self;
  void remember() { self = shared_from_this(); }
};

struct Vertex { // a neighbour, not the object itself
  std::vector<std::shared_ptr<Vertex>> neighbours;
};

struct Graph {
  std::vector<std::shared_ptr<Vertex>> vertices;
  void join(int a, int b) {
    vertices[a]->neighbours.push_back(vertices[b]);
  }
};

int main() {
  std::make_shared<Daemon>()->run();
  auto download = std::make_shared<Download>();
  download->start();
  download->complete();
  std::make_shared<Cached>()->remember();
  Graph graph;
  graph.vertices = {std::make_shared<Vertex>(), std::make_shared<Vertex>()};
  // POSSIBLE: keep-alive.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: objects of type 'Vertex' keep each other alive through 'neighbours' [refcycle-keep-alive]
  graph.join(0, 1);
}
