// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "report/Text.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"

namespace refcycle::analyzer {

using llvm::raw_ostream;
using llvm::StringRef;
using llvm::Twine;

namespace {
class TextWriter {
public:
  TextWriter(const TextStyle &Style, raw_ostream &OS) : Style(Style), OS(OS) {}

  void write(const Finding &F);

private:
  void line(const SourceRef &Loc, StringRef Severity,
            raw_ostream::Colors SeverityColor, const Twine &Message,
            bool Strong);
  void color(raw_ostream::Colors C, bool Bold) {
    if (Style.Color)
      OS.changeColor(C, Bold);
  }
  void plain() {
    if (Style.Color)
      OS.resetColor();
  }

  const TextStyle &Style;
  raw_ostream &OS;
};
} // namespace

static void printLoc(const SourceRef &Loc, raw_ostream &OS) {
  if (!Loc.isValid())
    return;
  OS << Loc.File << ':' << Loc.Line << ':';
  if (Loc.Column)
    OS << Loc.Column << ':';
  OS << ' ';
}

/// In clang's colours: place and message bold, the severity coloured.
void TextWriter::line(const SourceRef &Loc, StringRef Severity,
                      raw_ostream::Colors SeverityColor, const Twine &Message,
                      bool Strong) {
  color(raw_ostream::SAVEDCOLOR, /*Bold=*/true);
  printLoc(Loc, OS);
  color(SeverityColor, /*Bold=*/true);
  OS << Severity;
  plain();
  if (Strong)
    color(raw_ostream::SAVEDCOLOR, /*Bold=*/true);
  OS << Message;
  plain();
  OS << '\n';
}

void TextWriter::write(const Finding &F) {
  line(F.Loc, "warning: ", raw_ostream::MAGENTA,
       F.Message + " [" + F.Check + "]", /*Strong=*/true);
  for (const Note &N : F.Notes)
    line(N.Loc, "note: ", raw_ostream::CYAN, N.Message, /*Strong=*/false);
}

void writeText(const Report &Result, const TextStyle &Style, raw_ostream &OS) {
  TextWriter Writer(Style, OS);
  for (const Finding &F : Result.Findings)
    if (!F.Known)
      Writer.write(F);
}

} // namespace refcycle::analyzer
