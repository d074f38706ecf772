// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The document that clang-apply-replacements reads, to the byte.

#include "report/FixesYaml.h"
#include "gtest/gtest.h"

using namespace refcycle::analyzer;

static std::string yaml(llvm::ArrayRef<SourceEdit> Edits) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  writeFixes(Edits, "/project", OS);
  return Text;
}

TEST(FixesYaml, PathsAreAbsoluteAndLineBreaksAreEscaped) {
  EXPECT_EQ(yaml({{{"src/a.h", 3, 4}, 12, 10, "weak_ptr"},
                  {{"/other/b.h", 5, 6}, 34, 0, "\n  if (!self)\n"}}),
            R"(---
MainSourceFile:  ''
Replacements:
  - FilePath:        '/project/src/a.h'
    Offset:          12
    Length:          10
    ReplacementText: weak_ptr
  - FilePath:        '/other/b.h'
    Offset:          34
    Length:          0
    ReplacementText: "\n  if (!self)\n"
...
)");
}

TEST(FixesYaml, NoEditsAreADocumentToo) {
  EXPECT_EQ(yaml({}), R"(---
MainSourceFile:  ''
Replacements:    []
...
)");
}
