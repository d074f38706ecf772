// What only a library would instantiate is instantiated after the end of the
// unit, and may then be the first that needs a builtin: an array is assigned by
// `__builtin_memcpy`.

// RUN: refcycle --emit=facts %s -- -std=c++17 | FileCheck %s
// CHECK: fn {{.*}}Last<Sample>::Last

#include <memory>

struct Sample {
  std::shared_ptr<int> name;
  double values[16];
};
template <typename T> struct Last {
  T value;
  std::shared_ptr<Last> next;
  explicit Last(const T &given) {
    next.reset();
    value = given;
  }
};

static_assert(sizeof(Last<Sample>) != 0); // Completes the class only.

std::shared_ptr<Last<Sample>> last(const Sample &sample) {
  return std::make_shared<Last<Sample>>(sample);
}
