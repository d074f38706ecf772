// What is stored, replaced or removed under a key says nothing about what is
// stored under another one, and a reference to an element that is assigned to
// is the new content from then on.

// RUN: not %refcycle --quiet %s -- -std=c++20 > %t
// RUN: FileCheck %s < %t
// RUN: grep warning: %t | count 8

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

template <int N> struct Bus : std::enable_shared_from_this<Bus<N>> {
  std::map<std::string, std::function<void()>> handlers;
  void on(const std::string &name, std::function<void()> f) {
    handlers[name] = std::move(f);
  }
  void once(const std::string &name, std::function<void()> f) {
    handlers.emplace(name, std::move(f));
  }
  void off(const std::string &name) { handlers.erase(name); }
  void mute(const std::string &name) { handlers[name] = nullptr; }
  void drop(const std::string &name) {
    auto it = handlers.find(name);
    if (it != handlers.end())
      handlers.erase(it);
  }
  void start() {
    auto self = this->shared_from_this();
    on("open", [self] {});
    on("close", [self] {});
  }
};
template <int N> auto started() {
  auto bus = std::make_shared<Bus<N>>();
  bus->start();
  return bus;
}

//===--- must be reported ---------------------------------------------------===//

void the_other_is_erased() { started<1>()->off("open"); }
// CHECK-DAG: warning: 'Bus<1>' keeps itself alive

void the_other_is_replaced() { started<2>()->on("close", [] {}); }
// CHECK-DAG: warning: 'Bus<2>' keeps itself alive

void the_other_is_emptied() { started<3>()->mute("open"); }
// CHECK-DAG: warning: 'Bus<3>' keeps itself alive

void what_was_never_there_is_erased() {
  auto bus = started<4>();
  bus->off("error");
  bus->drop("failure");
}
// CHECK-DAG: warning: 'Bus<4>' keeps itself alive

enum class Event { Open, Close };
template <int N> struct Door : std::enable_shared_from_this<Door<N>> {
  std::unordered_map<Event, std::shared_ptr<Door>> next;
  void link(Event e, std::shared_ptr<Door> d) { next[e] = std::move(d); }
  void unlink(Event e) { next.erase(e); }
};
void of_an_enumeration() {
  auto a = std::make_shared<Door<5>>(), b = std::make_shared<Door<5>>();
  a->link(Event::Open, b);
  b->link(Event::Close, a);
  b->unlink(Event::Open);
}
// CHECK-DAG: warning: objects of type 'Door<5>' keep each other alive

// Get or create.
template <int N> struct Node {
  explicit Node(std::string name) : name(std::move(name)) {}
  std::string name;
  std::vector<std::shared_ptr<Node>> next;
};
template <int N> struct Graph {
  std::map<std::string, std::shared_ptr<Node<N>>> nodes;
  std::shared_ptr<Node<N>> node(const std::string &name) {
    auto &slot = nodes[name];
    if (!slot)
      slot = std::make_shared<Node<N>>(name);
    return slot;
  }
  Node<N> &at(const std::string &name) {
    std::shared_ptr<Node<N>> &slot = nodes[name];
    if (slot == nullptr)
      slot.reset(new Node<N>(name));
    return *slot;
  }
};
void both_were_made() {
  Graph<6> g;
  auto a = g.node("a"), b = g.node("b");
  a->next.push_back(b);
  b->next.push_back(a);
}
// CHECK-DAG: warning: objects of type 'Node<6>' keep each other alive

// Another object, made here: it has nothing to lose.
template <int N> struct Value;
template <int N> struct List {
  std::vector<std::shared_ptr<Value<N>>> items;
};
template <int N> struct Value {
  std::variant<int, List<N>> content;
  std::function<void()> changed;
};
template <int N> struct Builder {
  std::shared_ptr<Value<N>> number(int n) {
    auto v = std::make_shared<Value<N>>();
    v->content = n;
    return v;
  }
  std::shared_ptr<Value<N>> self() {
    auto v = std::make_shared<Value<N>>();
    List<N> list;
    list.items.push_back(number(1));
    list.items.push_back(v);
    v->content = std::move(list);
    return v;
  }
};
void another_one_is_filled() {
  Builder<8> b;
  auto one = b.number(1);
  auto all = b.self();
}
// CHECK-DAG: warning: 'List<8>' and 'Value<8>' keep each other alive

void another_one_is_emptied() {
  auto value = std::make_shared<Value<9>>();
  value->changed = [value] {};
  auto other = std::make_shared<Value<9>>();
  other->changed = nullptr;
}
// CHECK-DAG: warning: 'Value<9>' keeps itself alive

//===--- must stay silent ---------------------------------------------------===//

