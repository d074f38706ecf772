// Variables that own a count from the start: of a new object, or of what a
// function gives with a count.

// RUN: not %refcycle --quiet --checks=refcycle-unbalanced-retain %s -- -std=c++20 -I%S/Inputs | FileCheck %s --implicit-check-not=warning:

#include "counting.h"
#include <cstdlib>
#include <vector>

struct Page : BornCounted {
  int lines() const;
  void turn() { ++Turned; }
  void show(); // Elsewhere: it may give itself to a window.
  Page *above() {
    Page *P = Above.get();
    if (P)
      P->ref();
    return P;
  }
  Keep<Page> Above;
  int Turned = 0;
};
Page *makePage() { return new Page; }

struct Tree {
  virtual void grab() = 0;
  virtual void drop() = 0;
  virtual Tree *parent() = 0;
  virtual Tree *root() = 0;
  virtual int depth() const = 0;
  virtual ~Tree() = default;
};
struct Leaf : Tree {
  void grab() override { ++Count; }
  void drop() override {
    if (--Count == 0)
      delete this;
  }
  Tree *parent() override {
    if (!Up)
      return nullptr;
    Tree *T = Up;
    T->grab();
    return T;
  }
  Tree *root() override { return Up; }
  int depth() const override { return 1; }
  Tree *Up = nullptr;
  int Count = 1;
};

//===--- must be reported ---------------------------------------------------===//

bool newOne() {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the count taken on 'P' is not released on every path in 'newOne' [refcycle-unbalanced-retain]
  auto *P = new Page;
  P->turn();
  if (P->lines() == 0)
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: note: it is not released on the way that ends here
    return false;
  P->unref();
  return true;
}
bool made(int Limit) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the count taken on 'P' is not released on every path in 'made'
  Page *P = makePage();
  if (P->lines() > Limit)
    return false;
  P->unref();
  return true;
}
int countedGetter(Page &From) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the count taken on 'P' is never released in 'countedGetter'
  Page *P = From.above();
  return P ? P->lines() : 0;
}
int climbs(Tree *From) {
  int Steps = 0;
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the count taken on 'T' is never released in 'climbs'
  for (Tree *T = From->parent(); T; T = T->parent())
    ++Steps;
  return Steps;
}

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

bool newOne() {
  auto *P = new Page;
  if (P->lines() == 0) {
    P->unref();
    return false;
  }
  P->unref();
  return true;
}
/// The object may have found another owner.
bool shown() {
  auto *P = new Page;
  if (P->lines() == 0) {
    P->unref();
    return false;
  }
  P->show();
  return true;
}
bool returned(Page *&Out) {
  Page *P = makePage();
  if (P->lines() == 0) {
    P->unref();
    return false;
  }
  Out = P;
  return true;
}
void listed(std::vector<Page *> &All) {
  Page *P = makePage();
  if (P->lines() > 3)
    P->unref();
  else
    All.push_back(P);
}
bool adopted() {
  Page *P = makePage();
  if (P->lines() == 0) {
    P->unref();
    return false;
  }
  Keep<Page> K(AdoptTag{}, P);
  return K->lines() > 1;
}
void ended() {
  Page *P = makePage();
  if (P->lines() == 0)
    std::abort();
  P->unref();
}
bool maybeNone(bool Any) {
  Page *P = Any ? makePage() : nullptr;
  if (!P)
    return false;
  P->unref();
  return true;
}
/// Not new, and nobody counted.
struct Shelf {
  Page *first() { return Pages.front(); }
  std::vector<Page *> Pages;
};
bool borrowed(Shelf &S) {
  Page *P = S.first();
  if (P->lines() == 0)
    return false;
  S.Pages.clear();
  P->unref();
  return true;
}
/// Starts at zero: whoever counts first owns it.
struct Sheet : BornFree {
  int lines() const;
};
bool bornFree() {
  auto *S = new Sheet;
  if (S->lines() == 0)
    return false;
  S->grabIt();
  S->dropIt();
  return true;
}

int released(Page &From) {
  Page *P = From.above();
  int Lines = 0;
  if (P) {
    Lines = P->lines();
    P->unref();
  }
  return Lines;
}
int keptByAHandle(Page &From) {
  Page *P = From.above();
  Keep<Page> K(AdoptTag{}, P);
  return P ? P->lines() : 0;
}
Page *passedOn(Page &From) {
  Page *P = From.above();
  return P;
}
int notCounted(Tree *From) {
  int Steps = 0;
  for (Tree *T = From->root(); T; T = T->root())
    ++Steps;
  return Steps;
}
/// Counted for the list, not for the caller.
struct Registry {
  Page *add() {
    Page *P = new Page;
    P->ref();
    All.push_back(P);
    return P;
  }
  /// On some ways only.
  Page *find(bool Own) {
    Page *P = All.front();
    if (Own)
      P->ref();
    return P;
  }
  std::vector<Page *> All;
};
int looked(Registry &R) {
  Page *P = R.add();
  Page *Q = R.find(false);
  return P->lines() + Q->lines();
}
/// One of those that may be called counts, another does not.
struct Source {
  virtual Page *page() = 0;
};
struct Fresh : Source {
  Page *page() override {
    Page *P = Own.get();
    P->ref();
    return P;
  }
  Keep<Page> Own;
};
struct Lent : Source {
  Page *page() override { return Own.get(); }
  Keep<Page> Own;
};
int ofASource(Source &S) {
  Page *P = S.page();
  return P->lines();
}

} // namespace quiet
