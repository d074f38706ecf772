// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From offsets to fields, with the debug information of the modules. Reads it
// through LLVM; in this process, never in the program that is verified.

#ifndef REFCYCLE_VERIFY_FIELDNAMES_H
#define REFCYCLE_VERIFY_FIELDNAMES_H

#include "base/SourceRef.h"
#include "verify/VerifyRecord.h"
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// How one object holds the next.
enum class Holding : uint8_t {
  Contains, ///< The next one is a part of it.
  Points,   ///< The next one is a block that it frees.
  Closure,  ///< The next one is a stored closure.
  Counts,   ///< The slot itself: a strong handle.
};

struct NamedHop {
  std::string Class; ///< As in the debug information, or demangled.
  std::string Field; ///< `+24` without debug information.
  Holding How = Holding::Counts;
  SourceRef Loc; ///< Of the field, if known; path as the compiler was given it.
};

/// Knows the debug information of modules; loads each when it is first needed.
class FieldNames {
public:
  /// \p Handles: classes that a path ends in, beside those of libraries.
  explicit FieldNames(std::vector<std::string> Handles);
  ~FieldNames();

  /// The fields that lead from an object of \p From to the slot at \p Path,
  /// which has a handle to one of \p To; at least one.
  std::vector<NamedHop> name(const BlockType &From, const BlockType &To,
                             llvm::ArrayRef<PathStep> Path);

private:
  struct Index;
  std::unique_ptr<Index> Modules;
  std::set<std::string> Handles; ///< In canonical spelling.
};

} // namespace refcycle::analyzer

#endif
