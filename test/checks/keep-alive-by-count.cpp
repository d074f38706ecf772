// An object that counts itself by hand while an operation runs, and an end of the operation that forgets it.

// RUN: not %refcycle --quiet --checks=refcycle-keep-alive %s -- -std=c++20 -I%S/Inputs > %t
// RUN: FileCheck %s < %t
// RUN: grep warning: %t | count 4
// RUN: not %refcycle --quiet --checks=refcycle-keep-alive --min-confidence=possible %s -- -std=c++20 -I%S/Inputs | FileCheck %s --check-prefix=POSSIBLE

// In a library, others may release:
// RUN: not %refcycle --quiet --checks=refcycle-keep-alive %s -- -std=c++20 -I%S/Inputs -DLIBRARY | FileCheck %s --check-prefix=LIBRARY --implicit-check-not=NeverReleased
// LIBRARY: 'OnePath' keeps itself alive

#include "counting.h"
#include <functional>

void post(std::function<void(int)>);
void fetch(std::function<void()> Done, std::function<void()> Failed);
struct Listener {
  virtual void onDone() = 0;
  virtual void onError() = 0;
  virtual void onData(int) = 0;
};
void listen(Listener *);
struct Loader {
  template <class... T> void run(T...);
};

//===--- must be reported ---------------------------------------------------===//

struct NeverReleased : BornCounted {
  int left = 0;
  // CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: warning: 'NeverReleased' keeps itself alive: the count that it takes on itself in 'NeverReleased::start' is never released [refcycle-keep-alive]
  void start() {
    ref();
    left = 3;
  }
};

struct OnePath : BornFree {
  void start() {
    this->grabIt();
    // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: note: the count is taken in 'OnePath::start'
    post([this](int Status) {
      if (Status < 0)
        // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: warning: 'OnePath' keeps itself alive: on this way out '(lambda at {{.*}} does not release the count that the object took on itself
        return;
      dropIt();
    });
  }
};

struct OneMethod : BornFree {
  void start() {
    grabIt();
    post(std::bind(&OneMethod::onStatus, this, std::placeholders::_1));
  }
  void onStatus(int Status) {
    if (Status != 0)
      // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: warning: 'OneMethod' keeps itself alive: on this way out 'OneMethod::onStatus'
      return;
    dropIt();
  }
};

struct OneEnd : BornFree {
  int errors = 0;
  void start() {
    grabIt();
    fetch(std::bind(&OneEnd::onDone, this), std::bind(&OneEnd::onError, this));
  }
  void onDone() { dropIt(); }
  // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: warning: 'OneEnd' keeps itself alive: 'OneEnd::onError' does not release the count
  void onError() { ++errors; }
};

//===--- only possible ------------------------------------------------------===//

// Both ends may be told, one after the other.
struct Listens : BornFree, Listener {
  int errors = 0;
  void start() {
    grabIt();
    listen(this);
  }
  void onDone() override {
    errors = 0;
    dropIt();
  }
  // POSSIBLE-DAG: [[@LINE+1]]:{{[0-9]+}}: warning: 'Listens' keeps itself alive: 'Listens::onError' does not
  void onError() override { ++errors; }
  void onData(int) override {}
};

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

struct BothEnds : BornFree {
  int errors = 0;
  void start() {
    grabIt();
    fetch([this] { onDone(); }, [this] { onError(); });
  }
  void onDone() { dropIt(); }
  void onError() {
    ++errors;
    finish();
  }
  void finish() {
    errors = 0;
    dropIt();
  }
};
struct EveryPath : BornFree {
  void start() {
    grabIt();
    post([this](int Status) {
      if (Status < 0) {
        dropIt();
        return;
      }
      dropIt();
    });
  }
};
/// Between two calls only.
struct Guarded : BornFree {
  void run();
  void call() {
    grabIt();
    run();
    dropIt();
  }
};
/// The count goes to the caller, or to what is stored.
struct Given : BornCounted {
  Given *other = nullptr;
  Given *again() {
    ref();
    return this;
  }
  int query(void **Out) {
    *Out = this;
    ref();
    return 0;
  }
};
/// One more way to count, for a weak handle.
class Shy {
public:
  void ref() { ++count; }
  void unref() {
    if (--count == 0)
      delete this;
  }
  bool tryRef() {
    if (count == 0)
      return false;
    ref();
    return true;
  }

private:
  int count = 1;
};
/// Somebody else gives it back.
struct Released : BornCounted {
  int left = 0;
  void start() {
    ref();
    left = 1;
  }
};
void end(Released *R) {
  R->left = 0;
  R->unref();
}
/// Adopted by a handle in the end.
struct Adopted : BornCounted {
  int left = 0;
  void start() {
    ref();
    left = 1;
  }
  void done() {
    Keep<Adopted> Last(AdoptTag{}, this);
    left = 0;
  }
};
/// More data is no end.
struct Reads : BornFree, Listener {
  int bytes = 0;
  void start() {
    grabIt();
    listen(this);
  }
  void onDone() override { dropIt(); }
  void onError() override { onDone(); }
  void onData(int More) override { bytes += More; }
};
/// The retry takes the object along.
struct Retries : BornFree {
  void start() {
    grabIt();
    again();
  }
  void again() {
    post([this](int Status) {
      if (Status < 0)
        return again();
      dropIt();
    });
  }
};

} // namespace quiet

#ifndef LIBRARY
int main() {}
#endif
