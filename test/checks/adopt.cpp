// A handle that counts an object which starts with a count keeps it forever.

// RUN: not %refcycle --quiet --checks=refcycle-adopt %s -- -std=c++20 -I%S/Inputs | FileCheck %s --implicit-check-not=warning:

#include "counting.h"
#include <map>
#include <vector>

struct Port : BornCounted {
  explicit Port(int) {}
  void open() {}
};

//===--- must be reported ---------------------------------------------------===//

struct Console {
  std::vector<Keep<Port>> ports;
  Keep<Port> first;
  std::map<int, Keep<Port>> byNumber;
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the new 'Port' starts with a count of one, and 'Console::ports' takes another in 'Console::add'{{.*}}[refcycle-adopt]
  void add() { ports.push_back(new Port(1)); }
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}'Console::first' takes another in 'Console::set'
  void set() { first = new Port(2); }
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}'Console::byNumber' takes another
  void put(int N) { byNumber[N] = new Port(N); }
};

// CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}in 'makeKeep'
Keep<Port> makeKeep() { return Keep<Port>(new Port(3)); }

void throughVariable() {
  Port *raw = new Port(4);
  raw->open();
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}'kept' takes another in 'throughVariable'
  Keep<Port> kept(raw);
}

Port *New() { return new Port(5); }
Port *Prepared() {
  Port *Result = new Port(6);
  Result->open();
  return Result;
}
void fromFactories() {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: 'New' returns an object with a count, and 'a' takes another in 'fromFactories'
  Keep<Port> a = New();
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: 'Prepared' returns an object with a count
  Keep<Port> b(Prepared());
}

/// The result of detach() has a count for sure.
Port *giveAway(Keep<Port> From) { return From.detach(); }
void takeGiven(Keep<Port> P) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: 'giveAway' returns an object with a count
  Keep<Port> again = giveAway(P);
}

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

struct Node : BornFree {};

// Starts at zero.
void bornFree() {
  Hold<Node> a = new Node;
  Hold<Node> b;
  b = Hold<Node>(new Node);
}

// Adopted.
Keep<Port> adopted() { return Keep<Port>(AdoptTag{}, new Port(1)); }
void adoptedFromFactory() { Keep<Port> a(AdoptTag{}, New()); }

// The first count is given back.
void givenBack() {
  Port *raw = new Port(1);
  Keep<Port> kept(raw);
  raw->unref();
}
void givenBackThroughHandle() {
  Keep<Port> kept(new Port(1));
  kept->unref();
}

// Another function gives it back: through the member, an element, an iterator.
struct Releases {
  Keep<Port> port;
  std::vector<Keep<Port>> ports;
  std::map<int, Keep<Port>> byNumber;
  void open() {
    port = new Port(1);
    ports.push_back(new Port(2));
    byNumber[3] = new Port(3);
  }
  void close() {
    port->unref();
    for (auto &P : ports)
      P->unref();
    byNumber.find(3)->second->unref();
  }
};

// Somebody else may hold the first count.
void elsewhere(Port *);
void passedOn() {
  Port *raw = new Port(1);
  elsewhere(raw);
  Keep<Port> kept(raw);
}

// Chosen at run time: not known.
void byFlag(bool Count) {
  Port *raw = new Port(1);
  Hold<Node> h(new Node, Count);
  raw->unref();
}

// Not a new object.
void existing(Port *P) { Keep<Port> kept(P); }
Port *find();
void lookedUp() { Keep<Port> kept = find(); }

// A factory whose constructor call depends on who asks: the start is not known.
class Either {
public:
  explicit Either(int Start) : Count(Start) {}
  void ref() { ++Count; }
  void unref() {
    if (--Count == 0)
      delete this;
  }

private:
  int Count;
};
void unknownStart() { Keep<Either> e = new Either(0); }

// Two constructors that start differently.
class Mixed {
public:
  Mixed() : Count(1) {}
  explicit Mixed(int) : Count(0) {}
  void ref() { ++Count; }
  void unref() {
    if (--Count == 0)
      delete this;
  }

private:
  int Count;
};
void mixedStart() { Keep<Mixed> e = new Mixed(0); }

// The handle takes over what it gets.
template <class T> class Takes {
public:
  explicit Takes(T *P) : P(P) {}
  Takes(const Takes &O) : P(O.P) { P->ref(); }
  ~Takes() { P->unref(); }
  T *operator->() const { return P; }

private:
  T *P;
};
void takesOver() { Takes<Port> t(new Port(1)); }

// A factory that also keeps the object: what it returns carries no count.
struct Pool {
  std::vector<Port *> all;
  Port *make() {
    Port *P = new Port(1);
    all.push_back(P);
    return P;
  }
};
void pooled(Pool &P) { Keep<Port> kept = P.make(); }

} // namespace quiet
