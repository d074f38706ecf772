// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a project says about its own fields and methods, in its configuration or
// by annotations, put into its linked program. The configuration counts more.
// Models of types are no business of this file: extraction reads them.

#ifndef REFCYCLE_LINK_PROJECTRULES_H
#define REFCYCLE_LINK_PROJECTRULES_H

#include "config/Config.h"
#include "config/SuppressionsFile.h"
#include "facts/LinkedProgram.h"
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// Changes how fields hold what they refer to, and notes which methods are
/// always called in time.
///
/// A field of an instantiated template is named like that of the template.
/// Returns a sentence for every name that nothing in the program bears, in the
/// order of the configuration. Cost: linear in the program.
std::vector<std::string> applyRules(const Config &Rules, LinkedProgram &P);

/// What annotations accept, as rules of the suppressions file.
std::vector<SuppressionRule> rulesInSource(const LinkedProgram &P);

} // namespace refcycle::analyzer

#endif
