// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Merging units in two steps: add() gives every entity one provisional id and
// keeps the best definition; finish() sorts entities by key and renumbers.
// Every merge is commutative, so that the order of units does not matter.

#include "link/Linker.h"
#include "facts/Remap.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include <algorithm>
#include <map>
#include <numeric>

namespace refcycle::analyzer {
namespace {

/// What is known about an entity besides its best definition.
struct Origin {
  StringId Unit; ///< The unit of the definition that was kept.
  /// Hash -> first unit with it; filled only when hashes differ.
  std::map<uint32_t, StringId> Variants;
};

} // namespace

struct Linker::State {
  std::vector<std::string> Strings{""};
  llvm::StringMap<uint32_t> StringIds;
  std::vector<Record> Records;
  std::vector<Function> Functions;
  std::vector<Origin> RecordOrigins, FunctionOrigins;
  llvm::DenseMap<uint32_t, uint32_t> RecordByKey, FunctionByKey;
  std::vector<Conversion> Conversions;
  std::vector<CountFact> Counts;
  std::vector<UseFact> Uses;
  std::vector<RewriteFact> Rewrites;
  std::vector<FileContent> Contents;
  std::vector<SuppressedLines> Suppressions;
  std::map<SourceRef, AcceptedInSource> Accepted; ///< By place.
  std::vector<std::pair<SourceRef, std::string>> Problems;
  /// Fields of definitions that lost, where the layouts differ: united by name
  /// at the end, when the winner is known.
  std::map<uint32_t, std::vector<std::pair<StringId, std::vector<Field>>>>
      OtherFields;
  llvm::DenseSet<uint32_t> UnitsWithErrors;
  bool Incomplete = false;

