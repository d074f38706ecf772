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

} // namespace quiet
