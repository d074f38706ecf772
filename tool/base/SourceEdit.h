// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Changes of source text, as evidence computes them and reports carry them.

#ifndef REFCYCLE_BASE_SOURCEEDIT_H
#define REFCYCLE_BASE_SOURCEEDIT_H

#include "base/SourceRef.h"
#include <vector>

namespace refcycle::analyzer {

/// Length bytes of a file, from Offset on, give way to Text.
struct SourceEdit {
  SourceRef Loc;       ///< Where Offset is.
  uint32_t Offset = 0; ///< In bytes, from the beginning of the file.
  uint32_t Length = 0;
  std::string Text;
  uint64_t Content = 0; ///< xxh3 of the file that the offsets belong to.
  auto operator<=>(const SourceEdit &) const = default;
};

/// The edits that make one owning slot a weak one.
struct Weakening {
  std::string Slot;              ///< `Class::field` that becomes weak.
  std::vector<SourceEdit> Edits; ///< Sorted; empty: there is no safe fix.
  /// `Class::field` of slots that must stay owners for the fix to be safe.
  std::vector<std::string> Relies;
  std::string Refused; ///< Why there are no edits, in words.
  SourceRef RefusedAt;
};

} // namespace refcycle::analyzer

#endif
