// A raw pointer that the destructor deletes is an owner, wherever that stands.

// RUN: rm -rf %t && split-file %s %t
// RUN: %refcycle --emit=facts %t/session.cpp -- | %fold | FileCheck %s --check-prefix=BODY
// RUN: %refcycle --emit=graph %t/session.cpp %t/main.cpp -- | FileCheck %s --check-prefix=GRAPH

// BODY:      class Session
// BODY-NEXT:   P: unique Impl
// BODY-NEXT:   Borrowed: raw Impl

// GRAPH:      Session -> Impl [P]
// GRAPH-NEXT: Session .> Impl [Borrowed]

//--- session.h
struct Impl;
class Session {
public:
  ~Session();
  Impl *P;
  Impl *Borrowed;
};
//--- session.cpp
#include "session.h"
struct Impl {};
Session::~Session() { delete P; }
//--- main.cpp
#include "session.h"
int main() {
  Session S;
  (void)S;
}
