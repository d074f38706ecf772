// The field of an element names the cycle, whatever container the element lies
// in, and however many elements are around it.

// RUN: %clangxx -std=c++20 -g %s -o %t && not refcycle verify --quiet -- %t | FileCheck %s
// RUN: g++ -std=c++20 -g -O2 %s -o %t && not refcycle verify --quiet -- %t | FileCheck %s

#include <deque>
#include <forward_list>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <vector>

// Two handles, so that a wrong offset would be a wrong name.
template <typename Owner> struct Entry {
  long id = 0;
  std::shared_ptr<int> number;
  std::shared_ptr<Owner> owner;
  bool operator<(const Entry &other) const { return id < other.id; }
  bool operator==(const Entry &other) const { return id == other.id; }
};
template <typename Owner> struct std::hash<Entry<Owner>> {
  std::size_t operator()(const Entry<Owner> &e) const { return std::size_t(e.id); }
};

// Sixteen elements are in front of it, and sixteen behind.
constexpr long around = 16;

template <typename T, typename Add> void fill(Add add) {
  auto node = std::make_shared<T>();
  for (long i = 0; i != 2 * around + 1; ++i)
    add(*node, Entry<T>{i, nullptr, i == around ? node : nullptr});
}

// CHECK-DAG: warning: InVector::all -> Entry<InVector>::owner -> InVector, 1 instance
struct InVector {
  std::vector<Entry<InVector>> all;
};
// CHECK-DAG: warning: InDeque::all -> Entry<InDeque>::owner -> InDeque, 1 instance
struct InDeque {
  std::deque<Entry<InDeque>> all;
};
// CHECK-DAG: warning: InList::all -> Entry<InList>::owner -> InList, 1 instance
struct InList {
  std::list<Entry<InList>> all;
};
// CHECK-DAG: warning: InForward::all -> Entry<InForward>::owner -> InForward, 1 instance
struct InForward {
  std::forward_list<Entry<InForward>> all;
};
// CHECK-DAG: warning: InSet::all -> Entry<InSet>::owner -> InSet, 1 instance
struct InSet {
  std::set<Entry<InSet>> all;
};
// CHECK-DAG: warning: InHashes::all -> Entry<InHashes>::owner -> InHashes, 1 instance
struct InHashes {
  std::unordered_set<Entry<InHashes>> all;
};
// CHECK-DAG: warning: InMap::all -> Entry<InMap>::owner -> InMap, 1 instance
struct InMap {
  std::map<char, Entry<InMap>> all;
};
// CHECK-DAG: warning: InKeys::all -> Entry<InKeys>::owner -> InKeys, 1 instance
struct InKeys {
  std::map<Entry<InKeys>, int> all;
};
// CHECK-DAG: warning: InHashMap::all -> Entry<InHashMap>::owner -> InHashMap, 1 instance
struct InHashMap {
  std::unordered_map<int, Entry<InHashMap>> all;
};
// An element may be a link itself.
// CHECK-DAG: warning: Behind::all -> Entry<Behind>::owner -> Behind, 1 instance
struct Behind {
  std::vector<std::unique_ptr<Entry<Behind>>> all;
};
// CHECK-DAG: warning: BehindMap::all -> Entry<BehindMap>::owner -> BehindMap, 1 instance
struct BehindMap {
  std::map<long, std::unique_ptr<Entry<BehindMap>>> all;
};
// CHECK-DAG: warning: Nested::all -> Entry<Nested>::owner -> Nested, 1 instance
struct Nested {
  std::vector<std::vector<Entry<Nested>>> all;
};

// In a base that several classes share.
// CHECK-DAG: warning: Common::next -> Common, 1 instance
struct Common {
  virtual ~Common() = default;
  long id = 0;
  std::shared_ptr<Common> next;
};
struct Left : virtual Common {
  long left = 0;
};
struct Right : virtual Common {
  int right = 0;
};
struct Diamond : Left, Right {
  std::shared_ptr<int> own;
};

int main() {
  auto diamond = std::make_shared<Diamond>();
  diamond->next = diamond;
  fill<InVector>([](auto &t, auto e) { t.all.push_back(e); });
  fill<InDeque>([](auto &t, auto e) { t.all.push_back(e); });
  fill<InList>([](auto &t, auto e) { t.all.push_back(e); });
  fill<InForward>([](auto &t, auto e) { t.all.push_front(e); });
  fill<InSet>([](auto &t, auto e) { t.all.insert(e); });
  fill<InHashes>([](auto &t, auto e) { t.all.insert(e); });
  fill<InMap>([](auto &t, auto e) { t.all[char(e.id)] = e; });
  fill<InKeys>([](auto &t, auto e) { t.all[e] = 1; });
  fill<InHashMap>([](auto &t, auto e) { t.all[int(e.id)] = e; });
  fill<Behind>([](auto &t, auto e) { t.all.push_back(std::make_unique<decltype(e)>(e)); });
  fill<BehindMap>([](auto &t, auto e) { t.all[e.id] = std::make_unique<decltype(e)>(e); });
  fill<Nested>([](auto &t, auto e) { t.all.push_back({e, e}); });
}
