// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The same work for every counted handle, one program each.
//
//   copy_single   pass a handle by value to a function that is not inlined:
//                 one copy, one drop; no thread was ever started
//   copy_threads  the same after a thread has run, which is when shared_ptr of
//                 libstdc++ turns to atomic counts
//   make          make an object with two handles in it, both empty; drop it
//   bytes         resident bytes per live object with two handles, from a
//                 million of them

#include "clock.h"

#include <cstdint>
#include <memory>
#include <thread>
#include <unistd.h>
#include <vector>

#if defined(BENCH_INTRUSIVE)
#include <boost/smart_ptr/intrusive_ptr.hpp>
#elif defined(BENCH_LOCAL_SHARED)
#include <boost/smart_ptr/local_shared_ptr.hpp>
#include <boost/smart_ptr/make_local_shared.hpp>
#elif !defined(BENCH_SHARED_PTR)
#include "refcycle/ref.h"
#endif

namespace {

#if defined(BENCH_SHARED_PTR)
template <class T> using handle = std::shared_ptr<T>;
template <class T> handle<T> make_object() { return std::make_shared<T>(); }
#elif defined(BENCH_LOCAL_SHARED)
template <class T> using handle = boost::local_shared_ptr<T>;
template <class T> handle<T> make_object() {
  return boost::make_local_shared<T>();
}
#elif defined(BENCH_INTRUSIVE)
template <class T> using handle = boost::intrusive_ptr<T>;
template <class T> handle<T> make_object() { return handle<T>(new T); }
#else
template <class T> using handle = refcycle::ref<T>;
template <class T> handle<T> make_object() { return refcycle::make<T>(); }
#endif

#if defined(BENCH_INTRUSIVE)
struct node {
  std::uint32_t count = 0;
  handle<node> first, second;
  friend void intrusive_ptr_add_ref(node *n) { ++n->count; }
  friend void intrusive_ptr_release(node *n) {
    if (--n->count == 0)
      delete n;
  }
};
#else
struct node {
  handle<node> first, second;
};
#endif

#if defined(__clang__)
#define BENCH_OPAQUE [[gnu::noinline]] // Stronger than g++'s of that name.
#else
#define BENCH_OPAQUE [[gnu::noipa]]
#endif

BENCH_OPAQUE void receive(handle<node> h) { bench::keep(h.get()); }

double time_copy() {
  constexpr int count = 5'000'000;
  handle<node> h = make_object<node>();
  return bench::median_time(9, count, [&] {
    for (int i = 0; i != count; ++i)
      receive(h);
  });
}

double time_make() {
  constexpr int count = 2'000'000;
  return bench::median_time(9, count, [] {
    for (int i = 0; i != count; ++i) {
      handle<node> h = make_object<node>();
      bench::keep(h.get());
    }
  });
}

double resident_bytes() {
  long total = 0, resident = 0;
  std::FILE *f = std::fopen("/proc/self/statm", "r");
  if (!f || std::fscanf(f, "%ld %ld", &total, &resident) != 2)
    resident = 0;
  if (f)
    std::fclose(f);
  return double(resident) * double(sysconf(_SC_PAGESIZE));
}

double bytes_per_object() {
  constexpr int count = 1'000'000;
  std::vector<handle<node>> objects(count); // Touched before we look.
  double before = resident_bytes();
  for (handle<node> &h : objects)
    h = make_object<node>();
  return (resident_bytes() - before) / count;
}

} // namespace

int main() {
  bench::report("bytes", bytes_per_object());
  bench::report("copy_single", time_copy());
  bench::report("make", time_make());
  std::thread([] {}).join();
  bench::report("copy_threads", time_copy());
}
