// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs one function body on a symbolic heap, once, forward. Branches are walked
// apart and joined; loops are walked once, with what an earlier iteration left
// in the variables; calls replay the callee's summary.

#ifndef REFCYCLE_EVIDENCE_BODYWALK_H
#define REFCYCLE_EVIDENCE_BODYWALK_H

#include "evidence/Heap.h"
#include "evidence/ProgramIndex.h"
#include "evidence/Summary.h"

namespace refcycle::analyzer {

/// What all walks share.
struct WalkContext {
  const ProgramIndex &Index;
  TraceTable Traces;
  std::vector<Summary> Summaries; ///< By function; empty until walked.
  std::vector<Summary> Thrown;    ///< The same for the ways that throw.
  std::vector<bool> Walked;
  std::vector<bool> Unreplayed; ///< Some call of it was not replayed.
};

/// One way out of a function.
struct WalkExit {
  HeapState State;
  FactLoc Loc;
  bool Throws = false;
  bool Ends = false;  ///< Ends the program.
  bool AtEnd = false; ///< Falls off the end of the body.
  bool Open = true;   ///< Every branch that leads here is; see MayTake.
  NodeSet Returned;
  NodeSet Escaped; ///< What unknown code had got hold of by then.
};

/// What the closing-store rule says of a store, and what it took for granted:
/// in a loop that has to hold in the next iteration too.
struct LateVerdict {
  bool Late = false;
  NodeIndex Holder = NullNode; ///< Nothing referred to it.
  NodeSet Targets;             ///< They held nothing.
};

/// One store into a slot that owns, or one that a callee made.
struct LoggedStore {
  Place To;
  NodeIndex Target = NullNode;
  Hold Kind = Hold::Raw;
  TraceId Trace = 0;
  bool Late = true;
  LateVerdict Verdict;
};

/// A call as its callee sees it.
struct CallSite {
  FunctionId Callee;
  NodeSet Receiver;
  std::vector<RegValue> Args;
  FactLoc Loc;
  NodeIndex Callable = NullNode; ///< The call is one of this.
};

/// What an instruction or a callee takes out of one slot.
struct Removal {
  bool All = false;      ///< Nothing that was there stays.
  bool OneByOne = false; ///< Of a container: never more than some at once.
  /// How many elements at most; if All: of those that were put in afterwards.
  unsigned Taken = 0;
  Way Missed;     ///< If not All: see SlotState.
  ElementKey Key; ///< Which element, if that is known.
};

/// One access to a container.
struct ElementAccess {
  /// \p Occasion tells accesses apart; 0 means all elements.
  ElementAccess(uint32_t Occasion = 0) : Occasion(Occasion) {}
  uint32_t Occasion;
  ElementKey Key;
  bool Exists = false; ///< See InstrFlag.
  bool Makes = false;
  RecordId Class; ///< If it exists: of the element.
  FactLoc Loc;
};

class BodyWalk {
public:
  BodyWalk(WalkContext &Context, FunctionId F);

  void run();
  /// Runs the body of closure \p N in \p State, as if somebody called it later.
  void invokeLater(HeapState &State, NodeIndex N);
  /// Runs the destructors of object \p N in \p State.
  void destroy(HeapState &State, NodeIndex N);

  /// What the exits that return do, or those that throw.
  Summary summarize(bool Throws = false) const;

  HeapNodes &nodes() { return Nodes; }
  const HeapNodes &nodes() const { return Nodes; }
  const std::vector<WalkExit> &exits() const { return Exits; }
  const std::vector<NodeIndex> &closuresMadeHere() const { return Closures; }
  /// Calls of what is not known here.
  const std::vector<PendingInvoke> &pending() const { return Pending; }
  bool gaveUp() const { return GaveUp; }
  /// Does it call itself on its own object, with nothing known of that call?
  bool isRepeated() const { return Repeated; }
  bool mayThrow() const;
  /// In the order in which they were walked.
  const std::vector<LoggedStore> &stores() const { return Stores; }
  const Field *fieldOf(Place P) const;
  /// Can stores in these two branches not happen in one run?
  bool exclude(uint32_t ArmA, uint32_t ArmB) const;
  /// How the slot that \p Placeholder was loaded from holds it.
  Hold impliedHold(NodeIndex Placeholder) const;
  /// Is this object, or the one it is a part of, created here?
  bool isFresh(NodeIndex N) const { return freshRoot(N) != NullNode; }
  NodeIndex freshRoot(NodeIndex N) const;
  bool holdsNothing(NodeIndex N) const;
  /// The same by what its slots hold in \p State.
  bool holdsNothing(NodeIndex N, const HeapState &State) const;
  bool isPart(Place P) const;
  /// A control block that is no part of what the handle points to.
  bool isControlBlock(NodeIndex N) const {
    return Nodes[N].Rec && Nodes[N].Rec == Index.controlBlock();
  }
  /// May \p N, as far as its class is known, have the slots of a \p Class?
  bool canBe(RecordId Class, NodeIndex N) const;
  bool isFrame(NodeIndex N) const {
    return Nodes[N].Rec && Index[Nodes[N].Rec].Kind == RecordKind::Frame;
  }

private:
  friend class Instantiation;
  struct OpenBlock {
    Op Code = Op::Block;
    uint32_t At = 0; ///< Number of the instruction.
    uint32_t OuterArm = 0;
    size_t FirstStore = 0; ///< What was stored and created before it.
    NodeIndex FirstNode = 0;
    HeapState Entry; ///< If: for the other way. Loop: before it.
    HeapState Done;  ///< Ways that go on behind the block.
    HeapState Next;  ///< Loop: ways to the next iteration. Try: what threw.
    uint16_t Flags = 0;
    bool Tests = false; ///< If: whether something is null.
    FactLoc Loc;
    StringId Flag;  ///< If: what one way needs, that up to Else/End or, with
                    ///< InstrFlag::Negated, the other.
    Way FirstSkip;  ///< Loop: a way that goes on with the next round.
    Way FirstBreak; ///< Stands for all open ways that left by a break.
    bool has(InstrFlag F) const { return Flags & uint16_t(F); }
  };
  struct Arm {
    uint32_t Parent = 0;
    uint32_t If = 0; ///< Which if; arms of one if exclude each other.
    bool Open = true;
  };

