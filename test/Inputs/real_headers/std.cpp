// The handles of the standard library that is installed.

#include <any>
#include <functional>
#include <future>
#include <memory>
#include <thread>

struct Pointee {
  int value;
};
struct Handles {
  std::shared_ptr<Pointee> shared_ptr;
  std::weak_ptr<Pointee> weak_ptr;
  std::unique_ptr<Pointee> unique_ptr;
  std::function<void()> function;
  std::packaged_task<void()> packaged_task;
  std::any any;
};