void both_are_erased() {
  auto bus = started<21>();
  bus->off("open");
  bus->drop("close");
}
void both_are_replaced() {
  auto bus = std::make_shared<Bus<22>>();
  bus->on("open", [bus] {});
  bus->on("close", [bus] {});
  bus->on("open", [] {});
  bus->on("close", {});
}
void both_are_emptied() {
  auto bus = started<23>();
  bus->mute("close");
  bus->mute("open");
}
void one_is_replaced_and_one_erased() {
  auto bus = started<24>();
  bus->on("open", nullptr);
  bus->off("close");
}
void any_may_be_erased(const std::vector<std::string> &names) {
  auto bus = started<25>();
  for (auto &name : names)
    bus->off(name);
}
void a_key_that_is_not_known(const std::string &a, const std::string &b) {
  auto bus = started<26>();
  bus->off(a);
  bus->off(b);
}
void stored_under_a_key_that_is_not_known(const std::string &a) {
  auto bus = std::make_shared<Bus<27>>();
  bus->on(a, [bus] {});
  bus->off("open");
}
void the_key_changes(std::string name) {
  auto bus = std::make_shared<Bus<28>>();
  bus->handlers["open"] = [bus] {};
  name = "open";
  bus->off(name);
}
template <int N> struct Numbered : std::enable_shared_from_this<Numbered<N>> {
  std::map<int, std::function<void()>> handlers;
  void on(int id, std::function<void()> f) { handlers[id] = std::move(f); }
  void off(int id) {
    id -= 1;
    handlers.erase(id);
  }
};
void the_parameter_changes() {
  auto n = std::make_shared<Numbered<29>>();
  n->on(1, [n] {});
  n->off(2);
}
void the_same_by_another_name() {
  constexpr int First = 1;
  auto n = std::make_shared<Numbered<30>>();
  n->on(0 + First, [n] {});
  n->handlers.erase(1);
}
void all_are_cleared() {
  auto bus = started<31>();
  bus->off("open");
  bus->handlers.clear();
}
void the_reference_is_emptied() {
  auto bus = started<32>();
  auto &open = bus->handlers["open"];
  open = nullptr;
  auto &close = bus->handlers["close"];
  std::exchange(close, nullptr);
}
void made_and_not_linked_back() {
  Graph<33> g;
  auto a = g.node("a"), b = g.node("b");
  a->next.push_back(b);
  g.at("b").next.clear();
}
void the_node_under_another_name() {
  Graph<34> g;
  auto a = g.node("a");
  a->next.push_back(g.node("b"));
  g.at("c").next.push_back(a);
}
void emptied_after_it_was_linked() {
  auto value = std::make_shared<Value<35>>();
  auto other = value;
  value->changed = [value] {};
  other->changed = nullptr;
}
// Each member leaves under its own key: a registry that is emptied so belongs
// at a lower level.
struct Registry;
struct Member : std::enable_shared_from_this<Member> {
  Member(Registry &in, int id);
  void leave();
  std::shared_ptr<Registry> registry;
  int id;
};
struct Registry : std::enable_shared_from_this<Registry> {
  std::map<int, std::shared_ptr<Member>> members;
  void join(int id) {
    members[id] = std::make_shared<Member>(*this, id);
  }
};
Member::Member(Registry &in, int id) : registry(in.shared_from_this()), id(id) {}
void Member::leave() { registry->members.erase(id); }
void each_leaves() {
  auto registry = std::make_shared<Registry>();
  registry->join(1);
  registry->join(2);
  auto first = registry->members[1], second = registry->members[2];
  first->leave();
  second->leave();
}
void a_table_in_a_table() {
  struct Router {
    std::map<std::string, std::map<std::string, std::function<void()>>> routes;
  };
  auto router = std::make_shared<Router>();
  router->routes["home"]["get"] = [router] {};
  router->routes.erase("home");
  auto other = std::make_shared<Router>();
  other->routes["home"]["get"] = [other] {};
  other->routes["home"].erase("get");
}
void a_sequence_moves_up() {
  struct Chain {
    std::vector<std::shared_ptr<Chain>> links = std::vector<std::shared_ptr<Chain>>(2);
  };
  auto chain = std::make_shared<Chain>();
  chain->links[1] = chain;
  chain->links.erase(chain->links.begin());
  chain->links[0] = nullptr;
}

int main(int, char **argv) {
  the_other_is_erased();
  the_other_is_replaced();
  the_other_is_emptied();
  what_was_never_there_is_erased();
  of_an_enumeration();
  both_were_made();
  another_one_is_filled();
  another_one_is_emptied();
  both_are_erased();
  both_are_replaced();
  both_are_emptied();
  one_is_replaced_and_one_erased();
  any_may_be_erased({argv[0]});
  a_key_that_is_not_known(argv[0], argv[1]);
  stored_under_a_key_that_is_not_known(argv[0]);
  the_key_changes(argv[0]);
  the_parameter_changes();
  the_same_by_another_name();
  all_are_cleared();
  the_reference_is_emptied();
  made_and_not_linked_back();
  the_node_under_another_name();
  emptied_after_it_was_linked();
  each_leaves();
  a_table_in_a_table();
  a_sequence_moves_up();
}
