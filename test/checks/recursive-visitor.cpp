// A function that calls itself on the parts of its object does to them what it
// does to the object: a visitor meets the whole tree, not only its root.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

struct Owner;
struct Item : std::enable_shared_from_this<Item> {
  virtual ~Item() = default;
  std::string name;
  std::shared_ptr<Owner> owner;
  std::vector<std::shared_ptr<Item>> items;
  void visit(const std::function<void(Item &)> &f) {
    f(*this);
    for (auto &i : items)
      i->visit(f);
  }
  void visitParts(const std::function<void(Item &)> &f) {
    for (auto &i : items) {
      f(*i);
      i->visitParts(f);
    }
  }
  void claim(const std::shared_ptr<Owner> &by) {
    owner = by;
    for (auto &i : items)
      i->claim(by);
  }
};
struct Owner {
  std::shared_ptr<Item> root;
};

//===--- must be reported ---------------------------------------------------===//

// The root, and its parts: the first is enough.
void claimed() {
  auto owner = std::make_shared<Owner>();
  owner->root = std::make_shared<Item>();
  owner->root->items.push_back(std::make_shared<Item>());
  // CHECK: recursive-visitor.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Item' and 'Owner' keep each other alive
  owner->root->claim(owner);
}
// Only the parts, which are known by the visitor alone.
struct Sheet;
struct Cell {
  std::shared_ptr<Sheet> sheet;
  std::vector<std::shared_ptr<Cell>> cells;
  void visit(const std::function<void(Cell &)> &f, bool self) {
    if (self)
      f(*this);
    for (auto &c : cells)
      c->visit(f, true);
  }
};
struct Sheet {
  std::vector<std::shared_ptr<Cell>> cells;
};
void laidOut() {
  auto sheet = std::make_shared<Sheet>();
  auto cell = std::make_shared<Cell>();
  sheet->cells.push_back(cell);
  // CHECK: recursive-visitor.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Cell' and 'Sheet' keep each other alive
  cell->visit([&](Cell &c) { c.sheet = sheet; }, true);
}

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

struct Machine : Item {
  std::vector<std::shared_ptr<Item>> parts;
  void addPart(const std::shared_ptr<Item> &part) { parts.push_back(part); }
};

// The table has the machine and all that is below it; which of them a name of
// the file means is not known, and a machine is not a part of itself.
void restore(Machine &machine, const std::vector<std::string> &names) {
  std::unordered_map<std::string, Item *> byName;
  machine.visit([&](Item &i) { byName.emplace(i.name, &i); });
  for (auto &name : names) {
    auto it = byName.find(name);
    if (it == byName.end())
      continue;
    machine.addPart(it->second->shared_from_this());
  }
}
std::shared_ptr<Item> parse(const std::vector<std::string> &names) {
  auto machine = std::make_shared<Machine>();
  for (auto &name : names)
    machine->items.push_back(std::make_shared<Item>());
  restore(*machine, names);
  return machine;
}

// What is put in on the way down is emptied by the same visitor on the way up.
struct Lease {
  std::shared_ptr<Item> item;
};
struct Held : Item {
  std::shared_ptr<Lease> lease;
  std::vector<std::shared_ptr<Held>> below;
  void take() {
    lease = std::make_shared<Lease>();
    lease->item = shared_from_this();
    for (auto &b : below)
      b->take();
  }
  void drop() {
    lease->item.reset();
    for (auto &b : below)
      b->drop();
  }
};
void leased() {
  auto held = std::make_shared<Held>();
  held->below.push_back(std::make_shared<Held>());
  held->take();
  held->drop();
}

// A visitor that only looks keeps nothing.
size_t count(const std::shared_ptr<Item> &item) {
  size_t n = 0;
  item->visit([&n, item](Item &) { ++n; });
  return n;
}

// A recursive function without objects.
int depth(int n) { return n < 2 ? 1 : 1 + depth(n / 2); }

} // namespace quiet
