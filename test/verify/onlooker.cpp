// Two fields lead to the block that has the owning handle: the one that frees it
// is named, not the one that looks on, wherever they lie.

// RUN: %clangxx -std=c++20 -g %s -o %t && not refcycle verify --quiet -- %t | FileCheck %s
// RUN: g++ -std=c++20 -g -O2 %s -o %t && not refcycle verify --quiet -- %t | FileCheck %s

#include <deque>
#include <memory>
#include <vector>

struct Before;
struct Behind;

template <typename Owner> struct Job {
  std::shared_ptr<Owner> owner;
};

// CHECK-DAG: Before::owning -> Job<Before>::owner -> Before, 1 instance
struct Before {
  Job<Before> *looking = nullptr;
  std::unique_ptr<Job<Before>> owning;
};
// CHECK-DAG: Behind::owning -> Job<Behind>::owner -> Behind, 1 instance
struct Behind {
  std::unique_ptr<Job<Behind>> owning;
  Job<Behind> *looking = nullptr;
};
// A destructor that needs the one that looks on to free the other.
// CHECK-DAG: Checked::{{owning|looking}} -> Job<Checked>::owner -> Checked, 1 instance
struct Checked {
  Job<Checked> *looking = nullptr;
  Job<Checked> *owning = nullptr;
  ~Checked() {
    if (looking == owning)
      delete owning;
  }
};

// Nor if each lies in a block of its own.
// CHECK-DAG: Queue::jobs -> Job<Queue>::owner -> Queue, 1 instance
struct Queue {
  std::deque<Job<Queue> *> waiting;
  std::vector<std::unique_ptr<Job<Queue>>> jobs;
};

template <typename T> void leak(T *node, std::shared_ptr<T> owner) {
  auto *job = new Job<T>{std::move(owner)};
  node->looking = job;
  if constexpr (requires { node->owning.get(); })
    node->owning.reset(job);
  else
    node->owning = job;
}

template <typename T> void make() {
  auto node = std::make_shared<T>();
  leak(node.get(), node);
}

int main() {
  make<Before>();
  make<Behind>();
  make<Checked>();
  auto queue = std::make_shared<Queue>();
  queue->jobs.push_back(std::make_unique<Job<Queue>>(queue));
  queue->waiting.push_back(queue->jobs.back().get());
}
