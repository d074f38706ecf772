// What a handle gives out with its count must be taken by somebody.

// RUN: not %refcycle --quiet --checks=refcycle-dropped-release %s -- -std=c++20 -I%S/Inputs | FileCheck %s --implicit-check-not=warning:

#include "counting.h"
#include <memory>
#include <vector>

struct Window : BornCounted {
  void show() {}
};
Keep<Window> open();

//===--- must be reported ---------------------------------------------------===//

void discarded() {
  Keep<Window> w = open();
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the count of 'Window' that 'detach' gives out is lost in 'discarded' [refcycle-dropped-release]
  w.detach();
}
void unusedVariable() {
  auto w = open();
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}is lost in 'unusedVariable'
  [[maybe_unused]] auto *raw = w.detach();
}
void usedAndForgotten() {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}is lost in 'usedAndForgotten'
  Window *raw = open().detach();
  raw->show();
}

void handedToCounting() {
  auto w = open();
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}is lost in 'handedToCounting'
  Keep<Window> second(w.detach());
}
void assignedToCounting(Keep<Window> &Other) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}is lost in 'assignedToCounting'
  Other = open().detach();
}
void throughVariable() {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}is lost in 'throughVariable'
  Window *raw = open().detach();
  raw->show();
  Keep<Window> again(raw);
}
void resetToCounting(Keep<Window> &Other) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}is lost in 'resetToCounting'
  Other.reset(open().detach());
}

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

void given(Window *);
Window *returned() { return open().detach(); }
void passed() { given(open().detach()); }
void released() {
  Window *raw = open().detach();
  raw->unref();
}
void adopted() {
  Window *raw = open().detach();
  Keep<Window> again(AdoptTag{}, raw);
}
void resetAdopts(Keep<Window> &Other) { Other.take(open().detach()); }
void resetAdoptsVariable(Keep<Window> &Other) {
  Window *raw = open().detach();
  raw->show();
  Other.take(raw);
}
void countedTwiceReleasedOnce() {
  Window *raw = open().detach();
  Keep<Window> again(raw);
  raw->unref();
}
struct Queue {
  std::vector<Window *> all;
  Window *one = nullptr;
  void add(Keep<Window> W) { all.push_back(W.detach()); }
  void set(Keep<Window> W) { one = W.detach(); }
};
// Somebody took the pointer, and the handle forgets it on purpose.
void takenBefore() {
  Keep<Window> w = open();
  given(w.get());
  w.detach();
}
// Deliberate, and says so.
void deliberate() { (void)open().detach(); }
void forever() {
  static Window *global = open().detach();
  global->show();
}
// This release() lowers the count by itself.
struct Node : BornFree {};
void lowered(Hold<Node> H) { H.release(); }
// A sole owner has no count.
void sole(std::unique_ptr<int> P) { P.release(); }

} // namespace quiet
