// Counts taken by hand that are not given back on every path.

// RUN: not %refcycle --quiet --checks=refcycle-unbalanced-retain %s -- -std=c++20 -I%S/Inputs | FileCheck %s --implicit-check-not=warning:

#include "counting.h"
#include <cstdlib>
#include <vector>

struct Node : BornFree {
  bool run();
};

//===--- must be reported ---------------------------------------------------===//

bool earlyReturn(Node *N) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the count taken on 'N' is not released on every path in 'earlyReturn' [refcycle-unbalanced-retain]
  N->grabIt();
  if (!N->run())
    return false;
  N->dropIt();
  return true;
}
void oneCase(Node *N, int Kind) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the count taken on 'N' {{.*}}in 'oneCase'
  N->grabIt();
  switch (Kind) {
  case 0:
    N->dropIt();
    break;
  case 1:
    break;
  default:
    N->dropIt();
  }
}

void oneRound(Node **All, int Number) {
  for (int I = 0; I < Number; ++I) {
    Node *N = All[I];
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the count taken on 'N' {{.*}}in 'oneRound'
    N->grabIt();
    if (!N->run())
      continue;
    N->dropIt();
  }
}
void leavesTheLoop(Node *N, int Number) {
  while (--Number) {
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the count taken on 'N' {{.*}}in 'leavesTheLoop'
    N->grabIt();
    if (!N->run())
      break;
    N->dropIt();
  }
}

/// Asks the other one for null: the old node may be there.
class AsksTheOther {
public:
  ~AsksTheOther() {
    if (node)
      node->dropIt();
  }
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: 'AsksTheOther::operator=' replaces a counted pointer and never releases the old object
  AsksTheOther &operator=(const AsksTheOther &O) {
    if (!O.node) {
      node = nullptr;
    } else {
      node = O.node;
      node->grabIt();
    }
    return *this;
  }

private:
  Node *node = nullptr;
};

/// A value that may be a counted object.
class Value {
public:
  Value() = default;
  explicit Value(Node *N) : node(N) { node->grabIt(); }
  Value(const Value &O) : node(O.node) { keep(); }
  ~Value() { drop(); }
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: 'Value::operator=' replaces a counted pointer and never releases the old object
  Value &operator=(const Value &O) {
    node = O.node;
    keep();
    return *this;
  }

private:
  void keep() {
    if (node)
      node->grabIt();
  }
  void drop() {
    if (node)
      node->dropIt();
  }
  Node *node = nullptr;
};

struct Timer : BornCounted {};
struct Timers {
  std::vector<Timer *> waiting, urgent;
  void add(Keep<Timer> T) {
    Timer *Raw = T.detach();
    waiting.push_back(Raw);
  }
  void expire(Timer *T) {
    std::erase(waiting, T);
    T->unref();
  }
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: 'Timers::cancel' takes an object out of 'Timers::waiting' and does not release the count
  void cancel(Timer *T) { std::erase(waiting, T); }
  // No count stands here.
  void watch(Timer *T) { urgent.push_back(T); }
  void unwatch(Timer *T) { std::erase(urgent, T); }
};

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

void given(Node *);
void everyPath(Node *N) {
  N->grabIt();
  if (!N->run()) {
    N->dropIt();
    return;
  }
  N->dropIt();
}
void ifAny(Node *N) {
  if (N)
    N->grabIt();
  given(nullptr);
  if (N)
    N->dropIt();
}
void sameCondition(Node *N, bool Keep) {
  if (Keep)
    N->grabIt();
  given(nullptr);
  if (Keep)
    N->dropIt();
}
void sameLoop(Node *N, int Number) { // as many rounds in the second as in the first
  for (int I = 0; I < Number; ++I)
    N->grabIt();
  given(nullptr);
  for (int I = 0; I < Number; ++I)
    N->dropIt();
}
void sameRange(Node *N, const std::vector<int> &Users) {
  for (int User : Users)
    N->grabIt();
  for (int User : Users)
    N->dropIt();
}
void everyRound(Node *N, int Number) {
  while (Number--) {
    N->grabIt();
    N->run();
    N->dropIt();
  }
}
void endsTheProgram(Node *N) {
  N->grabIt();
  if (!N->run())
    std::abort();
  N->dropIt();
}
void handedOver(Node *N) {
  N->grabIt();
  if (!N->run()) {
    given(N);
    return;
  }
  N->dropIt();
}
// The counterparts of an interface: one function each.
void acquire(Node *N) { N->grabIt(); }
void giveBack(Node *N) { N->dropIt(); }

/// The copy is swapped in, or the old one is released.
class Swaps {
public:
  Swaps(const Swaps &O) : node(O.node) { node->grabIt(); }
  ~Swaps() { node->dropIt(); }
  Swaps &operator=(const Swaps &O) {
    Swaps copy(O);
    std::swap(node, copy.node);
    return *this;
  }

private:
  Node *node;
};
/// Makes what it lacks, and copies into it: nothing is replaced.
class MakesWhatItLacks {
public:
  ~MakesWhatItLacks() {
    if (node)
      node->dropIt();
  }
  MakesWhatItLacks &operator=(const MakesWhatItLacks &O) {
    if (O.node)
      *need() = *O.node;
    if (O.other)
      *needOther() = *O.other;
    return *this;
  }

private:
  Node *need() {
    if (!node) {
      node = new Node;
      node->grabIt();
    }
    return node;
  }
  Node *needOther() {
    if (other != nullptr)
      return other;
    other = new Node;
    other->grabIt();
    return other;
  }
  Node *node = nullptr, *other = nullptr;
};
class ReleasesFirst {
public:
  ReleasesFirst(const ReleasesFirst &O) : node(O.node) { node->grabIt(); }
  ~ReleasesFirst() { node->dropIt(); }
  ReleasesFirst &operator=(const ReleasesFirst &O) {
    O.node->grabIt();
    node->dropIt();
    node = O.node;
    return *this;
  }

private:
  Node *node;
};
/// The number of its elements is no count of references.
template <class T> class Queue {
public:
  void push(T *Element) {
    Element->next = first;
    first = Element;
    ++size;
  }
  void grow() { ++size; }
  T *pop() {
    T *Front = first;
    first = Front->next;
    --size;
    return Front;
  }
  void dropFront() {
    T *Front = first;
    first = Front->next;
    delete Front;
    --size;
  }

private:
  T *first = nullptr;
  int size = 0;
};
struct Job {
  Job *next = nullptr;
};
class Scheduler {
  std::vector<Queue<Job>> queues;

public:
  void addTo(unsigned Number, Job *J) {
    auto &One = queues[Number];
    One.push(J);
    One.grow();
  }
  void perhaps(unsigned Number, Job *J) {
    auto &One = queues[Number];
    One.push(J);
    if (Number)
      One.dropFront();
  }
};
/// Counts nothing.
class Observes {
public:
  Observes &operator=(const Observes &O) {
    node = O.node;
    return *this;
  }

private:
  Node *node = nullptr;
};
struct Lists {
  std::vector<Timer *> all;
  void add(Keep<Timer> T) {
    Timer *Raw = T.detach();
    all.push_back(Raw);
  }
  void adoptFirst() {
    Timer *T = all.back();
    all.pop_back();
    Keep<Timer> Taken(AdoptTag{}, T);
  }
  Timer *take() {
    Timer *T = all.back();
    all.pop_back();
    return T;
  }
  void releaseFirst() {
    all.back()->unref();
    all.pop_back();
  }
};

} // namespace quiet
