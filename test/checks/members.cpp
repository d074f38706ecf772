// Members that hold each other are reported when their stores meet on the same objects.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

//===--- must be reported ---------------------------------------------------===//

struct Shelf : std::enable_shared_from_this<Shelf> {
  struct Book {
    std::shared_ptr<Shelf> stands_on;
  };
  std::vector<std::shared_ptr<Book>> books;
  void put(std::shared_ptr<Book> book) {
    book->stands_on = shared_from_this();
    // CHECK: members.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Shelf' and 'Shelf::Book' keep each other alive {{.*}} [refcycle-members]
    books.push_back(book);
  }
};

struct Engine;
struct Wheel {
  std::shared_ptr<Engine> drives;
};
struct Engine : std::enable_shared_from_this<Engine> {
  std::optional<Wheel> wheel;           // by value, in an optional
  std::unique_ptr<Wheel> spare;         // sole owner
  void mount() {
    spare = std::make_unique<Wheel>();
    // CHECK: members.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}'Engine::spare'{{.*}}
    spare->drives = shared_from_this();
  }
};

struct Host;
struct Guest {
  virtual ~Guest() = default;
};
struct Lodger : Guest {
  explicit Lodger(std::shared_ptr<Host> h) : host(std::move(h)) {}
  std::shared_ptr<Host> host;
};
struct Host : std::enable_shared_from_this<Host> {
  std::map<std::string, std::shared_ptr<Guest>> rooms;
  void take(const std::string &name) {
    // CHECK: members.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Host' and 'Lodger' keep each other alive {{.*}}
    rooms[name] = std::make_shared<Lodger>(shared_from_this());
  }
};

//===--- must stay silent ---------------------------------------------------===//

struct Twig : std::enable_shared_from_this<Twig> {
  std::weak_ptr<Twig> parent; // weak back
  std::vector<std::shared_ptr<Twig>> kids;
  void add(std::shared_ptr<Twig> kid) {
    kid->parent = weak_from_this();
    kids.push_back(std::move(kid));
  }
};

struct Pane {
  Pane *parent = nullptr; // raw back
  std::vector<std::unique_ptr<Pane>> panes;
  Pane &split() {
    panes.push_back(std::make_unique<Pane>());
    panes.back()->parent = this;
    return *panes.back();
  }
};

struct Term { // children are finished before their parent exists
  std::shared_ptr<Term> left, right;
  Term(std::shared_ptr<Term> l, std::shared_ptr<Term> r)
      : left(std::move(l)), right(std::move(r)) {}
};
std::shared_ptr<Term> sum(int n) {
  std::shared_ptr<Term> term;
  for (int i = 0; i < n; ++i)
    term = std::make_shared<Term>(term, nullptr);
  return term;
}

struct Link { // appending at the tail
  std::shared_ptr<Link> next;
};
struct Chain {
  std::shared_ptr<Link> head, tail;
  void append() {
    auto link = std::make_shared<Link>();
    if (tail)
      tail->next = link;
    else
      head = link;
    tail = link;
  }
  void drop_second() {
    if (head && head->next)
      head->next = head->next->next;
  }
};

struct Order;
struct Customer { // a registry above both
  std::string name;
};
struct Order {
  std::shared_ptr<Customer> by;
};
struct Shop {
  std::vector<std::shared_ptr<Customer>> customers;
  std::vector<std::shared_ptr<Order>> orders;
  void order(std::shared_ptr<Customer> c) {
    customers.push_back(c);
    orders.push_back(std::make_shared<Order>(Order{c}));
  }
};

struct Peer { // set and cleared again by what uses it
  std::shared_ptr<Peer> other;
};
void talk() {
  auto a = std::make_shared<Peer>(), b = std::make_shared<Peer>();
  a->other = b;
  b->other = a;
  a->other = nullptr;
}

int main() {
  auto shelf = std::make_shared<Shelf>();
  shelf->put(std::make_shared<Shelf::Book>());
  auto engine = std::make_shared<Engine>();
  engine->mount();
  auto host = std::make_shared<Host>();
  host->take("a");
  auto twig = std::make_shared<Twig>();
  twig->add(std::make_shared<Twig>());
  Pane().split();
  Chain chain;
  chain.append();
  chain.append();
  chain.drop_second();
  Shop().order(std::make_shared<Customer>());
  sum(3);
  talk();
}
