// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "config/YamlWriter.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

namespace refcycle::analyzer {

/// Qualified names are plain; prose, globs and everything that some reader
/// of YAML takes for null or a truth value are quoted.
static bool isPlain(llvm::StringRef Text) {
  static constexpr llvm::StringRef Words[] = {
      "null", "true", "false", "yes", "no", "on", "off", "y", "n"};
  return !Text.empty() && llvm::isAlpha(Text.front()) && !Text.ends_with(":") &&
         !llvm::is_contained(Words, Text.lower()) &&
         llvm::all_of(Text, [](char C) {
           return llvm::isAlnum(C) || C == '_' || C == ':';
         });
}

void writeYamlText(llvm::StringRef Text, llvm::raw_ostream &Out) {
  if (isPlain(Text)) {
    Out << Text;
    return;
  }
  Out << '"';
  for (char C : Text) {
    if (C == '"' || C == '\\')
      Out << '\\' << C;
    else if (static_cast<unsigned char>(C) < 0x20 || C == 0x7f)
      Out << llvm::format("\\x%02x", unsigned(C));
    else
      Out << C;
  }
  Out << '"';
}

} // namespace refcycle::analyzer
