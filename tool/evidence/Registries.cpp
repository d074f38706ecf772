// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Registries.h. Works on the instructions alone: which container an
// instruction means is known by its variable or by its member, whatever the
// object is.

#include "evidence/Registries.h"
#include "evidence/Breaks.h"
#include "llvm/ADT/STLExtras.h"
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace refcycle::analyzer {
namespace {

/// A global variable, or a container among the members of a class.
struct Container {
  StringId Global;
  SlotKey Member;
  auto operator<=>(const Container &) const = default;
};

/// What goes into a container may hold otherwise than the container does: a
/// list of weak handles is given strong ones.
struct Insertion {
  RecordId Entry; ///< None: not known.
  FactLoc Loc;
};

/// All that is done to one container.
struct Dealings {
  std::vector<Insertion> Insertions;
  std::vector<BreakSource> Removals;
  bool Escapes = false;      ///< Somebody got a reference to it.
  Hold Elements = Hold::Raw; ///< A variable: how it was initialised to hold.
};

/// Where the objects of one class live.
struct Homes {
  bool Global = false, Elsewhere = false;
  std::set<RecordId> In; ///< Classes that have one as a member.
};

class Registries {
public:
  explicit Registries(const ProgramIndex &Index)
      : Index(Index), P(Index.program()) {}

  std::vector<RegistryLeak> run() {
    findAccessors();
    for (uint32_t I = 0; I != P.Functions.size(); ++I)
      visit(FunctionId{I});
    noteParts();
    std::vector<RegistryLeak> Found;
    for (const auto &[Key, D] : All)
      judge(Key, D, Found);
    llvm::sort(Found, [](const RegistryLeak &A, const RegistryLeak &B) {
      return std::tie(A.Loc, A.Registry, A.Entry) <
             std::tie(B.Loc, B.Registry, B.Entry);
    });
    return Found;
  }

private:
  //===--- What a register is ---------------------------------------------===//
  struct Value {
    std::optional<Container> Place;
    std::optional<uint32_t> Local; ///< Place of this variable.
    RecordId Type;
    bool New = false; ///< Of an Alloc.
  };
  using Values = std::map<RegId, Value>;

  Value valueOf(const Instr &I, const Function &F, const Values &Regs,
                const std::map<uint32_t, RecordId> &Locals) const {
    Value V;
    auto A = Regs.find(I.A);
    switch (I.Code) {
    case Op::This:
      V.Type = F.Class;
      break;
    case Op::Param:
      V.Type = F.Params[I.Index].Type;
      break;
    case Op::Alloc:
      V.Type = I.Rec;
      V.New = true;
      break;
    case Op::Cast:
      V.Type = I.Rec;
      break;
    case Op::Global:
      V.Place = Container{I.Text, {}};
      break;
    case Op::Slot:
      V.Place = Container{{}, {I.Rec, I.Index}};
      break;
    case Op::Local:
      V.Local = I.Index;
      break;
    case Op::Load:
      if (A != Regs.end() && A->second.Local)
        if (auto It = Locals.find(*A->second.Local); It != Locals.end())
          V.Type = It->second;
      break;
    case Op::Call:
      if (I.Callee)
        if (auto It = Accessors.find(I.Callee); It != Accessors.end())
          V.Place = It->second;
      break;
    default:
      break;
    }
    return V;
  }

  /// Calls \p Visit with each instruction and the registers before it.
  template <typename Visitor> void walk(const Function &F, Visitor Visit) {
    Values Regs;
    std::map<uint32_t, RecordId> Locals;
    for (const Instr &I : F.Body) {
      Visit(I, Regs);
      if (I.Code == Op::Store)
        if (auto To = Regs.find(I.A); To != Regs.end() && To->second.Local)
          if (auto From = Regs.find(I.B); From != Regs.end())
            Locals[*To->second.Local] = From->second.Type;
      if (I.Dst)
        Regs[I.Dst] = valueOf(I, F, Regs, Locals);
    }
  }
  static const Container *placeIn(const Values &Regs, RegId R) {
    auto It = Regs.find(R);
    return It != Regs.end() && It->second.Place ? &*It->second.Place : nullptr;
  }

  /// Functions that return a reference to the container itself.
  void findAccessors() {
    for (uint32_t Id = 0; Id != P.Functions.size(); ++Id) {
      std::optional<Container> Returned;
      walk(P.Functions[Id], [&](const Instr &I, const Values &Regs) {
        const Container *C =
            I.Code == Op::Return ? placeIn(Regs, I.A) : nullptr;
        if (C)
          Returned = *C;
      });
      if (Returned)
        Accessors[FunctionId{Id}] = *Returned;
    }
  }

  //===--- What is done to containers -------------------------------------===//
  void visit(FunctionId Id) {
    std::map<RegId, RecordId> Unhoused; // New objects that nothing holds yet.
    walk(P.Functions[Id.Index], [&](const Instr &I, const Values &Regs) {
      if (I.Code == Op::Alloc && I.Rec)
        Unhoused[I.Dst] = I.Rec;
      if (I.Code == Op::Store)
        store(Id, I, Regs, Unhoused);
      if (const Container *C = placeIn(Regs, I.A); C && I.Code == Op::Clear)
        All[*C].Removals.push_back({Id, I.Loc, ClearKind(I.Kind), false});
      for (RegId Argument : I.Args)
        if (const Container *C = placeIn(Regs, Argument))
          All[*C].Escapes = true;
    });
    for (auto [Reg, Class] : Unhoused)
      HomesOf[Class].Elsewhere = true;
  }
  void store(FunctionId Id, const Instr &I, const Values &Regs,
             std::map<RegId, RecordId> &Unhoused) {
    const Container *To = placeIn(Regs, I.A);
    auto From = Regs.find(I.B);
    if (To && From != Regs.end() && From->second.New) {
      Unhoused.erase(I.B);
      Homes &H = HomesOf[From->second.Type];
      H.Global |= bool(To->Global);
      if (!To->Global)
        H.In.insert(To->Member.Declaring);
    }
    if (!To)
      return;
    Dealings &D = All[*To];
    if (StoreKind(I.Kind) == StoreKind::Init && To->Global)
      D.Elements = I.ValueHold;
    if (StoreKind(I.Kind) == StoreKind::Insert)
      D.Insertions.push_back(
          {From == Regs.end() ? RecordId::none() : From->second.Type, I.Loc});
    if (StoreKind(I.Kind) == StoreKind::Assign)
      D.Removals.push_back({Id, I.Loc, ClearKind::Null, false});
  }
  /// The class that a container of handles owns; none: not one class.
  static RecordId heldBy(const Field &F) {
    return F.Leaves.size() == 1 && F.Leaves[0].Kind >= Hold::Unique
               ? F.Leaves[0].Pointee
               : RecordId::none();
  }
  void noteParts() {
    for (uint32_t I = 0; I != P.Records.size(); ++I)
      for (const Field &F : P.Records[I].Fields)
        for (const Leaf &L : F.Leaves)
          if (L.Kind == Hold::Value && L.Pointee)
            HomesOf[L.Pointee].In.insert(RecordId{I});
  }

  //===--- Which of them are registries -----------------------------------===//
  /// Do all objects of the class that were seen live in global variables, or in
  /// objects that do?
  bool livesLong(RecordId Class, std::set<RecordId> &Asked) const {
    if (!Asked.insert(Class).second)
      return false;
    bool Any = false;
    std::vector<RecordId> Kinds(Index.derivedFrom(Class).begin(),
                                Index.derivedFrom(Class).end());
    Kinds.push_back(Class);
    for (RecordId Kind : Kinds) {
      auto It = HomesOf.find(Kind);
      if (It == HomesOf.end())
        continue;
      Any = true;
      if (It->second.Elsewhere || llvm::any_of(It->second.In, [&](RecordId In) {
            return !livesLong(In, Asked);
          }))
        return false;
    }
    return Any;
  }

  void judge(const Container &Key, const Dealings &D,
             std::vector<RegistryLeak> &Found) const {
    if (D.Escapes || D.Insertions.empty() || D.Removals.empty())
      return;
    RecordId Entry = Key.Global ? entryOf(D) : entryOf(Key.Member);
    if (Entry.isNone() || Index[Entry].has(RecordFlag::Incomplete))
      return;
    const BreakSource *Dead = onlyDeadRemoval(Entry, D, /*Closed=*/true);
    if (!Dead)
      return;
    RegistryLeak L;
    L.WholeProgram = onlyDeadRemoval(Entry, D, /*Closed=*/false);
    L.Registry = nameOf(Key);
    L.Entry = P.nameOf(Entry);
    L.Remover = P.nameOf(Dead->In);
    L.Loc = P.sourceOf(D.Insertions.front().Loc);
    L.RemovalLoc = P.sourceOf(Dead->Loc);
    Found.push_back(std::move(L));
  }
  static RecordId entryOf(const Dealings &D) {
    auto Known = llvm::find_if(
        D.Insertions, [](const Insertion &I) { return bool(I.Entry); });
    return D.Elements >= Hold::Unique && Known != D.Insertions.end()
               ? Known->Entry
               : RecordId::none();
  }
  RecordId entryOf(SlotKey Member) const {
    const Field *F = Index.field(Member.Declaring, Member.Field);
    std::set<RecordId> Asked;
    return F && F->has(FieldFlag::Container) &&
                   livesLong(Member.Declaring, Asked)
               ? heldBy(*F)
               : RecordId::none();
  }
  /// A removal, if every one that runs at all runs in the end of an entry.
  const BreakSource *onlyDeadRemoval(RecordId Entry, const Dealings &D,
                                     bool Closed) const {
    BreakJudge Judge(Index, {Entry}, Closed);
    const BreakSource *Dead = nullptr;
    for (const BreakSource &Source : D.Removals) {
      std::optional<BreakKind> Kind = Judge.judge(Source, false);
      if (Kind && *Kind != BreakKind::Dead)
        return nullptr;
      if (Kind)
        Dead = &Source;
    }
    return Dead;
  }
  std::string nameOf(const Container &Key) const {
    if (!Key.Global)
      return P.nameOf(Key.Member.Declaring) + "::" +
             P.text(Index.field(Key.Member.Declaring, Key.Member.Field)->Name);
    // Only an initialiser's name says what the variable is called.
    for (const Function &F : P.Functions)
      if (P.text(F.Key) == "init@" + P.text(Key.Global)) {
        llvm::StringRef Name = P.text(F.Name);
        Name.consume_front("(initialiser of ");
        Name.consume_back(")");
        return Name.str();
      }
    return "";
  }

  const ProgramIndex &Index;
  const LinkedProgram &P;
  std::map<FunctionId, Container> Accessors;
  std::map<Container, Dealings> All;
  std::map<RecordId, Homes> HomesOf;
};

} // namespace

std::vector<RegistryLeak> findRegistryLeaks(const ProgramIndex &Index) {
  return Registries(Index).run();
}

} // namespace refcycle::analyzer
