// Uses that a weak handle cannot stand in for. In each namespace the back
// pointer has another owner for sure, so that only the use stands against it.

// RUN: rm -rf %t && mkdir %t && cp %s %t/refused.cpp && cd %t
// RUN: not refcycle --fix --format=json refused.cpp -- -std=c++20 > refused.json
// RUN: cmp %s refused.cpp
// RUN: FileCheck %s --input-file=refused.json --implicit-check-not='"slot":' --implicit-check-not='"refused": ""'

#include <functional>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

template <class Down> struct Up {
  std::vector<std::shared_ptr<Down>> kids;
  int n = 0;
};

// CHECK: "slot": "alias::Down::up"
// CHECK: "refused": "its type is not spelled as a handle where it is declared"
namespace alias {
struct Down;
using Handle = std::shared_ptr<Up<Down>>;
struct Down { Handle up; };
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "macro::Down::up"
// CHECK: "refused": "its type is not spelled as a handle where it is declared"
namespace macro {
#define HANDLE(T) std::shared_ptr<T>
struct Down { HANDLE(Up<Down>) up; };
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "two::Down::up"
// CHECK: "refused": "one declaration has two names"
namespace two {
struct Down { std::shared_ptr<Up<Down>> up, other; };
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "compared::Down::up"
// CHECK: "refused": "the compiler compares objects of its class by member"
namespace compared {
struct Down { std::shared_ptr<Up<Down>> up; bool operator==(const Down &) const = default; };
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "address::Down::up"
// CHECK: "refused": "a weak handle cannot stand in for this use"
namespace address {
struct Down { std::shared_ptr<Up<Down>> up; };
auto of(Down &d) { return &d.up; }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "reference::Down::up"
// CHECK: "refused": "a weak handle cannot stand in for this use"
namespace reference {
struct Down { std::shared_ptr<Up<Down>> up; const std::shared_ptr<Up<Down>> &get() const { return up; } };
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "bound::Down::up"
// CHECK: "refused": "a weak handle cannot stand in for this use"
namespace bound {
struct Down { std::shared_ptr<Up<Down>> up; };
int of(Down &d) { auto &up = d.up; return up->n; }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "raw::Down::up"
// CHECK: "refused": "a weak handle cannot stand in for this use"
namespace raw {
struct Down { std::shared_ptr<Up<Down>> up; Up<Down> *get() { return up.get(); } };
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "counted::Down::up"
// CHECK: "refused": "a weak handle cannot stand in for this use"
namespace counted {
struct Down { std::shared_ptr<Up<Down>> up; };
bool last(Down &d) { return d.up.use_count() == 1; }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "moved::Down::up"
// CHECK: "refused": "a weak handle cannot stand in for this use"
namespace moved {
struct Down { std::shared_ptr<Up<Down>> up; };
auto out(Down &d) { return std::move(d.up); }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "swapped::Down::up"
// CHECK: "refused": "a weak handle cannot stand in for this use"
namespace swapped {
struct Down { std::shared_ptr<Up<Down>> up; };
void swap(Down &a, Down &b) { a.up.swap(b.up); }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "written::Down::up"
// CHECK: "refused": "a weak handle cannot stand in for this use"
namespace written {
struct Down { std::shared_ptr<Up<Down>> up; };
void fill(std::shared_ptr<Up<Down>> &out) { out = nullptr; }
void clear(Down &d) { fill(d.up); }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "kept::Down::up"
// CHECK: "refused": "a weak handle cannot stand in for this use"
namespace kept {
struct Down { std::shared_ptr<Up<Down>> up; };
struct View { const std::shared_ptr<Up<Down>> &of; explicit View(const std::shared_ptr<Up<Down>> &of) : of(of) {} };
int look(Down &d) { View v(d.up); return v.of->n; }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "chained::Down::up"
// CHECK: "refused": "a weak handle cannot stand in for this use"
namespace chained {
struct Down { std::shared_ptr<Up<Down>> up; };
void none(Down &d, std::shared_ptr<Up<Down>> &other) { other = d.up = nullptr; }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "chosen::Down::up"
// CHECK: "refused": "a weak handle cannot stand in for this use"
namespace chosen {
struct Down { std::shared_ptr<Up<Down>> up; };
int of(Down &a, Down &b, bool first) { return (first ? a.up : b.up)->n; }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "tied::Down::up"
// CHECK: "refused": "a weak handle cannot stand in for this use"
namespace tied {
struct Down { std::shared_ptr<Up<Down>> up; int rank = 0; };
bool less(const Down &a, const Down &b) { return std::tie(a.up, a.rank) < std::tie(b.up, b.rank); }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "viewed::Down::up"
// CHECK: "refused": "a weak handle cannot stand in for this use"
namespace viewed {
struct Down { std::shared_ptr<Up<Down>> up; };
struct View { const std::shared_ptr<Up<Down>> *of; };
View view(const std::shared_ptr<Up<Down>> &of) { return {&of}; }
int look(Down &d) { View v = view(d.up); return (*v.of)->n; }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "wrapped::Down::up"
// CHECK: "refused": "a weak handle cannot stand in for this use"
namespace wrapped {
struct Down { std::shared_ptr<Up<Down>> up; };
auto of(const Down &d) { return std::cref(d.up); }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "looped::Down::up"
// CHECK: "refused": "what refers to its object goes on after this use"
namespace looped {
struct Down { std::shared_ptr<Up<Down>> up; };
int of(Down &d) { int n = 0; for (auto &kid : d.up->kids) n += kid ? 1 : 0; return n; }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "iterated::Down::up"
// CHECK: "refused": "what refers to its object goes on after this use"
namespace iterated {
struct Down { std::shared_ptr<Up<Down>> up; };
bool of(Down &d) { auto i = d.up->kids.begin(); return i == d.up->kids.end(); }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "referred::Down::up"
// CHECK: "refused": "what refers to its object goes on after this use"
namespace referred {
struct Down { std::shared_ptr<Up<Down>> up; };
int of(Down &d) { auto &n = d.up->n; return ++n; }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "pointed::Down::up"
// CHECK: "refused": "what refers to its object goes on after this use"
namespace pointed {
struct Down { std::shared_ptr<Up<Down>> up; };
int of(Down &d) { int *n; n = &d.up->n; return ++*n; }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "lent::Down::up"
// CHECK: "refused": "what refers to its object goes on after this use"
namespace lent {
struct Down { std::shared_ptr<Up<Down>> up; };
int &of(Down &d) { return d.up->n; }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "captured::Down::up"
// CHECK: "refused": "what refers to its object goes on after this use"
namespace captured {
struct Down { std::shared_ptr<Up<Down>> up; };
auto of(Down &d) { return [n = &d.up->n] { return ++*n; }; }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "initial::Down::up"
// CHECK: "refused": "what refers to its object goes on after this use"
namespace initial {
struct Down { std::shared_ptr<Up<Down>> up; };
struct View { int *n; explicit View(Down &d) : n(&d.up->n) {} };
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "ending::Down::up"
// CHECK: "refused": "it is used while objects end, when its own may be gone"
namespace ending {
struct Down { std::shared_ptr<Up<Down>> up; ~Down() { --up->n; } };
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "detached::Down::up"
// CHECK: "refused": "it is used while objects end, when its own may be gone"
namespace detached {
struct Down { std::shared_ptr<Up<Down>> up; void detach() { count(); } void count() { --up->n; } };
struct Owner { std::shared_ptr<Up<Down>> up; ~Owner() { for (auto &kid : up->kids) kid->detach(); } };
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "called::Down::up"
// CHECK: "refused": "it is used while objects end, when its own may be gone"
namespace called {
struct Down { std::shared_ptr<Up<Down>> up; std::function<void()> last; ~Down() { last(); } };
void prepare(Down &d) { d.last = [&d] { --d.up->n; }; }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "unique::Down::up"
// CHECK: "refused": "a weak handle cannot stand in for this use"
namespace unique {
struct Down { std::shared_ptr<Up<Down>> up; };
void adopt(Down &d, std::unique_ptr<Up<Down>> up) { d.up = std::move(up); }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "taken::Down::up"
// CHECK: "refused": "it is initialised by something that is no counted handle"
namespace taken {
struct Down { Down() = default; explicit Down(Up<Down> *up) : up(up) {} std::shared_ptr<Up<Down>> up; };
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "unpacked::Down::up"
// CHECK: "refused": "it gets a name by a structured binding"
namespace unpacked {
struct Down { std::shared_ptr<Up<Down>> up; int n = 0; };
int of(Down &d) { auto &[up, n] = d; return up->n + n; }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "listed::Down::up"
// CHECK: "refused": "an initialiser list names its value"
namespace listed {
struct Down { std::shared_ptr<Up<Down>> up; };
struct Pair { Down first; int n; };
Pair make() { return {{nullptr}, 2}; }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "named::Down::up"
// CHECK: "refused": "a pointer to the member is made"
namespace named {
struct Down { std::shared_ptr<Up<Down>> up; };
auto of() { return &Down::up; }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "generic::Down::upward"
// CHECK: "refused": "a template uses a member of this name"
namespace generic {
struct Down { std::shared_ptr<Up<Down>> upward; };
int of(Down &d) { return [](auto &x) { return x.upward->n; }(d); }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->upward = up; }
}

// CHECK: "slot": "templated::Down::up"
// CHECK: "refused": "a template uses it"
namespace templated {
struct Down { std::shared_ptr<Up<Down>> up; };
template <class T> int of(T n, Down &d) { return n + d.up->n; }
int two(Down &d) { return of(2, d); }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

// CHECK: "slot": "stringed::Down::up"
// CHECK: "refused": "a macro or generated text names it"
namespace stringed {
#define CHECKED(x) ((x) ? 1 : throw #x)
struct Down { std::shared_ptr<Up<Down>> up; };
int of(Down &d) { return CHECKED(d.up); }
void run() { auto up = std::make_shared<Up<Down>>(); auto down = std::make_shared<Down>(); up->kids.push_back(down); down->up = up; }
}

int main() {
  alias::run(); macro::run(); two::run(); compared::run(); address::run();
  reference::run(); bound::run(); raw::run(); counted::run(); moved::run();
  swapped::run(); written::run(); kept::run(); chained::run(); chosen::run();
  tied::run(); unique::run(); taken::run(); unpacked::run(); listed::run();
  named::run(); generic::run(); templated::run(); stringed::run();
  ending::run(); detached::run(); called::run();
  viewed::run(); looped::run(); iterated::run(); referred::run(); pointed::run();
  lent::run(); captured::run(); initial::run(); wrapped::run();
}
