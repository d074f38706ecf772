// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "cli/Workers.h"
#include <csignal>
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <vector>

namespace refcycle::analyzer {
namespace {

using llvm::raw_ostream;
using testing::ElementsAre;
using testing::HasSubstr;

struct Outcome {
  bool Whole = false;
  std::vector<unsigned> Order;
  std::vector<JobResult> Results;
};

Outcome run(unsigned Count, WorkerLimits Limits,
            llvm::function_ref<void(unsigned, raw_ostream &)> Job) {
  Outcome O;
  O.Whole = runInWorkers(Count, Limits,
                         {Job,
                          [&](unsigned N, JobResult R) {
                            O.Order.push_back(N);
                            O.Results.push_back(std::move(R));
                          },
                          nullptr});
  return O;
}

TEST(Workers, ResultsComeInOrderWhateverEndsFirst) {
  Outcome O = run(4, {.Jobs = 4}, [](unsigned N, raw_ostream &Out) {
    ::usleep((3 - N) * 20000);
    Out << "job " << N;
  });
  EXPECT_TRUE(O.Whole);
  EXPECT_THAT(O.Order, ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(O.Results[2].Bytes, "job 2");
}

TEST(Workers, ResultsLargerThanAPipeArrive) {
  Outcome O = run(2, {.Jobs = 2}, [](unsigned, raw_ostream &Out) {
    Out << std::string(3 << 20, 'x');
  });
  EXPECT_EQ(O.Results[1].Bytes.size(), size_t(3 << 20));
}

TEST(Workers, ACrashCostsThatJobOnly) {
  Outcome O = run(3, {.Jobs = 2}, [](unsigned N, raw_ostream &Out) {
    if (N == 1) {
      std::signal(SIGSEGV, SIG_DFL); // Sanitizers would turn it into an exit.
      std::raise(SIGSEGV);
    }
    Out << "fine";
  });
  EXPECT_EQ(O.Results[0].Problem, "");
  EXPECT_THAT(O.Results[1].Problem, HasSubstr("crashed"));
  EXPECT_EQ(O.Results[2].Bytes, "fine");
}

TEST(Workers, AnExitIsAProblem) {
  Outcome O = run(1, {}, [](unsigned, raw_ostream &) { ::_exit(3); });
  EXPECT_THAT(O.Results[0].Problem, HasSubstr("exit status 3"));
}

TEST(Workers, AHangCostsThatJobOnly) {
  Outcome O =
      run(2, {.Jobs = 1, .Seconds = 1}, [](unsigned N, raw_ostream &Out) {
        while (N == 0)
          ::pause();
        Out << "fine";
      });
  EXPECT_THAT(O.Results[0].Problem, HasSubstr("longer than 1 s"));
  EXPECT_EQ(O.Results[1].Bytes, "fine");
}

TEST(Workers, MemoryIsLimited) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "AddressSanitizer answers for memory itself";
#endif
#endif
  Outcome O =
      run(2, {.Jobs = 1, .Megabytes = 64}, [](unsigned N, raw_ostream &Out) {
        std::vector<std::string> Hoard;
        while (N == 0)
          Hoard.emplace_back(1 << 20, 'x');
        Out << "fine";
      });
  EXPECT_THAT(O.Results[0].Problem, HasSubstr("memory"));
  EXPECT_EQ(O.Results[1].Bytes, "fine");
}

/// Runs three jobs while \p Signal is handled like that; the second one sends
/// it to us and sleeps.
static Outcome interrupted(int Signal, void (*Handler)(int)) {
  auto Old = std::signal(Signal, Handler);
  Outcome O = run(3, {.Jobs = 1}, [&](unsigned N, raw_ostream &) {
    if (N == 1) {
      ::kill(::getppid(), Signal);
      ::sleep(Handler == SIG_IGN ? 1 : 60);
    }
  });
  std::signal(Signal, Old);
  return O;
}

TEST(Workers, AnInterruptEndsTheRun) {
  for (int Signal : {SIGINT, SIGTERM, SIGHUP}) {
    Outcome O = interrupted(Signal, SIG_DFL);
    EXPECT_FALSE(O.Whole) << Signal;
    EXPECT_THAT(O.Order, ElementsAre(0, 1, 2));
    EXPECT_EQ(O.Results[0].Problem, "");
    EXPECT_EQ(O.Results[1].Problem, "interrupted");
    EXPECT_EQ(O.Results[2].Problem, "interrupted");
    EXPECT_FALSE(O.Results[2].MayRecur);
  }
}

TEST(Workers, WhatTheCallerIgnoresDoesNot) {
  Outcome O = interrupted(SIGHUP, SIG_IGN);
  EXPECT_TRUE(O.Whole);
  EXPECT_EQ(O.Results[1].Problem, "");
}

TEST(Workers, NothingToDoIsDone) {
  EXPECT_TRUE(run(0, {}, [](unsigned, raw_ostream &) {}).Whole);
}

} // namespace
} // namespace refcycle::analyzer