  StringId intern(llvm::StringRef Text);
  RecordId recordFor(StringId Key);
  FunctionId functionFor(StringId Key);
  /// What compiled is believed before what did not; then the first by name.
  bool before(StringId A, StringId B) const {
    return std::pair(UnitsWithErrors.contains(A.Index), Strings[A.Index]) <
           std::pair(UnitsWithErrors.contains(B.Index), Strings[B.Index]);
  }
  void mergeAcceptance(const SourceAcceptance &A, const TuFacts &Facts);
  void mergeRecord(RecordId Id, Record &&R, StringId Unit);
  void mergeFunction(FunctionId Id, Function &&F, StringId Unit);
  template <typename Entity>
  bool takes(const Entity &Old, const Entity &New, Origin &O, StringId Unit,
             bool OldDefined, bool NewDefined);
  void uniteFields(RecordId Id, Record &Winner, const std::vector<Field> &Other,
                   StringId OtherUnit);
  void describeVariants(LinkedProgram &P);
};

StringId Linker::State::intern(llvm::StringRef Text) {
  if (Text.empty())
    return {0};
  auto [It, New] = StringIds.try_emplace(Text, uint32_t(Strings.size()));
  if (New)
    Strings.push_back(Text.str());
  return {It->second};
}

RecordId Linker::State::recordFor(StringId Key) {
  auto [It, New] = RecordByKey.try_emplace(Key.Index, uint32_t(Records.size()));
  if (New) {
    Records.emplace_back().Key = Key;
    RecordOrigins.emplace_back();
  }
  return {It->second};
}

FunctionId Linker::State::functionFor(StringId Key) {
  auto [It, New] =
      FunctionByKey.try_emplace(Key.Index, uint32_t(Functions.size()));
  if (New) {
    Functions.emplace_back().Key = Key;
    FunctionOrigins.emplace_back();
  }
  return {It->second};
}

/// Is \p New the better description? Also notes when definitions differ.
template <typename Entity>
bool Linker::State::takes(const Entity &Old, const Entity &New, Origin &O,
                          StringId Unit, bool OldDefined, bool NewDefined) {
  if (O.Unit.isNone() || OldDefined != NewDefined)
    return O.Unit.isNone() || NewDefined;
  if (NewDefined && (Old.Hash != New.Hash || !O.Variants.empty())) {
    for (auto [Hash, From] : {std::pair(Old.Hash, O.Unit), {New.Hash, Unit}}) {
      auto [It, First] = O.Variants.try_emplace(Hash, From);
      if (!First && before(From, It->second))
        It->second = From;
    }
  }
  return before(Unit, O.Unit);
}

/// Where two units disagree about a field and a pointee, the strongest wins: a
/// unit that does not see the destructor takes an owned pimpl for a raw
/// pointer.
static void uniteLeaves(Field &To, const Field &From) {
  To.Flags |= From.Flags;
  To.ErasedHold = std::max(To.ErasedHold, From.ErasedHold);
  if (To.Leaves == From.Leaves)
    return;
  auto KindsOf = [](const Field &F, RecordId Pointee) {
    std::vector<Hold> Kinds;
    for (const Leaf &L : F.Leaves)
      if (L.Pointee == Pointee)
        Kinds.push_back(L.Kind);
    return Kinds;
  };
  std::vector<RecordId> Pointees;
  for (const Field *F : {static_cast<const Field *>(&To), &From})
    for (const Leaf &L : F->Leaves)
      Pointees.push_back(L.Pointee);
  llvm::sort(Pointees);
  Pointees.erase(std::unique(Pointees.begin(), Pointees.end()), Pointees.end());

  std::vector<Leaf> United;
  for (RecordId P : Pointees) {
    std::vector<Hold> A = KindsOf(To, P), B = KindsOf(From, P);
    const std::vector<Hold> &Best = std::max(A, B, [](auto &X, auto &Y) {
      if (X.empty() || Y.empty())
        return X.empty() && !Y.empty();
      return std::pair(X.back(), X) < std::pair(Y.back(), Y);
    });
    for (Hold H : Best)
      United.push_back({H, P});
  }
  llvm::sort(United);
  To.Leaves = std::move(United);
}

static bool sameLayout(const std::vector<Field> &A,
                       const std::vector<Field> &B) {
  return A.size() == B.size() && std::equal(A.begin(), A.end(), B.begin(),
                                            [](const Field &X, const Field &Y) {
                                              return X.Name == Y.Name;
                                            });
}

void Linker::State::uniteFields(RecordId Id, Record &Winner,
                                const std::vector<Field> &Other,
                                StringId OtherUnit) {
  if (!sameLayout(Winner.Fields, Other)) {
    OtherFields[Id.Index].emplace_back(OtherUnit, Other);
    return;
  }
  for (size_t I = 0; I != Other.size(); ++I)
    uniteLeaves(Winner.Fields[I], Other[I]);
}

void Linker::State::mergeRecord(RecordId Id, Record &&R, StringId Unit) {
  Record &Old = Records[Id.Index];
  Origin &O = RecordOrigins[Id.Index];
  bool OldDefined = !Old.has(RecordFlag::Incomplete);
  bool NewDefined = !R.has(RecordFlag::Incomplete);
  bool First = O.Unit.isNone();
  StringId OldUnit = O.Unit;
  if (takes(Old, R, O, Unit, OldDefined, NewDefined)) {
    std::swap(Old, R);
    O.Unit = Unit;
    std::swap(OldDefined, NewDefined);
    Unit = OldUnit;
  }
  if (First)
    return;
  // R is the one that lost now.
  if (NewDefined)
    uniteFields(Id, Old, R.Fields, Unit);
  for (auto Member : {&Record::Destructor, &Record::Invoke, &Record::Creator})
    if ((Old.*Member).isNone())
      Old.*Member = R.*Member;
}

void Linker::State::mergeFunction(FunctionId Id, Function &&F, StringId Unit) {
  Function &Old = Functions[Id.Index];
  Origin &O = FunctionOrigins[Id.Index];
  bool First = O.Unit.isNone();
  if (takes(Old, F, O, Unit, Old.has(FunctionFlag::HasBody),
            F.has(FunctionFlag::HasBody))) {
    std::swap(Old, F);
    O.Unit = Unit;
  }
  if (First)
    return;
  Old.Flags |= F.Flags & (uint16_t(FunctionFlag::AddressTaken) |
                          uint16_t(FunctionFlag::CalledInTime));
  for (FunctionId Over : F.Overrides)
    if (!llvm::is_contained(Old.Overrides, Over))
      Old.Overrides.push_back(Over);
}

Linker::Linker() : S(std::make_unique<State>()) {}
Linker::~Linker() = default;
Linker::Linker(Linker &&) noexcept = default;
Linker &Linker::operator=(Linker &&) noexcept = default;

namespace {

/// From the ids of one unit to those of the program.
struct UnitIds {
  std::vector<StringId> Strings;
  std::vector<RecordId> Records;
  std::vector<FunctionId> Functions;

