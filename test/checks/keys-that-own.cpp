// `map[key]` keeps the key, whatever becomes of the value: a counted handle
// there is an owner.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <array>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

//===--- must be reported ---------------------------------------------------===//

namespace noisy {

struct City;
using CityPtr = std::shared_ptr<City>;
struct City {
  std::map<CityPtr, int> Roads;
  // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: note: it is stored here
  void connect(const CityPtr &To, int Length) { Roads[To] = Length; }
};
void roads() {
  auto A = std::make_shared<City>(), B = std::make_shared<City>();
  A->connect(B, 3);
  // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: warning: objects of type 'noisy::City' keep each other alive
  B->connect(A, 3);
}

/// Only counted; a number that is set to zero takes no key away.
struct Page {
  std::unordered_map<std::shared_ptr<Page>, unsigned> Seen;
};
void pages() {
  auto A = std::make_shared<Page>(), B = std::make_shared<Page>();
  ++A->Seen[B];
  A->Seen[B] = 0;
  // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: warning: objects of type 'noisy::Page' keep each other alive
  B->Seen[A];
}

/// The key and what it is mapped to both count.
struct Note {};
struct Desk;
struct Clerk {
  std::shared_ptr<Desk> At;
};
struct Desk : std::enable_shared_from_this<Desk> {
  std::map<std::shared_ptr<Clerk>, std::shared_ptr<Note>> Files;
  void hire(const std::shared_ptr<Clerk> &C) {
    C->At = shared_from_this();
    // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: warning: 'noisy::Clerk' and 'noisy::Desk' keep each other alive
    Files[C] = std::make_shared<Note>();
  }
};
void desks() { std::make_shared<Desk>()->hire(std::make_shared<Clerk>()); }

} // namespace noisy

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

template <typename Tag> struct City {
  using Ptr = std::shared_ptr<City>;
  std::map<Ptr, int> Roads;
  void connect(const Ptr &To) { Roads[To] = 1; }
  void close(const Ptr &To) { Roads.erase(To); }
};
template <typename Tag> auto pair() {
  using C = City<Tag>;
  auto A = std::make_shared<C>(), B = std::make_shared<C>();
  A->connect(B);
  B->connect(A);
  return std::pair(A, B);
}

struct Cleared {};
void cleared() {
  auto [A, B] = pair<Cleared>();
  A->Roads.clear();
}
struct Erased {};
void erased() {
  auto [A, B] = pair<Erased>();
  A->close(B);
}
struct Found {};
void found() {
  auto [A, B] = pair<Found>();
  A->Roads.erase(A->Roads.find(B));
}
struct Emptied {};
void emptied() {
  auto [A, B] = pair<Emptied>();
  B->Roads = {};
}

/// No cycle: one way only.
struct OneWay {};
void oneWay() {
  auto A = std::make_shared<City<OneWay>>(),
       B = std::make_shared<City<OneWay>>();
  A->connect(B);
}

/// A weak key, a pointer, and a map that ends with its function.
struct Weak {
  std::map<std::weak_ptr<Weak>, int, std::owner_less<>> Known;
};
void weak() {
  auto A = std::make_shared<Weak>(), B = std::make_shared<Weak>();
  A->Known[B] = 1;
  B->Known[A] = 1;
}
struct Plain {
  std::map<const Plain *, int> Known;
};
void plain() {
  auto A = std::make_shared<Plain>(), B = std::make_shared<Plain>();
  A->Known[B.get()] = 1;
  B->Known[A.get()] = 1;
}
struct Item {
  std::shared_ptr<Item> Next;
};
void visited(const std::shared_ptr<Item> &First) {
  std::map<std::shared_ptr<Item>, int> Depth;
  int Last = 0;
  for (auto I = First; I; I = I->Next)
    Depth[I] = ++Last;
}

/// Asking is not storing.
struct Asked {
  std::map<std::shared_ptr<Asked>, int> Known;
  int at(const std::shared_ptr<Asked> &Of) const { return Known.at(Of); }
  bool has(const std::shared_ptr<Asked> &Of) const { return Known.contains(Of); }
};
void asked() {
  auto A = std::make_shared<Asked>(), B = std::make_shared<Asked>();
  if (A->has(B) || B->has(A))
    A->at(B);
}

/// The handle is an index of its own: no key is kept in a sequence.
struct Number {
  std::size_t Value = 0;
  std::shared_ptr<Number> Owner;
  operator std::size_t() const { return Value; }
};
struct Table : std::enable_shared_from_this<Table> {
  std::array<std::shared_ptr<Table>, 4> Cells;
  std::vector<int> Numbers;
  void set(const Number &At) { Numbers[At] = 1; }
};

/// What a key owns is not taken for what it is mapped to: the two are of one
/// class, so nothing tells them apart.
struct Link {
  std::shared_ptr<Link> Next;
};
void tails() {
  std::map<std::shared_ptr<Link>, std::shared_ptr<Link>> TailOf;
  auto A = std::make_shared<Link>(), B = std::make_shared<Link>();
  TailOf[A] = B;
  TailOf[A]->Next = A;
}

} // namespace quiet

int main() {
  noisy::roads();
  noisy::pages();
  noisy::desks();
  quiet::cleared();
  quiet::erased();
  quiet::found();
  quiet::emptied();
  quiet::oneWay();
  quiet::weak();
  quiet::plain();
  quiet::visited(nullptr);
  quiet::asked();
  quiet::Table().set({});
  quiet::tails();
}
