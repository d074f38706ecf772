// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "report/Text.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"

namespace refcycle::analyzer {

using llvm::raw_ostream;
using llvm::StringLiteral;
using llvm::StringRef;
using llvm::Twine;

// "(lambda at a.cpp:5:3)" has no name; "(anonymous namespace)::Page" and a
// class declared in a lambda, "(lambda at a.cpp:5:3)::Page", have one.
bool isUnnamed(StringRef Type) {
  return Type.starts_with("(") && Type.ends_with(")");
}

static bool isLambda(StringRef Type) {
  return Type.starts_with("(lambda") && isUnnamed(Type);
}

/// Things without a name of their own are called by what they are, since the
/// note stands at their place already.
static std::string nameOf(StringRef Type) {
  if (isLambda(Type))
    return "the lambda";
  if (isUnnamed(Type))
    return ("the " + Type.drop_front().split(" at ").first.rtrim(')')).str();
  return ("'" + Type + "'").str();
}

std::string describeHop(const Hop &H) {
  std::string From = nameOf(H.From), To = nameOf(H.To);
  std::string Via = "'" + H.Via + "'";
  if (!H.Loc.isValid()) // No line declares it: a heap cell, or a deleter.
    return From + (isUnnamed(H.From) ? "" : " on the heap") + " holds " + To +
           (isUnnamed(H.From) ? " as " + H.Via : "");
  if (isUnnamed(H.From))
    return From + (isLambda(H.From) ? " captures " : " holds ") + Via +
           (H.Kind == HopKind::Value ? ", and with it " : ", an owner of ") +
           To;
  switch (H.Kind) {
  case HopKind::Base:
    return From + " has the base " + To;
  case HopKind::Value:
    return From + " contains " + To + " in " + Via;
  case HopKind::Strong:
  case HopKind::Unique:
  case HopKind::Closure:
  case HopKind::Erased:
    return From + " owns " + To + " through " + Via;
  }
  return "";
}

static StringRef whyNot(const BreakSite &Break) {
  switch (Break.Class) {
  case BreakClass::Dead:
    return ", but it cannot run while the cycle lives";
  case BreakClass::Owner:
    return " when the owner goes";
  case BreakClass::Self:
    return " when it has run";
  case BreakClass::Protocol:
    return Break.Function == "main" ? "" : " if it is called";
  case BreakClass::KeepAlive:
    return " if what keeps it reachable calls it";
  }
  return "";
}

/// The call operator of a lambda is the lambda, to its reader.
static std::string nameOfFunction(StringRef Function) {
  StringRef Class = Function;
  return Class.consume_back("::operator()") && isLambda(Class)
             ? "a lambda"
             : ("'" + Function + "'").str();
}

std::string describeBreak(const Finding &F, const BreakSite &Break) {
  std::string Slot =
      Break.Edge < F.Cycle.size() ? "'" + F.Cycle[Break.Edge].Via + "'" : "it";
  std::string Text = nameOfFunction(Break.Function) + " clears " + Slot;
  Text += Break.Destructor.empty()
              ? whyNot(Break).str()
              : ", but only '" + Break.Destructor +
                    "' calls it, which cannot run while the cycle lives";
  if (!Break.MissedBy.empty())
    Text += "; missed by " + Break.MissedBy;
  return Text;
}

namespace {
class TextWriter {
public:
  TextWriter(const TextStyle &Style, raw_ostream &OS) : Style(Style), OS(OS) {}

