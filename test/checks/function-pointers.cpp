// A call through a pointer to a function runs what was stored there: it is known
// from the variable, the parameter, the member or the table that it came from.

// All findings are in two places, so their order says nothing.
// RUN: not %refcycle --quiet %s -- -std=c++20 > %t
// RUN: FileCheck %s < %t
// RUN: grep warning: %t | count 7

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

// Each number is a class of its own, so that no finding stands for two.
template <int> struct Shell;
template <int N> struct Tool {
  std::shared_ptr<Shell<N>> shell;
};
template <int N> using Tools = std::vector<std::unique_ptr<Tool<N>>>;
template <int N> struct Shell {
  Tools<N> tools;
};
template <int N> using Factory = std::unique_ptr<Tool<N>> (*)(std::shared_ptr<Shell<N>>);
template <int N> std::unique_ptr<Tool<N>> make(std::shared_ptr<Shell<N>> shell) {
  auto tool = std::make_unique<Tool<N>>();
  tool->shell = std::move(shell);
  return tool;
}
template <int N> std::unique_ptr<Tool<N>> make_alone(std::shared_ptr<Shell<N>>) {
  return std::make_unique<Tool<N>>();
}

//===--- must be reported ---------------------------------------------------===//

void in_a_variable() {
  auto shell = std::make_shared<Shell<1>>();
  auto factory = make<1>;
  shell->tools.push_back(factory(shell));
}
// CHECK-DAG: warning: 'Shell<1>' and 'Tool<1>' keep each other alive

void add(const std::shared_ptr<Shell<2>> &shell, std::unique_ptr<Tool<2>> (*factory)(std::shared_ptr<Shell<2>>)) {
  shell->tools.push_back((*factory)(shell));
}
void in_a_parameter() { add(std::make_shared<Shell<2>>(), &make<2>); }
// CHECK-DAG: warning: 'Shell<2>' and 'Tool<2>' keep each other alive

struct Maker {
  Factory<3> factory = nullptr;
};
void in_a_member() {
  Maker maker;
  maker.factory = make<3>;
  auto shell = std::make_shared<Shell<3>>();
  shell->tools.push_back(maker.factory(shell));
}
// CHECK-DAG: warning: 'Shell<3>' and 'Tool<3>' keep each other alive

void in_a_table(const std::string &name) {
  std::map<std::string, Factory<4>> makers;
  makers["alone"] = make_alone<4>;
  makers["tool"] = make<4>;
  auto shell = std::make_shared<Shell<4>>();
  shell->tools.push_back(makers[name](shell));
}
// CHECK-DAG: warning: 'Shell<4>' and 'Tool<4>' keep each other alive

const std::map<std::string, Factory<5>> makers = {{"tool", make<5>}};
void in_a_global_table(const std::string &name) {
  auto shell = std::make_shared<Shell<5>>();
  shell->tools.push_back(makers.at(name)(shell));
}
// CHECK-DAG: warning: 'Shell<5>' and 'Tool<5>' keep each other alive

void made_of_a_lambda() {
  Factory<6> factory = [](std::shared_ptr<Shell<6>> shell) { return make(shell); };
  auto shell = std::make_shared<Shell<6>>();
  shell->tools.push_back(factory(shell));
}
// CHECK-DAG: warning: 'Shell<6>' and 'Tool<6>' keep each other alive

class Registry {
public:
  void add(std::string name, Factory<7> factory) { makers.emplace(std::move(name), factory); }
  std::unique_ptr<Tool<7>> make(const std::string &name, std::shared_ptr<Shell<7>> shell) const {
    auto found = makers.find(name);
    return found == makers.end() ? nullptr : found->second(std::move(shell));
  }

private:
  std::map<std::string, Factory<7>> makers;
};
void in_a_registry() {
  Registry registry;
  registry.add("tool", make<7>);
  auto shell = std::make_shared<Shell<7>>();
  shell->tools.push_back(registry.make("tool", shell));
}
// CHECK-DAG: warning: 'Shell<7>' and 'Tool<7>' keep each other alive

