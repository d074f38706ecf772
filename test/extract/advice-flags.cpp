// What advice needs to know of a counted handle: whether there is a weak one
// beside it, whether its class is nothing else, and which lines read it.

// RUN: refcycle --emit=facts %s -- -std=c++17 | FileCheck %s

#include <memory>

namespace lib {
template <typename T> class Weak;
template <typename T> class Ref {
  T *object = nullptr;

public:
  Ref() = default;
  Ref(T *o) : object(o) { ++object->refs; }
  Ref(const Ref &other) : object(other.object) { ++object->refs; }
  Ref(const Weak<T> &weak);
  ~Ref() {
    if (object && --object->refs == 0)
      delete object;
  }
  T *operator->() const { return object; }
};
template <typename T> class Weak {};
// Not the weak kind of Ref's neighbour.
template <typename T> class Own {
  T *object = nullptr;

public:
  Own() = default;
  Own(T *o) : object(o) { ++object->refs; }
  Own(const Own &other) : object(other.object) { ++object->refs; }
  ~Own() {
    if (object && --object->refs == 0)
      delete object;
  }
  T *operator->() const { return object; }
};
} // namespace lib

struct T {
  int refs = 0;
  int number = 0;
};

struct Kinds {
  std::shared_ptr<T> shared;
  lib::Ref<T> ref;
  lib::Own<T> own;
};
// CHECK: {{^ *}}shared strong
// CHECK: {{^ *}}ref strong
// CHECK: {{^ *}}own no-weak-kind strong

class Facade {
  std::shared_ptr<T> all;
};
class Client {
  std::shared_ptr<T> half;
  int rest = 0;
};
struct Open {
  std::shared_ptr<T> open;
};
// CHECK: {{^ *}}all whole strong
// CHECK: {{^ *}}half strong
// CHECK: {{^ *}}open strong

int use(Facade, Client, Open, Kinds &k, const std::shared_ptr<T> &t) {
  k.shared = t;
  k.shared.reset();
  if (k.shared)
    return k.shared->number + k.shared->refs;
  return k.own->number;
}
// CHECK: used {{.*}} shared {{.*}} (72, 73)
// CHECK: used {{.*}} own {{.*}} (74)
