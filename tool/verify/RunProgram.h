// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs a program with the verifier in front of it and collects the records of
// it and of all processes that it starts.

#ifndef REFCYCLE_VERIFY_RUNPROGRAM_H
#define REFCYCLE_VERIFY_RUNPROGRAM_H

#include "verify/StopPlaces.h"
#include "verify/VerifyRecord.h"

namespace refcycle::analyzer {

struct VerifiedRun {
  int Status = 0;      ///< Of the program; negative: it was killed.
  std::string Problem; ///< Why it was killed, in words.
  std::vector<VerifyRecord> Records; ///< The last of each process, sorted.
  std::vector<VerifyRecord> Earlier; ///< Of checks before that.
};

struct RunRequest {
  std::string Library; ///< What is put in front.
  std::vector<std::string> Command;
  bool WatchTypes = false; ///< Also ask which types were used at all.
  bool KeepStacks = false; ///< Also where objects were allocated.
  std::string Layouts{};   ///< Of `refcycle layouts`; empty: none.
  StoreLines Stores{};     ///< Behind these, too, the program is checked.
  std::string Root{};      ///< What files of stores are relative to.
};

/// Standard streams are the caller's. Fails if the program or the library
/// cannot be had, or a record is malformed.
llvm::Expected<VerifiedRun> runVerified(const RunRequest &Request);

/// The verifier's library, beside the running tool or as installed.
llvm::Expected<std::string> findVerifierLibrary();

} // namespace refcycle::analyzer

#endif
