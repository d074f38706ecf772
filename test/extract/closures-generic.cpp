// A generic lambda is analysed where it is called with known types, else as written.
#include <algorithm>
#include <functional>
#include <memory>
#include <vector>
struct S {
  std::function<void(int)> F;
  std::shared_ptr<S> Next;
};
void called(std::shared_ptr<S> P) {
  auto Set = [P](auto Other) { P->Next = Other; };
  Set(P);
}
void stored(std::shared_ptr<S> P) {
  P->F = [P](auto) { P->Next = nullptr; };
}
void algorithm(std::vector<std::shared_ptr<S>> &All, std::shared_ptr<S> P) {
  std::for_each(All.begin(), All.end(), [P](auto &Each) { Each->Next = P; });
}
