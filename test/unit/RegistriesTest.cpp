// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the units of a program say together about one registry: who puts in, who
// takes out, and where the registry itself lives, may each stand in its own.

#include "evidence/Registries.h"
#include "facts/FactsText.h"
#include "link/Linker.h"
#include "gtest/gtest.h"

using namespace refcycle::analyzer;

static std::vector<RegistryLeak> leaksOf(std::vector<const char *> Units) {
  Linker L;
  for (const char *Text : Units)
    L.add(llvm::cantFail(parseFacts(Text)));
  LinkedProgram P = L.finish();
  return findRegistryLeaks(ProgramIndex(P));
}

// static map<int, shared_ptr<T>> all;  void add(T t) { all[0] = t; }
static const char *const PutsIn = "tu a.cpp\nclass T dtor T::~T\n"
                                  "fn \"init@all\" static {\n"
                                  "r0 = global all\nr1 = null\n"
                                  "store r0, r1 init strong\n}\n"
                                  "fn add(t value T) static {\n"
                                  "r0 = global all\nr1 = param t\n"
                                  "store r0, r1 insert strong @ a.cpp:3:4\n}\n";

// T::~T() { all.erase(0); }
static const char *const TakesOut = "tu b.cpp\nclass T dtor T::~T\n"
                                    "fn T::~T of T dtor {\n"
                                    "r0 = global all\n"
                                    "clear r0 erase @ b.cpp:7:8\n}\n";

TEST(Registries, TheTwoHalvesStandInTwoUnits) {
  EXPECT_TRUE(leaksOf({PutsIn}).empty()) << "kept on purpose";
  EXPECT_TRUE(leaksOf({TakesOut}).empty());
  std::vector<RegistryLeak> Leaks = leaksOf({PutsIn, TakesOut});
  ASSERT_EQ(Leaks.size(), 1u);
  EXPECT_EQ(Leaks[0].Entry, "T");
  EXPECT_EQ(Leaks[0].Remover, "T::~T");
  EXPECT_EQ(Leaks[0].Loc.Line, 3u);
  EXPECT_EQ(Leaks[0].RemovalLoc.Line, 7u);
}

TEST(Registries, AnotherUnitTakesOutToo) {
  EXPECT_TRUE(leaksOf({PutsIn, TakesOut,
                       "tu c.cpp\nfn main static main {\n"
                       "r0 = global all\nclear r0 empty\n}\n"})
                  .empty());
  EXPECT_TRUE(leaksOf({PutsIn, TakesOut,
                       "tu c.cpp\nfn f static\nfn main static main {\n"
                       "r0 = global all\ncall f(r0)\n}\n"})
                  .empty())
      << "who gets the container may do anything";
}

TEST(Registries, AMemberLivesAsLongAsItsOwners) {
  const char *Member = "tu a.cpp\nclass T dtor T::~T\n"
                       "class R {\nall container strong T\n}\n"
                       "fn R::add(t value T) of R {\n"
                       "r0 = this\nr1 = slot r0 R all\nr2 = param t\n"
                       "store r1, r2 insert strong\n}\n"
                       "fn R::drop of R {\n"
                       "r0 = this\nr1 = slot r0 R all\nclear r1 erase\n}\n"
                       "fn T::~T of T dtor {\nr0 = global r\nr1 = load r0\n"
                       "call r1 R::drop()\n}\n"
                       "fn main static main\n";
  const char *Global = "tu b.cpp\nclass R\nfn \"init@r\" static {\n"
                       "r0 = global r\nr1 = alloc heap R\n"
                       "store r0, r1 init value\n}\n";
  const char *Local = "tu c.cpp\nclass R\nfn g static {\nlocal r\n"
                      "r0 = var r\nr1 = alloc stack R\n"
                      "store r0, r1 init value\n}\n";
  EXPECT_TRUE(leaksOf({Member}).empty()) << "no object of it was seen";
  EXPECT_EQ(leaksOf({Member, Global}).size(), 1u);
  EXPECT_TRUE(leaksOf({Member, Global, Local}).empty());
}