  void step(const Instr &I, uint32_t At);
  void stepValue(const Instr &I);
  void stepPlace(const Instr &I, uint32_t At);
  void stepEffect(const Instr &I);
  void stepStructure(const Instr &I, uint32_t At);
  void enterBlock(const Instr &I, uint32_t At);
  void elseBlock();
  void endBlock();
  void doubtWhatRoundsTake(const OpenBlock &Loop);
  bool onlyPolls(const OpenBlock &Loop) const;
  bool isOfRound(NodeIndex N, const OpenBlock &B) const;
  Way wayWithoutFlag() const;
  Way wayThrough(const OpenBlock &B, bool Taken, const HeapState &On,
                 const HeapState &Off) const;
  Way wayOn(const HeapState &On, const HeapState &Off, FactLoc Loc,
            bool Open) const;
  bool isCallable(NodeIndex N) const;
  bool isOpen(uint32_t Arm) const;
  /// Does reaching this point depend on a condition that is not open?
  bool isConditional() const { return LeftByClosed || !isOpen(CurrentArm); }
  void raise(const Instr &I);
  void jump(const Instr &I);
  void leave(const Instr *I);
  void call(const Instr &I);
  void copyObject(const Instr &I);
  NodeIndex copyOf(const NodeSet &From, RecordId Rec, FactLoc Loc);
  void copySlots(const NodeSet &From, NodeIndex To, RecordId Rec,
                 StoreKind Kind, FactLoc Loc);
  void assignObject(const RegValue &To, const NodeSet &Values, FactLoc Loc);
  bool isGlobal(llvm::ArrayRef<Place> Places) const;
  void store(const Instr &I);
  void clear(const Instr &I);
  void mark(const Instr &I);
  unsigned elementsTaken(const Instr &I, Place From);
  bool isOpenForEach(Place At, Way Missed) const;
  Way missedByOneOf(Place At, const Removal &R) const;
  void takeAway(Place At, bool Single, const Removal &R);
  void noteIfUnknown(Place Cleared);

  /// An argument that carries no object has no register.
  RegValue &reg(RegId R) { return Regs[R ? R.Index : F.Registers]; }
  NodeSet valueOf(RegId R);
  NodeSet valueOf(const RegValue &V);
  bool isOwnVariable(const RegValue &To) const;
  NodeSet referencesTo(const RegValue &V);
  bool addPlaceOf(NodeIndex N, RegValue &To) const;
  RegValue resultOf(NodeSet Result) const;
  NodeSet contentOf(const NodeSet &Set);
  NodeSet load(Place P, const ElementAccess &How);
  NodeIndex elementThatExists(Place P, const NodeSet &Known, NodeIndex Rest,
                              const ElementAccess &How);
  NodeIndex newElement(Place P, const ElementAccess &How);
  NodeSet elementsOf(const NodeSet &Values, uint32_t Occasion);
  NodeIndex loadOld(Place P, RecordId Rec, const ElementAccess &How);
  ElementKey keyOf(const Instr &I);
  bool hasNothingToLose(Place P) const;
  bool isEmptyOnEntry(Place P) const;
  bool isEmptyNow(Place P) const;
  bool hangsFrom(NodeIndex N, Place P) const;
  void copyWhatIsNotThere(const HeapState &From, HeapState &To) const;
  RecordId contentType(Place P) const;
  void write(llvm::ArrayRef<Place> Places, const NodeSet &Values,
             StoreKind Kind, Hold ValueHold, FactLoc Loc, bool One = false,
             ElementKey Key = {});
  Hold holdAt(Place To, NodeIndex N, StoreKind Kind, Hold ValueHold,
              bool HasBlock);
  Hold holdOfLocal(SlotKey Local, StoreKind Kind, Hold ValueHold);
  ChoiceId newChoice() { return ++LastChoice; }
  ChoiceId choiceOf(NodeSet Candidates);
  ChoiceId holderChoice(llvm::ArrayRef<Place> Places);
  void bindReference(llvm::ArrayRef<Place> Slots, llvm::ArrayRef<Place> To);
  void addReferred(Place Slot, llvm::SmallVectorImpl<Place> &To) const;
  LateVerdict judgeStore(Place To, const NodeSet &Values) const;
  bool isWithin(NodeIndex N, NodeIndex Whole) const;
  bool isUnlinked(NodeIndex N) const;
  bool isReferred(NodeIndex N) const;
  bool isHidden(NodeIndex N) const;
  bool leadsTo(NodeIndex From, NodeIndex To) const;
  bool isSpliced(NodeIndex From, NodeIndex N) const;
  bool slotsLeadFrom(NodeIndex From, NodeIndex N, RecordId Rec) const;
  void logStore(Place To, NodeIndex Target, const HeapEdge &E,
                const LateVerdict &Verdict);
  void judgeAgain(size_t FirstStore, NodeIndex FirstNode);
  void markRevised();
  void refine(HeapState &S, const RegValue &Tested, bool NonNull);
  void keepEarlierIterations(uint32_t LoopAt);
  void learnType(NodeIndex N, RecordId Rec);
  bool isOfExactClass(NodeIndex N) const;
  bool isNewAndNo(RecordId Class, NodeIndex N) const;
  NodeSet thoseThatAre(RecordId Class, NodeSet Set) const;
  void learnTypes(const CallSite &Site);

