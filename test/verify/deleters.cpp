// What a control block has beside its object may own something, too: a deleter,
// an allocator. It goes with the last handle, but not before the last weak one.

// RUN: %clangxx -std=c++20 -g %s -o %t && not refcycle verify --quiet -- %t leak | FileCheck %s
// RUN: g++ -std=c++20 -g -O2 %s -o %t && not refcycle verify --quiet -- %t leak | FileCheck %s
// RUN: g++ -std=c++20 -g -fno-rtti %s -o %t && not refcycle verify --quiet -- %t leak | FileCheck %s

// Without debug information it is still told from the object's fields.
// RUN: g++ -std=c++20 -s -O2 %s -o %t && not refcycle verify --quiet -- %t leak | FileCheck %s --check-prefix=STRIPPED
// STRIPPED-DAG: warning: {{.*}}control block::deleter -> Pool

// RUN: %clangxx -std=c++20 -g %s -o %t && refcycle verify -- %t > %t.out 2> %t.err && count 0 < %t.out
// RUN: grep "not garbage" %t.err | FileCheck %s --check-prefix=HELD
// HELD-DAG: not garbage: {{.*}}Pool{{.*}}; still held by 1 unknown reference
// HELD-DAG: not garbage: Group::member -> Observed::group -> Group, 1 instance, {{.*}}; still held by 1 unknown reference

#include <cstring>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <vector>

// A closure that gives buffers back to the pool that has them.
// CHECK-DAG: deleters.cpp:[[# @LINE + 16]]:{{.*}} warning: {{.*}}control block::deleter -> (lambda)::pool -> Pool, 1 instance, {{.*}}; making (lambda)::pool weak frees all
struct Buffer {
  int bytes[8] = {};
};
struct Pool : std::enable_shared_from_this<Pool> {
  std::vector<std::shared_ptr<Buffer>> leased;
  std::vector<std::unique_ptr<Buffer>> idle;
  std::string name = "a name that does not fit into the string itself";

  void recycle(Buffer *buffer) {
    buffer->bytes[0] = 0;
    idle.emplace_back(buffer);
  }
  std::shared_ptr<Buffer> lease() {
    std::shared_ptr<Buffer> made(
        new Buffer,
        [pool = shared_from_this()](Buffer *b) { pool->recycle(b); });
    leased.push_back(made);
    return made;
  }
};

// A class of the program's.
// CHECK-DAG: warning: {{.*}}control block::deleter -> Closer::log -> Log, 1 instance, {{.*}} weak frees all
struct File {};
struct Log {
  std::shared_ptr<File> file;
};
struct Closer {
  int retries = 3;
  std::shared_ptr<Log> log;
  void operator()(File *file) const { delete file; }
};

// Behind a std::function, and too large for it to contain.
// CHECK-DAG: warning: {{.*}}control block::deleter -> {{.*}}(lambda)::task -> Task, 1 instance, {{.*}} weak frees all
struct Task {
  std::shared_ptr<int> result;
};

// Its object has a weak handle to itself, which goes with it.
// CHECK-DAG: warning: {{.*}}control block::deleter -> (lambda)::hub -> Hub, 1 instance, {{.*}} weak frees all
struct Client : std::enable_shared_from_this<Client> {
  int id = 0;
};
struct Hub {
  std::shared_ptr<Client> client;
};

// An allocator.
// CHECK-DAG: warning: Arena::item -> control block::allocator -> Arena, 1 instance, {{.*}} weak frees all
struct Item {
  int value = 0;
};
struct Arena {
  std::shared_ptr<Item> item;
};
template <typename T> struct FromArena {
  using value_type = T;
  std::shared_ptr<Arena> arena;
  explicit FromArena(std::shared_ptr<Arena> arena) : arena(std::move(arena)) {}
  template <typename U>
  FromArena(const FromArena<U> &other) : arena(other.arena) {}
  T *allocate(std::size_t n) {
    return static_cast<T *>(::operator new(n * sizeof(T)));
  }
  void deallocate(T *p, std::size_t) { ::operator delete(p); }
  bool operator==(const FromArena &) const = default;
};

// While something observes the object, what its deleter has is in use.
struct Observed;
struct Group {
  std::shared_ptr<Observed> member;
};
struct Observed {
  std::shared_ptr<Group> group;
};
std::weak_ptr<int> observed;
std::shared_ptr<Pool> global_pool;

static void leak() {
  std::make_shared<Pool>()->lease();

  auto log = std::make_shared<Log>();
  log->file = std::shared_ptr<File>(new File, Closer{3, log});

  auto task = std::make_shared<Task>();
  std::function<void(int *)> free = [task, name = std::string("a task")](int *p) { delete p; };
  task->result = std::shared_ptr<int>(new int, std::move(free));

  auto hub = std::make_shared<Hub>();
  hub->client = std::shared_ptr<Client>(new Client, [hub](Client *c) { delete c; });

  auto arena = std::make_shared<Arena>();
  arena->item = std::allocate_shared<Item>(FromArena<Item>(arena));
}

int main(int count, char **words) {
  if (count > 1 && !std::strcmp(words[1], "leak")) {
    leak();
    return 0;
  }
  // The same deleters, and somebody who holds, or who has let go.
  global_pool = std::make_shared<Pool>();
  global_pool->lease();
  auto ended = std::make_shared<Pool>();
  ended->lease();
  ended->leased.clear();
  auto log = std::make_shared<Log>();
  log->file = std::shared_ptr<File>(new File, Closer{3, nullptr});
  std::shared_ptr<Pool> weak = std::make_shared<Pool>();
  weak->leased.emplace_back(new Buffer, [pool = std::weak_ptr(weak)](Buffer *b) { delete b; });

#ifdef __GLIBCXX__ // libc++'s deleters go with the last strong handle.
  auto group = std::make_shared<Group>();
  group->member = std::make_shared<Observed>();
  group->member->group = group;
  std::shared_ptr<int> last(new int, [group](int *p) { delete p; });
  observed = last;
#endif
}
