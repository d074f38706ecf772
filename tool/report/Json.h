// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The JSON contract, version 1: keys may be added, none may change or go.

#ifndef REFCYCLE_REPORT_JSON_H
#define REFCYCLE_REPORT_JSON_H

#include "findings/Finding.h"
#include "llvm/Support/raw_ostream.h"

namespace refcycle::analyzer {

struct JsonStyle {
  /// Wall time of the run. Zero unless the user asked for it: equal programs
  /// give equal bytes.
  double Seconds = 0;
};

/// Every key is there in every report, empty or not. Text that is not UTF-8
/// (file names may be anything) has its bad bytes replaced.
void writeJson(const Report &Result, const JsonStyle &Style,
               llvm::raw_ostream &OS);

} // namespace refcycle::analyzer

#endif
