// A handle whose deleter looks away from the object, or that shares with an
// empty handle, points to what it does not own. What a deleter captures it
// does own.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <memory>
#include <vector>

template <typename Tag> struct Sheet;
template <typename Tag> struct Pen { std::shared_ptr<Sheet<Tag>> Target; };
template <typename Tag> struct Sheet {
  std::vector<std::shared_ptr<Pen<Tag>>> Pens;
  void add(std::shared_ptr<Sheet> Target) {
    Pens.push_back(std::make_shared<Pen<Tag>>());
    Pens.back()->Target = Target;
  }
};

struct Leave {
  template <typename T> void operator()(T *) const {}
};
template <typename T> void leave(T *) {}

void lambda() {
  Sheet<struct A> S;
  S.add(std::shared_ptr<Sheet<A>>(&S, [](Sheet<A> *) {}));
}
void functor() {
  auto S = std::make_unique<Sheet<struct B>>();
  S->add(std::shared_ptr<Sheet<B>>(S.get(), Leave()));
}
void function() {
  static Sheet<struct C> S;
  S.add(std::shared_ptr<Sheet<C>>(&S, leave<Sheet<C>>));
}
void aliasOfEmpty() {
  Sheet<struct D> S;
  S.add(std::shared_ptr<Sheet<D>>(std::shared_ptr<void>(), &S));
}
void aliasOfDefault() {
  Sheet<struct E> S;
  S.add({std::shared_ptr<Sheet<E>>{}, &S});
}
void reset() {
  Sheet<struct F> S;
  std::shared_ptr<Sheet<F>> H;
  H.reset(&S, [](Sheet<F> *) {});
  S.add(H);
}
void otherOwner() {
  auto S = std::make_shared<Sheet<struct G>>();
  S->add(std::shared_ptr<Sheet<G>>(S.get(), [](auto *) {}));
}

// CHECK: warning: 'Pen<H>' and 'Sheet<H>' keep each other alive
void deletes() {
  auto *S = new Sheet<struct H>;
  S->add(std::shared_ptr<Sheet<H>>(S, [](Sheet<H> *Old) { delete Old; }));
}
// CHECK: warning: 'Sheet<I>' keeps itself alive: the deleter of what 'Pen<I>::Target' holds captures 'S'
void captures() {
  auto S = std::make_shared<Sheet<struct I>>();
  S->add(std::shared_ptr<Sheet<I>>(S.get(), [S](Sheet<I> *) {}));
}
// CHECK: warning: 'Pen<J>' and 'Sheet<J>' keep each other alive
void aliasOfItself() {
  auto S = std::make_shared<Sheet<struct J>>();
  S->add(std::shared_ptr<Sheet<J>>(S, S.get()));
}

// The same, made in a container.
template <typename Tag> struct Frame;
template <typename Tag> struct Picture { std::vector<std::shared_ptr<Frame<Tag>>> Frames; };
template <typename Tag> struct Frame { std::shared_ptr<Picture<Tag>> Shown; };

void emplaced(const std::shared_ptr<Frame<struct M>> &F) {
  F->Shown = std::make_shared<Picture<M>>();
  F->Shown->Frames.emplace_back(F.get(), [](Frame<M> *) {});
}
void emplacedAlias(const std::shared_ptr<Frame<struct N>> &F) {
  F->Shown = std::make_shared<Picture<N>>();
  F->Shown->Frames.emplace_back(std::shared_ptr<void>(), F.get());
}
// CHECK: warning: 'Frame<O>' and 'Picture<O>' keep each other alive
void emplacedShare(const std::shared_ptr<Frame<struct O>> &F) {
  F->Shown = std::make_shared<Picture<O>>();
  F->Shown->Frames.emplace_back(F, F.get());
}
// CHECK: warning: 'Frame<P>' and 'Picture<P>' keep each other alive
void emplacedOwner(const std::shared_ptr<Frame<struct P>> &F) {
  F->Shown = std::make_shared<Picture<P>>();
  F->Shown->Frames.emplace_back(F);
}
