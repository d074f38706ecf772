// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reports in the languages of CI services. Each service shows a few things and
// cuts the rest, so each format begins with what matters.

#ifndef REFCYCLE_REPORT_CIFORMATS_H
#define REFCYCLE_REPORT_CIFORMATS_H

#include "findings/Finding.h"
#include "llvm/Support/raw_ostream.h"

namespace refcycle::analyzer {

/// A page in Markdown: numbers, a table of what is new, what failed. Never says
/// that nothing was found when a unit failed. Tables end after \p MaxRows.
void writeSummary(const Report &Result, llvm::raw_ostream &OS,
                  size_t MaxRows = 100);

/// Workflow commands of GitHub that annotate the changed lines: one for each
/// new finding. GitHub shows ten of them for a step, so the tenth says how many
/// there are.
void writeGithub(const Report &Result, llvm::raw_ostream &OS);

/// A Code Quality report of GitLab: all findings, the ids as fingerprints, from
/// which GitLab itself tells what is new.
void writeGitlab(const Report &Result, llvm::raw_ostream &OS);

} // namespace refcycle::analyzer

#endif
