// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One report with everything in it, for the tests of the renderers.

#ifndef REFCYCLE_TEST_UNIT_REPORTSAMPLE_H
#define REFCYCLE_TEST_UNIT_REPORTSAMPLE_H

#include "findings/Finding.h"

namespace refcycle::analyzer {

inline Report sampleReport() {
  Finding Closure;
  Closure.Id = "0123456789abcdef";
  Closure.Check = "refcycle-closure";
  Closure.Level = Confidence::Definite;
  Closure.Message = "'Session' keeps itself alive: 'on_close' stores a lambda "
                    "that captures 'self'";
  Closure.Loc = Closure.ClosingStore = {"src/session.cpp", 58, 3};
  Closure.Cycle = {{"(lambda at src/session.cpp:58:14)",
                    "self",
                    "Session",
                    HopKind::Strong,
                    {"src/session.cpp", 58, 15},
                    {{{"src/session.cpp", 58, 15}, false}},
                    ""},
                   {"Session",
                    "on_close",
                    "(lambda at src/session.cpp:58:14)",
                    HopKind::Closure,
                    {"src/session.h", 21, 25},
                    {{{"src/session.cpp", 58, 3}, true}},
                    ""}};
  Closure.Weaken = 0;
  Closure.Breaks = {
      {1, BreakClass::Dead, "Session::~Session", {"src/session.h", 30, 8}, ""}};
  Closure.Reasons = {"the same variable is captured and stored into"};

  Finding Members;
  Members.Id = "fedcba9876543210";
  Members.Check = "refcycle-members";
  Members.Level = Confidence::Probable;
  Members.Message = "'Node' and 'Tree' keep each other alive";
  Members.Loc = {"src/tree.cpp", 9, 3};
  Members.ClosingStore = {"src/tree.cpp", 10, 5};
  Members.Cycle = {
      {"Tree", "root", "Node", HopKind::Unique, {"src/tree.h", 4, 1}, {}, ""},
      {"Node", "owner", "Tree", HopKind::Strong, {"src/tree.h", 8, 1}, {}, ""}};
  Members.Weaken = 1;
  Members.Breaks = {{0,
                     BreakClass::Protocol,
                     "Tree::close",
                     {"src/tree.cpp", 20, 1},
                     "the return in 'Tree::open'"}};
  Members.Notes = {{"'Tree' is made here", {"src/main.cpp", 3, 7}}};

  Report R;
  R.Findings = {Closure, Members};
  R.Incomplete = {{"src/a.cpp", false, "src/a.cpp:1:1: unknown type"},
                  {"src/b.cpp", true, "the parser crashed"}};
  R.TranslationUnits = 4;
  R.Failed = 1;
  R.Types = 12;
  R.Edges = 34;
  return R;
}

} // namespace refcycle::analyzer

#endif
