// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What happens when a program or thread ends, including CPython's test_gc cases
// that start a process for it.

#include "Pythonic.h"

#include <thread>

namespace refcycle::python {

struct Legacy {
  ref<Legacy> x;
};

} // namespace refcycle::python

template <>
inline constexpr bool refcycle::uncollectable<refcycle::python::Legacy> = true;

namespace refcycle::python {
namespace {

/// Runs code in a child that then exits orderly; matches what it prints.
#define EXPECT_EXIT_PRINTS(code, pattern)                                      \
  EXPECT_EXIT(                                                                 \
      {                                                                        \
        code;                                                                  \
        std::exit(0);                                                          \
      },                                                                       \
      ::testing::ExitedWithCode(0), pattern)

static void leave_legacy_cycle(unsigned debug) {
  auto a = make<Legacy>();
  a->x = make<Legacy>(a);
  gc::set_debug(debug);
}

TEST(GCTests, test_garbage_at_shutdown) {
  EXPECT_EXIT_PRINTS(leave_legacy_cycle(0),
                     "gc: 2 uncollectable objects at shutdown; ");
  EXPECT_EXIT_PRINTS(
      leave_legacy_cycle(gc::debug_uncollectable),
      "at shutdown\ngc: uncollectable <refcycle::python::Legacy>");
  EXPECT_EXIT_PRINTS(leave_legacy_cycle(gc::debug_saveall), "^$");
}

static void leave_finalizer() {
  make_loop([](Object &) { std::fputs("finalizer called\n", stderr); });
}

TEST(GCTests, test_gc_main_module_at_shutdown) {
  EXPECT_EXIT_PRINTS(leave_finalizer(), "^finalizer called\n$");
}

TEST(GCTests, test_gc_ordinary_module_at_shutdown) {
  // Held by a static object until then.
  static ref<Object> global;
  EXPECT_EXIT_PRINTS(
      {
        global = make_loop(
            [](Object &) { std::fputs("finalizer called\n", stderr); });
        std::atexit([] { global.reset(); });
      },
      "^finalizer called\n$");
}

TEST(GCTests, test_global_del_SystemExit) {
  // An exit from deep inside still collects.
  EXPECT_EXIT_PRINTS(
      {
        leave_finalizer();
        std::exit(0);
      },
      "^finalizer called\n$");
}

TEST(AtExit, ReportNamesCyclesByTypeAndMember) {
  EXPECT_EXIT_PRINTS(
      {
        gc::set_exit_report(true);
        make_loop();
      },
      "unreachable cycles\nrefcycle::python::Object::attr, 1 instance, "
      "1 object");
}

TEST(AtExit, ThreadsCollectTheirHeapWhenTheyEnd) {
  int finalized = 0;
  std::thread([&] { make_loop([&](Object &) { ++finalized; }); }).join();
  EXPECT_EQ(finalized, 1);
}

TEST(AtExit, StaticHandlesMayOutliveTheCollection) {
  EXPECT_EXIT_PRINTS(
      {
        static ref<List> early = nullptr; // Destroyed after the heap is closed.
        early = make<List>();
        early->items.push_back(
            make<Object>([](Object &) { std::fputs("late\n", stderr); }));
      },
      "^late\n$");
}

} // namespace
} // namespace refcycle::python
