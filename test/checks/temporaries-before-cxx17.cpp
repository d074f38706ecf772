// Up to C++14 a temporary is made and then moved, which changes nothing: a null
// handle stays one, and a new owner is one owner.

// RUN: not %refcycle --quiet --min-confidence=possible %s -- -std=c++11 | FileCheck %s --implicit-check-not=warning:
// RUN: not %refcycle --quiet --min-confidence=possible %s -- -std=c++14 | FileCheck %s --implicit-check-not=warning:
// RUN: not %refcycle --quiet --min-confidence=possible %s -- -std=c++17 | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>

//===--- must be reported ---------------------------------------------------===//

struct Listener {
  virtual ~Listener() = default;
};
struct Pool {
  std::shared_ptr<Listener> owner;
  void set(std::shared_ptr<Listener> O) { owner = O; }
};
struct Client : Listener, std::enable_shared_from_this<Client> {
  std::shared_ptr<Pool> pool = std::make_shared<Pool>();
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: 'Client' and 'Pool' keep each other alive
  void start() { pool->set(shared_from_this()); }
  void stop() {
    if (pool)
      // CHECK: [[@LINE+1]]:{{[0-9]+}}: note: 'Client::stop' clears 'owner' if it is called
      pool->set(nullptr);
  }
};

struct Job {
  std::function<void()> done;
};
void run() {
  std::shared_ptr<Job> job = std::shared_ptr<Job>(new Job);
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: 'Job' keeps itself alive
  job->done = std::function<void()>([job] { job->done(); });
}

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

struct Pool {
  std::shared_ptr<Listener> owner;
  void set(std::shared_ptr<Listener> O) { owner = O; }
};
struct Client : Listener {
  std::shared_ptr<Pool> pool = std::make_shared<Pool>();
  void start() { pool->set(std::shared_ptr<Listener>()); }
  void startOther() { pool->set(std::shared_ptr<Listener>(new Listener)); }
};
void run() {
  std::shared_ptr<Client> client = std::make_shared<Client>();
  client->start();
  client->startOther();
}
} // namespace quiet
