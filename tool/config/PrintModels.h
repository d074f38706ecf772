// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What `list-handles` and `dump-config` show. No flags, no decisions: the
// command line calls these with the effective configuration.

#ifndef REFCYCLE_CONFIG_PRINTMODELS_H
#define REFCYCLE_CONFIG_PRINTMODELS_H

#include "config/Config.h"
#include "llvm/Support/raw_ostream.h"

namespace refcycle::analyzer {

/// One line per type: role, family, name and what it holds. Sorted by family,
/// role and name. With Family, that family only.
void printHandles(const ModelTable &Models, llvm::raw_ostream &Out,
                  llvm::StringRef Family = "");

/// All models as YAML that parseModels() reads back.
void printModels(const ModelTable &Models, llvm::raw_ostream &Out);

/// Effective as YAML that parseConfig() reads back. Models: the merged table,
/// or only the user's own for a short answer.
void printConfig(const Config &Effective, const ModelTable &Models,
                 llvm::raw_ostream &Out);

} // namespace refcycle::analyzer

#endif
