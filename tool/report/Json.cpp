// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "report/Json.h"
#include "findings/EvidenceKeys.h"
#include "findings/Words.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"

namespace refcycle::analyzer {

using llvm::StringRef;
using llvm::json::OStream;

static void text(OStream &J, StringRef Key, StringRef Value) {
  J.attribute(Key, llvm::json::fixUTF8(Value));
}

static void place(OStream &J, const SourceRef &Loc) {
  text(J, "file", Loc.File);
  J.attribute("line", Loc.Line);
  J.attribute("column", Loc.Column);
}

static void write(OStream &J, const StoreSite &Store) {
  place(J, Store.Loc);
  J.attribute("late", Store.Late);
}

template <typename List>
static void writeAll(OStream &J, StringRef Key, const List &Values);

static void write(OStream &J, const Hop &H) {
  text(J, "from", H.From);
  text(J, "via", H.Via);
  text(J, "to", H.To);
  text(J, "kind", wordFor(H.Kind));
  place(J, H.Loc);
  writeAll(J, "stores", H.Stores);
}

static void write(OStream &J, const BreakSite &Break) {
  J.attribute("edge", Break.Edge);
  text(J, "class", wordFor(Break.Class));
  text(J, "function", Break.Function);
  text(J, "file", Break.Loc.File);
  J.attribute("line", Break.Loc.Line);
  text(J, "missed_by", Break.MissedBy);
}

static void write(OStream &J, const Note &N) {
  text(J, "message", N.Message);
  place(J, N.Loc);
}

static void write(OStream &J, const RunEvidence &Run) {
  forEachKey(Run, [&](StringRef Key, const auto &Value) {
    if constexpr (std::is_convertible_v<decltype(Value), StringRef>)
      text(J, Key, Value);
    else
      J.attribute(Key, Value);
  });
}

static void write(OStream &J, const SourceEdit &E) {
  place(J, E.Loc);
  J.attribute("offset", E.Offset);
  J.attribute("length", E.Length);
  text(J, "text", E.Text);
}

static void write(OStream &J, const Weakening &W) {
  text(J, "slot", W.Slot);
  writeAll(J, "edits", W.Edits);
  text(J, "refused", W.Refused);
}

static void write(OStream &J, const Finding &F) {
  text(J, "id", F.Id);
  text(J, "check", F.Check);
  text(J, "confidence", wordFor(F.Level));
  text(J, "status", F.Status);
  text(J, "baseline", F.Known ? "known" : "new");
  text(J, "message", F.Message);
  place(J, F.Loc);
  writeAll(J, "cycle", F.Cycle);
  J.attributeObject("closing_store", [&] { place(J, F.ClosingStore); });
  J.attribute("weaken", F.Weaken);
  if (!F.Why.empty()) {
    text(J, "remedy", F.How == Remedy::Weaken ? "weaken" : "clear");
    text(J, "remedy_reason", F.Why);
  }
  writeAll(J, "breaks", F.Breaks);
  J.attributeArray("reasons", [&] {
    for (const std::string &Reason : F.Reasons)
      J.value(llvm::json::fixUTF8(Reason));
  });
  writeAll(J, "notes", F.Notes);
  if (F.Fix)
    J.attributeObject("fix", [&] { write(J, *F.Fix); });
  if (F.Run)
    J.attributeObject("observed", [&] { write(J, *F.Run); });
}

static void write(OStream &J, const IncompleteTu &Tu) {
  text(J, "file", Tu.File);
  text(J, "severity", Tu.Failed ? "failed" : "errors");
  text(J, "reason", Tu.Reason);
  if (!Tu.Reproduce.empty())
    text(J, "reproduce", Tu.Reproduce);
}

template <typename List>
static void writeAll(OStream &J, StringRef Key, const List &Values) {
  J.attributeArray(Key, [&] {
    for (const auto &Value : Values)
      J.object([&] { write(J, Value); });
  });
}

static void writeSummary(OStream &J, const Report &Result, double Seconds) {
  J.attribute("translation_units", Result.TranslationUnits);
  J.attribute("failed", Result.Failed);
  J.attribute("suppressed", Result.Suppressed.size());
  J.attribute("types", Result.Types);
  J.attribute("edges", Result.Edges);
  // Milliseconds are what a reader can use; more digits would be noise.
  J.attributeBegin("seconds");
  J.rawValue(
      [&](llvm::raw_ostream &OS) { OS << llvm::format("%.3f", Seconds); });
  J.attributeEnd();
}

void writeJson(const Report &Result, const JsonStyle &Style,
               llvm::raw_ostream &OS) {
  OStream J(OS, /*IndentSize=*/2);
  J.object([&] {
    J.attribute("version", 1);
    J.attributeObject("tool", [&] {
      J.attribute("name", "refcycle");
      J.attribute("version", REFCYCLE_VERSION);
    });
    writeAll(J, "findings", Result.Findings);
    writeAll(J, "incomplete", Result.Incomplete);
    writeAll(J, "stale_suppressions", Result.StaleRules);
    writeAll(J, "wrong_annotations", Result.Problems);
    J.attributeObject("summary",
                      [&] { writeSummary(J, Result, Style.Seconds); });
  });
  OS << '\n';
}

} // namespace refcycle::analyzer
