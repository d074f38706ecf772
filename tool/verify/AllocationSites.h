// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From return addresses to the line of the program that made an object.

#ifndef REFCYCLE_VERIFY_ALLOCATIONSITES_H
#define REFCYCLE_VERIFY_ALLOCATIONSITES_H

#include "base/SourceRef.h"
#include "verify/VerifyRecord.h"
#include "llvm/ADT/ArrayRef.h"
#include <memory>
#include <optional>
#include <string>

namespace refcycle::analyzer {

struct AllocationSite {
  std::string Function; ///< Demangled, without its parameters.
  SourceRef Loc;        ///< Path as the compiler was given it, made absolute.
};

/// Knows the symbols of modules; loads each when it is first needed.
class AllocationSites {
public:
  AllocationSites();
  ~AllocationSites();

  /// The innermost function, inlined ones too, that is not of a library:
  /// nullopt if the modules have no debug information of one.
  std::optional<AllocationSite> find(llvm::ArrayRef<CodeRef> Stack);

private:
  struct Symbols;
  std::unique_ptr<Symbols> Known;
};

} // namespace refcycle::analyzer

#endif
