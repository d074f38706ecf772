// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// File names as every stage and every report spells them; see SourceRef.

#ifndef REFCYCLE_BASE_PROJECTPATH_H
#define REFCYCLE_BASE_PROJECTPATH_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace refcycle::analyzer {

/// \p File relative to \p Root if it lies below it, otherwise as it is. Both
/// absolute and without `.` and `..`; \p Root without a slash at its end,
/// empty: nothing lies below it.
inline std::string projectPath(llvm::StringRef File, llvm::StringRef Root) {
  llvm::StringRef Rest = File;
  if (!Root.empty() && Rest.consume_front(Root) && Rest.consume_front("/") &&
      !Rest.empty())
    return Rest.str();
  return File.str();
}

} // namespace refcycle::analyzer

#endif
