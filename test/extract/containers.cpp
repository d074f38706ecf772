// Container methods add to, take from and empty the slot they are called on.

// RUN: %effects | %fold | FileCheck %s

#include <deque>
#include <list>
#include <map>
#include <memory>
#include <queue>
#include <set>
#include <vector>
struct T {};
struct Entry {
  Entry(std::shared_ptr<T> A, std::weak_ptr<T> B) : A(A), B(B) {}
  std::shared_ptr<T> A;
  std::weak_ptr<T> B;
};
struct Pod {
  std::shared_ptr<T> A;
  int N;
};
struct Owner {
  std::vector<std::shared_ptr<T>> List;
  std::map<int, std::shared_ptr<T>> Map;
  std::map<int, Entry> Entries;
  std::vector<Entry> Records;
  std::vector<Pod> Pods;
  std::queue<std::shared_ptr<T>> Queue;
  std::set<std::shared_ptr<T>> Set;
  std::vector<std::vector<std::shared_ptr<T>>> Nested;
};
void inserts(Owner &O, std::shared_ptr<T> P) {
  O.List.push_back(P);
  O.List.emplace_back(P);
  O.List.insert(O.List.begin(), P);
  O.List.push_back(std::make_shared<T>());
  O.List.assign({P, P});
  O.List = {P};
  O.Map[1] = P;
  O.Map.insert({1, P});
  O.Map.insert(std::make_pair(1, P));
  O.Map.emplace(1, P);
  O.Map.insert_or_assign(1, P);
  O.Map.at(1) = P;
  O.Queue.push(P);
  O.Set.insert(P);
  O.Nested[0].push_back(P);
  O.List.front() = P;
}
void records(Owner &O, std::shared_ptr<T> P) {
  O.Records.emplace_back(P, P);
  O.Records.push_back(Entry(P, P));
  O.Records.push_back({P, P});
  O.Entries.emplace(1, Entry(P, P));
  O.Entries.try_emplace(1, P, P);
  O.Pods.push_back({P, 1});
  O.Pods.push_back(Pod{P, 1});
  O.Records.back().A = P;
}
void removes(Owner &O, std::shared_ptr<T> P) {
  O.List.clear();
  O.List.pop_back();
  O.List.erase(O.List.begin());
  O.Map.erase(1);
  O.Queue.pop();
  O.Set.erase(P);
  O.List = {};
  O.List.resize(0);
  O.Map.extract(1);
  std::erase_if(O.List, [](auto &) { return true; });
}

// CHECK:      class T

// CHECK:      class Entry
// CHECK-NEXT:   A: strong T
// CHECK-NEXT:   B: weak T

// CHECK:      class Pod
// CHECK-NEXT:   A: strong T

// CHECK:      class Owner
// CHECK-NEXT:   List: container strong T
// CHECK-NEXT:   Map: container strong T
// CHECK-NEXT:   Entries: container value Entry
// CHECK-NEXT:   Records: container value Entry
// CHECK-NEXT:   Pods: container value Pod
// CHECK-NEXT:   Queue: container strong T
// CHECK-NEXT:   Set: container strong T
// CHECK-NEXT:   Nested: container strong T

// CHECK:      closure removes#1 in removes local

// CHECK:      fn Entry::Entry(A: value T, B: value T)
// CHECK-NEXT:   this.A := A [strong]
// CHECK-NEXT:   this.B := B [weak]

// CHECK:      fn Entry::Entry(value Entry)
// CHECK-NEXT:   this.A := 0.A [strong]
// CHECK-NEXT:   this.B := 0.B [weak]

// CHECK:      fn Pod::Pod(value Pod)
// CHECK-NEXT:   this.A := 0.A [strong]

// CHECK:      fn inserts(O: value Owner, P: value T)
// CHECK-NEXT:   O.List += P [strong]
// CHECK-NEXT:   O.List += P [strong]
// CHECK-NEXT:   O.List += P [strong]
// CHECK-NEXT:   O.List += new T [strong]
// CHECK-NEXT:   O.List = (P | P) [strong]
// CHECK-NEXT:   O.List = P [strong]
// CHECK-NEXT:   O.Map += P [strong]
// CHECK-NEXT:   O.Map += P [strong]
// CHECK-NEXT:   O.Map += P [strong]
// CHECK-NEXT:   O.Map += P [strong]
// CHECK-NEXT:   O.Map += P [strong]
// CHECK-NEXT:   O.Map += P [strong]
// CHECK-NEXT:   O.Queue += P [strong]
// CHECK-NEXT:   O.Set += P [strong]
// CHECK-NEXT:   O.Nested += P [strong]
// CHECK-NEXT:   O.List += P [strong]

// CHECK:      fn records(O: value Owner, P: value T)
// CHECK-NEXT:   Entry::Entry(new Entry, P, P)
// CHECK-NEXT:   O.Records += new Entry [value]
// CHECK-NEXT:   Entry::Entry(Entry'2, P, P)
// CHECK-NEXT:   O.Records += Entry'2 [value]
// CHECK-NEXT:   Entry::Entry(Entry'3, P, P)
// CHECK-NEXT:   O.Records += Entry'3 [value]
// CHECK-NEXT:   Entry::Entry(Entry'4, P, P)
// CHECK-NEXT:   O.Entries += Entry'4 [value]
// CHECK-NEXT:   Entry::Entry(new Entry'5, P, P)
// CHECK-NEXT:   O.Entries += new Entry'5 [value]
// CHECK-NEXT:   Pod.A := P [strong]
// CHECK-NEXT:   O.Pods += Pod [value]
// CHECK-NEXT:   Pod'2.A := P [strong]
// CHECK-NEXT:   O.Pods += Pod'2 [value]
// CHECK-NEXT:   O.Records[].A = P [strong]

// CHECK:      fn removes(O: value Owner, P: value T)
// CHECK-NEXT:   clear empty O.List
// CHECK-NEXT:   clear erase O.List
// CHECK-NEXT:   clear erase O.List
// CHECK-NEXT:   clear erase O.Map
// CHECK-NEXT:   clear erase O.Queue
// CHECK-NEXT:   clear erase O.Set
// CHECK-NEXT:   clear empty O.List
// CHECK-NEXT:   clear empty O.List
// CHECK-NEXT:   clear erase O.Map
// CHECK-NEXT:   clear erase O.List
