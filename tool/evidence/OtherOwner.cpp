// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two halves. Inner objects (those between the target and the holder of the
// weak slot) must be reachable through the target only, by the types of the
// program's slots: else one could outlive the target and miss it. And each
// value stored into the weak slot is followed back, through callers, to the
// slot or variable that owns it.

#include "evidence/OtherOwner.h"
#include "evidence/OwnerIndex.h"
#include "llvm/ADT/STLExtras.h"
#include <functional>

namespace refcycle::analyzer {

namespace {

/// Where an object comes from in one body.
struct Root {
  const Instr *At = nullptr; ///< This, Param, Alloc, Call, Global, Local.
  uint32_t Variable = ~uint32_t(0); ///< The last variable on the way.
  bool hasVariable() const { return Variable != ~uint32_t(0); }
};

class OwnerSearch {
public:
  OwnerSearch(const ProgramIndex &Index, const StoreTable &Stores,
              OwnerIndex &Sites, const WeakenedCycle &Cycle)
      : Index(Index), Stores(Stores), Sites(Sites), Cycle(Cycle) {
    for (size_t I = 1; I < Cycle.WayBack.size(); ++I)
      Inner.push_back(Cycle.WayBack[I].first);
    if (!Cycle.WayBack.empty())
      Inner.push_back(Cycle.Holder);
  }

  std::string doubt();
  std::set<SlotKey> Relies;

private:
  //===--- Inner objects
  //----------------------------------------------------===//
  bool isInner(RecordId R) const {
    return R && llvm::any_of(Inner, [&](RecordId I) {
             return Index.isSameOrBase(I, R) || Index.isSameOrBase(R, I);
           });
  }
  bool isOfCycle(SlotKey Slot) const {
    return Slot == Cycle.Weak || llvm::any_of(Cycle.WayBack, [&](auto &Hop) {
             return Hop.second == Slot;
           });
  }
  /// Slots of the target own inner objects no longer than it lives.
  bool mayHoldInner(SlotKey Slot) const {
    return isOfCycle(Slot) ||
           (Slot.Declaring == Cycle.Target && !isInner(Cycle.Target));
  }
  std::string innerHeldElsewhere();
  bool staysInside(FunctionId F, RegId Made);
  RecordId recordOf(FunctionId F, RegId R);

  //===--- Owners
  //-----------------------------------------------------------===//
  bool kept(FunctionId F, RegId Value, RegId Holder);
  bool keptIn(FunctionId F, const Instr &Place, RegId Holder);
  bool keptBySlot(SlotKey Slot);
  bool keptByGlobal(StringId Name);
  bool keptByCallers(FunctionId F, const Instr &Input, RegId Holder);
  bool keptByVariable(FunctionId F, uint32_t Variable, RegId Holder);
  bool storedForGood(FunctionId F, uint32_t Variable);
  bool endsWithVariable(FunctionId F, uint32_t Variable, RegId Holder);

  //===--- What is reachable from what
  //-------------------------------------===//
  const Instr *def(FunctionId F, RegId R) {
    return R ? Sites.body(F).Defs[R.Index] : nullptr;
  }
  const Instr *core(FunctionId F, RegId R);
  bool isFresh(FunctionId F, RegId R);
  Root rootOf(FunctionId F, RegId R, unsigned Steps = 0);
  bool escapes(FunctionId F, uint32_t Variable, RegId Made, const Root &Into);

