// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names of types as users write them, from what compilers make of them.

#ifndef REFCYCLE_VERIFY_TYPENAMES_H
#define REFCYCLE_VERIFY_TYPENAMES_H

#include "verify/VerifyRecord.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// `St6vectorIiSaIiEE` -> `std::vector<int, std::allocator<int>>`.
std::string demangledType(llvm::StringRef Mangled);

/// The template arguments of a name, trimmed: `A<B<C>, D>` -> `B<C>`, `D`.
std::vector<std::string> templateArguments(llvm::StringRef Name);

/// What a control block counts: the first template argument of its class,
/// without the pointer of families that keep one and without const.
std::string managedType(llvm::StringRef MangledBlock);

/// What is counted: by a control block, or as an object of a class whose layout
/// is known.
std::string managedType(const BlockType &Type);

/// One spelling for what DWARF, demanglers and the analyzer write in several:
/// no spaces but between words, no `struct`, no inline namespace of a library.
std::string canonicalName(llvm::StringRef Name);

/// Without template arguments: `a::B<C>::d` -> `a::B::d`.
std::string withoutArguments(llvm::StringRef Name);

} // namespace refcycle::analyzer

#endif
