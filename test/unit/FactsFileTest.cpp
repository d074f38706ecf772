// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Facts files: what is written is read back; a damaged file is an error.

#include "facts/FactsFile.h"
#include "facts/FactsText.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace refcycle::analyzer;
using testing::HasSubstr;

static const char Sample[] = R"(tu a.cpp
class Session dtor ~Session {
  next acyclic owning non-owning strong Handler @ session.h:5:28
  on_close function
}
closure L invoke L.call creator open { self capture strong Session }
fn open(h value Handler, out place Handler) of Session virtual {
  local tmp destroys Session
  r0 = this
  r1 = param h
  r2 = slot r0 Session next
  store r2, r1 assign strong @ a.cpp:9:3
  if not r1 { } else { r3 = call r0 open(r1, r1) virtual }
}
fn L.call() of L deferred { }
class Kept { keep function }
fn keep(f noescape, g value kept 0 2 outside in Kept) of L called-in-time
convert Session Handler
nolint a.cpp 3 4 refcycle-*
accept refcycle-* reason "closed by its owner" type Session @ session.h:4:8
accept * reason once expires 2027-01-31 field Session::next @ session.h:5:3
accept * reason once lines a.cpp 3 9 @ session.h:8:3
problem "unknown role" @ session.h:9:3
read /usr/include/x.h
)";

static std::string printed(const TuFacts &Facts) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  print(Facts, OS);
  return Text;
}

static std::string fileOf(llvm::StringRef Text) {
  std::string Bytes;
  llvm::raw_string_ostream OS(Bytes);
  writeFacts(llvm::cantFail(parseFacts(Text)), OS);
  return Bytes;
}

static std::string errorOf(llvm::StringRef Bytes) {
  llvm::Expected<TuFacts> Facts = readFacts(Bytes);
  return Facts ? "" : llvm::toString(Facts.takeError());
}

TEST(FactsFile, WhatIsWrittenIsReadBack) {
  TuFacts Facts = llvm::cantFail(readFacts(fileOf(Sample)));
  EXPECT_EQ(printed(Facts), printed(llvm::cantFail(parseFacts(Sample))));
}

TEST(FactsFile, TheSchemaIsChecked) {
  std::string Bytes = fileOf(Sample);
  Bytes[4] = char(FactsSchema + 1);
  EXPECT_THAT(errorOf(Bytes), HasSubstr("extract again"));
}

TEST(FactsFile, AnotherFileIsSaidToBeOne) {
  EXPECT_EQ(errorOf("#include <memory>\n"), "not a facts file");
  EXPECT_EQ(errorOf(""), "not a facts file");
}

TEST(FactsFile, EveryTruncationIsAnError) {
  std::string Bytes = fileOf(Sample);
  for (size_t Size = 0; Size != Bytes.size(); ++Size)
    EXPECT_NE(errorOf(llvm::StringRef(Bytes).take_front(Size)), "") << Size;
}

// Some bits of a zstd frame have no effect on what comes out of it.
TEST(FactsFile, AFlippedBitIsAnErrorOrHarmless) {
  std::string Bytes = fileOf(Sample);
  std::string Expected = printed(llvm::cantFail(parseFacts(Sample)));
  for (size_t Bit = 0; Bit != Bytes.size() * 8; ++Bit) {
    std::string Damaged = Bytes;
    Damaged[Bit / 8] ^= char(1 << (Bit % 8));
    llvm::Expected<TuFacts> Facts = readFacts(Damaged);
    if (Facts)
      EXPECT_EQ(printed(*Facts), Expected) << "bit " << Bit;
    else
      llvm::consumeError(Facts.takeError());
  }
}

TEST(FactsFile, DamageThatPassesTheHashDoesNotCrash) {
  std::string Payload = encodeFacts(llvm::cantFail(parseFacts(Sample)));
  for (size_t I = 0; I != Payload.size(); ++I)
    for (int Value : {0, 1, 0x7f, 0x80, 0xff}) {
      std::string Damaged = Payload;
      Damaged[I] = char(Value);
      llvm::Expected<TuFacts> Facts = decodeFacts(Damaged);
      if (Facts)
        EXPECT_EQ(verify(*Facts), "");
      else
        llvm::consumeError(Facts.takeError());
    }
}
