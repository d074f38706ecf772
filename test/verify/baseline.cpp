// Leaks that are accepted stand in a baseline; only new ones are reported.

// RUN: %clangxx -std=c++20 -g %s -o %t
// RUN: not refcycle verify --quiet --write-baseline=%t.json -- %t > %t.first
// RUN: refcycle verify --baseline=%t.json -- %t 2>&1 | FileCheck %s --check-prefix=KNOWN
// KNOWN-NOT: warning:
// KNOWN: refcycle: no new cycle leaked; 1 known from the baseline
// RUN: not refcycle verify --baseline=%t.json -- %t more 2>&1 | FileCheck %s --check-prefix=NEW
// NEW-NOT: Old::self
// NEW-DAG: warning: New::self -> New, 1 instance
// NEW-DAG: refcycle: 1 new cycle leaked

#include <memory>

struct Old {
  std::shared_ptr<Old> self;
};
struct New {
  std::shared_ptr<New> self;
};

int main(int count, char **) {
  auto old = std::make_shared<Old>();
  old->self = old;
  if (count > 1) {
    auto more = std::make_shared<New>();
    more->self = more;
  }
}
