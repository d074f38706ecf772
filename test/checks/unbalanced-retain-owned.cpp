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

/// The class of a new object says which body runs.
struct Shape : BornCounted {
  virtual void move() = 0;
  virtual void show() = 0;
};
std::vector<Shape *> Shown;
struct Dot : Shape {
  void move() override { ++At; }
  void show() override { Shown.push_back(this); }
  int At = 0;
};
bool virtually(bool Any) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the count taken on 'S' is not released on every path in 'virtually'
  Shape *S = new Dot;
  S->move();
  if (!Any)
    return false;
  S->unref();
  return true;
}
int makeDot(Shape **Out, int Size) {
  if (Size == 0)
    return -1;
  *Out = new Dot;
  return 0;
}
int throughAParameter(int Size) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the count taken on 'S' is not released on every path in 'throughAParameter'
  Shape *S = nullptr;
  if (makeDot(&S, Size) < 0)
    return -1;
  S->move();
  if (Size > 9)
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: note: it is not released on the way that ends here
    return -2;
  S->unref();
  return 0;
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
  Page *findOf(int Kind) {
    Page *P = All.front();
    switch (Kind) {
    case 1:
      P->ref();
      break;
    }
    return P;
  }
  std::vector<Page *> All;
};
int looked(Registry &R) {
  Page *P = R.add();
  Page *Q = R.find(false);
  Page *O = R.findOf(2);
  return P->lines() + Q->lines() + O->lines();
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

/// Its methods may give the count back.
struct Book : BornCounted {
  Book *next() {
    Book *B = Next.get();
    if (B)
      B->ref();
    return B;
  }
  int pages() const;
  void close() {
    Closed = true;
    unref();
  }
  void closeLater();
  Keep<Book> Next;
  bool Closed = false;
};
int closed(Book &From) {
  Book *B = From.next();
  int Pages = B->pages();
  B->close();
  return Pages;
}
int closedElsewhere(Book &From) {
  Book *B = From.next();
  int Pages = B->pages();
  B->closeLater();
  return Pages;
}

/// Who returns null says so in another way, too.
Page *makeOrFail(int Lines, int *Error) {
  if (Lines < 0) {
    *Error = 1;
    return nullptr;
  }
  return new Page;
}
bool failed(int Lines) {
  int Error = 0;
  Page *P = makeOrFail(Lines, &Error);
  if (Error)
    return false;
  P->unref();
  return true;
}
bool failedToMakeADot(int Size) {
  Shape *S = nullptr;
  int Error = makeDot(&S, Size);
  if (Error < 0)
    return false;
  S->unref();
  return true;
}
bool keptIfItFits(int Size) {
  Shape *S = nullptr;
  int Error = makeDot(&S, Size);
  if (Error == 0 && Size < 3)
    Shown.push_back(S);
  if (Error == 0 && Size >= 3) {
    S->move();
    S->unref();
  }
  return Error == 0;
}
/// Its own body keeps it.
bool virtuallyShown(bool Any) {
  Shape *S = new Dot;
  S->show();
  if (!Any)
    return false;
  S->unref();
  return true;
}
/// It is not known whose body runs.
bool moved(Shape *(*Make)(), bool Any) {
  Shape *S = Make();
  S->move();
  if (!Any)
    return false;
  S->unref();
  return true;
}
struct Chain : BornFree {
  Chain *share() {
    grabIt();
    return this;
  }
};
Chain *lastChain();
void sharedUnderAnotherName() {
  Chain *C = lastChain();
  Chain *Own = C->share();
  Own->dropIt();
}

} // namespace quiet
