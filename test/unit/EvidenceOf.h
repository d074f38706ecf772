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

} // namespace refcycle::analyzer

#endif
