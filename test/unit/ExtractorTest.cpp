// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What extraction promises for any input: a status, facts that pass verify(),
// the same facts every time, and no crash. What it says about good code is
// tested in test/extract.

#include "Support/TestCode.h"
#include "llvm/Support/FileSystem.h"
#include <gmock/gmock.h>

namespace refcycle::analyzer {
namespace {

using testing::HasSubstr;

std::string repeated(llvm::StringRef Text, unsigned Times) {
  std::string Result;
  for (unsigned I = 0; I != Times; ++I)
    Result += Text;
  return Result;
}

TEST(Extractor, CodeThatParsesIsOk) {
  TuFacts Facts = factsOf("struct A { A *Next; };");
  EXPECT_EQ(Facts.MainFile, "input.cpp");
  EXPECT_EQ(Facts.Reason, "");
  ASSERT_TRUE(findRecord(Facts, "A"));
  EXPECT_EQ(findRecord(Facts, "A")->Fields.size(), 1u);
}

TEST(Extractor, ErrorsKeepTheFactsOfWhatParsed) {
  TuFacts Facts = factsOf("struct A { A *Next; };\n"
                          "int error_ok = undeclared; // error-ok\n"
                          "void f(A &X) { X.Next = &X; }");
  EXPECT_EQ(Facts.Status, TuStatus::Errors);
  EXPECT_THAT(Facts.Reason, HasSubstr("input.cpp:2: use of undeclared"));
  EXPECT_THAT(textOf(Facts), HasSubstr("store"));
}

TEST(Extractor, AMissingHeaderIsAnError) {
  TuFacts Facts = factsOf("#include \"nowhere.h\" // error-ok");
  EXPECT_EQ(Facts.Status, TuStatus::Errors);
  EXPECT_THAT(Facts.Reason, HasSubstr("nowhere.h"));
}

TEST(Extractor, AMissingFileFails) {
  CompileCommand Command;
  Command.Directory = "/";
  Command.File = "/does/not/exist.cpp";
  Command.Arguments = {"clang++", "-fsyntax-only", Command.File};
  TuFacts Facts = extractFacts(Command, {});
  EXPECT_EQ(Facts.Status, TuStatus::Failed);
  EXPECT_THAT(Facts.Reason, HasSubstr("exist.cpp"));
  EXPECT_EQ(verify(Facts), "");
}

TEST(Extractor, ACallThatIsNotUnderstoodFails) {
  ExtractOptions Options;
  Options.ProjectRoot = "/test";
  TuFacts Facts = extractFromText("int x;", {"-target", "no-such"}, Options);
  EXPECT_EQ(Facts.Status, TuStatus::Failed);
  EXPECT_NE(Facts.Reason, "");
}

TEST(Extractor, TwoRunsSayTheSame) {
  llvm::StringRef Code = "#include <functional>\n"
                         "#include <map>\n"
                         "#include <memory>\n"
                         "struct S : std::enable_shared_from_this<S> {\n"
                         "  std::map<int, std::shared_ptr<S>> Kids;\n"
                         "  std::function<void()> F;\n"
                         "  template <typename T> void add(T P) {\n"
                         "    Kids[1] = P;\n"
                         "    F = [P, Self = shared_from_this()] {};\n"
                         "  }\n"
                         "};\n"
                         "void f(std::shared_ptr<S> P) { P->add(P); }";
  EXPECT_EQ(textOf(factsOf(Code)), textOf(factsOf(Code)));
}

TEST(Extractor, ThereMayBeNothingToSay) {
  for (llvm::StringRef Code :
       {"", "\n", "// comment", "#define A B\n#define B A\n", "#if 0\n#endif",
        ";;;", "namespace {}", "extern \"C\" {}",
        "using namespace std;\n"
        "// error-ok",
        "static_assert(true);", "template <typename> struct X;"})
    EXPECT_TRUE(factsOf(Code).Functions.empty()) << Code.str();
}

TEST(Extractor, InvalidCodeDoesNotCrash) {
  for (llvm::StringRef Code :
       {"struct A { A B; }; // error-ok", "struct A : A {}; // error-ok",
        "struct A { A *P; ~A() { delete P; } void f() { P = new; } // error-ok",
        "template <class T> struct P { T *p; P(const P &) { ++p->n; } // "
        "error-ok",
        "void f() { auto X = [Y = Z] { return Y; }; X(); } // error-ok",
        "void f() { for (auto &[A, B] : C) A = B; } // error-ok",
        "void f() { break; continue; case 1: return 1; } // error-ok",
        "struct T { co_await int f() { co_return this; } }; // error-ok",
        "int f() { try { } catch (Undeclared &E) { throw; } } // error-ok",
        "void f(int N) { switch (N) { int X; case 1: X = 1; } } // error-ok",
        "class A { A(); }; A::A() : B(1), C{2}, Unknown() {} // error-ok",
        "struct S { S *P; operator S*() { return P } }; // error-ok",
        "template <class... T> void f(T... X) { g(X...)... } // error-ok",
        "int \xff\xfe; // error-ok", "}}}} // error-ok", "(((((( // error-ok"})
    factsOf(Code);
}

TEST(Extractor, DeepNestingDoesNotCrash) {
  // Clang's own limit is 256 brackets; sums and member chains have none.
  factsOf("struct A { A *N; }; A *f(A *X) { return " + repeated("(", 200) +
          "X" + repeated(")", 200) + "; }");
  factsOf("int f(int X) { return X" + repeated(" + X", 2000) + "; }");
  factsOf("struct A { A *N; }; void f(A *X) { X" + repeated("->N", 2000) +
          " = X; }");
  factsOf("void f(bool B) { " + repeated("if (B) {", 200) + repeated("}", 200) +
          " }");
}

TEST(Extractor, AnOwnerOfItselfIsDescribed) {
  TuFacts Facts = factsOf("#include <memory>\n"
                          "#include <vector>\n"
                          "struct A { std::vector<A> Kids; };\n"
                          "struct B : std::vector<std::shared_ptr<B>> {};\n"
                          "void f(B &X, std::shared_ptr<B> P) {\n"
                          "  X.push_back(P);\n"
                          "}");
  ASSERT_TRUE(findRecord(Facts, "A"));
  EXPECT_EQ(findRecord(Facts, "A")->Fields.size(), 1u);
  ASSERT_TRUE(findRecord(Facts, "B"));
  EXPECT_TRUE(findRecord(Facts, "B")->Fields[0].has(FieldFlag::Base));
}

TEST(Extractor, PathsAreRelativeToTheRoot) {
  TuFacts Facts = factsOf("struct A {};");
  EXPECT_EQ(Facts.text(findRecord(Facts, "A")->Loc.File), "input.cpp");
}

} // namespace
} // namespace refcycle::analyzer
