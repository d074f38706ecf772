// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The facts of a whole program: what linking makes of the TuFacts of its
// translation units, and the only thing evidence reads. Every entity stands
// here once; ids are dense and the tables are sorted by key, so equal programs
// give equal values in whatever order their units were linked.

#ifndef REFCYCLE_FACTS_LINKEDPROGRAM_H
#define REFCYCLE_FACTS_LINKEDPROGRAM_H

#include "base/SourceRef.h"
#include "facts/Fact.h"
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// Lines whose findings the source itself suppresses (`NOLINT`).
struct SuppressedLines {
  std::string File;
  uint32_t Line = 0;
  uint32_t LastLine = 0;
  std::string Check; ///< Check name or glob; empty: every check.
  auto operator<=>(const SuppressedLines &) const = default;
};

/// An annotation that accepts findings, of every unit that has seen it: see
/// SourceAcceptance.
struct AcceptedInSource {
  SourceRef Where;
  std::string Check, Reason, Expires, Type, Field;
  std::vector<SourceLines> Lines; ///< Sorted, unique.
};

struct LinkedProgram {
  std::vector<std::string> Strings{""}; ///< Unique; index 0 is empty.
  std::vector<Record> Records;          ///< Sorted by Key.
  std::vector<Function> Functions;      ///< Sorted by Key.
  std::vector<Conversion> Conversions;  ///< Sorted, unique.
  std::vector<CountFact> Counts;        ///< Sorted, unique.
  std::vector<UseFact> Uses;            ///< Sorted, one for each slot and file.
  std::vector<RewriteFact> Rewrites;    ///< Sorted, unique.
  /// Of the files with rewrites. Linked: twice, if units saw different ones.
  std::vector<FileContent> Contents; ///< Sorted, unique.
  /// For each function, everything that overrides it, directly or not; sorted.
  std::vector<std::vector<FunctionId>> Overriders;
  std::vector<SuppressedLines> Suppressions; ///< Sorted, unique.
  std::vector<AcceptedInSource> Accepted;    ///< Sorted by place; one for each.
  /// Wrong annotations, and what was expected there; sorted, unique.
  std::vector<std::pair<SourceRef, std::string>> Problems;
  /// Methods that, so the project says, are always called before an object is
  /// dropped; sorted.
  std::vector<FunctionId> CalledInTime;
  /// What a user should know about the merge (ODR variants), in words; sorted.
  std::vector<std::string> Diagnostics;
  /// Some unit has errors or gave no facts, so code may be missing here.
  bool Incomplete = false;
  bool HasMain = false;

  const std::string &text(StringId Id) const {
    return Strings[Id.isNone() ? 0 : Id.Index];
  }
  const std::string &nameOf(RecordId Id) const {
    return text(Records[Id.Index].Name);
  }
  const std::string &nameOf(FunctionId Id) const {
    return text(Functions[Id.Index].Name);
  }
  SourceRef sourceOf(const FactLoc &Loc) const {
    return {text(Loc.File), Loc.Line, Loc.Column};
  }
};

} // namespace refcycle::analyzer

#endif
