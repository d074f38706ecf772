// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From a snippet of C++ to its facts, for tests.

#ifndef REFCYCLE_TEST_UNIT_SUPPORT_TESTCODE_H
#define REFCYCLE_TEST_UNIT_SUPPORT_TESTCODE_H

#include "extract/ClangInstallation.h"
#include "extract/Extractor.h"
#include "facts/FactsText.h"
#include "llvm/ADT/STLExtras.h"
#include <gtest/gtest.h>

namespace refcycle::analyzer {

/// The facts of \p Code, which stands in /test/input.cpp.
///
/// Whatever the code, the facts pass verify(). A compile error fails the test
/// unless the snippet says `error-ok`.
inline TuFacts factsOf(llvm::StringRef Code,
                       std::vector<std::string> Arguments = {"-std=c++20"}) {
  Arguments.push_back("-resource-dir=" REFCYCLE_CLANG_RESOURCE_DIR);
  ExtractOptions Options;
  Options.ProjectRoot = "/test";
  TuFacts Facts = extractFromText(Code, Arguments, Options);
  if (!Code.contains("error-ok"))
    EXPECT_EQ(Facts.Status, TuStatus::Ok) << Facts.Reason;
  EXPECT_EQ(verify(Facts), "");
  return Facts;
}

inline std::string textOf(const TuFacts &Facts) {
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  print(Facts, Out);
  return Text;
}

inline const Record *findRecord(const TuFacts &Facts, llvm::StringRef Name) {
  auto Found = llvm::find_if(Facts.Records, [&](const Record &R) {
    return Facts.text(R.Name) == Name;
  });
  return Found == Facts.Records.end() ? nullptr : &*Found;
}

} // namespace refcycle::analyzer

#endif
