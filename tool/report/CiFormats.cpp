// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "report/CiFormats.h"
#include "findings/Words.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"

namespace refcycle::analyzer {

using llvm::raw_ostream;
using llvm::StringRef;

static std::vector<const Finding *> newFindings(const Report &Result) {
  std::vector<const Finding *> New;
  for (const Finding &F : Result.Findings)
    if (!F.Known)
      New.push_back(&F);
  return New;
}

//===----------------------------------------------------------------------===//
// Markdown
//===----------------------------------------------------------------------===//

/// As text of a table's cell, whatever the names of classes are made of.
static std::string cell(StringRef Text) {
  std::string Result;
  for (char C : Text) {
    if (StringRef("\\`*_[]<>|&").contains(C))
      Result += '\\';
    Result += C == '\n' ? ' ' : C;
  }
  return Result;
}

static void printHeading(const Report &Result, size_t New, raw_ostream &OS) {
  OS << "### refcycle: ";
  bool HasKnown = New != Result.Findings.size();
  if (New)
    OS << New << (HasKnown ? " new" : "")
       << (New == 1 ? " finding" : " findings");
  else if (HasKnown)
    OS << "nothing new";
  else if (Result.Failed)
    OS << "nothing found so far";
  else
    OS << "no cycles found";
  OS << " in " << Result.TranslationUnits - Result.Failed
     << " translation units\n";
}

static void printFailures(const Report &Result, size_t MaxRows,
                          raw_ostream &OS) {
  if (!Result.Failed)
    return;
  OS << "\n**" << Result.Failed << " of " << Result.TranslationUnits
     << " translation units failed**, so cycles may be missing:\n\n";
  size_t Rows = 0;
  for (const IncompleteTu &Tu : Result.Incomplete)
    if (Tu.Failed && Rows++ < MaxRows)
      OS << "- " << cell(Tu.File) << ": " << cell(Tu.Reason) << '\n';
  if (Rows > MaxRows)
    OS << "- and " << Rows - MaxRows << " more\n";
}

void writeSummary(const Report &Result, raw_ostream &OS, size_t MaxRows) {
  std::vector<const Finding *> New = newFindings(Result);
  printHeading(Result, New.size(), OS);
  if (!New.empty())
    OS << "\n| where | what | confidence | id |\n|---|---|---|---|\n";
  for (const Finding *F : llvm::ArrayRef(New).take_front(MaxRows))
    OS << "| " << cell(F->Loc.File) << ':' << F->Loc.Line << " | "
       << cell(F->Message) << " | " << wordFor(F->Level) << " | " << F->Id
       << " |\n";
  if (New.size() > MaxRows)
    OS << "\nand " << New.size() - MaxRows << " more\n";
  if (size_t Known = Result.Findings.size() - New.size())
    OS << "\n" << Known << " known\n";
  if (!Result.Suppressed.empty())
    OS << "\n" << Result.Suppressed.size() << " suppressed\n";
  for (const std::vector<Note> *Notes : {&Result.StaleRules, &Result.Problems})
    for (const Note &N : *Notes)
      OS << "\n"
         << cell(N.Loc.File) << ':' << N.Loc.Line << ": " << cell(N.Message)
         << '\n';
  printFailures(Result, MaxRows, OS);
}

//===----------------------------------------------------------------------===//
// GitHub
//===----------------------------------------------------------------------===//

/// Workflow commands end at a newline, and their properties at a comma.
static std::string escaped(StringRef Text, bool IsProperty) {
  std::string Result;
  for (char C : Text) {
    if (C == '%')
      Result += "%25";
    else if (C == '\n')
      Result += "%0A";
    else if (C == '\r')
      Result += "%0D";
    else if (IsProperty && C == ':')
      Result += "%3A";
    else if (IsProperty && C == ',')
      Result += "%2C";
    else
      Result += C;
  }
  return Result;
}

static void printAnnotation(const Finding &F, raw_ostream &OS) {
  OS << (F.Level == Confidence::Definite ? "::error" : "::warning")
     << " file=" << escaped(F.Loc.File, true) << ",line=" << F.Loc.Line
     << ",col=" << F.Loc.Column << ",title=" << escaped(F.Check, true)
     << "::" << escaped(F.Message, false) << '\n';
}

void writeGithub(const Report &Result, raw_ostream &OS) {
  constexpr size_t MaxShown = 10;
  std::vector<const Finding *> New = newFindings(Result);
  bool All = New.size() + (Result.Failed != 0) <= MaxShown;
  size_t Room = All ? New.size() : MaxShown - 1 - (Result.Failed != 0);
  if (Result.Failed)
    OS << "::error title=refcycle::" << Result.Failed
       << " translation units failed, so cycles may be missing\n";
  for (const Finding *F : llvm::ArrayRef(New).take_front(Room))
    printAnnotation(*F, OS);
  if (!All)
    OS << "::warning title=refcycle::and " << New.size() - Room
       << " more findings; the summary lists them\n";
}

//===----------------------------------------------------------------------===//
// GitLab
//===----------------------------------------------------------------------===//

static StringRef severityOf(Confidence Level) {
  switch (Level) {
  case Confidence::Possible:
    return "minor";
  case Confidence::Probable:
    return "major";
  case Confidence::Definite:
    return "critical";
  }
  return "info";
}

void writeGitlab(const Report &Result, raw_ostream &OS) {
  llvm::json::OStream J(OS, /*IndentSize=*/2);
  J.array([&] {
    for (const Finding &F : Result.Findings)
      J.object([&] {
        J.attribute("description", llvm::json::fixUTF8(F.Message));
        J.attribute("check_name", F.Check);
        J.attribute("fingerprint", F.Id);
        J.attribute("severity", severityOf(F.Level));
        J.attributeObject("location", [&] {
          J.attribute("path", llvm::json::fixUTF8(F.Loc.File));
          J.attributeObject("lines", [&] { J.attribute("begin", F.Loc.Line); });
        });
      });
  });
  OS << '\n';
}

} // namespace refcycle::analyzer