  llvm::ArrayRef<RecordId> tableOf(NodeIndex N) const;
  void invoke(const NodeSet &Callable, const std::vector<RegValue> &Args,
              FactLoc Loc, NodeSet &Result, const PendingInvoke &How = {});
  void applyOneOf(llvm::ArrayRef<CallSite> Sites, NodeSet &Result);
  void applyOne(const CallSite &Site, NodeSet &Result);
  bool isNextRound(const CallSite &Site);
  void applyThrown(const CallSite &Site);
  CallSite callOf(NodeIndex Callable, const std::vector<RegValue> &Args,
                  FactLoc Loc);
  std::vector<FunctionId> targetsOf(const Instr &I, const NodeSet &Receiver);
  NodeSet receiversOf(const Instr &I, FunctionId Target,
                      const NodeSet &Receiver) const;
  void hideFrom(const CallSite &Site, NodeSet &Result);
  void keep(const CallSite &Site, uint32_t Argument);
  void keepForgotten(const CallSite &Site, const Summary &Done);
  /// Code that is not known gets \p Set; if not \p Always, then surely not on
  /// the way \p Absent.
  void escape(const NodeSet &Set, bool Always = true, Way Absent = {});
  bool endsWithItsOwner(const Field &Part) const;
  RecordId classOfPart(NodeIndex N, const Leaf &L) const;
  void destroyNow(NodeIndex N);
  bool runDeleter(NodeIndex N);
  RegValue passedAs(const Param &P, NodeIndex N) const;
  void endHandle(Place Handle, const NodeSet &Returned);
  bool isDestroyed(NodeIndex N) const;
  bool outlivesVariables(NodeIndex N, const NodeSet &Returned) const;
  void destroyWithContent(NodeIndex Whole, const NodeSet &Returned);
  void destroyContent(Place At, const NodeSet &Returned);
  void destroyLocals(const NodeSet &Returned);

  WalkContext &Context;
  const ProgramIndex &Index;
  const LinkedProgram &P;
  const FunctionId Self;
  const Function &F;
  HeapNodes Nodes;
  HeapState State;
  std::vector<RegValue> Regs;
  std::vector<OpenBlock> Blocks;
  std::vector<Arm> Arms{{}};
  uint32_t CurrentArm = 0;
  std::vector<WalkExit> Exits;
  /// What calls throw that nothing here catches.
  WalkExit Propagated;
  std::vector<PendingInvoke> Pending;
  NodeSet Escaped;
  /// New objects whose content is not known, or whom somebody may know.
  NodeSet Doubtful;
  std::vector<LoggedStore> Stores;
  std::vector<TraceId> Revised; ///< Stores that turned out to be late.
  /// Counts calls of what is not known; and when each node was loaded.
  uint32_t Epoch = 0;
  std::vector<uint32_t> LoadedIn;
  NodeSet ReturnedAll;
  std::vector<NodeIndex> Closures;
  std::map<uint32_t, Hold> LocalHolds; ///< How each variable's type holds.
  uint32_t NextOccasion = 0;           ///< For element loads inside callees.
  uint32_t NextOrder = 0;
  ChoiceId LastChoice = 0;
  std::map<NodeSet, ChoiceId> Choices; ///< By candidates; more than one.
  /// Where an element was emptied that is still there, and in which branch.
  std::pair<Place, uint32_t> Hollow;
  uint32_t LastClear = 0;    ///< Order of the last store before a clear.
  bool LeftByClosed = false; ///< Some exit so far was not open.
  unsigned CallDepth = 0;    ///< Callables that call callables.
  unsigned Replays = 0;      ///< Summaries replayed by this instruction.
  bool GaveUp = false;
  bool Repeated = false;
};

} // namespace refcycle::analyzer

#endif
