// verify --findings looks at the program behind the stores of the findings. The
// program does not notice: not in threads that block every signal, not with a
// handler of its own for traps, not in what it forks, not when it is optimised.

// RUN: rm -rf %t && mkdir %t && cd %t && cp %s a.cpp
// RUN: refcycle --quiet --fail-on=never --min-confidence=possible --format=json -o static.json a.cpp -- -std=c++20
// RUN: %clangxx -std=c++20 -g -pthread a.cpp -o a
// RUN: refcycle verify --quiet --findings static.json -- %t/a | FileCheck %s
// RUN: %clangxx -std=c++20 -g -O2 -no-pie -pthread a.cpp -o b
// RUN: refcycle verify --quiet --findings static.json -- %t/b | FileCheck %s
// RUN: g++ -std=c++20 -g -O1 -pthread a.cpp -o c
// RUN: refcycle verify --quiet --findings static.json -- %t/c | FileCheck %s
// CHECK: the fork's room has 3 members
// CHECK-NEXT: trapped once
// CHECK-NEXT: the mask is kept
// CHECK-NEXT: 4 rooms, 12 members
// CHECK: refuted: {{.*}}Room::members{{.*}}
// CHECK-NOT: {{.}}

#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

struct Room;
struct Member {
  std::string name;
  std::shared_ptr<Room> room;
};
struct Room {
  std::vector<std::shared_ptr<Member>> members;
  void close() { members.clear(); }
};

static __attribute__((noinline)) void join(const std::shared_ptr<Room> &room, std::string name) {
  auto member = std::make_shared<Member>();
  member->name = std::move(name);
  member->room = room;
  room->members.push_back(member);
}

static size_t meeting() {
  auto room = std::make_shared<Room>();
  for (const char *name : {"ada", "grace", "barbara"})
    join(room, name);
  size_t count = room->members.size();
  room->close();
  return count;
}

static std::atomic<size_t> members;

static void block_all_and_meet() {
  sigset_t all, now;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  members += meeting();
  pthread_sigmask(SIG_SETMASK, nullptr, &now);
  if (!sigismember(&now, SIGUSR1))
    std::puts("the mask is not kept");
}

static volatile sig_atomic_t traps = 0;

int main() {
  if (fork() == 0) {
    std::printf("the fork's room has %zu members\n", meeting());
    std::fflush(stdout);
    return 0;
  }
  wait(nullptr);
  std::signal(SIGTRAP, [](int) { traps = traps + 1; });
  std::raise(SIGTRAP);
  std::puts(traps == 1 ? "trapped once" : "trapped otherwise");
  std::thread threads[3];
  for (std::thread &thread : threads)
    thread = std::thread(block_all_and_meet);
  for (std::thread &thread : threads)
    thread.join();
  std::puts("the mask is kept");
  members += meeting();
  std::printf("4 rooms, %zu members\n", members.load());
  std::fflush(stdout);
}
