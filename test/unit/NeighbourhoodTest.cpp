// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "graph/Neighbourhood.h"
#include "graph/TextGraph.h"
#include <gtest/gtest.h>

namespace refcycle::analyzer {
namespace {

/// The part around "M", one edge per line and nodes without one, or "none".
std::string around(llvm::StringRef Text, unsigned Depth) {
  auto G = parseGraph(Text);
  EXPECT_TRUE(bool(G));
  auto Part = neighbourhood(
      *G, [](llvm::StringRef Name) { return Name == "M"; }, Depth);
  if (!Part)
    return "none";
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  print(*Part, OS);
  return Out;
}

const char *Chain =
    "A => B [b]; B => M [m]; M => C [c]; C ~> D [d]; D => E [e]";

TEST(Neighbourhood, DepthZeroIsTheNodeAlone) {
  EXPECT_EQ(around(Chain, 0), "M\n");
}

TEST(Neighbourhood, ReachesBothWays) {
  EXPECT_EQ(around(Chain, 1), "B => M [m]\nC\nM => C [c]\n");
  EXPECT_EQ(around(Chain, 2),
            "A => B [b]\nB => M [m]\nC ~> D [d]\nD\nM => C [c]\n");
}

TEST(Neighbourhood, SiblingsAreNoNeighbours) {
  EXPECT_EQ(around("P => M [m]; P => S [s]", 5), "M\nP => M [m]\n");
}

TEST(Neighbourhood, EdgesBetweenNeighboursCount) {
  EXPECT_EQ(around("M => A [a]; M => B [b]; A => B [x]", 1),
            "A => B [x]\nB\nM => A [a]\nM => B [b]\n");
}

TEST(Neighbourhood, CyclesEnd) {
  EXPECT_EQ(around("M => A [a]; A => M [m]; M => M [self]", 1000),
            "A => M [m]\nM => A [a]\nM => M [self]\n");
}

TEST(Neighbourhood, NothingIsWanted) {
  EXPECT_EQ(around("A => B [b]", 3), "none");
}

} // namespace
} // namespace refcycle::analyzer
