// Which insertions add one more element whatever is there, and which removals
// take one at most, is noted with them: "one". An element that is moved from
// stays, "hollow".

// RUN: %refcycle --emit=facts %s -- -std=c++20 | FileCheck %s

#include <deque>
#include <list>
#include <map>
#include <memory>
#include <queue>
#include <set>
#include <utility>
#include <vector>

struct T {};
using Ptr = std::shared_ptr<T>;

struct S {
  std::vector<Ptr> list;
  std::deque<Ptr> ring;
  std::queue<Ptr> queue;
  std::list<Ptr> chain;
  std::set<Ptr> known;
  std::map<int, Ptr> named;
  std::multimap<int, Ptr> groups;
  std::map<int, std::vector<Ptr>> rows;
  int last = 0;

  // CHECK-LABEL: name S::add(
  void add(Ptr p) {
    // CHECK: store {{.*}} insert strong one @ {{.*}}:[[#@LINE+1]]:
    list.push_back(p);
    // CHECK: store {{.*}} insert strong one @ {{.*}}:[[#@LINE+1]]:
    ring.push_front(p);
    // CHECK: store {{.*}} insert strong one @ {{.*}}:[[#@LINE+1]]:
    queue.push(p);
    // CHECK: store {{.*}} insert strong one @ {{.*}}:[[#@LINE+1]]:
    named.emplace(++last, p);
    const int id = last++;
    // CHECK: store {{.*}} insert strong one @ {{.*}}:[[#@LINE+1]]:
    groups.emplace(id, p);
  }
  // CHECK-LABEL: name S::put(
  void put(Ptr p, int key) {
    // CHECK: store {{.*}} insert strong @ {{.*}}:[[#@LINE+1]]:
    named[key] = p;
    // CHECK: store {{.*}} insert strong @ {{.*}}:[[#@LINE+1]]:
    named.emplace(key, p);
    // CHECK: store {{.*}} insert strong @ {{.*}}:[[#@LINE+1]]:
    known.insert(p);
    // CHECK: store {{.*}} insert strong at {{r[0-9]+}} @ {{.*}}:[[#@LINE+1]]:
    list[0] = p;
    int other = ++last;
    other = key;
    // CHECK: store {{.*}} insert strong @ {{.*}}:[[#@LINE+1]]:
    named.emplace(other, p);
  }
  // CHECK-LABEL: name S::take(
  void take(int key) {
    // CHECK: clear {{.*}} erase one @ {{.*}}:[[#@LINE+1]]:
    list.pop_back();
    // CHECK: clear {{.*}} erase one @ {{.*}}:[[#@LINE+1]]:
    list.erase(list.begin());
    // CHECK: clear {{.*}} erase one at {{r[0-9]+}} @ {{.*}}:[[#@LINE+1]]:
    named.erase(key);
    // CHECK: clear {{.*}} erase one at {{r[0-9]+}} @ {{.*}}:[[#@LINE+1]]:
    auto node = named.extract(key);
    // CHECK: clear {{.*}} erase one hollow @ {{.*}}:[[#@LINE+1]]:
    auto first = std::move(ring.front());
  }
  // CHECK-LABEL: name S::sweep(
  void sweep(Ptr p, int key) {
    // CHECK: clear {{.*}} erase @ {{.*}}:[[#@LINE+1]]:
    list.erase(list.begin(), list.end());
    // CHECK: clear {{.*}} erase @ {{.*}}:[[#@LINE+1]]:
    chain.remove(p);
    // CHECK: clear {{.*}} erase @ {{.*}}:[[#@LINE+1]]:
    chain.remove_if([](auto &x) { return !x; });
    // CHECK: clear {{.*}} erase @ {{.*}}:[[#@LINE+1]]:
    std::erase_if(list, [](auto &x) { return !x; });
    // CHECK: clear {{.*}} erase @ {{.*}}:[[#@LINE+1]]:
    groups.erase(key);
    // CHECK: clear {{.*}} erase @ {{.*}}:[[#@LINE+1]]:
    rows.erase(key);
    // CHECK: clear {{.*}} erase at {{r[0-9]+}} @ {{.*}}:[[#@LINE+1]]:
    auto row = std::move(rows[key]);
  }
};
