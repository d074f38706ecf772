// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Facts as text in, evidence out: what the tests of whole programs share.

#ifndef REFCYCLE_TEST_EVIDENCEOF_H
#define REFCYCLE_TEST_EVIDENCEOF_H

#include "evidence/Evidence.h"
#include "facts/FactsText.h"
#include "link/Linker.h"
#include "gtest/gtest.h"

namespace refcycle::analyzer {

inline Evidence evidenceOf(llvm::StringRef Text) {
  llvm::Expected<TuFacts> Facts = parseFacts(Text);
  if (!Facts) {
    ADD_FAILURE() << llvm::toString(Facts.takeError());
    return {};
  }
  Linker L;
  L.add(std::move(*Facts));
  LinkedProgram P = L.finish();
  return gatherEvidence(P);
}

/// The hops of each cycle, as "Session.on_close L.self".
template <typename Cycle>
std::vector<std::string> hopsOf(const std::vector<Cycle> &Of) {
  std::vector<std::string> Cycles;
  for (const Cycle &C : Of) {
    std::string Hops;
    for (const EvidenceHop &H : C.Hops)
      Hops += (Hops.empty() ? "" : " ") + H.From + "." + H.Via;
    Cycles.push_back(Hops);
  }
  return Cycles;
}

/// Two classes that can hold each other, a closure that can hold one, and an
/// owner beside them.
inline std::string classes(llvm::StringRef Rest) {
  return (R"(class A { next strong B; kids container strong B; cb function }
class B { back strong A; weak weak A; raw raw A; cb function }
class Owner { a strong A }
closure L invoke L.call creator f { self capture strong A }
fn L.call() of L deferred { }
)" + Rest)
      .str();
}

/// The body of f(a, b) that ties the knot; fresh objects where the test makes
/// them so.
inline const char Tie[] = R"(
    r2 = slot r0 A next
    store r2, r1
    r3 = slot r1 B back
    store r3, r0
)";

/// `f` makes two objects, ties them, and does \p Rest.
inline std::string fresh(llvm::StringRef Rest) {
  return classes("fn f() {\n r0 = alloc heap A\n r1 = alloc heap B\n" +
                 std::string(Tie) + Rest.str() + "\n}\n");
}

/// The destructor of an Owner breaks the cycle.
inline const char OwnerDestructor[] = R"(
  fn ~Owner() of Owner dtor {
    r0 = this
    r1 = slot r0 Owner a
    r2 = load r1
    r3 = slot r2 A next
    clear r3 null
  })";

} // namespace refcycle::analyzer

#endif
