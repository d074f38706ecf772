// What a try block throws goes on in one of its handlers: no way leads past
// them.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>
#include <stdexcept>
#include <vector>

template <typename Tag>
struct Batch : std::enable_shared_from_this<Batch<Tag>> {
  std::vector<std::function<void()>> Undo;
  int Sum = 0;
  void add(int N) {
    Undo.push_back([Self = this->shared_from_this()] { Self->Sum = 0; });
    if (N < 0)
      throw std::runtime_error("negative");
    Sum += N;
  }
  void drop() { Undo.clear(); }
};

bool returnsInBoth(int N) {
  auto B = std::make_shared<Batch<struct A>>();
  try {
    B->add(N);
    B->drop();
    return true;
  } catch (const std::exception &) {
    B->drop();
    return false;
  }
}
bool severalHandlers(int N) {
  auto B = std::make_shared<Batch<struct B>>();
  try {
    B->add(N);
    B->drop();
    return true;
  } catch (const std::logic_error &) {
    B->drop();
  } catch (const std::exception &) {
    B->drop();
    throw;
  } catch (...) {
    B->drop();
  }
  return false;
}
bool afterAll(int N) {
  auto B = std::make_shared<Batch<struct C>>();
  try {
    B->add(N);
  } catch (const std::exception &) {
    N = 0;
  }
  B->drop();
  return N;
}

// CHECK: warning: 'Batch<D>' keeps itself alive
// CHECK: note: {{.*}}missed by a return from 'oneHandlerForgets'
bool oneHandlerForgets(int N) {
  auto B = std::make_shared<Batch<struct D>>();
  try {
    B->add(N);
    B->drop();
    return true;
  } catch (const std::logic_error &) {
    return false;
  } catch (const std::exception &) {
    B->drop();
    return false;
  }
}
// CHECK: warning: 'Batch<E>' keeps itself alive
// CHECK: note: {{.*}}missed by a throw from 'noHandler'
bool noHandler(int N) {
  auto B = std::make_shared<Batch<struct E>>();
  B->add(N);
  B->drop();
  return true;
}

int main() {
  returnsInBoth(1);
  severalHandlers(1);
  afterAll(1);
  oneHandlerForgets(1);
  noHandler(1);
}
