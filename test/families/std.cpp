// The standard library: what the models say, with no body to look at.

// RUN: not %refcycle --quiet %s -- -std=c++20 -nostdinc++ | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 -nostdinc++ | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

namespace std {
HANDLE(shared_ptr, void reset(); void reset(T *); T *get() const; void swap(shared_ptr &);)
WEAK_HANDLE(weak_ptr, shared_ptr<T> lock() const; void reset(); bool expired() const;)
UNIQUE_HANDLE(unique_ptr, void reset(T * = nullptr); T *release(); T *get() const;)
UNIQUE_HANDLE(auto_ptr, T *release();)
UNIQUE_HANDLE(indirect)
UNIQUE_HANDLE(polymorphic)
CALLABLE(function)
CALLABLE(move_only_function)
CALLABLE(copyable_function)
CALLABLE(packaged_task)
template <class T> struct enable_shared_from_this {
  shared_ptr<T> shared_from_this();
  weak_ptr<T> weak_from_this();
};
template <class T> struct vector {
  ~vector();
  void push_back(const T &);
  void clear();
};
template <class K, class V> struct map {
  ~map();
  V &operator[](const K &);
};
template <class T> struct optional {
  ~optional();
  optional &operator=(const T &);
};
struct thread {
  template <class F> explicit thread(F);
  ~thread();
};
struct jthread {
  template <class F> explicit jthread(F);
  ~jthread();
};
struct any {
  template <class T> any &operator=(const T &);
  ~any();
};
template <class T> struct shared_future {
  shared_future(const shared_future &);
  ~shared_future();
  const T &get() const;
};
template <class T> struct future {
  future(future &&);
  ~future();
  T get();
  shared_future<T> share();
};
template <class T> struct promise {
  promise();
  ~promise();
  future<T> get_future();
  void set_value(const T &);
};
template <class T, class... A> shared_ptr<T> make_shared(A &&...);
template <class T, class... A> unique_ptr<T> make_unique(A &&...);
template <class T, class U> shared_ptr<T> static_pointer_cast(const shared_ptr<U> &);
template <class T> T &&move(T &);
namespace tr1 {
HANDLE(shared_ptr)
WEAK_HANDLE(weak_ptr, shared_ptr<T> lock() const;)
CALLABLE(function)
} // namespace tr1
} // namespace std

// CHECK: std.cpp:[[@LINE+1]]:{{.*}} warning: 'shared::{{[AB]}}' and
CYCLE(shared, std::shared_ptr)
// CHECK: std.cpp:[[@LINE+1]]:{{.*}} warning: 'tr1_shared::{{[AB]}}' and
CYCLE(tr1_shared, std::tr1::shared_ptr)
// CHECK: std.cpp:[[@LINE+1]]:{{.*}} warning: 'unique::{{Root|Leaf}}' and
UNIQUE_CYCLE(unique, std::unique_ptr, std::shared_ptr)
// CHECK: std.cpp:[[@LINE+1]]:{{.*}} warning: 'indirect::{{Root|Leaf}}' and
UNIQUE_CYCLE(indirect, std::indirect, std::shared_ptr)
// CHECK: std.cpp:[[@LINE+1]]:{{.*}} warning: 'polymorphic::{{Root|Leaf}}' and
UNIQUE_CYCLE(polymorphic, std::polymorphic, std::shared_ptr)
// CHECK: std.cpp:[[@LINE+1]]:{{.*}} warning: 'promoted::Node' keeps itself alive
PROMOTED(promoted, std::shared_ptr, std::weak_ptr, lock)
// CHECK: std.cpp:[[@LINE+1]]:{{.*}} warning: 'tr1_promoted::Node' keeps itself alive
PROMOTED(tr1_promoted, std::tr1::shared_ptr, std::tr1::weak_ptr, lock)
// CHECK: std.cpp:[[@LINE+1]]:{{.*}} warning: 'called::Job'
CLOSURE(called, std::shared_ptr, std::function)
// CHECK: std.cpp:[[@LINE+1]]:{{.*}} warning: 'moved::Job'
CLOSURE(moved, std::shared_ptr, std::move_only_function)
// CHECK: std.cpp:[[@LINE+1]]:{{.*}} warning: 'copied::Job'
CLOSURE(copied, std::shared_ptr, std::copyable_function)
// CHECK: std.cpp:[[@LINE+1]]:{{.*}} warning: 'task::Job'
CLOSURE(task, std::shared_ptr, std::packaged_task)
// CHECK: std.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'elements::Tree'
ELEMENT(elements, std::shared_ptr, std::vector, push_back)

struct Node : std::enable_shared_from_this<Node> {
  std::optional<std::shared_ptr<Node>> self;
  std::map<int, std::shared_ptr<Node>> peers;
  std::any state;
  // CHECK: std.cpp:[[@LINE+1]]:{{.*}} warning: 'Node' keeps itself alive
  void keep() { self = shared_from_this(); }
  void meet(const std::shared_ptr<Node> &peer) {
    peers[0] = peer;
    // CHECK: std.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'Node'
    peer->peers[0] = shared_from_this();
  }
};

struct Asked : std::enable_shared_from_this<Asked> {
  std::promise<std::shared_ptr<Asked>> answer;
  // CHECK: std.cpp:[[@LINE+1]]:{{.*}} warning: 'Asked' and
  void keep() { answer.set_value(shared_from_this()); }
};
struct Read : std::enable_shared_from_this<Read> {
  std::promise<std::shared_ptr<Read>> answer;
  std::shared_future<std::shared_ptr<Read>> later() { return answer.get_future().share(); }
  // CHECK: std.cpp:[[@LINE+1]]:{{.*}} warning: 'Read' and
  void keep() { answer.set_value(shared_from_this()); }
};
struct Taken : std::enable_shared_from_this<Taken> { // out of the state
  std::promise<std::shared_ptr<Taken>> answer;
  void keep() {
    answer.set_value(shared_from_this());
    answer.get_future().get();
  }
};

WEAK_BACK(back, std::shared_ptr, std::weak_ptr)
WEAK_BACK(tr1_back, std::tr1::shared_ptr, std::tr1::weak_ptr)
UNIQUE_TREE(tree, std::unique_ptr)
UNIQUE_TREE(auto_tree, std::auto_ptr)
OPENED(reset, std::shared_ptr, reset())
OPENED(null, std::shared_ptr, operator=(nullptr))
struct Made {
  std::shared_ptr<Made> next;
};
std::shared_ptr<Made> made() {
  auto a = std::make_shared<Made>(), b = std::make_shared<Made>();
  a->next = std::move(b);
  return a;
}
