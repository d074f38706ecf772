// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which fixes go together, and what they do to files.

#include "cli/Fixes.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/xxhash.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace refcycle::analyzer;
using testing::HasSubstr;

static Finding weakening(const char *Slot, std::vector<SourceEdit> Edits,
                         std::vector<std::string> Relies = {}) {
  Finding F;
  F.Fix = Weakening{Slot, std::move(Edits), std::move(Relies), "", {}};
  return F;
}

static SourceEdit edit(uint32_t Offset, uint32_t Length, const char *Text) {
  return {{"a.h", 1, Offset + 1}, Offset, Length, Text};
}

TEST(Fixes, EqualEditsOfTwoFindingsAreOne) {
  ChosenFixes C =
      chooseFixes({weakening("A::x", {edit(9, 0, "b"), edit(2, 1, "a")}),
                   weakening("A::x", {edit(2, 1, "a")})});
  EXPECT_EQ(C.Findings, 2u);
  ASSERT_EQ(C.Edits.size(), 2u);
  EXPECT_EQ(C.Edits[0].Offset, 2u);
}

TEST(Fixes, WhatAnotherFixReliesOnStaysAnOwner) {
  Finding First = weakening("A::x", {edit(1, 1, "w")}, {"B::y"});
  Finding Second = weakening("B::y", {edit(5, 1, "w")});
  ChosenFixes C = chooseFixes({First, Second});
  EXPECT_EQ(C.Findings, 1u);
  EXPECT_EQ(C.Left, 1u);
  EXPECT_EQ(C.Edits.size(), 1u);
  EXPECT_EQ(chooseFixes({Second, First}).Left, 1u);
}

TEST(Fixes, OverlappingEditsAreLeft) {
  EXPECT_EQ(chooseFixes({weakening("A::x", {edit(1, 4, "w")}),
                         weakening("A::y", {edit(4, 2, "v")})})
                .Left,
            1u);
}

TEST(Fixes, NeighboursAndInsertionsAtOnePlaceGoTogether) {
  EXPECT_EQ(chooseFixes({weakening("A::x", {edit(1, 4, "w")}),
                         weakening("A::y", {edit(5, 2, "v")}),
                         weakening("A::z", {edit(9, 0, "1")}),
                         weakening("A::u", {edit(9, 0, "2")})})
                .Left,
            0u);
}

TEST(Fixes, KnownFindingsAndThoseWithoutEditsAreNotFixed) {
  Finding Known = weakening("A::x", {edit(1, 4, "w")});
  Known.Known = true;
  Finding Refused = weakening("A::y", {});
  EXPECT_TRUE(chooseFixes({Known, Refused, Finding()}).Edits.empty());
}

namespace {
/// A folder with one file, `a.h`.
class FixedFile : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("fixes", Folder));
    write("shared_ptr<A> a;\n");
  }
  void TearDown() override { llvm::sys::fs::remove_directories(Folder); }

  std::string path() const { return (Folder + "/a.h").str(); }
  void write(llvm::StringRef Text) {
    std::error_code Problem;
    llvm::raw_fd_ostream OS(path(), Problem);
    OS << Text;
  }
  std::string text() const {
    return (*llvm::MemoryBuffer::getFile(path()))->getBuffer().str();
  }
  std::string apply(std::vector<SourceEdit> Edits) {
    llvm::Expected<unsigned> Files = applyFixes(Edits, Folder);
    return Files ? std::to_string(*Files) : llvm::toString(Files.takeError());
  }
  static SourceEdit of(llvm::StringRef Text, uint32_t Offset, uint32_t Length,
                       const char *By) {
    SourceEdit E = edit(Offset, Length, By);
    E.Content = llvm::xxh3_64bits(Text);
    return E;
  }

  llvm::SmallString<128> Folder;
};
} // namespace

TEST_F(FixedFile, GetsAllEditsFromTheFrontOn) {
  std::string Old = text();
  EXPECT_EQ(apply({of(Old, 0, 10, "weak_ptr"), of(Old, 15, 0, " = {}")}), "1");
  EXPECT_EQ(text(), "weak_ptr<A> a = {};\n");
}

TEST_F(FixedFile, StaysIfItHasChanged) {
  SourceEdit E = of(text(), 0, 10, "weak_ptr");
  write("// new\nshared_ptr<A> a;\n");
  EXPECT_THAT(apply({E}), HasSubstr("has changed since it was analysed"));
  EXPECT_EQ(text(), "// new\nshared_ptr<A> a;\n");
}

TEST_F(FixedFile, StaysIfAnotherOneIsGone) {
  std::string Old = text();
  SourceEdit Gone = of(Old, 0, 1, "");
  Gone.Loc.File = "gone.h";
  EXPECT_THAT(apply({of(Old, 0, 10, "weak_ptr"), Gone}), HasSubstr("gone.h"));
  EXPECT_EQ(text(), Old);
}
