// A function that gives a reference to a member lets its callers store there.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

//===--- must be reported ---------------------------------------------------===//

struct Engine;
struct Car {
  std::shared_ptr<Engine> &mutableEngine() { return engine; }
  std::shared_ptr<Engine> engine;
};
struct Engine {
  std::shared_ptr<Car> car;
};
void build() {
  auto car = std::make_shared<Car>();
  car->mutableEngine() = std::make_shared<Engine>();
  // CHECK: given-references.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Car' and 'Engine' keep each other alive
  car->engine->car = car;
}

// A container, through two functions.
struct Shelf;
struct Book {
  std::shared_ptr<Shelf> shelf;
};
struct Shelf {
  std::vector<std::shared_ptr<Book>> &all() { return books; }
  std::vector<std::shared_ptr<Book>> &sorted() { return all(); }
  std::vector<std::shared_ptr<Book>> books;
};
void fill() {
  auto shelf = std::make_shared<Shelf>();
  auto book = std::make_shared<Book>();
  shelf->sorted().push_back(book);
  // CHECK: given-references.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Book' and 'Shelf' keep each other alive
  book->shelf = shelf;
}

// One element of a container.
struct Rack;
struct Disk {
  std::shared_ptr<Rack> rack;
};
struct Rack {
  std::shared_ptr<Disk> &slot(int i) { return disks[i]; }
  std::map<int, std::shared_ptr<Disk>> disks;
};
void mount() {
  auto rack = std::make_shared<Rack>();
  auto disk = std::make_shared<Disk>();
  rack->slot(3) = disk;
  // CHECK: given-references.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Disk' and 'Rack' keep each other alive
  disk->rack = rack;
}

// A value behind a lock: a guard knows where it is, and is asked for it.
template <class T> struct Access {
  Access(T &v, std::mutex &m) : value(v), lock(m) {}
  T &operator*() { return value; }
  T &value;
  std::lock_guard<std::mutex> lock;
};
template <class T> struct Guarded {
  template <class F> auto with(F f) {
    auto access = enter();
    return f(*access);
  }
  Access<T> enter() { return Access<T>(value, mutex); }
  T value;
  std::mutex mutex;
};
struct Store;
struct Cache {
  explicit Cache(std::shared_ptr<Store> s) : store(std::move(s)) {}
  std::shared_ptr<Store> store;
};
struct Store : std::enable_shared_from_this<Store> {
  Guarded<std::unique_ptr<Cache>> cache;
  void start() {
    auto fresh = std::make_unique<Cache>(shared_from_this());
    // CHECK: given-references.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Cache', 'Store' and 'Guarded<std::unique_ptr<Cache>>' keep each other alive
    cache.with([&](auto &c) { c = std::move(fresh); });
  }
};

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

// Each of these is closed by one function and broken through a reference by
// another one, or never closed.
template <int N> struct Part;
template <int N> struct Whole {
  std::shared_ptr<Part<N>> &one() { return part; }
  std::vector<std::shared_ptr<Part<N>>> &all() { return parts; }
  std::shared_ptr<Part<N>> &at(int i) { return parts[i]; }
  const std::shared_ptr<Part<N>> &seen() const { return part; }
  std::shared_ptr<Part<N>> &oneOf(bool second) {
    return second ? other : part;
  }
  std::shared_ptr<Part<N>> part, other;
  std::vector<std::shared_ptr<Part<N>>> parts;
};
template <int N> struct Part {
  std::shared_ptr<Whole<N>> &back() { return whole; }
  std::shared_ptr<Whole<N>> whole;
  std::weak_ptr<Whole<N>> weak;
  std::weak_ptr<Whole<N>> &weakBack() { return weak; }
};
template <int N> std::shared_ptr<Whole<N>> closed() {
  auto whole = std::make_shared<Whole<N>>();
  whole->one() = std::make_shared<Part<N>>();
  whole->one()->back() = whole;
  return whole;
}
template <int N> std::shared_ptr<Whole<N>> listed() {
  auto whole = std::make_shared<Whole<N>>();
  whole->all().push_back(std::make_shared<Part<N>>());
  whole->all().back()->back() = whole;
  return whole;
}

void reset() { closed<0>()->one().reset(); }
void assigned() { closed<1>()->one() = nullptr; }
void named() {
  auto whole = closed<3>();
  auto &slot = whole->one();
  slot.reset();
}
void taken() {
  auto whole = closed<4>();
  auto part = std::move(whole->one());
}
void cleared() { listed<5>()->all().clear(); }
void popped() { listed<6>()->all().pop_back(); }
void elementReset() { listed<7>()->at(0).reset(); }
void eachBroken() {
  auto whole = listed<8>();
  for (auto &part : whole->all())
    part->back().reset();
}
void weakly() {
  auto whole = std::make_shared<Whole<9>>();
  whole->one() = std::make_shared<Part<9>>();
  whole->one()->weakBack() = whole;
}
// Reading gives the object, not the place.
void read() {
  auto whole = std::make_shared<Whole<10>>();
  auto part = whole->seen();
  if (part)
    part->back() = whole;
}
// What is stored under one key says nothing of what is there for another one.
void elements() {
  auto first = std::make_shared<Whole<11>>();
  auto second = std::make_shared<Whole<11>>();
  first->all().resize(2);
  first->at(0) = std::make_shared<Part<11>>();
  first->at(1) = std::make_shared<Part<11>>();
  first->at(1)->back() = second;
}
// The chosen one goes through the same function as it came.
void chosen(bool second) {
  auto whole = std::make_shared<Whole<12>>();
  whole->oneOf(second) = std::make_shared<Part<12>>();
  whole->oneOf(second)->back() = whole;
  whole->oneOf(second).reset();
}

// What a lock gives access to is emptied under it.
struct Pool;
struct Worker {
  std::shared_ptr<Pool> pool;
};
struct Pool : std::enable_shared_from_this<Pool> {
  Guarded<std::shared_ptr<Worker>> worker;
  void start() {
    auto fresh = std::make_shared<Worker>();
    fresh->pool = shared_from_this();
    worker.with([&](auto &w) { w = fresh; });
  }
  void stop() {
    worker.with([](auto &w) { w.reset(); });
  }
};
void work() {
  auto pool = std::make_shared<Pool>();
  pool->start();
  pool->stop();
}

// One for all: it ends with the program, and nothing leads back to it.
struct Settings {
  std::shared_ptr<Settings> parent;
};
std::shared_ptr<Settings> &defaults() {
  static std::shared_ptr<Settings> settings = std::make_shared<Settings>();
  return settings;
}
void derive() {
  auto mine = std::make_shared<Settings>();
  mine->parent = defaults();
  defaults() = mine;
}

// A function that passes its argument through.
std::shared_ptr<Settings> &pass(std::shared_ptr<Settings> &s) { return s; }
void passed() {
  std::shared_ptr<Settings> a = std::make_shared<Settings>();
  std::shared_ptr<Settings> b = a;
  pass(b) = std::make_shared<Settings>();
  b->parent = a;
}

} // namespace quiet
