// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "verify/Observation.h"
#include "base/ProjectPath.h"
#include "verify/TypeNames.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include <set>

namespace refcycle::analyzer {

using llvm::StringRef;
using llvm::Twine;

static HopKind kindOf(Holding How) {
  switch (How) {
  case Holding::Contains:
    return HopKind::Value;
  case Holding::Points:
    return HopKind::Unique;
  case Holding::Closure:
    return HopKind::Closure;
  case Holding::Counts:
    return HopKind::Strong;
  }
  llvm_unreachable("not a holding");
}

/// `Parent::kids`; of a closure, `(lambda)::self`.
static std::string spell(const Hop &H) {
  StringRef From = H.From;
  return (From.starts_with("(lambda") ? StringRef("(lambda)") : From).str() +
         "::" + H.Via;
}

static std::string plural(uint64_t Count, StringRef Word) {
  return (Twine(Count) + " " + Word + (Count == 1 ? "" : "s")).str();
}

static std::string spellCycle(const std::vector<Hop> &Cycle) {
  std::string Text;
  for (const Hop &H : Cycle)
    Text += spell(H) + " -> ";
  StringRef From = Cycle.front().From;
  return Text + (From.starts_with("(lambda") ? "(lambda)" : From.str());
}

namespace {
/// Edges to weaken, and what that was seen to free.
struct Repair {
  std::vector<unsigned> Edges; ///< Indices into KnotGroup::Edges.
  uint64_t Frees = 0;
};
} // namespace

/// One class of edges that frees most; a field of its own rather than an
/// element of a container, which is where owners keep what they own; then the
/// later one, as cycles begin at an owner.
static Repair bestSingle(const KnotGroup &G) {
  Repair Best;
  auto Rank = [&](unsigned I) {
    const EdgeClass &E = G.Edges[I];
    return std::make_tuple(E.Freed.value_or(0), E.Path.size() == 1, I);
  };
  for (unsigned I : G.Hops)
    if (G.Edges[I].Freed.value_or(0) &&
        (Best.Edges.empty() || Rank(I) > Rank(Best.Edges.front())))
      Best = {{I}, *G.Edges[I].Freed};
  return Best;
}

/// If none frees all: everything that leads to one type, fields rather than
/// elements.
static Repair bestRepair(const KnotGroup &G) {
  Repair Best = bestSingle(G);
  if (Best.Frees == G.SampleObjects)
    return Best;
  bool BestIsDirect = false;
  for (auto [Type, Frees] : G.FreedWithout) {
    Repair Together{{}, Frees};
    bool Direct = true;
    for (unsigned I = 0; I != G.Edges.size(); ++I)
      if (G.Edges[I].To == Type) {
        Together.Edges.push_back(I);
        Direct &= G.Edges[I].Path.size() == 1;
      }
    if (std::make_pair(Frees, Direct) >
        std::make_pair(Best.Frees, BestIsDirect)) {
      Best = std::move(Together);
      BestIsDirect = Direct;
    }
  }
  return Best;
}

/// Of the only class of edges of a fix, if its edges were tried alone.
static const AloneTrial *aloneTrial(const KnotGroup &G, const Repair &Fix) {
  if (Fix.Edges.size() != 1)
    return nullptr;
  const std::optional<AloneTrial> &T = G.Edges[Fix.Edges.front()].Alone;
  return T ? &*T : nullptr;
}

static StringRef wordFor(Proof Degree) {
  switch (Degree) {
  case Proof::Possible:
    return "possible";
  case Proof::Structural:
    return "structural";
  case Proof::Exact:
    return "exact";
  case Proof::Certified:
    return "certified";
  }
  llvm_unreachable("not a degree of proof");
}

static std::string fixText(const RunEvidence &Run) {
  if (Run.Fix.empty())
    return "";
  std::string Text = "; making " + Run.Fix + " weak frees ";
  if (Run.FixFrees == Run.FixOf)
    return Text + "all";
  return Text + std::to_string(Run.FixFrees) + " of " +
         std::to_string(Run.FixOf);
}

/// Does it take the whole class of edges, or is a single one enough? Nothing
/// where no instance has several.
static std::string aloneText(const AloneTrial &T, StringRef Field) {
  std::string Of =
      ("one of " + Twine(T.Edges) + " '" + Field + "' of an instance").str();
  if (T.Enough == T.Tried)
    return "clearing any " + Of + " is enough";
  if (T.Enough)
    return ("clearing " + Twine(Of) + " can be enough: " + Twine(T.Enough) +
            " of " + Twine(T.Tried) + " that were tried free all")
        .str();
  return ("clearing " + Twine(Of) + " is not enough: it frees at most " +
          Twine(T.MostFreed) + " of " + plural(T.Objects, "object"))
      .str();
}

static void setMessage(Finding &F) {
  std::string Text = spellCycle(F.Cycle) + ", " +
                     plural(F.Run->Instances, "instance") + ", " +
                     plural(F.Run->Bytes, "byte");
  if (F.Status == "held")
    F.Message =
        Text + "; still held by " + plural(F.Run->Outside, "unknown reference");
  else
    F.Message = Text + fixText(*F.Run);
}

std::vector<Hop> Observations::hops(const VerifyRecord &Record,
                                    const EdgeClass &E) {
  std::vector<Hop> Result;
  std::vector<NamedHop> Named =
      Names.name(Record.Types.at(E.From), Record.Types.at(E.To), E.Path);
  for (size_t I = 0; I != Named.size(); ++I) {
    Hop H;
    H.From = Named[I].Class;
    H.Via = Named[I].Field;
    H.To = I + 1 == Named.size() ? managedType(Record.Types.at(E.To))
                                 : Named[I + 1].Class;
    H.Kind = kindOf(Named[I].How);
    H.Loc = Named[I].Loc;
    H.Loc.File = projectPath(H.Loc.File, Root);
    Result.push_back(std::move(H));
  }
  return Result;
}

/// A field of a fix of several that is not the one marked in the cycle.
static void noteOnFix(const std::vector<Hop> &Way, std::set<std::string> &Said,
                      Finding &F) {
  if (!Said.insert(spell(Way.back())).second)
    return;
  std::string Text;
  for (const Hop &H : Way)
    Text += (Text.empty() ? "" : " -> ") + spell(H);
  F.Notes.push_back(
      {"'" + Text + "' leads to '" + Way.back().To +
           (F.How == Remedy::None ? "', too; make it weak"
                                  : "', too; make it weak as well"),
       Way.back().Loc});
}

/// What the second look did not find was cleaned up at the end; what a
/// collector may come for is no leak yet.
static uint64_t leakedInstances(const VerifyRecord &Record,
                                const KnotGroup &Group) {
  if (Record.Looked && Group.Dead)
    return Group.Kept.value_or(0);
  return Group.Attended ? 0 : Group.Instances;
}

/// Without a second look it may have been a moment's state.
static Proof degreeOf(const VerifyRecord &Record, const KnotGroup &Group) {
  return Group.Degree == Proof::Certified && !Record.Looked ? Proof::Exact
                                                            : Group.Degree;
}

static Confidence levelOf(Proof Degree) {
  if (Degree == Proof::Possible)
    return Confidence::Possible;
  return Degree == Proof::Certified ? Confidence::Definite
                                    : Confidence::Probable;
}

static RunEvidence evidenceOf(const VerifyRecord &Record,
                              const KnotGroup &Group, const Repair &Fix) {
  RunEvidence Run;
  Run.Instances = leakedInstances(Record, Group);
  Run.Objects = Group.Objects;
  Run.Bytes = Group.Bytes;
  Run.Outside = Group.Outside;
  Run.Proof = wordFor(degreeOf(Record, Group)).str();
  Run.FixFrees = Fix.Frees;
  Run.FixOf = Group.SampleObjects;
  if (const AloneTrial *Alone = aloneTrial(Group, Fix)) {
    Run.Edges = Alone->Edges;
    Run.OneFrees = Alone->MostFreed;
    Run.OneOf = Alone->Objects;
  }
  return Run;
}

std::string Observations::fieldsOf(const VerifyRecord &Record,
                                   const KnotGroup &Group,
                                   llvm::ArrayRef<unsigned> Edges) {
  std::set<std::string> Fields;
  for (unsigned Index : Edges)
    Fields.insert(spell(hops(Record, Group.Edges[Index]).back()));
  return llvm::join(Fields, " and ");
}

void Observations::addCycle(const VerifyRecord &Record, const KnotGroup &Group,
                            llvm::ArrayRef<unsigned> FixEdges, Finding &F) {
  F.How = Remedy::None;
  for (unsigned Index : Group.Hops) {
    for (Hop &H : hops(Record, Group.Edges[Index]))
      F.Cycle.push_back(std::move(H));
    if (!llvm::is_contained(FixEdges, Index))
      continue;
    F.How = Remedy::Weaken;
    F.Weaken = F.Cycle.size() - 1;
  }
  F.Loc = F.Cycle[F.Weaken].Loc;
}

Finding Observations::finding(const VerifyRecord &Record,
                              const KnotGroup &Group) {
  Finding F;
  F.Check = VerifyCheck;
  F.Status = Group.Dead ? "confirmed" : "held";
  F.Level = levelOf(degreeOf(Record, Group));
  Repair Fix = bestRepair(Group);
  addCycle(Record, Group, Fix.Edges, F);
  F.Run = evidenceOf(Record, Group, Fix);
  F.Run->Fix = fieldsOf(Record, Group, Fix.Edges);
  if (const AloneTrial *Alone = aloneTrial(Group, Fix))
    F.Notes.push_back({aloneText(*Alone, F.Run->Fix), F.Loc});
  std::set<std::string> Said;
  if (F.How == Remedy::Weaken)
    Said.insert(spell(F.Cycle[F.Weaken]));
  for (unsigned Index : Fix.Edges)
    noteOnFix(hops(Record, Group.Edges[Index]), Said, F);
  F.Id = fingerprint(F);
  setMessage(F);
  addSites(Record, Group, F);
  return F;
}

/// Where one object of each class in the witness came from.
void Observations::addSites(const VerifyRecord &Record, const KnotGroup &Group,
                            Finding &F) {
  std::set<std::pair<unsigned, SourceRef>> Said;
  for (unsigned Index : Group.Hops) {
    const EdgeClass &E = Group.Edges[Index];
    std::optional<AllocationSite> Site = Sites.find(E.Stack);
    if (!Site)
      continue;
    Site->Loc.File = projectPath(Site->Loc.File, Root);
    if (Said.insert({E.From, Site->Loc}).second)
      F.Notes.push_back({"'" + managedType(Record.Types.at(E.From)) +
                             "' was allocated in '" + Site->Function + "'",
                         Site->Loc});
  }
}

/// Several processes of one run leak the same cycle.
static void merge(std::vector<Finding> &Into, Finding F) {
  auto Same = llvm::find_if(
      Into, [&](const Finding &Other) { return Other.Id == F.Id; });
  if (Same == Into.end())
    return Into.push_back(std::move(F));
  Same->Run->Instances += F.Run->Instances;
  Same->Run->Objects += F.Run->Objects;
  Same->Run->Bytes += F.Run->Bytes;
  Same->Run->Outside += F.Run->Outside;
  setMessage(*Same);
}

void Observations::addWeak(const VerifyRecord &Record) {
  for (const EdgeClass &E : Record.Weak) {
    Hop H = hops(Record, E).back();
    All.Weak.insert(hopKey(H.From, H.Via));
  }
}

void Observations::add(const VerifyRecord &Record) {
  All.Unfinished |= !Record.Looked;
  for (const auto &[Mangled, Used] : Record.Used)
    All.Used[withoutArguments(canonicalName(managedType(Mangled)))] |= Used;
  addWeak(Record);
  for (const KnotGroup &Group : Record.Groups) {
    if (Group.Hops.empty())
      continue;
    Finding F = finding(Record, Group);
    if (F.Run->Instances != 0)
      merge(Group.Dead ? All.Leaked : All.Held, std::move(F));
    else if (Group.Degree != Proof::Possible)
      merge(All.Closed, std::move(F));
  }
  for (auto [Type, Count] : Record.Failed)
    All.Unclear.insert(
        withoutArguments(canonicalName(managedType(Record.Types.at(Type)))));
}

void Observations::addEarlier(const VerifyRecord &Record) {
  addWeak(Record);
  for (const KnotGroup &Group : Record.Groups)
    if (!Group.Hops.empty() && Group.Degree != Proof::Possible)
      merge(All.Closed, finding(Record, Group));
}

RunFacts Observations::facts() const {
  RunFacts Result = All;
  llvm::sort(Result.Leaked, reportsBefore);
  llvm::sort(Result.Held, reportsBefore);
  return Result;
}

} // namespace refcycle::analyzer