  void operator()(StringId &Id) const {
    Id = Id.isNone() ? StringId{0} : Strings[Id.Index];
  }
  void operator()(RecordId &Id) const {
    if (Id)
      Id = Records[Id.Index];
  }
  void operator()(FunctionId &Id) const {
    if (Id)
      Id = Functions[Id.Index];
  }
};

} // namespace

static SourceRef sourceOf(const FactLoc &Loc, const TuFacts &Facts) {
  return {Facts.text(Loc.File), Loc.Line, Loc.Column};
}

/// One annotation in a header is one rule. Only the unit that defines the
/// function knows where its body stands.
void Linker::State::mergeAcceptance(const SourceAcceptance &A,
                                    const TuFacts &Facts) {
  AcceptedInSource &Rule = Accepted[sourceOf(A.Where, Facts)];
  Rule.Where = sourceOf(A.Where, Facts);
  Rule.Check = Facts.text(A.Check);
  Rule.Reason = Facts.text(A.Reason);
  Rule.Expires = Facts.text(A.Expires);
  Rule.Type = Facts.text(A.Type);
  Rule.Field = Facts.text(A.Field);
  if (A.Line)
    Rule.Lines.push_back({Facts.text(A.File), A.Line, A.LastLine});
}

void Linker::add(TuFacts Facts) {
  StringId Unit = S->intern(Facts.MainFile);
  if (Facts.Status != TuStatus::Ok) {
    S->UnitsWithErrors.insert(Unit.Index);
    S->Incomplete = true;
  }

  UnitIds Ids;
  for (const std::string &Text : Facts.Strings)
    Ids.Strings.push_back(S->intern(Text));
  for (const Record &R : Facts.Records)
    Ids.Records.push_back(S->recordFor(Ids.Strings[R.Key.Index]));
  for (const Function &F : Facts.Functions)
    Ids.Functions.push_back(S->functionFor(Ids.Strings[F.Key.Index]));

  for (size_t I = 0; I != Facts.Records.size(); ++I) {
    visitRecordIds(Facts.Records[I], Ids);
    S->mergeRecord(Ids.Records[I], std::move(Facts.Records[I]), Unit);
  }
  for (size_t I = 0; I != Facts.Functions.size(); ++I) {
    visitFunctionIds(Facts.Functions[I], Ids);
    S->mergeFunction(Ids.Functions[I], std::move(Facts.Functions[I]), Unit);
  }
  for (const Conversion &C : Facts.Conversions)
    S->Conversions.push_back(
        {Ids.Records[C.Derived.Index], Ids.Records[C.Base.Index]});
  for (CountFact &C : Facts.Counts) {
    visitCountIds(C, Ids);
    S->Counts.push_back(C);
  }
  for (UseFact &U : Facts.Uses) {
    visitUseIds(U, Ids);
    S->Uses.push_back(std::move(U));
  }
  for (RewriteFact &R : Facts.Rewrites) {
    visitRewriteIds(R, Ids);
    S->Rewrites.push_back(R);
  }
  for (const FileContent &C : Facts.Contents)
    S->Contents.push_back({Ids.Strings[C.File.Index], C.Hash});
  for (const SourceSuppression &Lines : Facts.Suppressions)
    S->Suppressions.push_back({Facts.text(Lines.File), Lines.Line,
                               Lines.LastLine, Facts.text(Lines.Check)});
  for (const SourceAcceptance &A : Facts.Accepted)
    S->mergeAcceptance(A, Facts);
  for (const SourceProblem &P : Facts.Problems)
    S->Problems.push_back({sourceOf(P.Where, Facts), Facts.text(P.Message)});
}

namespace {

/// Renumbers a whole program: entities by key, strings by first use.
class Renumbering {
public:
  Renumbering(const std::vector<std::string> &Old, LinkedProgram &P)
      : Old(Old), New(Old.size(), 0), P(P) {}

  template <typename Entity>
  std::vector<uint32_t> sortByKey(std::vector<Entity> &Entities) const {
    std::vector<uint32_t> Order(Entities.size()), Place(Entities.size());
    std::iota(Order.begin(), Order.end(), 0);
    llvm::sort(Order, [&](uint32_t A, uint32_t B) {
      return Old[Entities[A].Key.Index] < Old[Entities[B].Key.Index];
    });
    std::vector<Entity> Sorted;
    Sorted.reserve(Entities.size());
    for (uint32_t I : Order) {
      Place[I] = uint32_t(Sorted.size());
      Sorted.push_back(std::move(Entities[I]));
    }
    Entities = std::move(Sorted);
    return Place;
  }

  void operator()(StringId &Id) {
    if (Id.isNone() || Id.Index == 0)
      return;
    uint32_t &Place = New[Id.Index];
    if (!Place) {
      Place = uint32_t(P.Strings.size());
      P.Strings.push_back(Old[Id.Index]);
    }
    Id = {Place};
  }
  void operator()(RecordId &Id) const {
    if (Id)
      Id = {RecordPlaces[Id.Index]};
  }
  void operator()(FunctionId &Id) const {
    if (Id)
      Id = {FunctionPlaces[Id.Index]};
  }

