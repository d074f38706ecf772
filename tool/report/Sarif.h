// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// SARIF 2.1.0, the format that code hosts and viewers read. Written through
// llvm::json: clang's writer needs a SourceManager and knows no baselines.

#ifndef REFCYCLE_REPORT_SARIF_H
#define REFCYCLE_REPORT_SARIF_H

#include "findings/Finding.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// What SARIF says about a check that found nothing, too.
struct RuleText {
  std::string Id;
  std::string Summary;
};

struct SarifStyle {
  std::vector<RuleText> Rules; ///< Sorted by id; has every Finding::Check.
  bool HasBaseline = false;    ///< Then every result has a baselineState.
  /// Code hosts refuse a file with more results. What is cut is said in it.
  size_t MaxResults = 25000;
};

/// Hops become a code flow, the id a partial fingerprint, notes and breaks
/// related locations. Paths below the project root are relative to
/// PROJECTROOT.
void writeSarif(const Report &Result, const SarifStyle &Style,
                llvm::raw_ostream &OS);

} // namespace refcycle::analyzer

#endif
