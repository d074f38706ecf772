// A count taken by hand and a second one taken by a handle.

// RUN: not %refcycle --quiet --checks=refcycle-double-retain %s -- -std=c++20 -I%S/Inputs | FileCheck %s --implicit-check-not=warning:

#include "counting.h"

struct Node : BornFree {
  void touch() {}
};

//===--- must be reported ---------------------------------------------------===//

void both() {
  Node *raw = new Node;
  raw->grabIt();
  raw->touch();
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: 'raw' is counted by hand and once more by a handle in 'both'{{.*}}[refcycle-double-retain]
  Hold<Node> kept(raw);
}

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

void given(Node *);
void onlyHandle() { Hold<Node> kept(new Node); }
void givenBack() {
  Node *raw = new Node;
  raw->grabIt();
  Hold<Node> kept(raw);
  raw->dropIt();
}
void notCounted() {
  Node *raw = new Node;
  raw->grabIt();
  Hold<Node> kept(raw, false);
}
void theFirstIsForSomebody() {
  Node *raw = new Node;
  raw->grabIt();
  given(raw);
  Hold<Node> kept(raw);
}
// The count may be the one that is given back elsewhere.
void borrowed(Node *P) {
  P->grabIt();
  Hold<Node> kept(P);
}
void counterpart(Node *P) { P->dropIt(); }

} // namespace quiet
