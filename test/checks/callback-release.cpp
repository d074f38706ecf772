// A count that goes with a pointer to a callback, which gives it back on some paths only.

// RUN: not %refcycle --quiet --checks=refcycle-callback-release %s -- -std=c++20 -I%S/Inputs | FileCheck %s --implicit-check-not=warning:
// RUN: not %refcycle --quiet --checks=refcycle-callback-release --min-confidence=possible %s -- -std=c++20 -I%S/Inputs | FileCheck %s --check-prefix=POSSIBLE

#include "counting.h"
#include <functional>

struct Request : BornCounted {
  void finish();
  bool finished() const;
  void append(int);
};
using Callback = void (*)(void *, int Status);
void whenDone(Callback, void *);
void post(std::function<void(int)>);
void log(const char *);
Keep<Request> adopt(Request *R) { return Keep<Request>(AdoptTag{}, R); }

//===--- must be reported ---------------------------------------------------===//

void onDone(void *Data, int Status) {
  if (Status < 0) {
    log("failed");
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: on this way out 'onDone' does not release the count on 'Request' that it was given [refcycle-callback-release]
    return;
  }
  Keep<Request> Taken(AdoptTag{}, static_cast<Request *>(Data));
  Taken->finish();
}
void start(Keep<Request> R) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: note: 'start' hands a count to the callback here
  whenDone(onDone, R.detach());
}

void onDoneByHand(void *Data, int Failed) {
  auto *R = static_cast<Request *>(Data);
  if (Failed)
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: on this way out 'onDoneByHand'
    return;
  R->finish();
  R->unref();
}
void startByHand(Request *R) {
  R->ref();
  whenDone(&onDoneByHand, R);
}

void onDoneTwice(void *Data, int Failed) {
  if (Failed)
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: on this way out 'onDoneTwice'
    return;
  static_cast<Request *>(Data)->unref();
}
void startCounted(Keep<Request> R) {
  R->ref();
  whenDone(onDoneTwice, R.get());
}

void onDoneNew(void *Data, int Status) {
  if (Status == 0)
    adopt(static_cast<Request *>(Data))->finish();
  // CHECK: [[@LINE+1]]:1: warning: on this way out 'onDoneNew'
}
void startNew() {
  auto *R = new Request;
  whenDone(onDoneNew, R);
}

void inLambda(Request *R) {
  R->ref();
  post([R](int Status) {
    if (Status != 0)
      // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: on this way out '(lambda at {{.*}} does not release the count on 'Request'
      return;
    R->finish();
    R->unref();
  });
}
void inCapture(Keep<Request> From) {
  post([Raw = From.detach()](int Status) {
    if (Status)
      // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: on this way out '(lambda at
      return;
    auto Taken = adopt(Raw);
    Taken->finish();
  });
}

// One of two callbacks has it.
void onLoaded(Request *R) { R->unref(); }
// CHECK: [[@LINE+1]]:6: warning: 'onLoadError' never releases the count on 'Request' that it was given
void onLoadError(Request *R) { R->finish(); }
void load(void (*Done)(Request *), void (*Failed)(Request *), Request *);
void startLoad(Request *R) {
  R->ref();
  load(onLoaded, onLoadError, R);
}

//===--- only possible ------------------------------------------------------===//

// It may be called again.
void onEvent(void *Data, int Event) {
  if (Event != 3)
    // POSSIBLE-DAG: [[@LINE+1]]:{{[0-9]+}}: warning: on this way out 'onEvent'
    return;
  static_cast<Request *>(Data)->unref();
}
void onProgress(void *Data, int Bytes) {
  auto *R = static_cast<Request *>(Data);
  if (Bytes > 0) {
    R->append(Bytes);
    // POSSIBLE-DAG: [[@LINE+1]]:{{[0-9]+}}: warning: on this way out 'onProgress'
    return;
  }
  R->unref();
}
bool onTick(void *Data) {
  auto *R = static_cast<Request *>(Data);
  if (!R->finished())
    // POSSIBLE-DAG: [[@LINE+1]]:{{[0-9]+}}: warning: on this way out 'onTick'
    return true;
  R->unref();
  return false;
}
void everyTick(bool (*)(void *), void *);
void startMany(Request *R) {
  R->ref();
  whenDone(onEvent, R);
  R->ref();
  whenDone(onProgress, R);
  R->ref();
  everyTick(onTick, R);
}

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

void everyPath(void *Data, int Status) {
  auto *R = static_cast<Request *>(Data);
  if (Status < 0) {
    R->unref();
    return;
  }
  R->finish();
  R->unref();
}
void adoptsFirst(void *Data, int Status) {
  Keep<Request> Taken = adopt(static_cast<Request *>(Data));
  if (Status < 0)
    return;
  Taken->finish();
}
void ofNothing(void *Data, int Status) {
  if (!Data)
    return;
  static_cast<Request *>(Data)->unref();
}
void ofNothingCast(void *Data, int) {
  auto *R = static_cast<Request *>(Data);
  if (R == nullptr)
    return;
  R->unref();
}
void asksAgain(void *Data, int Status) {
  if (Status < 0) {
    whenDone(asksAgain, Data);
    return;
  }
  static_cast<Request *>(Data)->unref();
}
void keeps(Request *);
void passesOn(void *Data, int Status) {
  auto *R = static_cast<Request *>(Data);
  if (Status < 0) {
    keeps(R);
    return;
  }
  R->unref();
}
void startAll(Request *R) {
  R->ref();
  whenDone(everyPath, R);
  R->ref();
  whenDone(adoptsFirst, R);
  R->ref();
  whenDone(ofNothing, R);
  R->ref();
  whenDone(ofNothingCast, R);
  R->ref();
  whenDone(asksAgain, R);
  R->ref();
  whenDone(passesOn, R);
}

// No count goes with it: the callback may release one of somebody else.
void closes(void *Data, int Status) {
  if (Status < 0)
    return;
  static_cast<Request *>(Data)->unref();
}
void borrowed(Request *R) { whenDone(closes, R); }

void borrowedFromHandle(Keep<Request> R) { whenDone(closes, R.get()); }

// No callback: the caller knows what it did.
bool tryClose(Request *R, int Status) {
  if (Status < 0)
    return false;
  R->unref();
  return true;
}
void direct(Request *R) {
  R->ref();
  if (!tryClose(R, 1))
    R->unref();
}

void lambdaReleases(Request *R) {
  R->ref();
  post([R](int Status) {
    if (Status == 0)
      R->finish();
    R->unref();
  });
}
// A handle in the closure counts for itself.
void handleInLambda(Keep<Request> R) {
  post([R](int Status) {
    if (Status < 0)
      return;
    R->finish();
  });
}

// The second callback is not an end, or it has the count released elsewhere.
void onData(Request *R) { R->append(1); }
void releaseLater(Request *R) { R->unref(); }
void onCloseError(Request *R) { releaseLater(R); }
void startBoth(Request *R) {
  R->ref();
  load(onLoaded, onData, R);
  R->ref();
  load(onLoaded, onCloseError, R);
}

} // namespace quiet
