// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "report/Dot.h"
#include "ReportSample.h"
#include "graph/TextGraph.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refcycle::analyzer {
namespace {

template <typename T> std::string dot(const T &Value) {
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  writeDot(Value, OS);
  return Out;
}

TEST(Dot, CyclesShowTheEdgeToWeaken) {
  Report R = sampleReport();
  R.Findings.erase(R.Findings.begin());
  EXPECT_EQ(dot(R), R"(digraph refcycle {
  node [shape=box];
  "Node" -> "Tree" [label="owner", color=red, style=dashed];
  "Tree" -> "Node" [label="root"];
}
)");
}

TEST(Dot, NamesAreQuoted) {
  Report R;
  R.Findings.resize(1);
  R.Findings[0].Cycle.resize(1);
  R.Findings[0].Cycle[0].From = "A<\"x\\\">";
  EXPECT_THAT(dot(R), testing::HasSubstr(R"("A<\"x\\\">" -> "")"));
}

TEST(Dot, GraphsShowWhatKeepsNothingAlive) {
  auto G = parseGraph("A => B [b]; B ~> A [a]");
  ASSERT_TRUE(bool(G));
  EXPECT_EQ(dot(*G), R"(digraph refcycle {
  node [shape=box];
  "A" -> "B" [label="b"];
  "B" -> "A" [label="a", style=dotted];
}
)");
}

} // namespace
} // namespace refcycle::analyzer
