// Handles of Boost have a weak partner, too; the header that defines it must be
// there in every unit.

// REQUIRES: boost-smart-ptr
// RUN: rm -rf %t && mkdir %t && cp %s %t/boost.cpp && cd %t
// RUN: not refcycle --format=json boost.cpp -- -std=c++17 | FileCheck %s --check-prefix=BARE
// RUN: not refcycle --fix boost.cpp -- -std=c++17 -DWEAK
// RUN: grep -v CHECK boost.cpp | FileCheck %s
// RUN: %clangxx -std=c++17 -DWEAK -fsyntax-only boost.cpp
// RUN: refcycle boost.cpp -- -std=c++17 -DWEAK
// BARE: "refused": "the weak handle of the library is not included"

#include <boost/smart_ptr/shared_ptr.hpp>
#ifdef WEAK
#include <boost/smart_ptr/weak_ptr.hpp>
#endif
#include <vector>

struct Kid;
struct Tree {
  std::vector<boost::shared_ptr<Kid>> kids;
  int n = 0;
};
struct Kid {
  // CHECK: boost::weak_ptr<Tree> tree;
  boost::shared_ptr<Tree> tree;
  // CHECK: return tree.lock() ? tree.lock()->n : 0;
  int size() const { return tree ? tree->n : 0; }
};

int main() {
  boost::shared_ptr<Tree> tree(new Tree);
  boost::shared_ptr<Kid> kid(new Kid);
  tree->kids.push_back(kid);
  kid->tree = tree;
  return kid->size();
}
