// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The listener that fails tests with cycles: this program runs itself with one
// test that leaves a cycle and one that does not, and reads what is printed.

#include "refcycle/gtest.h"
#include "refcycle/refcycle.h"

#include <array>
#include <cstdio>
#include <string>
#include <sys/wait.h>

namespace {

struct Parent;
struct Child {
  refcycle::ref<Parent> parent;
};
struct Parent {
  refcycle::ref<Child> child;
};

std::string own_path;

void leave_cycle() {
  auto parent = refcycle::make<Parent>();
  parent->child = refcycle::make<Child>(parent);
}

// The first three run in a process of their own only, hence their names.
TEST(DISABLED_Listener, LeavesACycle) { leave_cycle(); }

TEST(DISABLED_Listener, LeavesNoneAfterOneThatDid) {
  refcycle::make<Parent>()->child = refcycle::make<Child>();
}

TEST(DISABLED_Listener, KeepsAutomaticCollectionsAway) {
  for (int i = 0; i < 2000; ++i) // Would be collected in between.
    leave_cycle();
}

struct outcome {
  int status;
  std::string text;
};

outcome run_own(const std::string &filter) {
  const std::string command = own_path +
                              " --listen --gtest_also_run_disabled_tests"
                              " --gtest_filter='" +
                              filter + "' 2>&1";
  outcome result;
  std::FILE *pipe = popen(command.c_str(), "r");
  std::array<char, 4096> buffer;
  while (std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe))
    result.text.append(buffer.data(), n);
  result.status = WEXITSTATUS(pclose(pipe));
  return result;
}

TEST(Listener, FailsTheTestThatLeavesACycle) {
  const outcome seen = run_own("DISABLED_Listener.Leaves*");
  EXPECT_EQ(seen.status, 1);
  for (const char *expected :
       {"objects keep each other alive", "Child::parent", "Parent::child",
        "1 instance, 2 objects", "[  FAILED  ] DISABLED_Listener.LeavesACycle",
        "[       OK ] DISABLED_Listener.LeavesNoneAfterOneThatDid"})
    EXPECT_NE(seen.text.find(expected), std::string::npos)
        << expected << " is missing in\n"
        << seen.text;
  EXPECT_EQ(seen.text.find("[       OK ] DISABLED_Listener.LeavesACycle"),
            std::string::npos)
      << "the verdict came before the listener's:\n"
      << seen.text;
}

TEST(Listener, KeepsAutomaticCollectionsAway) {
  const outcome seen =
      run_own("DISABLED_Listener.KeepsAutomaticCollectionsAway");
  EXPECT_EQ(seen.status, 1);
  EXPECT_NE(seen.text.find("2000 instances, 4000 objects"), std::string::npos)
      << seen.text;
}

} // namespace

int main(int argc, char **argv) {
  own_path = argv[0];
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i)
    if (std::string(argv[i]) == "--listen")
      refcycle::testing::fail_tests_with_cycles();
  return RUN_ALL_TESTS();
}
