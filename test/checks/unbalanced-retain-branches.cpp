// Branches of one function that cannot be taken together, since they ask the
// same or since one of them sets what the other asks for.

// RUN: not %refcycle --quiet --checks=refcycle-unbalanced-retain %s -- -std=c++20 -I%S/Inputs | FileCheck %s --implicit-check-not=warning:

#include "counting.h"
#include <vector>

struct Job : BornCounted {
  int steps() const;
};
bool fits(int);
std::vector<Job *> all;

//===--- must be reported ---------------------------------------------------===//

int otherFlag(bool Keep, bool Log) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the count taken on 'J' is not released on every path in 'otherFlag' [refcycle-unbalanced-retain]
  auto *J = new Job;
  if (Keep)
    all.push_back(J);
  int Steps = J->steps();
  if (!Log)
    J->unref();
  return Steps;
}
int flagIsSetTooEarly(int X) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}} is not released on every path in 'flagIsSetTooEarly'
  auto *J = new Job;
  bool Kept = true;
  if (fits(X))
    all.push_back(J);
  int Steps = J->steps();
  if (!Kept)
    J->unref();
  return Steps;
}
int changedBetween(bool Keep) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}} is not released on every path in 'changedBetween'
  auto *J = new Job;
  if (Keep)
    all.push_back(J);
  Keep = fits(J->steps());
  if (!Keep)
    J->unref();
  return 0;
}
int bothTests(int *From) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}} is not released on every path in 'bothTests'
  auto *J = new Job;
  if (From && *From > J->steps())
    return -1;
  J->unref();
  return 0;
}
int nextRound(const std::vector<int> &Limits) {
  int Sum = 0;
  for (int Limit : Limits) {
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}} is not released on every path in 'nextRound'
    auto *J = new Job;
    if (!fits(Limit))
      continue;
    Sum += J->steps();
    J->unref();
  }
  return Sum;
}

/// The note names the path that was found, not one that was tried before.
void endsWithTheBody(int X) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}} is not released on every path in 'endsWithTheBody'
  auto *J = new Job;
  bool Kept = fits(X);
  if (Kept) {
    all.push_back(J);
    return;
  }
  if (X > J->steps())
    J->unref();
  // CHECK: [[@LINE+1]]:1: note: it is not released on the way that ends here
}

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

int sameFlag(bool Keep) {
  auto *J = new Job;
  if (Keep)
    all.push_back(J);
  int Steps = J->steps();
  if (!Keep)
    J->unref();
  return Steps;
}
int returnsEarly(int X) {
  auto *J = new Job;
  bool Keep = fits(X);
  if (Keep)
    all.push_back(J);
  int Steps = J->steps();
  if (Keep)
    return Steps;
  J->unref();
  return 0;
}
int flagIsSet(int X) {
  bool Kept = false;
  auto *J = new Job;
  if (fits(X)) {
    all.push_back(J);
    Kept = true;
  }
  int Steps = J->steps();
  if (!Kept)
    J->unref();
  return Steps;
}
int status(int X) {
  int Error = 0;
  auto *J = new Job;
  if (fits(X))
    Error = 2;
  else
    all.push_back(J);
  if (Error != 0)
    J->unref();
  return Error;
}
int refined(int X) {
  auto *J = new Job;
  bool Ok = fits(X);
  if (Ok)
    Ok = fits(X + 1);
  if (Ok)
    all.push_back(J);
  if (!Ok)
    J->unref();
  return 0;
}
int opposite(int Mode) {
  auto *J = new Job;
  if (Mode == 1)
    all.push_back(J);
  if (Mode != 1)
    J->unref();
  return 0;
}
int negated(int X) {
  auto *J = new Job;
  const bool Bad = !fits(X);
  const bool Good = !Bad;
  if (Bad)
    J->unref();
  if (Good)
    all.push_back(J);
  return 0;
}
enum class Kind { Keep, Drop };
void eachKind(Kind K) {
  auto *J = new Job;
  switch (K) {
  case Kind::Keep:
    all.push_back(J);
    break;
  case Kind::Drop:
    J->unref();
    break;
  }
}
bool untilItFits() {
  auto *J = new Job;
  bool Done = false;
  for (int I = 0; !Done; ++I) {
    if (!fits(I))
      continue;
    Done = true;
    J->unref();
  }
  return true;
}
bool again(int X) {
  bool Retry = true;
  while (Retry) {
    Retry = false;
    auto *J = new Job;
    if (fits(J->steps())) {
      all.push_back(J);
      return true;
    }
    J->unref();
    Retry = fits(X);
  }
  return false;
}
void setByAnother(int X) {
  void classify(int, bool &, bool *);
  bool Keep = false, Drop = false;
  auto *J = new Job;
  classify(X, Keep, &Drop);
  if (Keep)
    all.push_back(J);
  else
    J->unref();
}

} // namespace quiet
