// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "cli/DiffBase.h"
#include "findings/Words.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <set>

namespace refcycle::analyzer {

using llvm::StringRef;

static constexpr StringRef Header = "refcycle diff base 1";
static constexpr StringRef Words[] = {"hold", "store", "clear"};
static constexpr StringRef HoldWords[] = {"raw", "weak", "value", "unique",
                                          "strong"};
/// Fields of a line; no name has it.
static constexpr char Separator = '\t';

//===----------------------------------------------------------------------===//
// From a program
//===----------------------------------------------------------------------===//

/// The name of a class, or of something without a name by what survives edits:
/// where it is made and what it holds.
static std::string stableName(const LinkedProgram &P, RecordId Id);

static std::string stableName(const LinkedProgram &P, FunctionId Id) {
  if (Id.isNone())
    return "";
  const Function &F = P.Functions[Id.Index];
  bool IsClosureBody =
      F.Class && P.Records[F.Class.Index].Kind == RecordKind::Closure;
  return IsClosureBody ? stableName(P, F.Class) : P.text(F.Name);
}

static std::string stableName(const LinkedProgram &P, RecordId Id) {
  const Record &R = P.Records[Id.Index];
  if (R.Kind == RecordKind::Class)
    return P.text(R.Name);
  static constexpr StringRef Kinds[] = {"class", "lambda", "bind", "frame"};
  std::string Name = ("(" + Kinds[unsigned(R.Kind)] + " in ").str();
  Name += stableName(P, R.Creator) + " with";
  for (const Field &F : R.Fields)
    Name += " " + P.text(F.Name);
  return Name + ")";
}

class DiffBaseBuilder {
public:
  DiffBaseBuilder(const LinkedProgram &P, DiffBase &Out) : P(P), Out(Out) {}

  void run() {
    for (uint32_t I = 0; I != P.Records.size(); ++I)
      addFields({I});
    for (uint32_t I = 0; I != P.Functions.size(); ++I)
      addBody({I});
  }

private:
  void add(DiffBase::What Kind, std::string Slot, std::string Detail,
           const FactLoc &Loc) {
    Out.Lines.try_emplace({Kind, std::move(Slot), std::move(Detail)},
                          P.sourceOf(Loc));
  }

  std::string slotName(RecordId Class, const Field &F) const {
    return stableName(P, Class) + "::" + P.text(F.Name);
  }

  void addFields(RecordId Class) {
    for (const Field &F : P.Records[Class.Index].Fields) {
      for (const Leaf &L : F.Leaves)
        add(DiffBase::What::Hold, slotName(Class, F),
            (HoldWords[unsigned(L.Kind)] + " " +
             (L.Pointee ? stableName(P, L.Pointee) : std::string()))
                .str(),
            F.Loc);
      if (F.has(FieldFlag::Function) || F.has(FieldFlag::Erased))
        add(DiffBase::What::Hold, slotName(Class, F), "anything", F.Loc);
    }
  }

  void addBody(FunctionId Id) {
    const Function &F = P.Functions[Id.Index];
    // Registers are defined once, before their use.
    std::vector<const Instr *> Slots(F.Registers);
    for (const Instr &I : F.Body) {
      if (I.Code == Op::Slot && I.Dst)
        Slots[I.Dst.Index] = &I;
      bool IsStore = I.Code == Op::Store, IsClear = I.Code == Op::Clear;
      if ((!IsStore && !IsClear) || !I.A || !Slots[I.A.Index])
        continue;
      const Instr &Slot = *Slots[I.A.Index];
      const std::vector<Field> &Fields = P.Records[Slot.Rec.Index].Fields;
      if (Slot.Index < Fields.size())
        add(IsStore ? DiffBase::What::Store : DiffBase::What::Clear,
            slotName(Slot.Rec, Fields[Slot.Index]), stableName(P, Id), I.Loc);
    }
  }

