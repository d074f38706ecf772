// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "verify/TypeNames.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Demangle/Demangle.h"

namespace refcycle::analyzer {

using llvm::StringRef;

std::string demangledType(StringRef Mangled) {
  // A type alone is no mangled name; its typeinfo is one.
  constexpr StringRef What = "typeinfo for ";
  std::string Text = llvm::demangle("_ZTI" + Mangled.str());
  return StringRef(Text).starts_with(What) ? Text.substr(What.size())
                                           : Mangled.str();
}

/// Depth of brackets after \p C; `->` and `>=` do not occur in type names.
static int depthAfter(char C, int Depth) {
  if (C == '<' || C == '(' || C == '[' || C == '{')
    return Depth + 1;
  if (C == '>' || C == ')' || C == ']' || C == '}')
    return Depth - 1;
  return Depth;
}

std::vector<std::string> templateArguments(StringRef Name) {
  std::vector<std::string> Result;
  size_t Start = Name.find('<');
  if (Start == StringRef::npos)
    return Result;
  int Depth = 1;
  size_t From = Start + 1;
  for (size_t I = From; I != Name.size() && Depth != 0; ++I) {
    Depth = depthAfter(Name[I], Depth);
    if (Depth == 0 || (Depth == 1 && Name[I] == ',')) {
      Result.push_back(Name.slice(From, I).trim().str());
      From = I + 1;
    }
  }
  return Result;
}

std::string managedType(StringRef MangledBlock) {
  std::string Block = demangledType(MangledBlock);
  std::vector<std::string> Arguments = templateArguments(Block);
  if (Arguments.empty())
    return Block;
  std::string First = Arguments.front();
  // Arrays have no element type but their allocator's; Boost's have that in a
  // class of their own.
  unsigned Around =
      StringRef(Block).starts_with("std::_Sp_counted_array<")         ? 1
      : StringRef(Block).starts_with("boost::detail::sp_array_base<") ? 2
                                                                      : 0;
  for (; Around != 0; --Around)
    if (auto Inner = templateArguments(First); !Inner.empty())
      First = Inner.front();
  StringRef Type = StringRef(First).rtrim();
  Type.consume_back("*");
  if (Type.ends_with("]"))
    Type = Type.rsplit('[').first;
  Type = Type.rtrim();
  Type.consume_back(" const");
  Type.consume_front("const ");
  return Type.str();
}

std::string managedType(const BlockType &Type) {
  if (Type.Family == OwnFamily)
    return Type.Mangled;
  return Type.countsItself() ? demangledType(Type.Mangled)
                             : managedType(Type.Mangled);
}

std::string canonicalName(StringRef Name) {
  std::string Result;
  for (size_t I = 0; I != Name.size(); ++I) {
    char C = Name[I];
    // A space counts between words only: `unsigned int`, not `A<B> >`.
    if (C == ' ' &&
        (I == 0 || I + 1 == Name.size() || !llvm::isAlnum(Name[I - 1]) ||
         !llvm::isAlnum(Name[I + 1])))
      continue;
    Result += C;
  }
  for (StringRef Noise :
       {"__cxx11::", "__1::", "struct ", "class ", "(anonymousnamespace)::",
        "(anonymous namespace)::", "{anonymous}::", "`anonymousnamespace'::"})
    for (size_t At; (At = StringRef(Result).find(Noise)) != StringRef::npos;)
      Result.erase(At, Noise.size());
  return Result;
}

std::string withoutArguments(StringRef Name) {
  std::string Result;
  int Depth = 0;
  for (char C : Name) {
    if (C == '<')
      ++Depth;
    if (Depth == 0)
      Result += C;
    if (C == '>')
      --Depth;
  }
  return Result;
}

} // namespace refcycle::analyzer
