// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Configuration, from the program and from the environment. Each case needs a
// process whose pool has not been used: this program runs itself again as
// `PoolModesTest --probe` and reads what that prints.

#include "refcycle/pool.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/wait.h>
#include <vector>

namespace pool = refcycle::pool;

namespace {

std::string own_path;

const char *name_of(pool::mode m) {
  return m == pool::mode::pooled  ? "pooled"
         : m == pool::mode::debug ? "debug"
                                  : "passthrough";
}

/// Prints the options in force and whether blocks of some sizes are pooled.
int probe(const char *mode, const char *limit) {
  pool::options wanted;
  if (*mode)
    wanted.run_mode = std::string(mode) == "debug" ? pool::mode::debug
                                                   : pool::mode::passthrough;
  if (*limit)
    wanted.small_limit = std::strtoul(limit, nullptr, 10);
  std::printf("%d", pool::configure(wanted));
  pool::options o = pool::active_options();
  std::printf(" %s %zu", name_of(o.run_mode), o.small_limit);
  for (std::size_t bytes : {16, 256, 512, 1024, 2000}) {
    void *p = pool::allocate(bytes);
    std::printf(" %d", pool::owns(p));
    p = pool::reallocate(p, bytes / 2);
    void *wide = pool::try_allocate(bytes, 64);
    pool::deallocate(wide, bytes, 64);
    pool::deallocate(p);
  }
  std::printf(" %s", pool::verify_pool() ? "broken" : "sound");
  return pool::configure(wanted); // Too late: must be 0.
}

/// For a run under Valgrind, which should say what is wrong here.
int read_freed_block() {
  auto *p = static_cast<volatile char *>(pool::allocate(40));
  p[3] = 1;
  pool::deallocate(const_cast<char *>(p), 40);
  return p[3] == 2;
}

struct outcome {
  std::string output;
  int exit_code;
};

outcome run_probe(const std::string &environment, const std::string &mode = "",
                  const std::string &limit = "") {
  std::string command = environment + " '" + own_path + "' --probe '" + mode +
                        "' '" + limit + "' 2>&1";
  std::FILE *pipe = popen(command.c_str(), "r");
  std::array<char, 256> buffer;
  std::string output;
  while (std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe))
    output.append(buffer.data(), n);
  int status = pclose(pipe);
  return {output, WIFEXITED(status) ? WEXITSTATUS(status) : -1};
}

void expect_probe(const outcome &o, const std::string &output) {
  EXPECT_EQ(o.output, output);
  EXPECT_EQ(o.exit_code, 0);
}

TEST(PoolModes, DefaultsArePooledUpTo512Bytes) {
  expect_probe(run_probe(""), "1 pooled 512 1 1 1 0 0 sound");
}

TEST(PoolModes, TheLimitMovesTheBorder) {
  expect_probe(run_probe("", "", "256"), "1 pooled 256 1 1 0 0 0 sound");
  expect_probe(run_probe("", "", "1024"), "1 pooled 1024 1 1 1 1 0 sound");
}

TEST(PoolModes, ALimitOfZeroSendsAllToMalloc) {
  expect_probe(run_probe("", "", "0"), "1 pooled 0 0 0 0 0 0 sound");
}

TEST(PoolModes, ALimitIsRoundedUpToAClass) {
  expect_probe(run_probe("", "", "250"), "1 pooled 256 1 1 0 0 0 sound");
}

TEST(PoolModes, ALimitAboveTheLargestIsRefused) {
  expect_probe(run_probe("", "", "1025"), "0 pooled 512 1 1 1 0 0 sound");
}

TEST(PoolModes, PassthroughUsesNoPool) {
  expect_probe(run_probe("", "malloc"), "1 passthrough 512 0 0 0 0 0 sound");
}

TEST(PoolModes, TheEnvironmentDecidesOverTheProgram) {
  expect_probe(run_probe("REFCYCLE_POOL=malloc", "debug"),
               "1 passthrough 512 0 0 0 0 0 sound");
  expect_probe(run_probe("REFCYCLE_POOL=pooled", "debug"),
               "1 pooled 512 1 1 1 0 0 sound");
  expect_probe(run_probe("REFCYCLE_POOL_LIMIT=1024", "", "64"),
               "1 pooled 1024 1 1 1 1 0 sound");
}

// Guards make a block 48 bytes larger, so 512 does not fit under the limit.
TEST(PoolModes, DebugStillUsesPools) {
  expect_probe(run_probe("REFCYCLE_POOL=debug"), "1 debug 512 1 1 0 0 0 sound");
}

TEST(PoolModes, AWrongWordInTheEnvironmentIsNamed) {
  EXPECT_NE(
      run_probe("REFCYCLE_POOL=pymalloc")
          .output.find(
              "REFCYCLE_POOL is 'pymalloc'; expected pooled, debug or malloc"),
      std::string::npos);
  EXPECT_NE(run_probe("REFCYCLE_POOL_LIMIT=2k")
                .output.find("REFCYCLE_POOL_LIMIT is '2k'; expected 0 to 1024"),
            std::string::npos);
}

} // namespace

int main(int argc, char **argv) {
  if (argc == 4 && std::string(argv[1]) == "--probe")
    return probe(argv[2], argv[3]);
  if (argc == 2 && std::string(argv[1]) == "--read-freed-block")
    return read_freed_block();
  own_path = argv[0];
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
