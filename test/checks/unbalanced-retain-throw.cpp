// An exception goes from its `throw` to the handler that takes its type.

// RUN: not %refcycle --quiet --checks=refcycle-unbalanced-retain %s -- -std=c++20 -I%S/Inputs | FileCheck %s --implicit-check-not=warning:

#include "counting.h"
#include <stdexcept>

struct Document : BornFree {
  int pages() const;
};

//===--- must be reported ---------------------------------------------------===//

void nobodyCatches(Document *D) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the count taken on 'D' is not released on every path in 'nobodyCatches' [refcycle-unbalanced-retain]
  D->grabIt();
  if (D->pages() == 0)
    throw std::logic_error("empty");
  D->dropIt();
}
void handlerOfAnotherType(Document *D) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}in 'handlerOfAnotherType'
  D->grabIt();
  try {
    if (D->pages() == 0)
      throw std::logic_error("empty");
  } catch (const std::runtime_error &) {
  }
  D->dropIt();
}
int handlerLeaves(Document *D) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}in 'handlerLeaves'
  D->grabIt();
  try {
    if (D->pages() == 0)
      throw 1;
  } catch (int Code) {
    return Code;
  }
  D->dropIt();
  return 0;
}
void thrownOn(Document *D) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}in 'thrownOn'
  D->grabIt();
  try {
    if (D->pages() == 0)
      throw std::out_of_range("empty");
  } catch (const std::logic_error &) {
    throw;
  }
  D->dropIt();
}

void refuseEmpty(const Document *D) {
  if (D->pages() == 0)
    throw std::invalid_argument("empty");
}
void calleeThrows(Document *D) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}in 'calleeThrows'
  D->grabIt();
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: note: it is not released on the way that ends here
  refuseEmpty(D);
  D->dropIt();
}
int calleeThrowsIntoAHandler(Document *D) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}in 'calleeThrowsIntoAHandler'
  D->grabIt();
  try {
    refuseEmpty(D);
  } catch (const std::logic_error &) {
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: note: it is not released on the way that ends here
    return 1;
  }
  D->dropIt();
  return 0;
}

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

bool sameType(Document *D) {
  if (!D || D->pages() == 0)
    return false;
  D->grabIt();
  bool Good = true;
  try {
    if (D->pages() > 9)
      throw std::length_error("too long");
  } catch (const std::length_error &) {
    Good = false;
  }
  D->dropIt();
  return Good;
}
void baseByValue(Document *D) {
  D->grabIt();
  try {
    if (D->pages() > 9)
      throw std::out_of_range("too long");
  } catch (std::logic_error) {
  }
  D->dropIt();
}
void number(Document *D) {
  D->grabIt();
  try {
    if (D->pages() > 9)
      throw 3;
  } catch (const char *) {
    return;
  } catch (int) {
  }
  D->dropIt();
}
void outerHandler(Document *D) {
  D->grabIt();
  try {
    try {
      if (D->pages() > 9)
        throw std::out_of_range("too long");
    } catch (const std::runtime_error &) {
      return;
    }
  } catch (const std::exception &) {
  }
  D->dropIt();
}
void thrownOnToOuter(Document *D) {
  D->grabIt();
  try {
    try {
      if (D->pages() > 9)
        throw std::out_of_range("too long");
    } catch (const std::logic_error &) {
      throw;
    }
  } catch (const std::exception &) {
  }
  D->dropIt();
}
void anything(Document *D) {
  D->grabIt();
  try {
    if (D->pages() > 9)
      throw std::out_of_range("too long");
  } catch (...) {
    D->dropIt();
    throw;
  }
  D->dropIt();
}
void beforeTheCount(Document *D) {
  if (D->pages() == 0)
    throw std::logic_error("empty");
  D->grabIt();
  D->dropIt();
}

void calleeIsCaught(Document *D) {
  D->grabIt();
  try {
    refuseEmpty(D);
  } catch (const std::exception &) {
    D->dropIt();
    throw;
  }
  D->dropIt();
}
void calleeIsCaughtAfterwards(Document *D) {
  D->grabIt();
  try {
    refuseEmpty(D);
  } catch (...) {
  }
  D->dropIt();
}
void catchesItself(const Document *D) {
  try {
    if (D->pages() == 0)
      throw 1;
  } catch (int) {
  }
}
void calleeCatches(Document *D) {
  D->grabIt();
  catchesItself(D);
  D->dropIt();
}
void asks(const Document *D) {
  auto Later = [D] {
    if (D->pages() == 0)
      throw 1;
  };
  (void)Later;
}
void onlyALambdaThrows(Document *D) {
  D->grabIt();
  asks(D);
  D->dropIt();
}
struct Checker {
  virtual void check(const Document *D) { refuseEmpty(D); }
};
void whoKnowsWhichBody(Document *D, Checker &C) {
  D->grabIt();
  C.check(D);
  D->dropIt();
}
void calledBeforeTheCount(Document *D) {
  refuseEmpty(D);
  D->grabIt();
  D->dropIt();
}

} // namespace quiet