  std::vector<uint32_t> RecordPlaces, FunctionPlaces;

private:
  const std::vector<std::string> &Old;
  std::vector<uint32_t> New; ///< 0: not used yet.
  LinkedProgram &P;
};

} // namespace

template <typename T> static void sortUnique(std::vector<T> &Values) {
  llvm::sort(Values);
  Values.erase(std::unique(Values.begin(), Values.end()), Values.end());
}

/// Inverts Function::Overrides, transitively. Cost: linear in the pairs.
static std::vector<std::vector<FunctionId>>
collectOverriders(const std::vector<Function> &Functions) {
  std::vector<std::vector<FunctionId>> Overriders(Functions.size());
  for (uint32_t I = 0; I != Functions.size(); ++I) {
    std::vector<FunctionId> Up = Functions[I].Overrides;
    for (size_t Next = 0; Next != Up.size(); ++Next) {
      Overriders[Up[Next].Index].push_back({I});
      for (FunctionId F : Functions[Up[Next].Index].Overrides)
        if (!llvm::is_contained(Up, F))
          Up.push_back(F);
    }
  }
  for (std::vector<FunctionId> &List : Overriders)
    sortUnique(List);
  return Overriders;
}

void Linker::State::describeVariants(LinkedProgram &P) {
  auto Describe = [&](const Origin &O, StringId Name) {
    if (O.Variants.size() < 2)
      return;
    std::vector<StringId> Units;
    for (const auto &[Hash, Unit] : O.Variants)
      Units.push_back(Unit);
    llvm::sort(Units, [&](StringId A, StringId B) { return before(A, B); });
    P.Diagnostics.push_back("'" + Strings[Name.Index] +
                            "' is not the same in " + Strings[Units[0].Index] +
                            " and in " + Strings[Units[1].Index] +
                            "; the former was used");
  };
  for (size_t I = 0; I != Records.size(); ++I) {
    Describe(RecordOrigins[I], Records[I].Name);
    if (RecordOrigins[I].Variants.size() > 1)
      Records[I].Flags |= uint8_t(RecordFlag::Variant);
  }
  for (size_t I = 0; I != Functions.size(); ++I)
    Describe(FunctionOrigins[I], Functions[I].Name);
  sortUnique(P.Diagnostics);
}

/// Units that see a header in different ways see different lines of it.
static void uniteLines(std::vector<UseFact> &Uses) {
  sortUnique(Uses);
  std::vector<UseFact> United;
  for (UseFact &U : Uses) {
    bool IsNew =
        United.empty() ||
        std::tie(United.back().Object, United.back().Slot,
                 United.back().File) != std::tie(U.Object, U.Slot, U.File);
    if (IsNew)
      United.push_back(std::move(U));
    else
      llvm::append_range(United.back().Lines, U.Lines);
  }
  for (UseFact &U : United)
    sortUnique(U.Lines);
  Uses = std::move(United);
}

LinkedProgram Linker::finish() {
  LinkedProgram P;
  S->describeVariants(P);
  for (auto &[Id, Losers] : S->OtherFields) {
    llvm::sort(Losers,
               [&](auto &A, auto &B) { return S->before(A.first, B.first); });
    for (auto &[Unit, Fields] : Losers)
      for (const Field &From : Fields)
        for (Field &To : S->Records[Id].Fields)
          if (To.Name == From.Name)
            uniteLeaves(To, From);
  }

  Renumbering Ids(S->Strings, P);
  Ids.RecordPlaces = Ids.sortByKey(S->Records);
  Ids.FunctionPlaces = Ids.sortByKey(S->Functions);
  P.Records = std::move(S->Records);
  P.Functions = std::move(S->Functions);
  for (Record &R : P.Records) {
    visitRecordIds(R, Ids);
    for (Field &F : R.Fields)
      llvm::sort(F.Leaves);
  }
  for (Function &F : P.Functions) {
    visitFunctionIds(F, Ids);
    sortUnique(F.Overrides);
    P.HasMain |= F.has(FunctionFlag::Main);
  }
  P.Conversions = std::move(S->Conversions);
  for (Conversion &C : P.Conversions) {
    Ids(C.Derived);
    Ids(C.Base);
  }
  sortUnique(P.Conversions);
  P.Counts = std::move(S->Counts);
  for (CountFact &C : P.Counts)
    visitCountIds(C, Ids);
  sortUnique(P.Counts);
  P.Uses = std::move(S->Uses);
  for (UseFact &U : P.Uses)
    visitUseIds(U, Ids);
  uniteLines(P.Uses);
  P.Rewrites = std::move(S->Rewrites);
  for (RewriteFact &R : P.Rewrites)
    visitRewriteIds(R, Ids);
  sortUnique(P.Rewrites);
  P.Contents = std::move(S->Contents);
  for (FileContent &C : P.Contents)
    Ids(C.File);
  sortUnique(P.Contents);
  P.Suppressions = std::move(S->Suppressions);
  sortUnique(P.Suppressions);
  for (auto &[Where, Rule] : S->Accepted) {
    sortUnique(Rule.Lines);
    P.Accepted.push_back(std::move(Rule));
  }
  P.Problems = std::move(S->Problems);
  sortUnique(P.Problems);
  P.Overriders = collectOverriders(P.Functions);
  P.Incomplete = S->Incomplete;
  S = std::make_unique<State>();
  return P;
}

} // namespace refcycle::analyzer
