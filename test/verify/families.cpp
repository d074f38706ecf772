// The families of shared pointers and the ways to make one: found in all, by
// whatever compiler, with RTTI and without, stripped, with the C++ library
// linked statically.

// RUN: %clangxx -std=c++20 -g %s -o %t && not refcycle verify --quiet -- %t | FileCheck %s --check-prefixes=CHECK,STD
// RUN: %clangxx -std=c++20 -g -O2 %s -o %t && not refcycle verify --quiet -- %t | FileCheck %s --check-prefixes=CHECK,STD
// RUN: g++ -std=c++20 -g -O2 %s -o %t && not refcycle verify --quiet -- %t | FileCheck %s --check-prefixes=CHECK,STD
// RUN: %clangxx -std=c++20 -g -static-libstdc++ -static-libgcc %s -o %t && not refcycle verify --quiet -- %t | FileCheck %s --check-prefixes=CHECK,STD
// RUN: %clangxx -std=c++20 -g -fno-rtti %s -o %t && not refcycle verify --quiet -- %t | FileCheck %s --check-prefixes=CHECK,STD
// RUN: %clangxx -std=c++20 -g -no-pie %s -o %t && not refcycle verify --quiet -- %t | FileCheck %s --check-prefixes=CHECK,STD

// Without debug information the fields are offsets.
// RUN: %clangxx -std=c++20 -s %s -o %t && not refcycle verify --quiet -- %t | FileCheck %s --check-prefix=STRIPPED
// STRIPPED-DAG: warning: Made::+0 -> Made, 1 instance
// STRIPPED-DAG: warning: Separate::+8 -> Separate, 1 instance

#ifdef BOOST
#include <boost/enable_shared_from_this.hpp>
#include <boost/make_shared.hpp>
#include <boost/shared_ptr.hpp>
#include <boost/weak_ptr.hpp>
namespace lib = boost;
#else
#include <memory>
namespace lib = std;
#endif
#include <atomic>

// CHECK-DAG: warning: Made::self -> Made, 1 instance, {{.*}} weak frees all
struct Made {
  lib::shared_ptr<Made> self;
};
// CHECK-DAG: warning: Separate::self -> Separate, 1 instance, {{.*}} weak frees all
struct Separate {
  int before = 0;
  lib::shared_ptr<Separate> self;
};
// CHECK-DAG: warning: Deleted::self -> Deleted, 1 instance, {{.*}} weak frees all
struct Deleted {
  lib::shared_ptr<Deleted> self;
};
// CHECK-DAG: warning: Allocated::self -> Allocated, 1 instance, {{.*}} weak frees all
struct Allocated {
  char before[24];
  lib::shared_ptr<Allocated> self;
};
// CHECK-DAG: warning: Shared::self -> Shared, 1 instance, {{.*}} weak frees all
struct Shared : lib::enable_shared_from_this<Shared> {
  lib::shared_ptr<Shared> self;
  lib::weak_ptr<Shared> weak;
};
// CHECK-DAG: warning: Aliased::part -> Aliased, 1 instance, {{.*}} weak frees all
struct Aliased {
  int value = 0;
  lib::shared_ptr<int> part;
};
// CHECK-DAG: warning: Base::next -> Base, 1 instance, {{.*}} weak frees all
struct Base {
  virtual ~Base() {}
  lib::shared_ptr<Base> next;
};
struct Derived : Base {};
// CHECK-DAG: warning: Wide::self -> Wide, 1 instance, {{.*}} weak frees all
struct alignas(64) Wide {
  int before = 0;
  lib::shared_ptr<Wide> self;
};

#ifndef BOOST
// STD-DAG: warning: Atomic::self -> Atomic, 1 instance, {{.*}} weak frees all
struct Atomic {
#ifdef __cpp_lib_atomic_shared_ptr
  std::atomic<std::shared_ptr<Atomic>> self;
#else
  std::shared_ptr<Atomic> self;
#endif
};
// STD-DAG: warning: Element::array -> Element, 1 instance, {{.*}} weak frees all
struct Element {
  std::shared_ptr<Element[]> array;
};
#endif

int main() {
  auto made = lib::make_shared<Made>();
  made->self = made;
  lib::shared_ptr<Separate> separate(new Separate);
  separate->self = separate;
  lib::shared_ptr<Deleted> deleted(new Deleted, [](Deleted *p) { delete p; });
  deleted->self = deleted;
  auto allocated = lib::allocate_shared<Allocated>(std::allocator<Allocated>());
  allocated->self = allocated;
  auto shared = lib::make_shared<Shared>();
  shared->self = shared->shared_from_this();
  shared->weak = shared;
  auto aliased = lib::make_shared<Aliased>();
  aliased->part = lib::shared_ptr<int>(aliased, &aliased->value);
  lib::shared_ptr<Base> base(new Derived);
  base->next = base;
  auto wide = lib::make_shared<Wide>();
  wide->self = wide;
#ifndef BOOST
  auto atomic = std::make_shared<Atomic>();
  atomic->self = atomic;
  auto array = std::make_shared<Element[]>(3);
  array[1].array = array;
#endif
}
