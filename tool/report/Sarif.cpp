// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "report/Sarif.h"
#include "findings/Words.h"
#include "report/Text.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

namespace refcycle::analyzer {

using llvm::StringRef;
using llvm::Twine;
using llvm::json::OStream;

static void text(OStream &J, StringRef Key, const Twine &Value) {
  J.attribute(Key, llvm::json::fixUTF8(Value.str()));
}

/// {"text": ...}, as SARIF wants every sentence.
static void message(OStream &J, StringRef Key, const Twine &Value) {
  J.attributeObject(Key, [&] { text(J, "text", Value); });
}

/// Letters that RFC 3986 lets stand in a path; the rest is written as %XX.
static std::string uriPath(StringRef File) {
  std::string Result;
  for (unsigned char C : File) {
    if (llvm::isAlnum(C) || StringRef("-._~/+@,:=").contains(C)) {
      Result += char(C);
    } else {
      Result += '%';
      Result += llvm::hexdigit(C >> 4);
      Result += llvm::hexdigit(C & 15);
    }
  }
  return Result;
}

static void artifact(OStream &J, StringRef File) {
  J.attributeObject("artifactLocation", [&] {
    if (File.starts_with("/"))
      return J.attribute("uri", "file://" + uriPath(File));
    J.attribute("uri", uriPath(File));
    J.attribute("uriBaseId", "PROJECTROOT");
  });
}

static void physicalLocation(OStream &J, const SourceRef &Loc) {
  J.attributeObject("physicalLocation", [&] {
    artifact(J, Loc.File);
    if (!Loc.isValid())
      return;
    J.attributeObject("region", [&] {
      J.attribute("startLine", Loc.Line);
      if (Loc.Column)
        J.attribute("startColumn", Loc.Column);
    });
  });
}

/// The members of a location object.
static void location(OStream &J, const SourceRef &Loc, const Twine &Sentence) {
  if (!Loc.File.empty())
    physicalLocation(J, Loc);
  message(J, "message", Sentence);
}

static void codeFlow(OStream &J, const Finding &F) {
  J.attributeArray("codeFlows", [&] {
    J.object([&] {
      J.attributeArray("threadFlows", [&] {
        J.object([&] {
          J.attributeArray("locations", [&] {
            for (const Hop &H : F.Cycle)
              J.object([&] {
                J.attributeObject("location",
                                  [&] { location(J, H.Loc, describeHop(H)); });
              });
          });
        });
      });
    });
  });
}

static void relatedLocations(OStream &J, const Finding &F) {
  J.attributeArray("relatedLocations", [&] {
    if (F.ClosingStore.isValid())
      J.object(
          [&] { location(J, F.ClosingStore, "this store closes the cycle"); });
    for (const BreakSite &Break : F.Breaks)
      J.object([&] { location(J, Break.Loc, describeBreak(F, Break)); });
    for (const Note &N : F.Notes)
      J.object([&] { location(J, N.Loc, N.Message); });
  });
}

static StringRef levelOf(Confidence Level) {
  switch (Level) {
  case Confidence::Possible:
    return "note";
  case Confidence::Probable:
    return "warning";
  case Confidence::Definite:
    return "error";
  }
  return "none";
}

static void properties(OStream &J, const Finding &F) {
  J.attributeObject("properties", [&] {
    text(J, "confidence", wordFor(F.Level));
    J.attributeArray("reasons", [&] {
      for (const std::string &Reason : F.Reasons)
        J.value(llvm::json::fixUTF8(Reason));
    });
  });
}

static void replacement(OStream &J, const SourceEdit &E) {
  J.attributeObject("deletedRegion", [&] {
    J.attribute("startLine", E.Loc.Line);
    J.attribute("startColumn", E.Loc.Column);
    J.attribute("endColumn", E.Loc.Column + E.Length);
  });
  J.attributeObject("insertedContent", [&] { text(J, "text", E.Text); });
}

/// One change for each file. No edit goes beyond the end of its line.
static void fixes(OStream &J, const Weakening &W) {
  J.attributeArray("fixes", [&] {
    J.object([&] {
      message(J, "description", "Make '" + W.Slot + "' weak.");
      J.attributeArray("artifactChanges", [&] {
        llvm::ArrayRef<SourceEdit> Rest = W.Edits;
        while (!Rest.empty()) {
          StringRef File = Rest.front().Loc.File;
          auto Same = Rest.take_while(
              [&](const SourceEdit &E) { return E.Loc.File == File; });
          Rest = Rest.drop_front(Same.size());
          J.object([&] {
            artifact(J, File);
            J.attributeArray("replacements", [&] {
              for (const SourceEdit &E : Same)
                J.object([&] { replacement(J, E); });
            });
          });
        }
      });
    });
  });
}

static void result(OStream &J, const Finding &F, const SarifStyle &Style) {
  text(J, "ruleId", F.Check);
  auto Rule = llvm::find_if(Style.Rules,
                            [&](const RuleText &R) { return R.Id == F.Check; });
  if (Rule != Style.Rules.end())
    J.attribute("ruleIndex", Rule - Style.Rules.begin());
  text(J, "level", levelOf(F.Level));
  message(J, "message", F.Message);
  J.attributeArray("locations",
                   [&] { J.object([&] { physicalLocation(J, F.Loc); }); });
  J.attributeObject("partialFingerprints",
                    [&] { text(J, "refcycleFinding/v1", F.Id); });
  if (!F.Cycle.empty())
    codeFlow(J, F);
  relatedLocations(J, F);
  if (hasFix(F))
    fixes(J, *F.Fix);
  if (Style.HasBaseline)
    text(J, "baselineState", F.Known ? "unchanged" : "new");
  properties(J, F);
}

/// Hosts show these as closed, with the reason, instead of forgetting them.
static void suppression(OStream &J, const SuppressedFinding &S) {
  J.attributeArray("suppressions", [&] {
    J.object([&] {
      text(J, "kind", S.InSource ? "inSource" : "external");
      if (!S.Reason.empty())
        text(J, "justification", S.Reason);
    });
  });
}

static void driver(OStream &J, const SarifStyle &Style) {
  text(J, "name", "refcycle");
  text(J, "version", REFCYCLE_VERSION);
  J.attributeArray("rules", [&] {
    for (const RuleText &Rule : Style.Rules)
      J.object([&] {
        text(J, "id", Rule.Id);
        message(J, "shortDescription", Rule.Summary);
        message(J, "help",
                Rule.Summary + " See the page " + Rule.Id +
                    " of refcycle's documentation for how to fix it.");
      });
  });
}

/// Units that were not analysed, and results that were cut.
static void notifications(OStream &J, const Report &Result,
                          const SarifStyle &Style) {
  J.attributeArray("toolExecutionNotifications", [&] {
    for (const IncompleteTu &Tu : Result.Incomplete)
      J.object([&] {
        text(J, "level", Tu.Failed ? "error" : "warning");
        message(J, "message", Tu.Reason);
        J.attributeArray("locations", [&] {
          J.object([&] { physicalLocation(J, {Tu.File, 0, 0}); });
        });
      });
    if (Result.Findings.size() > Style.MaxResults)
      J.object([&] {
        text(J, "level", "warning");
        message(J, "message",
                Twine(Result.Findings.size() - Style.MaxResults) +
                    " more findings are not in this file");
      });
  });
}

static void run(OStream &J, const Report &Result, const SarifStyle &Style) {
  J.attributeObject(
      "tool", [&] { J.attributeObject("driver", [&] { driver(J, Style); }); });
  J.attributeArray("invocations", [&] {
    J.object([&] {
      J.attribute("executionSuccessful", Result.Failed == 0);
      notifications(J, Result, Style);
    });
  });
  // No uri: where the project stands is the reader's business.
  J.attributeObject("originalUriBaseIds", [&] {
    J.attributeObject("PROJECTROOT", [&] {
      message(J, "description", "The root folder of the project.");
    });
  });
  J.attributeArray("results", [&] {
    for (const Finding &F :
         llvm::ArrayRef(Result.Findings).take_front(Style.MaxResults))
      J.object([&] { result(J, F, Style); });
    size_t Room =
        Style.MaxResults - std::min(Style.MaxResults, Result.Findings.size());
    for (const SuppressedFinding &S :
         llvm::ArrayRef(Result.Suppressed).take_front(Room))
      J.object([&] {
        result(J, S.What, Style);
        suppression(J, S);
      });
  });
}

void writeSarif(const Report &Result, const SarifStyle &Style,
                llvm::raw_ostream &OS) {
  OStream J(OS, /*IndentSize=*/2);
  J.object([&] {
    J.attribute("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    J.attribute("version", "2.1.0");
    J.attributeArray("runs", [&] { J.object([&] { run(J, Result, Style); }); });
  });
  OS << '\n';
}

} // namespace refcycle::analyzer
