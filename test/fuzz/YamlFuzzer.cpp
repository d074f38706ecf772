// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Any bytes may stand in a configuration or a suppressions file. Parsing them
// must end in a value or in an error that names its place; what a value is
// printed as must read back as the same value.

#include "config/Config.h"
#include "config/PrintModels.h"
#include "config/SuppressionsFile.h"
#include <cstdio>
#include <cstdlib>

using namespace refcycle::analyzer;

/// A wrong answer must look like a crash, in builds without assertions too.
static void require(bool Holds, const char *Sentence) {
  if (Holds)
    return;
  std::fprintf(stderr, "%s\n", Sentence);
  std::abort();
}

static void checkError(llvm::Error E) {
  require(llvm::StringRef(toString(std::move(E))).starts_with("fuzz:"),
          "an error must name file, line and column");
}

static std::string print(const Config &C) {
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  printConfig(C, C.Models, Out);
  return Text;
}

static std::string print(const std::vector<SuppressionRule> &Rules) {
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  for (const SuppressionRule &Rule : Rules)
    writeSuppression(Rule, Out);
  return Text;
}

/// Parses; what parsed is printed, parsed and printed again.
template <typename Parse> static void check(llvm::StringRef Text, Parse P) {
  auto First = P(Text, "fuzz");
  if (!First)
    return checkError(First.takeError());
  std::string Printed = print(*First);
  auto Second = P(Printed, "fuzz");
  require(bool(Second), "what is printed must parse");
  require(print(*Second) == Printed, "what is printed must read back");
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  llvm::StringRef Text(reinterpret_cast<const char *>(Data), Size);
  check(Text, parseConfig);
  check(Text, parseSuppressions);
  return 0;
}
