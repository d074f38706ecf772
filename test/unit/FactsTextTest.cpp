// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The text format of facts: everything that can be said survives a round trip.

#include "facts/FactsText.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace refcycle::analyzer;
using testing::HasSubstr;

static std::string printed(const TuFacts &Facts) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  print(Facts, OS);
  return Text;
}

static std::string reprinted(llvm::StringRef Text) {
  llvm::Expected<TuFacts> Facts = parseFacts(Text);
  return Facts ? printed(*Facts) : llvm::toString(Facts.takeError());
}

static const char Everything[] = R"(tu "a b.cpp" errors "no such file: \"x\""
class Base polymorphic hash 7 @ base.h:1:2
class Session name "ns::Session<int, 2>" dtor ~Session : Base {
  next strong Handler @ session.h:5:28
  kids container weak Handler, strong Base
  on_close function
  tag erased owns strong
  own unique *
}
class Handler incomplete
class Kept {
  keep function
}
closure L invoke L.call creator open {
  self capture strong Session
}
fn open(h value Handler, out place Handler, n) of Session virtual deferred hash 9 overrides Base.open @ a.cpp:3:1 {
  local tmp destroys Session
  local tmp
  r0 = this
  r1 = param h
  r2 = null
  r3 = unknown Session
  r4 = global g_all
  r5 = alloc heap Session
  r6 = copy r5
  r7 = join (r1, r2)
  r8 = cast r7 Base
  r9 = var 0
  r10 = slot r0 Session next
  r11 = load r10 element
  store r10, r5 assign strong @ a.cpp:9:3
  store r9, r5 insert raw one
  clear r10 erase one hollow
  clear r10 moveout
  r13 = key "\"a b\""
  r14 = load r10 element exists makes of Session at r13
  r15 = alloc heap Session rest
  store r10, r15 insert value at r13 @ a.cpp:9:7
  clear r10 erase one hollow at r13 @ a.cpp:9:8
  if not r11 {
    r12 = call r11 open(r1, _, r0) virtual
    return r12
  } else {
    loop {
      if {
        break
      }
      if not only "c:@S@Session@FI@live" {
        continue
      }
      continue
    }
  }
  block {
    invoke r1() copied
    delete r5
    mark r5 "c:@S@Session@FI@live"
    throw
  }
  return r10 element
}
fn L.call() of L deferred {
}
fn ~Session() of Session dtor
fn Base.open() system
fn keep(f noescape, g value kept 0 2 outside in Kept) of Session called-in-time
convert Session Base
count born of Handler
count dropped unsure of Handler in open from Base.open name "a b" @ a.cpp:4:5
count unreleased of Handler in open from Base.open name p leaves @ a.cpp:9:1 @ a.cpp:4:5
used Session next a.h (4)
used Session next b.cpp (3, 12)
rewrite declares Session next bytes 7 10 weak_ptr @ a.h:1:7
rewrite uses Session next bytes 90 0 "a b" in open @ a.cpp:4:5
rewrite blocks Session next bytes 0 0 "a \"reason\"" @ b.cpp:2:3
content a.h 18446744073709551615
nolint a.cpp 3 4 refcycle-*
accept refcycle-* reason "closed by its owner" type Session @ session.h:4:8
accept refcycle-* reason once expires 2027-01-31 field Session::next @ session.h:5:3
accept "*" reason once lines a.cpp 3 9 @ session.h:8:3
problem "unknown role" @ session.h:9:3
read /usr/include/x.h
)";

TEST(FactsText, EverythingSurvivesARoundTrip) {
  EXPECT_EQ(reprinted(Everything), Everything);
}

TEST(FactsText, IdsSurviveARoundTrip) {
  TuFacts A = llvm::cantFail(parseFacts(Everything));
  TuFacts B = llvm::cantFail(parseFacts(printed(A)));
  ASSERT_EQ(A.Records.size(), B.Records.size());
  for (size_t I = 0; I != A.Records.size(); ++I)
    EXPECT_EQ(A.text(A.Records[I].Key), B.text(B.Records[I].Key));
}

TEST(FactsText, BlocksMayStandOnOneLine) {
  EXPECT_EQ(
      reprinted("fn f(x value) { r0 = param x; if r0 { return } else { } }"),
      "tu \"\"\nfn f(x value) {\n  r0 = param x\n  if r0 {\n    return\n"
      "  } else {\n  }\n}\n");
}

TEST(FactsText, WhatIsOnlyReferredToIsDeclared) {
  EXPECT_THAT(reprinted("class A { b strong B }"),
              HasSubstr("class B incomplete"));
}

TEST(FactsText, ADestructorIsFoundByItsClass) {
  EXPECT_THAT(reprinted("class A\nfn ~A() of A dtor { }"),
              HasSubstr("class A dtor ~A"));
}

TEST(FactsText, ErrorsSayTheLine) {
  EXPECT_THAT(reprinted("class A\nclass B {\n  x wild C\n}"),
              HasSubstr("line 3"));
}

TEST(FactsText, ABodyNeedsAnEnd) {
  EXPECT_THAT(reprinted("fn f() {\n loop {\n }\n"), HasSubstr("without end"));
}

TEST(FactsText, RegistersAreDefinedBeforeUse) {
  EXPECT_THAT(reprinted("fn f() {\n delete r0\n}"), HasSubstr("not defined"));
}
