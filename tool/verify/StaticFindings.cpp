// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "verify/StaticFindings.h"
#include "findings/EvidenceKeys.h"
#include "verify/TypeNames.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FormatVariadic.h"

namespace refcycle::analyzer {

using llvm::StringRef;
using llvm::Twine;
using llvm::json::Array;
using llvm::json::Object;

static std::string plainClass(StringRef Class) {
  if (Class.starts_with("(lambda"))
    return "(lambda)";
  return withoutArguments(canonicalName(Class));
}

std::string hopKey(StringRef Class, StringRef Field) {
  // An access path counts as its first field.
  return plainClass(Class) + "::" + Field.split('.').first.str();
}

llvm::Expected<StaticFindings> StaticFindings::parse(StringRef Json) {
  auto Value = llvm::json::parse(Json);
  if (!Value)
    return Value.takeError();
  Object *Root = Value->getAsObject();
  if (!Root || Root->getInteger("version") != 1 || !Root->getArray("findings"))
    return llvm::createStringError(
        "no report of version 1; make one with refcycle --format=json");
  return StaticFindings(std::move(*Root));
}

namespace {
/// The hops of one cycle, as keys. A closure's names are its own affair: what
/// it is stored in and what it captures name the cycle as well.
struct CycleKeys {
  std::set<std::string> Named;   ///< Of classes with a name.
  std::set<std::string> Holding; ///< Of these, without what one side may see
                                 ///< and the other not: values, bases.
  std::set<std::string> Classes; ///< The classes themselves.
};
} // namespace

static void addHop(CycleKeys &Keys, StringRef Class, StringRef Field,
                   bool Holds) {
  std::string Plain = plainClass(Class);
  if (StringRef(Plain).starts_with("(") ||
      StringRef(Plain).starts_with("std::"))
    return;
  Keys.Named.insert(hopKey(Class, Field));
  Keys.Classes.insert(Plain);
  if (Holds)
    Keys.Holding.insert(hopKey(Class, Field));
}

static CycleKeys keysOf(const Finding &F) {
  CycleKeys Keys;
  for (const Hop &H : F.Cycle)
    addHop(Keys, H.From, H.Via,
           H.Kind != HopKind::Value && H.Kind != HopKind::Unique);
  return Keys;
}

static CycleKeys keysOf(const Object &F) {
  CycleKeys Keys;
  if (const Array *Cycle = F.getArray("cycle"))
    for (const llvm::json::Value &Value : *Cycle)
      if (const Object *Hop = Value.getAsObject())
        if (StringRef Kind = Hop->getString("kind").value_or("");
            Kind != "base")
          addHop(Keys, Hop->getString("from").value_or(""),
                 Hop->getString("via").value_or(""),
                 Kind != "value" && Kind != "unique");
  return Keys;
}

static bool contains(const std::set<std::string> &All,
                     const std::set<std::string> &Some) {
  return std::includes(All.begin(), All.end(), Some.begin(), Some.end());
}

/// The same cycle: one may see a value or a base between two fields where the
/// other does not, so either set of fields may be the larger.
static bool isSameCycle(const CycleKeys &A, const CycleKeys &B) {
  return !A.Named.empty() && !B.Named.empty() &&
         (contains(A.Named, B.Named) || contains(B.Named, A.Named));
}

/// What a later run adds never takes back what an earlier one has shown.
static int strength(StringRef Status) {
  return llvm::StringSwitch<int>(Status)
      .Case("confirmed", 4)
      .Case("refuted", 3)
      .Case("not observed", 2)
      .Case("not exercised", 1)
      .Default(0);
}

static const Finding *findCycle(const std::vector<Finding> &All,
                                const CycleKeys &Keys) {
  auto Found = llvm::find_if(
      All, [&](const Finding &F) { return isSameCycle(keysOf(F), Keys); });
  return Found == All.end() ? nullptr : &*Found;
}

/// A larger cycle with the same fields is not this one, nor a smaller one: what
/// confirms may be seen in part, what refutes may not.
static bool wasClosed(const CycleKeys &Keys, const RunFacts &Run) {
  return llvm::any_of(Run.Closed, [&](const Finding &F) {
    CycleKeys Seen = keysOf(F);
    return Seen.Holding == Keys.Holding && isSameCycle(Seen, Keys);
  });
}

/// It was closed, and at the end nothing of it was there any more: the program
/// breaks it. Not if some object of its classes could not be looked at, or a
/// process ended unseen.
static bool wasBroken(const CycleKeys &Keys, const RunFacts &Run) {
  return !Run.Unfinished && wasClosed(Keys, Run) &&
         llvm::none_of(Keys.Classes, [&](const std::string &Class) {
           return Run.Unclear.count(Class) != 0;
         });
}

/// Weak in one object, and in no other that the run has seen in a cycle.
static bool isWeak(const std::string &Key, const RunFacts &Run) {
  auto GoesThrough = [&](const Finding &F) {
    return keysOf(F).Named.count(Key) != 0;
  };
  return Run.Weak.count(Key) && llvm::none_of(Run.Leaked, GoesThrough) &&
         llvm::none_of(Run.Held, GoesThrough) &&
         llvm::none_of(Run.Closed, GoesThrough);
}

static StringRef statusWithoutCycle(const CycleKeys &Keys,
                                    const RunFacts &Run) {
  if (llvm::any_of(Keys.Named, [&](auto &Key) { return isWeak(Key, Run); }) ||
      wasBroken(Keys, Run))
    return "refuted";
  bool Known = false;
  for (const std::string &Class : Keys.Classes) {
    auto Used = Run.Used.find(Class);
    if (Used == Run.Used.end())
      continue;
    if (!Used->second)
      return "not exercised";
    Known = true;
  }
  return Known ? "not observed" : "static";
}

static Object evidence(const RunEvidence &Run) {
  Object Result;
  forEachKey(Run, [&](StringRef Key, const auto &Value) {
    if constexpr (std::is_convertible_v<decltype(Value), StringRef>)
      Result[Key] = Value;
    else
      Result[Key] = int64_t(Value);
  });
  return Result;
}

/// Numbers of several runs add up.
static void addEvidence(Object &Static, const RunEvidence &Run,
                        bool KeepStronger) {
  Object Observed = evidence(Run);
  if (const Object *Before = Static.getObject("observed");
      Before && KeepStronger)
    for (StringRef Key :
         {"instances", "objects", "bytes", "outside_references"})
      Observed[Key] =
          *Observed.getInteger(Key) + Before->getInteger(Key).value_or(0);
  Static["observed"] = std::move(Observed);
}

static void setStatus(Object &Static, const RunFacts &Run, bool KeepStronger) {
  CycleKeys Keys = keysOf(Static);
  StringRef Status;
  if (const Finding *Leak = findCycle(Run.Leaked, Keys)) {
    Status = "confirmed";
    addEvidence(Static, *Leak->Run, KeepStronger);
  } else if (const Finding *Held = findCycle(Run.Held, Keys)) {
    // Closed, but in somebody's hands: it may yet be broken.
    Status = "not observed";
    addEvidence(Static, *Held->Run, KeepStronger);
  } else {
    Status = statusWithoutCycle(Keys, Run);
  }
  StringRef Before = Static.getString("status").value_or("static");
  if (!KeepStronger || strength(Status) > strength(Before))
    Static["status"] = Status;
}

/// Why the analyzer may not know of a hop that a run has seen.
static StringRef lackingFact(const Hop &H) {
  switch (H.Kind) {
  case HopKind::Closure:
    return "it has not seen which closure is stored there, or what that "
           "captures";
  case HopKind::Unique:
    return "it has not seen what the block behind it owns";
  case HopKind::Value:
    return "it has not seen that this part owns something";
  default:
    return "to it, this is no owning handle, or it has seen no store of an "
           "object that leads back";
  }
}

/// A note at each field of the cycle that the analyzer has in no finding; if it
/// has all, one that says that they were not brought together.
static void noteWhatWasLacking(Finding &Leak,
                               const std::set<std::string> &Known) {
  size_t Before = Leak.Notes.size();
  std::set<std::string> Said;
  for (const Hop &H : Leak.Cycle) {
    CycleKeys One;
    addHop(One, H.From, H.Via, /*Holds=*/true);
    if (One.Named.empty() || Known.count(*One.Named.begin()) ||
        !Said.insert(*One.Named.begin()).second)
      continue;
    Leak.Notes.push_back({("the analyzer did not predict this cycle: no "
                           "finding has " +
                           *One.Named.begin() + "; " + lackingFact(H))
                              .str(),
                          H.Loc.isValid() ? H.Loc : Leak.Loc});
  }
  if (Leak.Notes.size() == Before)
    Leak.Notes.push_back(
        {"the analyzer did not predict this cycle, though all its fields are "
         "in findings; it has not seen that the same objects come together in "
         "them",
         Leak.Loc});
}

std::vector<Finding> StaticFindings::match(const RunFacts &Run,
                                           bool KeepStronger) {
  std::set<std::string> Known;
  std::vector<CycleKeys> Predicted;
  for (llvm::json::Value &Value : findings()) {
    Object *Static = Value.getAsObject();
    if (!Static)
      continue;
    setStatus(*Static, Run, KeepStronger);
    Predicted.push_back(keysOf(*Static));
    Known.insert(Predicted.back().Named.begin(), Predicted.back().Named.end());
  }
  std::vector<Finding> Missed;
  for (const Finding &Leak : Run.Leaked) {
    CycleKeys Keys = keysOf(Leak);
    if (llvm::any_of(Predicted, [&](auto &P) { return isSameCycle(P, Keys); }))
      continue;
    Missed.push_back(Leak);
    Missed.back().Status = "missed";
    noteWhatWasLacking(Missed.back(), Known);
  }
  return Missed;
}

static void addPlace(const Object *Place, StoreLines &Into) {
  if (!Place)
    return;
  StringRef File = Place->getString("file").value_or("");
  int64_t Line = Place->getInteger("line").value_or(0);
  if (!File.empty() && Line > 0)
    Into.insert({File.str(), unsigned(Line)});
}

StoreLines StaticFindings::stores() const {
  StoreLines Result;
  for (const llvm::json::Value &Value : findings()) {
    const Object *F = Value.getAsObject();
    const Array *Cycle = F ? F->getArray("cycle") : nullptr;
    if (!Cycle || Cycle->empty())
      continue;
    addPlace(F->getObject("closing_store"), Result);
    for (const llvm::json::Value &Hop : *Cycle)
      if (const Object *H = Hop.getAsObject())
        if (const Array *Stores = H->getArray("stores"))
          for (const llvm::json::Value &Store : *Stores)
            addPlace(Store.getAsObject(), Result);
  }
  return Result;
}

static std::string counted(const Object &Observed, StringRef Key,
                           StringRef Word) {
  int64_t Count = Observed.getInteger(Key).value_or(0);
  return (Twine(Count) + " " + Word + (Count == 1 ? "" : "s")).str();
}

static std::string observedText(const Object &Observed) {
  std::string Text = " (" + counted(Observed, "instances", "instance") + ", " +
                     counted(Observed, "bytes", "byte");
  if (Observed.getInteger("outside_references").value_or(0))
    return Text + "; still held by " +
           counted(Observed, "outside_references", "unknown reference") + ")";
  StringRef Fix = Observed.getString("weaken").value_or("");
  if (!Fix.empty() && Observed.getInteger("frees") == Observed.getInteger("of"))
    Text += ("; making " + Fix + " weak frees all").str();
  return Text + ")";
}

void StaticFindings::printText(llvm::raw_ostream &OS) const {
  for (const llvm::json::Value &Value : findings()) {
    const Object *F = Value.getAsObject();
    if (!F)
      continue;
    if (int64_t Line = F->getInteger("line").value_or(0))
      OS << F->getString("file").value_or("") << ':' << Line << ": ";
    OS << F->getString("status").value_or("static") << ": "
       << F->getString("message").value_or("");
    if (const Object *Observed = F->getObject("observed"))
      OS << observedText(*Observed);
    OS << " [" << F->getString("check").value_or("") << "]\n";
  }
}

void StaticFindings::printJson(Array Missed, llvm::raw_ostream &OS) const {
  Object Out = Root;
  for (llvm::json::Value &F : Missed)
    Out.getArray("findings")->push_back(std::move(F));
  OS << llvm::formatv("{0:2}", llvm::json::Value(std::move(Out))) << '\n';
}

} // namespace refcycle::analyzer