  void write(const Finding &F);

private:
  void line(const SourceRef &Loc, StringRef Severity,
            raw_ostream::Colors SeverityColor, const Twine &Message,
            bool Strong);
  void note(const SourceRef &Loc, const Twine &Message) {
    line(Loc, "note: ", raw_ostream::BLACK, Message, /*Strong=*/false);
  }
  void hops(const Finding &F);
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

/// What is captured by value, with a handle inside, may have no weak form.
static std::string weakenHint(const Hop &H) {
  bool IsPart = H.Kind == HopKind::Value;
  bool IsBind = isUnnamed(H.From) && StringRef(H.From).starts_with("(bind");
  // A raw pointer dangles if nobody sees to it.
  constexpr StringLiteral Until = ", which has to go before what it points to";
  if (isLambda(H.From)) {
    if (IsPart)
      return "; capture something that does not own it";
    return H.NoWeakKind ? "; capture a raw pointer instead" + Until.str()
                        : "; capture a weak handle instead";
  }
  if (IsPart)
    return "; hold something here that does not own it";
  if (H.NoWeakKind && IsBind)
    return "; use a lambda with a raw pointer instead" + Until.str();
  if (H.NoWeakKind)
    return "; its handle has no weak form: make it a raw pointer that is "
           "cleared when " +
           nameOf(H.To) + " ends, or clear it in time";
  return IsBind ? "; use a lambda with a weak handle instead"
                : "; make this one weak";
}

static std::string remedyHint(const Finding &F) {
  if (F.How == Remedy::None)
    return "";
  auto IsMissed = [](const BreakSite &B) { return !B.MissedBy.empty(); };
  if (F.How == Remedy::Clear)
    return llvm::any_of(F.Breaks, IsMissed)
               ? "; clear it on every way that ends its work"
               : "; clear it when its work is done";
  std::string Hint = weakenHint(F.Cycle[F.Weaken]);
  return hasFix(F) ? Hint + " (--fix does it)" : Hint;
}

bool isSameHop(const Hop &A, const Hop &B) {
  return A.From == B.From && A.Via == B.Via && A.To == B.To && A.Loc == B.Loc;
}

/// Along the cycle from the hop that the closing store creates, so that the
/// first note continues the warning.
void TextWriter::hops(const Finding &F) {
  size_t First = 0;
  for (size_t I = 0; I != F.Cycle.size(); ++I)
    for (const StoreSite &Store : F.Cycle[I].Stores)
      if (Store.Loc == F.ClosingStore)
        First = I;
  // In a ring of objects of few classes, hops repeat.
  std::vector<const Hop *> Said;
  for (size_t N = 0; N != F.Cycle.size(); ++N) {
    size_t I = (First + N) % F.Cycle.size();
    const Hop &H = F.Cycle[I];
    auto IsSame = [&](const Hop *Other) { return isSameHop(*Other, H); };
    if (llvm::any_of(Said, IsSame))
      continue;
    Said.push_back(&H);
    // No line declares a deleter or the content of a heap cell.
    SourceRef At =
        H.Loc.isValid() || H.Stores.empty() ? H.Loc : H.Stores.front().Loc;
    note(At, describeHop(H) +
                 (isSameHop(F.Cycle[F.Weaken], H) ? remedyHint(F) : ""));
    // The store of a capture is the capture; the warning's own line was said.
    if (!H.Stores.empty() && H.Stores.front().Loc != At &&
        H.Stores.front().Loc != F.Loc)
      note(H.Stores.front().Loc, "it is stored here");
  }
}

void TextWriter::write(const Finding &F) {
  line(F.Loc, "warning: ", raw_ostream::MAGENTA,
       F.Message + " [" + F.Check + "]", /*Strong=*/true);
  hops(F);
  if (F.ClosingStore.isValid() && F.ClosingStore != F.Loc)
    note(F.ClosingStore, "this store closes the cycle");
  for (const BreakSite &Break : F.Breaks)
    note(Break.Loc, describeBreak(F, Break));
  for (const Note &N : F.Notes)
    note(N.Loc, N.Message);
}

void writeText(const Report &Result, const TextStyle &Style, raw_ostream &OS) {
  TextWriter Writer(Style, OS);
  for (const Finding &F : Result.Findings)
    if (!F.Known)
      Writer.write(F);
}

} // namespace refcycle::analyzer
