// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a check says, as a plain value: made by checks, filtered by policy,
// printed by report. The field names follow the JSON contract, version 1.

#ifndef REFCYCLE_FINDINGS_FINDING_H
#define REFCYCLE_FINDINGS_FINDING_H

#include "base/SourceEdit.h"
#include "base/SourceRef.h"
#include <optional>
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// The evidence ladder; greater is stronger.
enum class Confidence : uint8_t { Possible, Probable, Definite };

enum class HopKind : uint8_t { Strong, Unique, Value, Closure, Base, Erased };

enum class BreakClass : uint8_t { Dead, Owner, Self, Protocol, KeepAlive };

/// How to end a cycle: by a weak handle, or by emptying the slot in time. None:
/// of a run, that no hop of the cycle shown was seen to help.
enum class Remedy : uint8_t { Weaken, Clear, None };

/// A store that can create one hop. Late: it can close a cycle.
struct StoreSite {
  SourceRef Loc;
  bool Late = false;
};

/// One hop of a cycle: object of type From holds an object of type To.
struct Hop {
  std::string From; ///< Qualified class, or "(lambda at file:line:col)".
  std::string Via;  ///< Field or captured name.
  std::string To;
  HopKind Kind = HopKind::Strong;
  SourceRef Loc; ///< The field's declaration, or the capture.
  std::vector<StoreSite> Stores;
  /// Stable spelling of From for the id: a closure counts as its enclosing
  /// function, the slot it is stored in and its captured names.
  std::string StableFrom;
  /// The class that declares the field, From or a base; empty: From.
  std::string Declaring{};
  /// One clause: who else owns the target; empty if nothing is known.
  std::string OtherOwner{};
  /// Its handle has no weak form: to weaken it is to make it a raw pointer.
  bool NoWeakKind = false;
  /// Lines of the program that read it, if it is one counted handle in a
  /// member.
  std::optional<unsigned> Uses{};
};

/// Something in the program that can take one hop away.
struct BreakSite {
  unsigned Edge = 0; ///< Index into Finding::Cycle.
  BreakClass Class = BreakClass::Protocol;
  std::string Function; ///< Qualified name of the function that breaks.
  SourceRef Loc;
  std::string MissedBy; ///< The path that does not pass it; empty: none known.
  /// If Dead: the destructor that calls Function; empty: Function is one.
  std::string Destructor{};
};

struct Note {
  std::string Message;
  SourceRef Loc;
};

/// What a run of the program showed of a cycle.
struct RunEvidence {
  uint64_t Instances = 0; ///< Groups of objects with this cycle.
  uint64_t Objects = 0;
  uint64_t Bytes = 0;   ///< Of the heap, with all that only they keep alive.
  uint64_t Outside = 0; ///< Handles from outside that hold them.
  std::string Proof;    ///< certified, exact, structural or possible.
  std::string Fix;      ///< `Class::field` to make weak; empty: none known.
  uint64_t FixFrees = 0, FixOf = 0; ///< Objects of one instance.
  /// If the fix is one field, of which the largest instance has several: the
  /// most objects that clearing a single one of them frees.
  uint64_t Edges = 0, OneFrees = 0, OneOf = 0;
};

struct Finding {
  std::string Id; ///< Stable fingerprint, see fingerprint().
  std::string Check;
  Confidence Level = Confidence::Possible;
  std::string Message;
  SourceRef Loc;          ///< Primary location: the closing store.
  std::vector<Hop> Cycle; ///< Empty for leaks without a cycle.
  SourceRef ClosingStore;
  unsigned Weaken = 0; ///< Index of the hop to weaken, or to clear.
  Remedy How = Remedy::Weaken;
  std::string Why; ///< One clause: why this hop, and why so.
  std::vector<BreakSite> Breaks;
  std::vector<std::string> Reasons; ///< Why this confidence, one fact each.
  std::vector<Note> Notes;
  /// How to make the hop Weaken weak, or why that is left to the user.
  std::optional<Weakening> Fix;
  bool Known = false; ///< Stands in the baseline.
  /// static; or what a run of the program says: see docs/json.md.
  std::string Status = "static";
  std::optional<RunEvidence> Run;
};

/// Is there a safe fix?
inline bool hasFix(const Finding &F) { return F.Fix && !F.Fix->Edits.empty(); }

/// Id of a finding: a hash of the check and the cycle's stable hops, rotated
/// to a canonical start. No path or line goes in, so that moving and
/// renaming files keeps it. Sixteen hexadecimal digits.
/// \p Copy: which one of several leaks with the same message, in source order.
std::string fingerprint(const Finding &F, unsigned Copy = 1);

/// The order of every report: file, line, column, check, id.
bool reportsBefore(const Finding &A, const Finding &B);

/// A finding that was accepted, in the source or in a suppressions file.
struct SuppressedFinding {
  Finding What;
  bool InSource = false; ///< By a comment or an attribute.
  std::string Reason;    ///< Of the rule; a comment has none.
};

/// One translation unit that was not fully analysed.
struct IncompleteTu {
  std::string File;
  bool Failed = false; ///< False: had compile errors, facts were used.
  std::string Reason;
  std::string Reproduce{}; ///< A shell command for a crash; else empty.
};

/// What a whole run found.
struct Report {
  std::vector<Finding> Findings;             ///< Sorted by reportsBefore.
  std::vector<SuppressedFinding> Suppressed; ///< Sorted in the same way.
  std::vector<SourceEdit> Edits; ///< Of all fixes that go together; sorted.
  std::vector<Note> StaleRules; ///< Suppressions that expired or cover nothing.
  /// Annotations in the source that say nothing, and what was expected there.
  std::vector<Note> Problems;
  std::vector<IncompleteTu> Incomplete; ///< Sorted by file.
  unsigned TranslationUnits = 0;
  unsigned Failed = 0;
  unsigned Types = 0;
  unsigned Edges = 0;
};

} // namespace refcycle::analyzer

#endif
