// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "report/Explain.h"
#include "findings/Words.h"
#include "report/Text.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include <map>

namespace refcycle::analyzer {

using llvm::raw_ostream;

static void printPlace(const SourceRef &Loc, raw_ostream &OS) {
  OS << Loc.File << ':' << Loc.Line << ':' << Loc.Column;
}

/// The stores of all hops that are the same; late if one of them says so.
static std::map<SourceRef, bool> storesOf(const Finding &F, const Hop &H) {
  std::map<SourceRef, bool> Stores;
  for (const Hop &Other : F.Cycle)
    if (isSameHop(Other, H))
      for (const StoreSite &S : Other.Stores)
        Stores[S.Loc] |= S.Late;
  return Stores;
}

static void printEdge(const Finding &F, size_t I, raw_ostream &OS) {
  const Hop &H = F.Cycle[I];
  OS << "  " << I + 1 << ". " << describeHop(H) << " (" << wordFor(H.Kind)
     << ")\n";
  if (H.Loc.isValid()) { // No line declares the content of a heap cell.
    OS << "     declared at ";
    printPlace(H.Loc, OS);
    OS << '\n';
  }
  for (const auto &[Loc, Late] : storesOf(F, H)) {
    OS << "     stored at ";
    printPlace(Loc, OS);
    OS << (Late ? ", where both ends may be in use: can close a cycle\n"
                : ", where one end is new: cannot close a cycle\n");
  }
  if (H.Stores.empty())
    OS << "     no store of it was seen: it is there where the cycle is "
          "built\n";
  if (!H.OtherOwner.empty())
    OS << "     other owners: " << H.OtherOwner << '\n';
  if (H.Uses)
    OS << "     uses: " << *H.Uses << (*H.Uses == 1 ? " line" : " lines")
       << " of the program\n";
}

/// In a ring of objects of few classes hops repeat; each is told once.
static void printEdges(const Finding &F, raw_ostream &OS) {
  OS << "edges:\n";
  for (size_t I = 0; I != F.Cycle.size(); ++I)
    if (llvm::none_of(llvm::ArrayRef(F.Cycle).take_front(I),
                      [&](const Hop &H) { return isSameHop(H, F.Cycle[I]); }))
      printEdge(F, I, OS);
}

static void printBreaks(const Finding &F, raw_ostream &OS) {
  OS << "breaks:\n";
  for (const BreakSite &B : F.Breaks) {
    OS << "  " << describeBreak(F, B) << " (";
    printPlace(B.Loc, OS);
    OS << ")\n";
  }
  if (F.Breaks.empty())
    OS << "  nothing in the program clears one of these edges\n";
}

static void printRemedy(const Finding &F, raw_ostream &OS) {
  OS << (F.How == Remedy::Weaken ? "to weaken: edge " : "to clear: edge ")
     << F.Weaken + 1 << ", '" << F.Cycle[F.Weaken].Via << "': " << F.Why
     << '\n';
}

static void printFix(const Weakening &W, raw_ostream &OS) {
  if (!W.Refused.empty()) {
    OS << "fix: none that is safe: " << W.Refused;
    if (W.RefusedAt.isValid()) {
      OS << " (";
      printPlace(W.RefusedAt, OS);
      OS << ')';
    }
    OS << '\n';
    return;
  }
  OS << "fix: --fix makes '" << W.Slot << "' weak:\n";
  for (const SourceEdit &E : W.Edits) {
    OS << "  ";
    printPlace(E.Loc, OS);
    if (E.Length)
      OS << ": replaces " << E.Length << " bytes";
    OS << (E.Length ? " by '" : ": inserts '");
    OS.write_escaped(E.Text) << "'\n";
  }
}

void writeExplanation(const Finding &F, const TextStyle &Style,
                      raw_ostream &OS) {
  Report One;
  One.Findings = {F};
  writeText(One, Style, OS);
  OS << "confidence: " << wordFor(F.Level) << '\n';
  for (const std::string &Reason : F.Reasons)
    OS << "  " << Reason << '\n';
  if (F.Cycle.empty()) // A leak: its message says all.
    return;
  printEdges(F, OS);
  printBreaks(F, OS);
  printRemedy(F, OS);
  if (F.Fix)
    printFix(*F.Fix, OS);
}

} // namespace refcycle::analyzer
