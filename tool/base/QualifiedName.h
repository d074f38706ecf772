// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names of classes and functions as users write them in configuration.

#ifndef REFCYCLE_BASE_QUALIFIEDNAME_H
#define REFCYCLE_BASE_QUALIFIEDNAME_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace refcycle::analyzer {

/// "ns::Map<K, V>::Node" becomes "ns::Map::Node". Operators such as `->` and
/// `<` are no brackets.
inline std::string withoutTemplateArguments(llvm::StringRef Name) {
  std::string Result;
  unsigned Depth = 0;
  for (size_t I = 0; I != Name.size(); ++I) {
    llvm::StringRef Word = llvm::StringRef(Result).rtrim("<>=-");
    bool IsOperator =
        Depth == 0 && (Word == "operator" || Word.ends_with("::operator"));
    if (Name[I] == '<' && !IsOperator)
      ++Depth;
    else if (Name[I] == '>' && !IsOperator && Depth)
      --Depth;
    else if (Depth == 0)
      Result += Name[I];
  }
  return Result;
}

} // namespace refcycle::analyzer

#endif
