// Type-erased slots own what is stored into them; the facts keep its kind.
#include <any>
#include <functional>
#include <future>
#include <memory>
#include <thread>
struct T {};
struct Slots {
  std::function<void()> Function;
  std::any Any;
  std::shared_ptr<void> SharedVoid;
  std::thread Thread;
  std::promise<std::shared_ptr<T>> Promise;
  std::shared_ptr<std::function<void()>> Cell;
  void *Raw;
};
void fill(Slots &S, std::shared_ptr<T> P, std::weak_ptr<T> W) {
  S.Function = [P] {};
  S.Any = P;
  S.Any = W;
  S.Any = P.get();
  S.SharedVoid = P;
  S.Thread = std::thread([P] {});
  S.Promise.set_value(P);
  S.Cell = std::make_shared<std::function<void()>>();
  *S.Cell = [C = S.Cell] {};
  S.Any.emplace<std::shared_ptr<T>>(P);
}
void detached(std::shared_ptr<T> P) {
  std::thread([P] {}).detach();
  std::thread T([](std::shared_ptr<struct T>) {}, P);
  T.join();
}
void use() {}
void freeFunction(Slots &S) {
  S.Function = &use;
  S.Function = use;
}
