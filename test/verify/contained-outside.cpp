// What destructors do to the world outside stays in the sandbox: files and
// sockets that were open before, names in the file system, mapped files,
// processes. And each is found as a cycle all the same.

// RUN: rm -rf %t.dir && mkdir %t.dir && cd %t.dir
// RUN: %clangxx -std=c++20 -g -pthread %s -o %t
// RUN: not refcycle verify -- %t > %t.out 2> %t.err
// RUN: FileCheck %s < %t.out
// RUN: FileCheck %s --check-prefix=ERR < %t.err
// Nobody comes to end such a wait: it costs its own object only.
// ERR: refcycle: the destructor of 'Reads' failed in the sandbox for 1 object
// ERR-NEXT: refcycle: the destructor of 'Waits' failed in the sandbox for 1 object
// ERR-NEXT: refcycle: 7 cycles leaked
// RUN: not refcycle verify --quiet --min-confidence=possible -- %t | FileCheck %s --check-prefix=POSSIBLE
// POSSIBLE-DAG: warning: Waits::self -> Waits
// POSSIBLE-DAG: warning: Reads::self -> Reads
// RUN: cat kept mapped socket | FileCheck %s --check-prefix=KEPT
// KEPT: kept as it was
// KEPT-NEXT: mapped as it was
// KEPT-NEXT: nothing was sent
// KEPT-NOT: {{.}}
// RUN: ls | count 3

#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <mutex>
#include <semaphore.h>
#include <shared_mutex>
#include <string>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

// CHECK-DAG: warning: Appends::self -> Appends, {{.*}} weak frees all
int open_file;
struct Appends {
  std::shared_ptr<Appends> self;
  ~Appends() {
    (void)!write(open_file, "appended\n", 9);
    (void)!ftruncate(open_file, 0);
    (void)!pwrite(open_file, "over", 4, 0);
  }
};
// CHECK-DAG: warning: Removes::self -> Removes, {{.*}} weak frees all
struct Removes {
  std::shared_ptr<Removes> self;
  ~Removes() {
    unlink("kept");
    std::rename("mapped", "moved");
    (void)!chdir("/");
  }
};
// CHECK-DAG: warning: Maps::self -> Maps, {{.*}} weak frees all
char *mapped_file;
struct Maps {
  std::shared_ptr<Maps> self;
  ~Maps() {
    std::memcpy(mapped_file, "broken", 6);
    msync(mapped_file, 4096, MS_SYNC);
  }
};
// CHECK-DAG: warning: Sends::self -> Sends, {{.*}} weak frees all
int open_socket;
struct Sends {
  std::shared_ptr<Sends> self;
  ~Sends() {
    send(open_socket, "goodbye", 7, 0);
    shutdown(open_socket, SHUT_RDWR);
  }
};
// CHECK-DAG: warning: Starts::self -> Starts, {{.*}} weak frees all
struct Starts {
  std::shared_ptr<Starts> self;
  ~Starts() {
    (void)!std::system("touch started");
    if (fork() == 0)
      _exit(0);
  }
};
std::mutex waiting_lock;
std::condition_variable never;
struct Waits {
  std::shared_ptr<Waits> self;
  ~Waits() {
    std::unique_lock lock(waiting_lock);
    never.wait(lock);
  }
};
// CHECK-DAG: warning: Counts::self -> Counts, {{.*}} weak frees all
sem_t nobody_posts;
struct Counts {
  std::shared_ptr<Counts> self;
  ~Counts() {
    while (sem_trywait(&nobody_posts) != 0 && errno == EINTR)
      ;
    usleep(10'000'000);
  }
};
std::shared_mutex written_by_another;
struct Reads {
  std::shared_ptr<Reads> self;
  ~Reads() { std::shared_lock lock(written_by_another); }
};
// CHECK-DAG: warning: Reenters::self -> Reenters, {{.*}} weak frees all
std::recursive_mutex recursive;
struct Reenters {
  std::shared_ptr<Reenters> self;
  ~Reenters() { std::lock_guard lock(recursive); }
};

template <typename T> void leak() {
  auto object = std::make_shared<T>();
  object->self = object;
}

static void open_all() {
  std::ofstream("kept") << "kept as it was\n";
  std::ofstream("mapped") << "mapped as it was\n";
  open_file = open("kept", O_RDWR | O_APPEND);
  int file = open("mapped", O_RDWR);
  mapped_file = static_cast<char *>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
  sem_init(&nobody_posts, 0, 0);
}

int main() {
  open_all();
  int ends[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  open_socket = ends[0];
  static int other_end = ends[1];
  leak<Appends>();
  leak<Removes>();
  leak<Maps>();
  leak<Sends>();
  leak<Starts>();
  leak<Waits>();
  leak<Counts>();
  leak<Reads>();
  leak<Reenters>();
  sem_t taken;
  sem_init(&taken, 0, 0);
  std::thread([&] {
    written_by_another.lock();
    recursive.lock();
    sem_post(&taken);
    for (;;)
      pause();
  }).detach();
  sem_wait(&taken);
  // The check comes first: by now it has done what it does.
  std::atexit([] {
    char text[8];
    bool silent = recv(other_end, text, sizeof text, MSG_DONTWAIT) < 0 && errno == EAGAIN;
    std::ofstream("socket") << (silent ? "nothing was sent\n" : "something was sent\n");
    if (waitpid(-1, nullptr, WNOHANG) >= 0)
      _exit(3);
  });
}
