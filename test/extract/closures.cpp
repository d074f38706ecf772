// A closure holds what it captures: copies own, references and `this` do not.
#include <functional>
#include <memory>
struct S : std::enable_shared_from_this<S> {
  std::function<void()> F;
  std::shared_ptr<S> Next;
  int N = 0;
  void copies();
  void references();
  void inits();
  void self();
  void nested();
  void clears();
  void twice();
};
void S::copies() {
  auto P = Next;
  auto W = weak_from_this();
  F = [P, W] {};
  F = [=] { P->N = 1; };
}
void S::references() {
  auto P = Next;
  F = [&P] { P->Next = nullptr; };
  F = [&] { P = std::make_shared<S>(); };
}
void S::inits() {
  F = [A = Next, B = std::move(Next), C = weak_from_this(), &D = Next, E = this,
       G = std::make_shared<S>()] {};
}
void S::self() {
  F = [this] { N = 1; };
  F = [*this] {};
  F = [this, P = shared_from_this()] { Next = P; };
}
void S::nested() {
  F = [P = shared_from_this()] { P->F = [P] { P->F = [Q = P] {}; }; };
}
void S::clears() {
  F = [P = shared_from_this()]() mutable {
    P->N = 1;
    P.reset();
  };
}
void S::twice() {
  Next->F = [P = Next] {}, F = [] {};
}
template <typename T> void inTemplate(std::shared_ptr<T> P) {
  P->F = [P] { P->N = 2; };
}
void instantiate(std::shared_ptr<S> P) { inTemplate(P); }
