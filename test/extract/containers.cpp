// Container methods add to, take from and empty the slot they are called on.
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
