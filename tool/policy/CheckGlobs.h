// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which checks a list of globs selects, as in clang-tidy: from left to right,
// the last glob that matches decides; `-` in front of it excludes.

#ifndef REFCYCLE_POLICY_CHECKGLOBS_H
#define REFCYCLE_POLICY_CHECKGLOBS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/GlobPattern.h"
#include <vector>

namespace refcycle::analyzer {

class CheckGlobs {
public:
  /// Fails on a malformed glob, naming it.
  static llvm::Expected<CheckGlobs> create(llvm::StringRef List);

  bool matches(llvm::StringRef Check) const;

private:
  struct Item {
    llvm::GlobPattern Glob;
    bool Selects;
  };
  std::vector<Item> Items;
};

} // namespace refcycle::analyzer

#endif