  const LinkedProgram &P;
  DiffBase &Out;
};

DiffBase DiffBase::of(const LinkedProgram &P, const std::vector<Finding> &All) {
  DiffBase Result;
  DiffBaseBuilder(P, Result).run();
  for (const Finding &F : All) {
    auto [It, IsNew] = Result.Findings.try_emplace(F.Id, F.Level);
    It->second = std::max(It->second, F.Level);
  }
  return Result;
}

//===----------------------------------------------------------------------===//
// As text
//===----------------------------------------------------------------------===//

void DiffBase::write(llvm::raw_ostream &OS) const {
  OS << Header << '\n';
  for (const auto &[Id, Level] : Findings)
    OS << "finding" << Separator << Id << Separator << wordFor(Level) << '\n';
  for (const auto &[L, Place] : Lines)
    OS << Words[unsigned(L.Kind)] << Separator << L.Slot << Separator
       << L.Detail << '\n';
}

static std::optional<Confidence> levelNamed(StringRef Word) {
  for (Confidence Level :
       {Confidence::Possible, Confidence::Probable, Confidence::Definite})
    if (wordFor(Level) == Word)
      return Level;
  return std::nullopt;
}

llvm::Expected<DiffBase> DiffBase::parse(StringRef Text) {
  DiffBase Result;
  auto [First, Rest] = Text.split('\n');
  if (First != Header)
    return llvm::createStringError(
        "not a file that --write-diff-base of this version wrote; write it "
        "again from the state to compare with");
  for (unsigned Number = 2; !Rest.empty(); ++Number) {
    StringRef Line;
    std::tie(Line, Rest) = Rest.split('\n');
    auto [Word, Values] = Line.split(Separator);
    auto [Slot, Detail] = Values.split(Separator);
    auto Kind = llvm::find(Words, Word);
    std::optional<Confidence> Level = levelNamed(Detail);
    if (Kind != std::end(Words))
      Result.Lines[{What(Kind - Words), Slot.str(), Detail.str()}];
    else if (Word == "finding" && Level)
      Result.Findings[Slot.str()] = *Level;
    else
      return llvm::createStringError("line " + llvm::Twine(Number) +
                                     ": expected finding, hold, store or "
                                     "clear");
  }
  return Result;
}

//===----------------------------------------------------------------------===//
// The difference
//===----------------------------------------------------------------------===//

bool DiffBase::knows(const Finding &F) const {
  auto Found = Findings.find(F.Id);
  return Found != Findings.end() && Found->second >= F.Level;
}

unsigned DiffBase::countGone(const std::vector<Finding> &All) const {
  std::set<StringRef> Here;
  for (const Finding &F : All)
    Here.insert(F.Id);
  return llvm::count_if(
      Findings, [&](const auto &Entry) { return !Here.count(Entry.first); });
}

/// The slots that a hop may mean: a field of the class or of one of its bases.
static std::set<std::string> slotsOf(const Hop &H, const LinkedProgram &P) {
  std::vector<RecordId> Classes;
  for (uint32_t I = 0; I != P.Records.size(); ++I)
    if (P.text(P.Records[I].Name) == H.From)
      Classes.push_back({I});
  std::set<std::string> Result;
  for (size_t I = 0; I != Classes.size(); ++I) {
    Result.insert(stableName(P, Classes[I]) + "::" + H.Via);
    for (RecordId Base : P.Records[Classes[I].Index].Bases)
      if (!llvm::is_contained(Classes, Base))
        Classes.push_back(Base);
  }
  return Result;
}

static std::string describe(StringRef Verb, StringRef Slot,
                            StringRef Function) {
  return (llvm::Twine("'") + Function + "' " + Verb + " '" + Slot + "'").str();
}

std::vector<Note> DiffBase::changesFor(const Finding &F, const DiffBase &Base,
                                       const LinkedProgram &P) const {
  std::vector<Note> Result;
  std::set<std::string> Slots;
  for (const Hop &H : F.Cycle)
    Slots.merge(slotsOf(H, P));
  for (const auto &[L, Place] : Lines) {
    if (!Slots.count(L.Slot) || Base.Lines.count(L))
      continue;
    if (L.Kind == What::Hold)
      Result.push_back(
          {"new since the base: '" + L.Slot + "' holds " + L.Detail, Place});
    else if (L.Kind == What::Store)
      Result.push_back(
          {"new since the base: " + describe("stores into", L.Slot, L.Detail),
           Place});
  }
  for (const auto &[L, Place] : Base.Lines)
    if (L.Kind == What::Clear && Slots.count(L.Slot) && !Lines.count(L))
      Result.push_back(
          {"gone since the base: " + describe("cleared", L.Slot, L.Detail),
           F.Loc});
  if (Result.empty())
    Result.push_back({"no edge of this cycle is new since the base; what joins "
                      "its stores is",
                      F.Loc});
  return Result;
}

} // namespace refcycle::analyzer
