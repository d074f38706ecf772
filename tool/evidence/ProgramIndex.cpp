// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Class hierarchy, slots and call graph of a linked program.

#include "evidence/ProgramIndex.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <set>

namespace refcycle::analyzer {

template <typename T> static void sortUnique(std::vector<T> &Values) {
  llvm::sort(Values);
  Values.erase(std::unique(Values.begin(), Values.end()), Values.end());
}

ProgramIndex::ProgramIndex(const LinkedProgram &Program) : P(Program) {
  indexBases();
  indexDestructors();
  indexTables();
  indexMade();
  indexOverridden();
  indexCalls();
}

/// Classes of which there may be objects that are no bases of others.
void ProgramIndex::indexMade() {
  Made.resize(P.Records.size());
  auto Note = [&](RecordId Class) {
    if (Class)
      Made[Class.Index] = true;
  };
  for (uint32_t I = 0; I != P.Records.size(); ++I) {
    if (P.Records[I].has(RecordFlag::System) ||
        P.Records[I].has(RecordFlag::Incomplete))
      Note({I});
    for (const Field &F : P.Records[I].Fields)
      for (const Leaf &L : F.Leaves)
        if (L.Kind == Hold::Value)
          Note(L.Pointee);
  }
  for (const Function &F : P.Functions) {
    for (const LocalVar &Variable : F.Locals)
      Note(Variable.Destroys);
    for (const Instr &I : F.Body)
      if (I.Code == Op::Alloc || I.Code == Op::Unknown || I.Code == Op::Load)
        Note(I.Rec);
  }
}

/// Rapid type analysis (Bacon and Sweeney, 1996) for one function. What a
/// library or another program makes is not seen.
bool ProgramIndex::isAlwaysOverridden(FunctionId Id) const {
  // An open interface: somebody makes one of them.
  constexpr size_t MaxDerived = 256;
  const Function &F = P.Functions[Id.Index];
  if (!P.HasMain || P.Incomplete || !F.has(FunctionFlag::Virtual) ||
      F.has(FunctionFlag::Destructor) || F.Class.isNone() ||
      P.Overriders[Id.Index].empty() ||
      Derived[F.Class.Index].size() > MaxDerived || Made[F.Class.Index])
    return false;
  bool Any = false;
  for (RecordId Class : Derived[F.Class.Index]) {
    if (!Made[Class.Index])
      continue;
    if (finalOverrider(Id, Class) == Id)
      return false;
    Any = true;
  }
  return Any;
}

void ProgramIndex::indexOverridden() {
  Overridden.resize(P.Functions.size());
  for (uint32_t I = 0; I != P.Functions.size(); ++I)
    Overridden[I] = isAlwaysOverridden({I});
}

/// Functions and closures without captures that bodies, initialisers among
/// them, put into global variables.
void ProgramIndex::indexTables() {
  auto Collect = [&](const Function &F) {
    std::vector<const Instr *> Defs(F.Registers);
    auto Note = [&](StringId Variable, RegId Value) {
      const Instr *Made = Value ? Defs[Value.Index] : nullptr;
      bool IsCallable = Made && Made->Code == Op::Alloc && Made->Rec &&
                        P.Records[Made->Rec.Index].Invoke &&
                        P.Records[Made->Rec.Index].Fields.empty();
      if (IsCallable)
        Tables[Variable].push_back(Made->Rec);
    };
    for (const Instr &I : F.Body) {
      if (I.Dst)
        Defs[I.Dst.Index] = &I;
      const Instr *To =
          I.Code == Op::Store && I.A && I.B ? Defs[I.A.Index] : nullptr;
      if (!To || To->Code != Op::Global)
        continue;
      Note(To->Text, I.B);
      if (const Instr *Several = Defs[I.B.Index];
          Several && Several->Code == Op::Join)
        for (RegId Value : Several->Args)
          Note(To->Text, Value);
    }
  };
  llvm::for_each(P.Functions, Collect);
  for (auto &[Variable, Records] : Tables)
    sortUnique(Records);
}

/// A record's end runs code if its destructor has a body, or that of a base or
/// of a part does. Propagated from parts to wholes. Cost: linear.
void ProgramIndex::indexDestructors() {
  std::vector<std::vector<uint32_t>> Wholes(P.Records.size());
  std::vector<uint32_t> Work;
  Destroys.resize(P.Records.size());
  for (uint32_t I = 0; I != P.Records.size(); ++I) {
    const Record &R = P.Records[I];
    if (P.text(R.Key) == ControlBlockKey)
      ControlBlock = {I};
    for (RecordId Base : R.Bases)
      Wholes[Base.Index].push_back(I);
    for (const Field &F : R.Fields)
      for (const Leaf &L : F.Leaves)
        if ((L.Kind == Hold::Value || L.Kind == Hold::Unique) && L.Pointee)
          Wholes[L.Pointee.Index].push_back(I);
    if (R.Destructor &&
        P.Functions[R.Destructor.Index].has(FunctionFlag::HasBody))
      Work.push_back(I);
  }
  while (!Work.empty()) {
    uint32_t I = Work.back();
    Work.pop_back();
    if (Destroys[I])
      continue;
    Destroys[I] = true;
    llvm::append_range(Work, Wholes[I]);
  }
}

/// The destructors that the end of a \p Whole runs, as far as its class tells.
std::vector<FunctionId> ProgramIndex::destructorsOf(RecordId Whole) const {
  std::vector<RecordId> Work{Whole};
  std::set<RecordId> Seen{Whole};
  std::vector<FunctionId> Found;
  auto Add = [&](RecordId Part) {
    if (Part && Destroys[Part.Index] && Seen.insert(Part).second)
      Work.push_back(Part);
  };
  for (size_t Next = 0; Next != Work.size(); ++Next) {
    const Record &R = P.Records[Work[Next].Index];
    if (R.Destructor)
      Found.push_back(R.Destructor);
    for (RecordId Base : R.Bases)
      Add(Base);
    for (const Field &F : R.Fields)
      for (const Leaf &L : F.Leaves)
        if (L.Kind == Hold::Value || L.Kind == Hold::Unique)
          Add(L.Pointee);
  }
  return Found;
}

void ProgramIndex::indexBases() {
  Bases.resize(P.Records.size());
  Derived.resize(P.Records.size());
  for (uint32_t I = 0; I != P.Records.size(); ++I) {
    std::vector<RecordId> All = P.Records[I].Bases;
    for (size_t Next = 0; Next != All.size(); ++Next)
      for (RecordId Base : P.Records[All[Next].Index].Bases)
        if (!llvm::is_contained(All, Base))
          All.push_back(Base);
    sortUnique(All);
    for (RecordId Base : All)
      Derived[Base.Index].push_back({I});
    Bases[I] = std::move(All);
  }
}

bool ProgramIndex::isSameOrBase(RecordId Base, RecordId Of) const {
  return Base == Of || std::binary_search(Bases[Of.Index].begin(),
                                          Bases[Of.Index].end(), Base);
}

std::vector<RecordId> ProgramIndex::family(RecordId Id) const {
  std::vector<RecordId> All{Id};
  llvm::append_range(All, Bases[Id.Index]);
  llvm::append_range(All, Derived[Id.Index]);
  sortUnique(All);
  return All;
}

const Field *ProgramIndex::field(RecordId Declaring, uint32_t Index) const {
  if (Declaring.isNone() || Declaring.Index >= P.Records.size())
    return nullptr;
  const std::vector<Field> &Fields = P.Records[Declaring.Index].Fields;
  return Index < Fields.size() ? &Fields[Index] : nullptr;
}

/// What a slot of unknown content type makes of a stored expression: it copies
/// it, so it holds as the expression did, and objects by value.
/// A wrapper owns its callable, whatever it was; what is no callable is an
/// argument for one, as those of std::thread.
static Hold erasedHold(const Field &F, Hold ValueHold, bool IsArgument) {
  if (F.has(FieldFlag::Function))
    return IsArgument ? ValueHold : F.ErasedHold;
  if (F.ErasedHold > Hold::Value)
    return F.ErasedHold; // shared_ptr<void>.
  return ValueHold;
}

unsigned ProgramIndex::usesOf(RecordId Declaring, uint32_t Index) const {
  UseFact First;
  First.Object = Declaring;
  First.Slot = Index;
  First.File = StringId{0};
  unsigned Lines = 0;
  for (auto It = llvm::lower_bound(P.Uses, First);
       It != P.Uses.end() && It->Object == Declaring && It->Slot == Index; ++It)
    Lines += It->Lines.size();
  return Lines;
}

Hold ProgramIndex::holdOf(const Field &F, RecordId Target,
                          Hold ValueHold) const {
  bool Found = false, Same = false;
  Hold Best = Hold::Raw;
  for (const Leaf &L : F.Leaves) {
    bool Fits = L.Pointee.isNone() || Target.isNone() ||
                isSameOrBase(L.Pointee, Target) ||
                isSameOrBase(Target, L.Pointee);
    if (!Fits)
      continue;
    Found = true;
    Same |= L.Kind == ValueHold;
    Best = std::max(Best, L.Kind);
  }
  if (Found) // Of several leaves, the one that holds as the expression does.
    return Same ? ValueHold : Best;
  if (F.has(FieldFlag::Function) || F.has(FieldFlag::Erased))
    return erasedHold(F, ValueHold,
                      Target && P.Records[Target.Index].Invoke.isNone());
  for (const Leaf &L : F.Leaves)
    Best = std::max(Best, L.Kind); // Converted in a way we do not know.
  return Best;
}

static bool makesOrEnds(const Function &F) {
  return F.has(FunctionFlag::Constructor) || F.has(FunctionFlag::Destructor);
}

void ProgramIndex::indexCalls() {
  Callees.resize(P.Functions.size());
  Callers.resize(P.Functions.size());
  auto AddCall = [&](uint32_t From, FunctionId To) {
    Callees[From].push_back(To);
    Callers[To.Index].push_back({From});
  };
  for (uint32_t I = 0; I != P.Functions.size(); ++I) {
    // A closure that is passed by its own type is called by who takes it.
    for (const Param &Pm : P.Functions[I].Params)
      if (Pm.Type && P.Records[Pm.Type.Index].Invoke)
        AddCall(I, P.Records[Pm.Type.Index].Invoke);
    for (const LocalVar &V : P.Functions[I].Locals)
      if (V.Destroys && Destroys[V.Destroys.Index])
        llvm::append_range(Callees[I], destructorsOf(V.Destroys));
    std::set<RegId> PartlyMade;
    for (const Instr &In : P.Functions[I].Body) {
      // While a base is made or ends, its own versions run.
      if (In.Code == Op::This && makesOrEnds(P.Functions[I]))
        PartlyMade.insert(In.Dst);
      if (In.Code == Op::If && In.Text.Index != 0)
        NeededFlags.insert(In.Text);
      if (In.Code == Op::Global)
        for (RecordId Callable : callablesIn(In.Text))
          AddCall(I, P.Records[Callable.Index].Invoke);
      if (In.Code == Op::Call && In.Callee) {
        bool OnPart = PartlyMade.count(In.A);
        bool IsVirtual = In.has(InstrFlag::Virtual);
        if (!IsVirtual || OnPart || runsVirtually(In.Callee))
          AddCall(I, In.Callee);
        if (IsVirtual)
          for (FunctionId Over : P.Overriders[In.Callee.Index])
            if (OnPart || runsVirtually(Over))
              AddCall(I, Over);
      }
      if (In.Code != Op::Alloc || In.Rec.isNone())
        continue;
      const Record &R = P.Records[In.Rec.Index];
      if (R.Invoke) // A closure: may be called by whoever gets it.
        AddCall(I, R.Invoke);
      if (R.Destructor && In.Kind != uint8_t(AllocKind::Heap))
        AddCall(I, R.Destructor);
      // Wherever it lives, it may end here: at the latest when the last handle
      // does.
      if (Destroys[In.Rec.Index])
        llvm::append_range(Callees[I], destructorsOf(In.Rec));
    }
  }
  for (uint32_t I = 0; I != P.Records.size(); ++I)
    if (P.Records[I].Invoke && P.Records[I].Creator)
      Callers[P.Records[I].Invoke.Index].push_back(P.Records[I].Creator);
  for (auto *Lists : {&Callees, &Callers})
    for (std::vector<FunctionId> &List : *Lists)
      sortUnique(List);
}

FunctionId ProgramIndex::finalOverrider(FunctionId Callee,
                                        RecordId Exact) const {
  FunctionId Best = Callee;
  for (FunctionId F : P.Overriders[Callee.Index]) {
    RecordId Class = P.Functions[F.Index].Class;
    if (Class.isNone() || !isSameOrBase(Class, Exact))
      continue;
    RecordId BestClass = P.Functions[Best.Index].Class;
    if (Best == Callee || (BestClass && isSameOrBase(BestClass, Class)))
      Best = F;
  }
  return Best;
}

/// Tarjan's algorithm over the call graph, with an explicit stack; groups come
/// out callees first. See Components.cpp for the source.
std::vector<std::vector<FunctionId>> ProgramIndex::bottomUp() const {
  constexpr uint32_t Unvisited = ~uint32_t(0);
  struct Frame {
    uint32_t Node;
    size_t Next;
  };
  size_t Count = P.Functions.size();
  std::vector<uint32_t> Order(Count, Unvisited), Low(Count);
  std::vector<bool> Open(Count);
  std::vector<uint32_t> Pending;
  std::vector<Frame> Path;
  std::vector<std::vector<FunctionId>> Groups;
  uint32_t NextOrder = 0;

  auto Enter = [&](uint32_t N) {
    Order[N] = Low[N] = NextOrder++;
    Open[N] = true;
    Pending.push_back(N);
    Path.push_back({N, 0});
  };
  auto Close = [&](uint32_t Root) {
    std::vector<FunctionId> Group;
    do {
      Group.push_back({Pending.back()});
      Open[Pending.back()] = false;
      Pending.pop_back();
    } while (Group.back().Index != Root);
    llvm::sort(Group);
    Groups.push_back(std::move(Group));
  };

  for (uint32_t Start = 0; Start != Count; ++Start) {
    if (Order[Start] != Unvisited)
      continue;
    Enter(Start);
    while (!Path.empty()) {
      Frame &Top = Path.back();
      if (Top.Next != Callees[Top.Node].size()) {
        uint32_t To = Callees[Top.Node][Top.Next++].Index;
        if (Order[To] == Unvisited)
          Enter(To);
        else if (Open[To])
          Low[Top.Node] = std::min(Low[Top.Node], Order[To]);
        continue;
      }
      uint32_t N = Top.Node;
      if (Low[N] == Order[N])
        Close(N);
      Path.pop_back();
      if (!Path.empty())
        Low[Path.back().Node] = std::min(Low[Path.back().Node], Low[N]);
    }
  }
  return Groups;
}

bool ProgramIndex::isWithoutSlots(RecordId Id) const {
  const Record &R = (*this)[Id];
  return R.Fields.empty() && !R.has(RecordFlag::Incomplete) &&
         llvm::all_of(R.Bases,
                      [&](RecordId Base) { return isWithoutSlots(Base); });
}

} // namespace refcycle::analyzer
