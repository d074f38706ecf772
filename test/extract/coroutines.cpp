// A coroutine's frame is an object with its parameters and variables as slots.

// RUN: %effects | %fold | FileCheck %s

#include <coroutine>
#include <memory>
struct Task {
  struct promise_type {
    std::shared_ptr<int> Unused;
    Task get_return_object() {
      return Task{std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  explicit Task(std::coroutine_handle<promise_type> H) : H(H) {}
  Task(Task &&O) : H(O.H) { O.H = nullptr; }
  ~Task() {
    if (H)
      H.destroy();
  }
  std::coroutine_handle<promise_type> H;
};
struct Event {
  std::coroutine_handle<> Waiting;
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> H) { Waiting = H; }
  void await_resume() {}
};
struct Session : std::enable_shared_from_this<Session> {
  std::unique_ptr<Task> Running;
  std::shared_ptr<Session> Next;
  Event Ready;
  Task run(std::shared_ptr<Session> Self);
  void start() { Running = std::make_unique<Task>(run(shared_from_this())); }
};
Task Session::run(std::shared_ptr<Session> Self) {
  auto Local = Self->Next;
  co_await Ready;
  Local->Next = Self;
  if (!Self)
    co_return;
  Self->Next.reset();
}
Task lambda(std::shared_ptr<Session> S) {
  auto L = [](std::shared_ptr<Session> P) -> Task {
    P->Next = nullptr;
    co_return;
  };
  return L(S);
}

// CHECK:      class Task
// CHECK-NEXT:   H: unique Task::promise_type

// CHECK:      class Task::promise_type
// CHECK-NEXT:   Unused: 

// CHECK:      class Event
// CHECK-NEXT:   Waiting: owns raw

// CHECK:      class Session
// CHECK-NEXT:   Running: unique Task
// CHECK-NEXT:   Next: strong Session
// CHECK-NEXT:   Ready: value Event

// CHECK:      frame Session::run#1 in Session::run : Task::promise_type
// CHECK-NEXT:   Self: capture strong Session
// CHECK-NEXT:   Local: capture strong Session

// CHECK:      closure lambda#1 in lambda local

// CHECK:      frame lambda#1#1 in lambda#1 : Task::promise_type
// CHECK-NEXT:   P: capture strong Session

// CHECK:      convert Session::run#1 -> Task::promise_type

// CHECK:      convert lambda#1#1 -> Task::promise_type

// CHECK:      fn Task::promise_type::get_return_object()
// CHECK-NEXT:   Task::Task(Task, this)
// CHECK-NEXT:   return Task

// CHECK:      fn Task::Task(H: value Task::promise_type)
// CHECK-NEXT:   this.H := H [raw]

// CHECK:      fn Task::promise_type::promise_type()
// CHECK-NEXT:   this.Unused := null [strong]

// CHECK:      fn Task::Task(O: value Task)
// CHECK-NEXT:   this.H := O.H [raw]
// CHECK-NEXT:   clear null O.H

// CHECK:      fn Task::~Task()
// CHECK-NEXT:   if this.H {
// CHECK-NEXT:     delete this.H
// CHECK-NEXT:   }

// CHECK:      fn Event::await_suspend(H: value)
// CHECK-NEXT:   this.Waiting = H [raw]

// CHECK:      fn Session::run(Self: value Session) coroutine
// CHECK-NEXT:   new Session::run#1.Self := Self [strong]
// CHECK-NEXT:   Task::promise_type::get_return_object(new Session::run#1)
// CHECK-NEXT:   new Session::run#1.Local := new Session::run#1.Self.Next [strong]
// CHECK-NEXT:   Event::await_suspend(this.Ready, new Session::run#1)
// CHECK-NEXT:   Event::await_resume(this.Ready)
// CHECK-NEXT:   new Session::run#1.Local.Next = new Session::run#1.Self [strong]
// CHECK-NEXT:   if not new Session::run#1.Self {
// CHECK-NEXT:     Task::promise_type::return_void(new Session::run#1)
// CHECK-NEXT:     return Task::promise_type::get_return_object(new Session::run#1)
// CHECK-NEXT:   }
// CHECK-NEXT:   clear null new Session::run#1.Self.Next
// CHECK-NEXT:   return Task::promise_type::get_return_object(new Session::run#1)

// CHECK:      fn Session::start()
// CHECK-NEXT:   Session::run(this, this)
// CHECK-NEXT:   this.Running = Session::run(this, this) [unique]

// CHECK:      fn lambda(S: value Session)
// CHECK-NEXT:   L := lambda#1 [value]
// CHECK-NEXT:   lambda#1(L, S)
// CHECK-NEXT:   return lambda#1(L, S)

// CHECK:      fn lambda#1(P: value Session) coroutine internal
// CHECK-NEXT:   new lambda#1#1.P := P [strong]
// CHECK-NEXT:   Task::promise_type::get_return_object(new lambda#1#1)
// CHECK-NEXT:   clear null new lambda#1#1.P.Next
// CHECK-NEXT:   Task::promise_type::return_void(new lambda#1#1)
// CHECK-NEXT:   return Task::promise_type::get_return_object(new lambda#1#1)
// CHECK-NEXT:   return Task::promise_type::get_return_object(new lambda#1#1)
