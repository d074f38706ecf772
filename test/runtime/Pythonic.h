// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Stand-ins for the objects that CPython's tests are written with, so that the
// translations read like the originals.

#ifndef REFCYCLE_TEST_RUNTIME_PYTHONIC_H
#define REFCYCLE_TEST_RUNTIME_PYTHONIC_H

#include "refcycle/refcycle.h"
#include "refcycle/testing.h"

#include <gtest/gtest.h>

namespace refcycle::python {

/// A list of anything.
struct List {
  std::vector<any_ref> items;
};

/// A dictionary from names to anything.
struct Dict {
  std::map<std::string, any_ref> items;
};

/// An instance: attributes, and a finalizer of its own if one is given.
struct Object {
  std::map<std::string, any_ref> attr;
  function<void(Object &)> del;

  Object() = default;
  explicit Object(function<void(Object &)> d) : del(std::move(d)) {}
  void finalize() {
    if (del)
      del(*this);
  }
  REFCYCLE_TRACE(Object, attr, del)
};

/// An instance that refers to itself.
inline ref<Object> make_loop(function<void(Object &)> del = {}) {
  auto object = make<Object>(std::move(del));
  object->attr["loop"] = object;
  return object;
}

/// CPython's gc.collect(): how many objects were unreachable.
inline std::size_t collect(generation oldest = generation::old) {
  return gc::collect(oldest).unreachable();
}

/// Starts each test without garbage and without automatic collections.
class Quiet : public ::testing::Test {
protected:
  testing::isolation alone;
};

} // namespace refcycle::python

#endif
