// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Programs for verify_rows.py. `check N`: N counted objects that are alive, and
// the median milliseconds of a check of them. `work N`: N rounds of what
// programs with shared pointers do, for runs with and without a checker.
// `heap N`: N GB in blocks of a megabyte, and the milliseconds of a check.
// `fork N`: the same, and the milliseconds until fork() is back.

#include "refcycle/verify.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

struct item {
  int value = 0;
  std::shared_ptr<item> next;
  std::weak_ptr<item> back;
};

int check(int count) {
  std::vector<std::shared_ptr<item>> alive;
  for (int i = 0; i != count / 2; ++i) {
    alive.push_back(std::make_shared<item>());
    alive.back()->next = std::make_shared<item>();
    alive.back()->next->back = alive.back();
  }
  std::vector<double> times;
  for (int round = 0; round != 9; ++round) {
    auto begin = std::chrono::steady_clock::now();
    if (refcycle_verify_now() != 0)
      return 1;
    times.push_back(std::chrono::duration<double, std::milli>(
                        std::chrono::steady_clock::now() - begin)
                        .count());
  }
  std::sort(times.begin(), times.end());
  std::printf("%.3f\n", times[times.size() / 2]);
  return 0;
}

int work(int rounds) {
  std::map<std::string, std::shared_ptr<item>> all;
  unsigned random = 1;
  for (int i = 0; i != rounds; ++i) {
    random = random * 1103515245 + 12345;
    auto made = std::make_shared<item>();
    std::string name = "the item of number " + std::to_string(random >> 16);
    made->next = all[name];
    if (made->next)
      made->next->next = nullptr;
    all[name] = made;
    if (all.size() > 20000)
      all.erase(all.begin());
  }
  std::printf("%zu\n", all.size());
  return 0;
}

} // namespace

namespace {

std::vector<std::vector<char>> fill(int gigabytes) {
  std::vector<std::vector<char>> blocks;
  for (int i = 0; i != gigabytes * 1024; ++i)
    blocks.emplace_back(std::size_t(1) << 20, char(1));
  return blocks;
}

template <typename Step> int print_milliseconds(Step step) {
  auto begin = std::chrono::steady_clock::now();
  if (!step())
    return 1;
  std::chrono::duration<double, std::milli> took =
      std::chrono::steady_clock::now() - begin;
  std::printf("%.3f\n", took.count());
  return 0;
}

/// What a check costs that finds nothing to destroy.
int heap(int gigabytes) {
  auto blocks = fill(gigabytes);
  auto held = std::make_shared<int>(1);
  return print_milliseconds(
      [] { return refcycle_verify_now && refcycle_verify_now() == 0; });
}

/// What the program would wait if it did not wait for the check.
int fork_only(int gigabytes) {
  auto blocks = fill(gigabytes);
  pid_t child = -1;
  int status = print_milliseconds([&] {
    child = fork();
    if (child == 0)
      _exit(0);
    return child > 0;
  });
  return waitpid(child, nullptr, 0) == child ? status : 1;
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 3)
    return 2;
  int count = std::atoi(argv[2]);
  if (std::string_view(argv[1]) == "heap")
    return heap(count);
  if (std::string_view(argv[1]) == "fork")
    return fork_only(count);
  return std::string_view(argv[1]) == "check" ? check(count) : work(count);
}
