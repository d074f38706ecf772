// One object with two owners, each of which deletes it.

// RUN: not %refcycle --quiet --checks=refcycle-two-owners %s -- -std=c++20 -I%S/Inputs | FileCheck %s --implicit-check-not=warning:
// RUN: not %refcycle --quiet --checks=refcycle-two-owners --min-confidence=possible %s -- -std=c++20 -I%S/Inputs | FileCheck %s --check-prefix=POSSIBLE

#include "counting.h"
#include <list>
#include <memory>
#include <vector>

struct Page {
  int number = 0;
};
void print(std::shared_ptr<Page>);
bool chance();

//===--- must be reported ---------------------------------------------------===//

void twice() {
  Page *page = new Page;
  std::shared_ptr<Page> first(page);
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: a second owner takes what 'page' refers to in 'twice': both delete it [refcycle-two-owners]
  std::shared_ptr<Page> second(page);
}
void parameter(Page *page) {
  print(std::shared_ptr<Page>(page));
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: a second owner takes what 'page' refers to in 'parameter'
  std::unique_ptr<Page> last(page);
}
void everyRound(Page *page) {
  for (int round = 0; round < 3; ++round)
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}in 'everyRound'
    print(std::shared_ptr<Page>(page));
}
void ofAnother(const std::shared_ptr<Page> &other) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: a second owner takes what 'other' refers to in 'ofAnother'
  std::shared_ptr<Page> mine(other.get());
}
void ofAddress(const std::shared_ptr<Page> &other) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}in 'ofAddress'
  std::shared_ptr<Page> mine(&*other);
}
void ofSole(std::unique_ptr<Page> &sole) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}in 'ofSole'
  std::shared_ptr<Page> shared(sole.get());
}
struct Book {
  std::shared_ptr<Page> page;
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: a second owner takes what 'Other' refers to in 'Book::reset'
  void reset(const std::shared_ptr<Page> &Other) { page.reset(Other.get()); }
  void twice(Page *raw) {
    page.reset(raw);
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}in 'Book::twice'
    print(std::shared_ptr<Page>(raw));
  }
};

// Made by make_shared, so it has an owner.
struct Task {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: a handle made of 'this' in 'Task::self' is a second owner of the 'Task': both delete it
  std::shared_ptr<Task> self() { return std::shared_ptr<Task>(this); }
};
void run() { std::make_shared<Task>()->self(); }

// No owner was seen: it may be the only one.
struct Alone {
  // POSSIBLE-DAG: [[@LINE+1]]:{{[0-9]+}}: warning: a handle made of 'this' in 'Alone::start'
  void start() { std::shared_ptr<Alone> self(this); }
};

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

void once(Page *page) { print(std::shared_ptr<Page>(page)); }
void either(Page *page) {
  if (chance())
    print(std::shared_ptr<Page>(page));
  else
    std::unique_ptr<Page> last(page);
}
void leaves(Page *page) {
  if (chance()) {
    print(std::shared_ptr<Page>(page));
    return;
  }
  std::unique_ptr<Page> last(page);
}
void byFlag(Page *page, bool shared) {
  if (shared)
    print(std::shared_ptr<Page>(page));
  if (!shared)
    std::unique_ptr<Page> last(page);
}
void sameFlag(Page *page, bool shared) {
  if (!shared)
    std::unique_ptr<Page> last(page);
  if (shared)
    print(std::shared_ptr<Page>(page));
}
void anotherObject() {
  Page *page = new Page;
  print(std::shared_ptr<Page>(page));
  page = new Page;
  print(std::shared_ptr<Page>(page));
}
void set(Page *&);
void setElsewhere(Page *page) {
  print(std::shared_ptr<Page>(page));
  set(page);
  print(std::shared_ptr<Page>(page));
}
void eachOne(const std::list<Page *> &pages) {
  for (Page *page : pages)
    print(std::shared_ptr<Page>(page));
}
void newInEachRound() {
  for (int round = 0; round < 3; ++round) {
    Page *page = new Page;
    print(std::shared_ptr<Page>(page));
  }
}
// A deleter that does nothing, or knows what to do.
void deleters(Page *page, const std::shared_ptr<Page> &other) {
  std::shared_ptr<Page> first(page, [](Page *) {});
  std::shared_ptr<Page> second(page, [](Page *) {});
  std::shared_ptr<Page> third(other.get(), [](Page *) {});
  struct Keep {
    void operator()(Page *) const {}
  };
  std::unique_ptr<Page, Keep> fourth(other.get());
}
// The count of `other` is shared.
void aliases(const std::shared_ptr<Page> &other) {
  std::shared_ptr<Page> same(other, other.get());
  std::shared_ptr<int> part(other, &other->number);
  std::shared_ptr<Page> copy(other);
}
void released(std::unique_ptr<Page> sole) {
  std::shared_ptr<Page> shared(sole.release());
  std::unique_ptr<Page> guard(new Page);
  std::shared_ptr<Page> after(guard.get());
  guard.release();
}
void guarded(Page *page) {
  std::unique_ptr<Page> guard(page);
  if (chance())
    return;
  guard.release();
  print(std::shared_ptr<Page>(page));
}
void borrowed(const std::shared_ptr<Page> &other) {
  std::unique_ptr<Page> guard(other.get());
  guard.release();
}
// Knows its owner.
struct Session : std::enable_shared_from_this<Session> {
  std::shared_ptr<Session> self() { return shared_from_this(); }
  std::shared_ptr<Session> first() { return std::shared_ptr<Session>(this); }
};
void start() { std::make_shared<Session>()->self(); }
// Deletes itself at the end.
struct Once {
  void run() { std::unique_ptr<Once> self(this); }
};
// The object counts: a second handle is a second count.
struct Port : BornFree {
  Hold<Port> self() { return Hold<Port>(this); }
};
void handles(Port *port) {
  Hold<Port> first(port);
  Hold<Port> second(port);
  Hold<Port> third(first.get());
}

} // namespace quiet
