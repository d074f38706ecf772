// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where to look at the program while it runs: behind each store that the
// analyzer says closes a cycle. A cycle that is closed there and gone at the
// end was broken in between, which no look at the end alone can tell.

#ifndef REFCYCLE_VERIFY_STOPPLACES_H
#define REFCYCLE_VERIFY_STOPPLACES_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace refcycle::analyzer {

/// File, relative to the project root if it lies below it, and line.
using StoreLines = std::set<std::pair<std::string, unsigned>>;

/// Addresses in the file of \p Module, a program or a shared library: where the
/// function that a store stands in goes on behind it, and where it ends. None
/// without debug information.
std::vector<uint64_t> stopPlaces(const std::string &Module,
                                 const StoreLines &Stores,
                                 llvm::StringRef Root);

} // namespace refcycle::analyzer

#endif
