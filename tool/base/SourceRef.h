// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where something stands in the user's code, as plain data.
// Used by every stage; knows nothing of clang's SourceLocation.

#ifndef REFCYCLE_BASE_SOURCEREF_H
#define REFCYCLE_BASE_SOURCEREF_H

#include <compare>
#include <cstdint>
#include <string>

namespace refcycle::analyzer {

/// One place in a source file.
///
/// File is relative to the project root when it lies below it, absolute
/// otherwise. Line and column start at one; line zero means "nowhere".
struct SourceRef {
  std::string File;
  uint32_t Line = 0;
  uint32_t Column = 0;

  bool isValid() const { return Line != 0; }
  auto operator<=>(const SourceRef &) const = default;
};

/// Lines of one file, both included.
struct SourceLines {
  std::string File;
  uint32_t Line = 0;
  uint32_t LastLine = 0;

  bool hold(const SourceRef &Loc) const {
    return Loc.isValid() && Loc.File == File && Line <= Loc.Line &&
           Loc.Line <= LastLine;
  }
  auto operator<=>(const SourceLines &) const = default;
};

} // namespace refcycle::analyzer

#endif
