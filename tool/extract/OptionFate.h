// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which options of a compiler call matter to a parser. Tables and nothing
// else; what is done about it stands in AdjustCommand.

#ifndef REFCYCLE_EXTRACT_OPTIONFATE_H
#define REFCYCLE_EXTRACT_OPTIONFATE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Option/Option.h"
#include <cstdint>

namespace refcycle::analyzer {

/// What becomes of one option.
enum class Fate : uint8_t {
  Keep,
  Quiet, ///< Left out; no parser could tell the difference.
  Aloud, ///< Left out, and the user should be able to know.
};

/// An allow list: an option that nobody thought of is left out, so that no
/// future option of clang can load or write something behind our back.
/// \p Word is the option as spelled, for the `-f` options.
Fate fateOf(const llvm::opt::Option &Option, llvm::StringRef Word);

/// The same for a word that starts with `-f`, whoever is to read it.
Fate fateOfFeature(llvm::StringRef Word);

inline bool startsWithOneOf(llvm::StringRef Word,
                            llvm::ArrayRef<llvm::StringRef> Starts) {
  return llvm::any_of(Starts,
                      [&](llvm::StringRef S) { return Word.starts_with(S); });
}

} // namespace refcycle::analyzer

#endif
