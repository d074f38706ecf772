// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See RegistryCheck.h.

#include "RegistryCheck.h"
#include "Wording.h"

namespace refcycle::analyzer {

Finding describe(const RegistryLeak &L) {
  std::string Registry =
      L.Registry.empty() ? "a static container" : quoted(L.Registry);
  Finding F;
  F.Check = RegistryCheck().name().str();
  F.Level = L.WholeProgram ? Confidence::Probable : Confidence::Possible;
  F.Message = "what " + Registry + " owns never ends: only the destructor of " +
              quoted(L.Entry) +
              " takes it out again, and that cannot run "
              "before";
  F.Loc = L.Loc;
  F.Reasons.push_back(L.WholeProgram
                          ? "nothing else in the program takes entries out"
                          : "users of this library may take entries out");
  F.Notes.push_back({quoted(L.Remover) + " takes the entry out here, too late",
                     L.RemovalLoc});
  F.Id = fingerprint(F);
  return F;
}

} // namespace refcycle::analyzer