  const ProgramIndex &Index;
  const StoreTable &Stores;
  OwnerIndex &Sites;
  const WeakenedCycle &Cycle;
  std::vector<RecordId> Inner;
  std::set<std::tuple<FunctionId, RegId, RegId>> Visited;
};

bool isInput(const Instr &I) {
  return I.Code == Op::This || I.Code == Op::Param;
}

bool sameInput(const Instr &A, const Instr &B) {
  return A.Code == B.Code && isInput(A) && A.Index == B.Index;
}

/// May anybody call it of whom we do not know?
bool hasUnknownCallers(const Function &F) {
  return F.has(FunctionFlag::Virtual) || F.has(FunctionFlag::AddressTaken) ||
         F.has(FunctionFlag::Deferred) || F.has(FunctionFlag::Coroutine) ||
         !F.has(FunctionFlag::HasBody);
}

} // namespace

//===----------------------------------------------------------------------===//
// What is reachable from what
//===----------------------------------------------------------------------===//

/// Behind casts.
const Instr *OwnerSearch::core(FunctionId F, RegId R) {
  const Instr *I = def(F, R);
  while (I && I->Code == Op::Cast)
    I = def(F, I->A);
  return I;
}

bool OwnerSearch::isFresh(FunctionId F, RegId R) {
  const Instr *I = core(F, R);
  return I &&
         (I->Code == Op::Alloc || I->Code == Op::Call || I->Code == Op::Invoke);
}

/// From an object to what the body reached it through. A variable that is
/// stored once is looked through.
Root OwnerSearch::rootOf(FunctionId F, RegId R, unsigned Steps) {
  constexpr unsigned MostSteps = 32;
  Root Result;
  const Instr *I = core(F, R);
  while (I && (I->Code == Op::Load || I->Code == Op::Slot))
    I = core(F, I->A);
  Result.At = I;
  if (!I || I->Code != Op::Local || Steps == MostSteps)
    return Result;
  auto Stored = Sites.body(F).Stores.find(I->Index);
  if (Stored == Sites.body(F).Stores.end() || Stored->second.size() != 1)
    return {nullptr, I->Index};
  Root Behind = rootOf(F, Stored->second.front()->B, Steps + 1);
  if (!Behind.hasVariable())
    Behind.Variable = I->Index;
  return Behind;
}

/// Does what is reachable from \p Variable (or from the object \p Made) get
/// out of the body other than into what \p Into is the root of?
bool OwnerSearch::escapes(FunctionId F, uint32_t Variable, RegId Made,
                          const Root &Into) {
  const Function &Body = Index[F];
  std::set<uint32_t> Variables;
  std::vector<bool> Tainted(Body.Registers, false);
  if (Made)
    Tainted[Made.Index] = true;
  else
    Variables.insert(Variable);
  auto Is = [&](RegId R) { return R && Tainted[R.Index]; };
  auto IsInto = [&](const Root &R) {
    return R.At && Into.At && (R.At == Into.At || sameInput(*R.At, *Into.At));
  };
  for (bool Changed = true; Changed;) {
    Changed = false;
    auto Taint = [&](RegId R) {
      if (!R || Tainted[R.Index])
        return;
      Changed = Tainted[R.Index] = true;
    };
    for (const Instr &I : Body.Body) {
      if (I.Code == Op::Local && Variables.count(I.Index))
        Taint(I.Dst);
      bool Reads = Is(I.A) || llvm::any_of(I.Args, Is);
      if (I.Code != Op::Store && Reads)
        Taint(I.Dst);
      if (Reads && (I.Code == Op::Call || I.Code == Op::Invoke))
        for (RegId Argument : I.Args)
          if (const Instr *Place = def(F, Argument);
              Place && Place->Code == Op::Local)
            Changed |= Variables.insert(Place->Index).second;
      if (I.Code == Op::Return && Is(I.A))
        return true;
      if (I.Code != Op::Store || !Is(I.B) || Is(I.A))
        continue;
      const Instr *Place = def(F, I.A);
      if (Place->Code == Op::Local) {
        Changed |= Variables.insert(Place->Index).second;
        continue;
      }
      if (Place->Code != Op::Slot)
        return true;
      Root Object = rootOf(F, Place->A);
      if (IsInto(Object))
        continue;
      if (!Object.At || Object.At->Code != Op::Alloc)
        return true;
      Taint(Place->A);
      if (Object.hasVariable())
        Changed |= Variables.insert(Object.Variable).second;
    }
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Inner objects
//===----------------------------------------------------------------------===//

/// The class of a value, none if it is not known.
RecordId OwnerSearch::recordOf(FunctionId F, RegId R) {
  const Instr *I = def(F, R);
  if (!I)
    return {};
  switch (I->Code) {
  case Op::Alloc:
  case Op::Cast:
  case Op::Unknown:
    return I->Rec;
  case Op::This:
    return Index[F].Class;
  case Op::Param:
    return Index[F].Params[I->Index].Type;
  case Op::Load: {
    const Instr *Place = def(F, I->A);
    auto Stored = Sites.body(F).Stores.find(Place->Index);
    if (Place->Code == Op::Local && Stored != Sites.body(F).Stores.end() &&
        Stored->second.size() == 1)
      return recordOf(F, Stored->second.front()->B);
    return {};
  }
  default:
    return {};
  }
}

/// A closure is handed on until it is stored; everybody who gets it is known.
bool OwnerSearch::staysInside(FunctionId F, RegId Made) {
  if (!Visited.insert({F, Made, RegId::none()}).second)
    return true;
  std::set<uint32_t> Variables;
  std::set<RegId> Same{Made};
  for (const Instr &I : Index[F].Body) {
    const Instr *From = I.Code == Op::Load ? def(F, I.A) : nullptr;
    if ((From && From->Code == Op::Local && Variables.count(From->Index)) ||
        (I.Code == Op::Cast && Same.count(I.A)))
      Same.insert(I.Dst);
    if (I.Code == Op::Return && Same.count(I.A))
      return false;
    if (I.Code == Op::Store && Same.count(I.B)) {
      const Instr *Place = def(F, I.A);
      if (Place->Code == Op::Local)
        Variables.insert(Place->Index);
      else if (Place->Code != Op::Slot ||
               !isOfCycle({Place->Rec, Place->Index}))
        return false;
    }
    if (I.Code == Op::Join &&
        llvm::any_of(I.Args, [&](RegId A) { return Same.count(A); }))
      return false;
    if (I.Code != Op::Call && I.Code != Op::Invoke)
      continue;
    for (uint32_t A = 0; A != I.Args.size(); ++A) {
      if (!Same.count(I.Args[A]))
        continue;
      if (I.Code == Op::Invoke || Index[I.Callee].has(FunctionFlag::Virtual) ||
          !Index[I.Callee].has(FunctionFlag::HasBody))
        return false;
      for (const Instr &Input : Index[I.Callee].Body)
        if (Input.Code == Op::Param && Input.Index == A &&
            !staysInside(I.Callee, Input.Dst))
          return false;
    }
  }
  return true;
}

std::string OwnerSearch::innerHeldElsewhere() {
  const LinkedProgram &P = Index.program();
  auto Name = [&](SlotKey Slot) {
    const Field *F = Index.field(Slot.Declaring, Slot.Field);
    return "'" + P.nameOf(Slot.Declaring) +
           (F ? "::" + P.text(F->Name) : std::string()) + "'";
  };
  for (uint32_t R = 0; R != P.Records.size(); ++R)
    for (uint32_t I = 0; I != P.Records[R].Fields.size(); ++I)
      for (const Leaf &L : P.Records[R].Fields[I].Leaves)
        if (owns(L.Kind) && isInner(L.Pointee) && !mayHoldInner({{R}, I}))
          return Name({{R}, I}) + " may hold what refers to it, and outlive it";
  for (const auto &[E, Places] : Stores.edges())
    if (owns(E.Kind) && isInner(E.To.Rec) && !mayHoldInner(E.Slot))
      return Name(E.Slot) + " may hold what refers to it, and outlive it";
  for (const auto &[Global, All] : Sites.GlobalStores)
    for (auto [F, I] : All) {
      RecordId Held = recordOf(F, I->B);
      if (owns(I->ValueHold) && !Inner.empty() && (!Held || isInner(Held)))
        return "a global variable may hold what refers to it, and outlive it";
    }
  // `*next = [next] {...}`: calls hand copies of it on, and the chain ends with
  // the first owner.
  if (Index[Cycle.Target].has(RecordFlag::Cell))
    return "the lambda captures the cell that it stands in";
  for (RecordId R : Inner) {
    const Record &Rec = Index[R];
    if (Rec.has(RecordFlag::Incomplete) || Rec.has(RecordFlag::System) ||
        Rec.Kind == RecordKind::Bind || Rec.Kind == RecordKind::Frame)
      return "'" + P.text(Rec.Name) + "' is not known well enough";
    if (Rec.Kind != RecordKind::Closure)
      continue;
    for (const Instr &I : P.Functions[Rec.Creator.Index].Body)
      if (I.Code == Op::Alloc && I.Rec == R && !staysInside(Rec.Creator, I.Dst))
        return "the lambda is handed to code that may keep it longer";
    for (auto [F, I] : Sites.FunctionLoads)
      if (const Instr *Place = def(F, I->A);
          isOfCycle({Place->Rec, Place->Index}) && !staysInside(F, I->Dst))
        return "the lambda is handed to code that may keep it longer";
  }
  return "";
}

//===----------------------------------------------------------------------===//
// Owners
//===----------------------------------------------------------------------===//

/// Is the object \p Value, which is stored into the weak slot of \p Holder,
/// owned by something else? Calls that lead back to where the search was add
/// no owner and no doubt. Holder is none once only the target's own parts are
/// left.
bool OwnerSearch::kept(FunctionId F, RegId Value, RegId Holder) {
  const Instr *I = core(F, Value);
  if (!I)
    return false;
  if (!Visited.insert({F, Value, Holder}).second)
    return true;
  switch (I->Code) {
  case Op::Null:
    return true;
  case Op::This:
  case Op::Param:
    return keptByCallers(F, *I, Holder);
  case Op::Join:
    return llvm::all_of(I->Args, [&](RegId A) { return kept(F, A, Holder); });
  case Op::Load:
    return keptIn(F, *def(F, I->A), Holder);
  case Op::Local:
  case Op::Slot:
  case Op::Global:
    return keptIn(F, *I, Holder);
  default:
    return false;
  }
}

bool OwnerSearch::keptIn(FunctionId F, const Instr &Place, RegId Holder) {
  switch (Place.Code) {
  case Op::Slot:
    return keptBySlot({Place.Rec, Place.Index});
  case Op::Global:
    return keptByGlobal(Place.Text);
  case Op::Local:
    return keptByVariable(F, Place.Index, Holder);
  case Op::Param:
    return keptByCallers(F, Place, Holder);
  default:
    return false;
  }
}

/// What another member owns. What stands in the weak slot itself was stored
/// there by another store, which is asked about as well.
bool OwnerSearch::keptBySlot(SlotKey Slot) {
  if (Slot == Cycle.Weak)
    return true;
  const Field *F = Index.field(Slot.Declaring, Slot.Field);
  if (!F || Index[Slot.Declaring].Kind != RecordKind::Class ||
      isInner(Slot.Declaring) ||
      Index.isSameOrBase(Slot.Declaring, Cycle.Target))
    return false;
  bool Owns = llvm::any_of(F->Leaves, [&](const Leaf &L) {
    return L.Kind == Hold::Strong && L.Pointee &&
           (Index.isSameOrBase(L.Pointee, Cycle.Target) ||
            Index.isSameOrBase(Cycle.Target, L.Pointee));
  });
  if (Owns)
    Relies.insert(Slot);
  return Owns;
}

bool OwnerSearch::keptByGlobal(StringId Name) {
  const auto &All = Sites.GlobalStores[Name];
  return !All.empty() && llvm::all_of(All, [](auto &Site) {
    return Site.second->ValueHold == Hold::Strong;
  });
}

bool OwnerSearch::keptByCallers(FunctionId F, const Instr &Input,
                                RegId Holder) {
  auto Calls = Sites.Calls.find(F);
  if (hasUnknownCallers(Index[F]) || Calls == Sites.Calls.end())
    return false;
  const Instr *Outer = nullptr; // The holder, as the caller knows it.
  if (Holder) {
    Root R = rootOf(F, Holder);
    if (!R.At)
      return false;
    if (R.At->Code == Op::Alloc) {
      if (escapes(F, R.Variable, R.hasVariable() ? RegId() : R.At->Dst,
                  {&Input}))
        return false;
    } else if (!isInput(*R.At)) {
      return false;
    } else if (!sameInput(*R.At, Input)) {
      Outer = R.At;
    }
  }
  auto Passed = [](const Instr &Call, const Instr &In) {
    if (In.Code == Op::This)
      return Call.A;
    return In.Index < Call.Args.size() ? Call.Args[In.Index] : RegId();
  };
  for (auto [Caller, Call] : Calls->second) {
    RegId Value = Passed(*Call, Input);
    RegId Around = Outer ? Passed(*Call, *Outer) : RegId();
    if (!Value || (Outer && !Around) || !kept(Caller, Value, Around))
      return false;
  }
  return true;
}

/// A member or global that gets the handle whenever the function runs.
bool OwnerSearch::storedForGood(FunctionId F, uint32_t Variable) {
  for (const Instr *I : Sites.body(F).Always) {
    if (I->Code != Op::Store || I->ValueHold != Hold::Strong)
      continue;
    const Instr *Value = core(F, I->B);
    const Instr *From =
        Value && Value->Code == Op::Load ? def(F, Value->A) : nullptr;
    if (!From || From->Code != Op::Local || From->Index != Variable)
      continue;
    const Instr *Place = def(F, I->A);
    if (Place->Code == Op::Global)
      return true;
    if (Place->Code != Op::Slot)
      continue;
    Root Object = rootOf(F, Place->A);
    if (Object.At && (isInput(*Object.At) || Object.At->Code == Op::Global) &&
        SlotKey{Place->Rec, Place->Index} != Cycle.Weak &&
        keptBySlot({Place->Rec, Place->Index}))
      return true;
  }
  return false;
}

/// The variable and all that hangs on it end together. The holder must not be
/// older than the variable: it would be there a moment longer.
bool OwnerSearch::endsWithVariable(FunctionId F, uint32_t Variable,
                                   RegId Holder) {
  if (Sites.body(F).Clears.count(Variable) ||
      escapes(F, Variable, RegId(), {nullptr}))
    return false;
  if (!Holder)
    return true;
  Root R = rootOf(F, Holder);
  if (R.Variable == Variable)
    return true;
  if (!R.At || R.At->Code != Op::Alloc)
    return false;
  const OwnerBody &Body = Sites.body(F);
  Root Owner{Body.Defs[Body.Stores.at(Variable).front()->B.Index], Variable};
  if (!R.hasVariable())
    return !escapes(F, 0, R.At->Dst, Owner);
  return R.Variable > Variable && !Body.Clears.count(R.Variable) &&
         !escapes(F, R.Variable, RegId(), Owner);
}

bool OwnerSearch::keptByVariable(FunctionId F, uint32_t Variable,
                                 RegId Holder) {
  const OwnerBody &Body = Sites.body(F);
  auto Stored = Body.Stores.find(Variable);
  if (Stored == Body.Stores.end())
    return false;
  const std::vector<const Instr *> &All = Stored->second;
  if (llvm::none_of(All, [&](auto *I) { return isFresh(F, I->B); }))
    return llvm::all_of(All, [&](auto *I) { return kept(F, I->B, Holder); });
  if (All.size() != 1 || All.front()->ValueHold != Hold::Strong)
    return false;
  if (storedForGood(F, Variable))
    return true;
  return endsWithVariable(F, Variable, Holder);
}

std::string OwnerSearch::doubt() {
  const LinkedProgram &P = Index.program();
  if (P.Incomplete || !P.HasMain)
    return "the program is not known completely";
  // Only one of the bodies was looked at.
  if (!P.Diagnostics.empty())
    return "units define one function or class differently";
  std::string Elsewhere = innerHeldElsewhere();
  if (!Elsewhere.empty())
    return Elsewhere;
  auto All = Sites.Stores.find(Cycle.Weak);
  if (All == Sites.Stores.end())
    return "no store into it was seen";
  for (auto [F, I] : All->second) {
    Visited.clear();
    if (!kept(F, I->B, def(F, I->A)->A))
      return "that something else owns the object as long as it is needed is "
             "not certain";
  }
  return "";
}

OtherOwner::OtherOwner(const ProgramIndex &Index, const StoreTable &Stores)
    : Index(Index), Stores(Stores) {}
OtherOwner::~OtherOwner() = default;

OtherOwner::Answer OtherOwner::ask(const WeakenedCycle &Cycle) {
  if (!Sites)
    Sites = std::make_unique<OwnerIndex>(Index);
  OwnerSearch Search(Index, Stores, *Sites, Cycle);
  Answer A{Search.doubt()};
  A.Relies = std::move(Search.Relies);
  return A;
}

} // namespace refcycle::analyzer
