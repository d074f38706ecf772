// A count that is handed to a function which takes it on some of its ways only.

// RUN: not %refcycle --quiet --checks=refcycle-dropped-release %s -- -std=c++20 -I%S/Inputs | FileCheck %s --implicit-check-not=warning:

#include "counting.h"
#include <vector>

struct Mail : BornCounted {
  int size() const;
};

class Box {
public:
  bool post(Mail *M) {
    if (all.size() == 2)
      return false;
    all.push_back(M);
    return true;
  }
  bool postOrRelease(Mail *M) {
    if (all.size() == 2) {
      M->unref();
      return false;
    }
    all.push_back(M);
    return true;
  }
  bool postAny(Mail *M) {
    if (!M)
      return false;
    all.push_back(M);
    return true;
  }
  void postByKind(Mail *M, int Kind) {
    switch (Kind) {
    case 0:
      all.push_back(M);
      break;
    case 1:
      urgent.push_back(M);
      break;
    }
  }
  bool postToOther(Mail *M) {
    if (all.size() == 2)
      return other->postOrRelease(M);
    all.push_back(M);
    return true;
  }
  virtual bool postSomewhere(Mail *M) {
    if (all.size() == 2)
      return false;
    all.push_back(M);
    return true;
  }

private:
  std::vector<Mail *> all, urgent;
  Box *other = nullptr;
};
bool postFar(Mail *);

//===--- must be reported ---------------------------------------------------===//

int direct(Box &To, Keep<Mail> M) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the count of 'Mail' that 'detach' gives out is lost in 'direct' [refcycle-dropped-release]
  return To.post(M.detach()) ? 0 : 1;
  // CHECK: 16:7: note: it is not released on the way that ends here
}
int throughAVariable(Box &To, Keep<Mail> M) {
  int Lost = 0;
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}} is lost in 'throughAVariable'
  Mail *Raw = M.detach();
  if (!To.post(Raw))
    Lost = Raw->size();
  return Lost;
}

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

bool released(Box &To, Keep<Mail> M) {
  Mail *Raw = M.detach();
  if (To.post(Raw))
    return true;
  Raw->unref();
  return false;
}
bool releasedThere(Box &To, Keep<Mail> M) {
  return To.postOrRelease(M.detach());
}
bool neverNull(Box &To, Keep<Mail> M) { return To.postAny(M.detach()); }
void byKind(Box &To, Keep<Mail> M) { To.postByKind(M.detach(), 1); }
bool toAnother(Box &To, Keep<Mail> M) { return To.postToOther(M.detach()); }
bool virtually(Box &To, Keep<Mail> M) { return To.postSomewhere(M.detach()); }
bool far(Keep<Mail> M) { return postFar(M.detach()); }
bool kept(Box &To, Keep<Mail> M, Keep<Mail> &Back) {
  Mail *Raw = M.detach();
  if (To.post(Raw))
    return true;
  Back.take(Raw);
  return false;
}
bool onlyLent(Box &To, Keep<Mail> M) { return To.post(M.get()); }

} // namespace quiet