//===--- must stay silent ---------------------------------------------------===//

void holds_nothing() {
  auto shell = std::make_shared<Shell<10>>();
  auto factory = make_alone<10>;
  shell->tools.push_back(factory(shell));
}
void of_another_shell() {
  auto shell = std::make_shared<Shell<11>>();
  Factory<11> factory = &make<11>;
  shell->tools.push_back(factory(std::make_shared<Shell<11>>()));
}
void replaced() {
  auto shell = std::make_shared<Shell<12>>();
  auto factory = make<12>;
  factory = make_alone<12>;
  shell->tools.push_back(factory(shell));
}
void not_known(Factory<13> factory) {
  auto shell = std::make_shared<Shell<13>>();
  shell->tools.push_back(factory(shell));
}
void other_entry_of_its_own() {
  Factory<14> alone = make_alone<14>, tool = make<14>;
  auto shell = std::make_shared<Shell<14>>();
  shell->tools.push_back(alone(shell));
  auto free = tool(shell);
}
void emptied_again() {
  auto factory = make<15>;
  auto shell = std::make_shared<Shell<15>>();
  shell->tools.push_back(factory(shell));
  shell->tools.clear();
}
void let_go(std::shared_ptr<Shell<16>> shell) { shell->tools.clear(); }
void emptied_by_the_function() {
  auto shell = std::make_shared<Shell<16>>();
  shell->tools.push_back(make(shell));
  void (*end)(std::shared_ptr<Shell<16>>) = let_go;
  end(shell);
}
void observe(std::shared_ptr<Shell<18>> shell) { (void)shell->tools.size(); }
void kept_for_a_call(void (*hook)(std::shared_ptr<Shell<18>>)) {
  auto shell = std::make_shared<Shell<18>>();
  hook(shell);
}
struct Hooks { // a table that lives in what it is called with
  void (*opened)(std::shared_ptr<Hooks>) = nullptr;
};
void opened(std::shared_ptr<Hooks> hooks) { hooks->opened = nullptr; }
void table_of_its_own() {
  auto hooks = std::make_shared<Hooks>();
  hooks->opened = &opened;
  hooks->opened(hooks);
}

// A box of parts that makes each of them when it is asked for: one call for all
// of them, and each caller gets another one.
struct Box {
  std::map<std::string, std::function<std::shared_ptr<void>(Box &)>> makers;
  std::map<std::string, std::shared_ptr<void>> made;
  template <class Part> std::shared_ptr<Part> get(const std::string &name) {
    auto &part = made[name];
    if (!part)
      part = makers.at(name)(*this);
    return std::static_pointer_cast<Part>(part);
  }
};
struct Wheel {
  int turns = 0;
};
struct Engine {
  explicit Engine(std::shared_ptr<Wheel> w) : wheel(std::move(w)) {}
  std::shared_ptr<Wheel> wheel;
};
struct Car {
  explicit Car(std::shared_ptr<Engine> e) : engine(std::move(e)) {}
  std::shared_ptr<Engine> engine;
};
int parts_of_a_box() {
  Box box;
  box.makers["wheel"] = [](Box &) { return std::make_shared<Wheel>(); };
  box.makers["engine"] = [](Box &b) { return std::make_shared<Engine>(b.get<Wheel>("wheel")); };
  box.makers["car"] = [](Box &b) { return std::make_shared<Car>(b.get<Engine>("engine")); };
  return box.get<Car>("car")->engine->wheel->turns;
}

int main(int n, char **arguments) {
  in_a_variable();
  in_a_parameter();
  in_a_member();
  in_a_table(arguments[0]);
  in_a_global_table(arguments[0]);
  made_of_a_lambda();
  in_a_registry();
  holds_nothing();
  of_another_shell();
  replaced();
  not_known(n ? make_alone<13> : nullptr);
  other_entry_of_its_own();
  emptied_again();
  emptied_by_the_function();
  kept_for_a_call(observe);
  table_of_its_own();
  return parts_of_a_box();
}
