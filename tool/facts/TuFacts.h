// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything that one translation unit says about ownership, as a plain value:
// the only thing that leaves extraction, and the only thing linking reads.

#ifndef REFCYCLE_FACTS_TUFACTS_H
#define REFCYCLE_FACTS_TUFACTS_H

#include "facts/ClassLayout.h"
#include "facts/Fact.h"
#include <compare>
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// How far the parser came.
enum class TuStatus : uint8_t {
  Ok,
  Errors, ///< Compile errors; the facts of what did parse are here.
  Failed, ///< No usable facts: no command, crash, timeout, missing file.
};

/// A finding-suppressing comment found in the source (`NOLINT(refcycle-...)`).
struct SourceSuppression {
  StringId File;
  uint32_t Line = 0;     ///< First line it covers.
  uint32_t LastLine = 0; ///< Last line it covers.
  StringId Check;        ///< Check name or glob; empty: every check.
};

/// An annotation that accepts findings. It covers what meets all it states; of
/// Type, Field and the lines it states one.
struct SourceAcceptance {
  FactLoc Where;
  StringId Check;   ///< Glob.
  StringId Reason;  ///< Never empty.
  StringId Expires; ///< A day, "2026-01-31"; or empty.
  StringId Type;    ///< A class on the cycle, without template arguments.
  StringId Field;   ///< A hop of the cycle, `Class::field`.
  StringId File;    ///< Of the lines; both are included. Empty: not stated.
  uint32_t Line = 0, LastLine = 0;
};

/// What is wrong with an annotation, and what was expected there.
struct SourceProblem {
  FactLoc Where;
  StringId Message;
};

/// Why a class is a handle or is none, in words; see ExtractOptions.
struct HandleVerdict {
  std::string Name;                  ///< As displayed: with template arguments.
  std::string Role;                  ///< As in configuration, or "no handle".
  std::vector<std::string> Evidence; ///< One fact each.
  bool IsDefined = true;             ///< False: this unit only declares it.
  auto operator<=>(const HandleVerdict &) const = default;
};

/// Facts of one translation unit.
///
/// Ids index the tables below. Entities that are only referred to (a class
/// that was only declared, a function without a body) have entries as well,
/// so that every id resolves. verify() states the invariant.
struct TuFacts {
  std::string MainFile; ///< Relative to the project root, see SourceRef.
  TuStatus Status = TuStatus::Ok;
  std::string Reason;                   ///< First error, or why it failed.
  std::vector<std::string> Strings{""}; ///< Unique.
  std::vector<Record> Records;
  std::vector<Function> Functions;
  std::vector<Conversion> Conversions; ///< Sorted, unique.
  std::vector<CountFact> Counts;       ///< Sorted, unique.
  std::vector<UseFact> Uses;           ///< Sorted, one for each slot and file.
  std::vector<RewriteFact> Rewrites;   ///< Sorted, unique.
  /// Of the files with rewrites. Linked: twice, if units saw different ones.
  std::vector<FileContent> Contents; ///< Sorted, unique.
  std::vector<SourceSuppression> Suppressions;
  std::vector<SourceAcceptance> Accepted;
  std::vector<SourceProblem> Problems;
  /// Everything the parser read, sorted; relative like MainFile. Empty unless
  /// it was asked for. What an #include did not find stands below `/dev/null`,
  /// where no file can be.
  std::vector<std::string> FilesRead;
  /// Of the class that was asked about; not in the text form.
  std::vector<HandleVerdict> Verdicts;
  /// If somebody asked for them; not in the text form.
  CountLayouts Layouts;

  const std::string &text(StringId Id) const {
    return Strings[Id.isNone() ? 0 : Id.Index];
  }
};

/// Checks every id and the nesting of bodies. Returns an empty string, or what
/// is wrong in words. Cost: linear.
std::string verify(const TuFacts &Facts);

} // namespace refcycle::analyzer

#endif
