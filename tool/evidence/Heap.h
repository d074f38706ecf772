// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A symbolic heap: the objects that one function body names, and what their
// slots hold at one point of it. Knows nothing of instructions and calls.
//
//   void Session::open(shared_ptr<Handler> h) { next = h; h->back = self(); }
//
//   nodes   This, Param 0
//   slots   (This, next) -> {Param 0, Strong}   (Param 0, back) -> {This,
//   Strong}
//
// What a slot held on entry is a node too, made when it is loaded: a
// *placeholder*, named by where it was loaded from.

#ifndef REFCYCLE_EVIDENCE_HEAP_H
#define REFCYCLE_EVIDENCE_HEAP_H

#include "facts/Fact.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <compare>
#include <map>
#include <tuple>
#include <vector>

namespace refcycle::analyzer {

/// An object of one symbolic heap; index into HeapNodes.
using NodeIndex = uint32_t;
inline constexpr NodeIndex NullNode = 0;

/// Sorted and unique; may contain NullNode.
using NodeSet = llvm::SmallVector<NodeIndex, 2>;

void insertInto(NodeSet &Set, NodeIndex N);
void insertAll(NodeSet &Set, const NodeSet &More);

/// By what the elements of a container are told apart: a constant of the
/// program, or what the caller passed as a parameter. Two constants are equal
/// or different; nothing else is known to be different.
class ElementKey {
public:
  ElementKey() = default;
  static ElementKey constant(StringId Text) { return {Text.Index * 2 + 2}; }
  static ElementKey parameter(uint32_t Number) { return {Number * 2 + 1}; }

  explicit operator bool() const { return Id != 0; }
  bool isConstant() const { return Id && Id % 2 == 0; }
  bool isParameter() const { return Id % 2 == 1; }
  uint32_t parameter() const { return Id / 2; }
  bool isSame(ElementKey Other) const { return Id && Id == Other.Id; }
  bool isOther(ElementKey Than) const {
    return isConstant() && Than.isConstant() && Id != Than.Id;
  }
  auto operator<=>(const ElementKey &) const = default;

private:
  ElementKey(uint32_t Id) : Id(Id) {}
  uint32_t Id = 0; ///< Zero: not known.
};

/// A slot of some object: a field, or one of the two that no class declares.
struct SlotKey {
  static constexpr uint32_t LocalTag = ~uint32_t(0) - 1;
  static constexpr uint32_t WholeTag = ~uint32_t(0) - 2;
  static constexpr uint32_t ElementTag = ~uint32_t(0) - 3;
  static constexpr uint32_t FlagTag = ~uint32_t(0) - 4;

  RecordId Declaring;
  uint32_t Field = 0;

  /// Variable \p Index; its holder is the FrameNode.
  static SlotKey local(uint32_t Index) { return {{LocalTag}, Index}; }
  /// The content of a global variable or of a place that a caller passed.
  static SlotKey whole() { return {{WholeTag}, 0}; }
  /// What one element is in a node that stands for all of a container's.
  static SlotKey element() { return {{ElementTag}, 0}; }
  /// Flag \p Name of an object. It holds nothing; it counts as emptied when it
  /// is set.
  static SlotKey flag(StringId Name) { return {{FlagTag}, Name.Index}; }
  bool isField() const { return Declaring.Index < FlagTag; }
  bool isFlag() const { return Declaring.Index == FlagTag; }
  auto operator<=>(const SlotKey &) const = default;
};

struct Place {
  NodeIndex Holder = NullNode;
  SlotKey Slot;
  auto operator<=>(const Place &) const = default;
};

enum class NodeKind : uint8_t {
  Null,
  Frame, ///< The holder of the local variables.
  This,
  Param,       ///< Parameter number Index.
  Cell,        ///< The place that parameter number Index refers to.
  Global,      ///< Variable Text.
  Alloc,       ///< Created here, or in a callee that was instantiated here.
  Placeholder, ///< What slot From held on entry.
  Opaque,      ///< Anything: an unknown result, an earlier iteration.
  Reference,   ///< What a reference in a slot refers to: the place From.
};

struct HeapNode {
  NodeKind Kind = NodeKind::Null;
  AllocKind Storage = AllocKind::Heap;
  bool Element = false;   ///< Placeholder, Reference: one element of several.
  bool Truncated = false; ///< Opaque because a limit was reached.
  bool Rest = false;      ///< Alloc: see InstrFlag::Rest.
  bool Exists = false;    ///< Placeholder: see InstrFlag::Exists.
  bool Makes = false;     ///< Placeholder: see InstrFlag::Makes.
  ElementKey Key = {};    ///< Placeholder of an element.
  uint8_t Depth = 0;      ///< Placeholder: loads from a root.
  uint32_t Index = 0;     ///< See NodeKind; Alloc and Opaque: a number.
  StringId Text = {};
  RecordId Rec = {}; ///< Its class, exact for Alloc; none while unknown.
  Place From = {};   ///< Placeholder and Reference.
};

/// The nodes of one function; the same for all its states.
class HeapNodes {
public:
  HeapNodes();

  NodeIndex frame() const { return 1; }
  NodeIndex thisNode(RecordId Class);
  NodeIndex param(uint32_t Index, RecordId Type);
  NodeIndex cell(uint32_t Index);
  NodeIndex global(StringId Text);
  NodeIndex alloc(RecordId Rec, AllocKind Storage);
  NodeIndex opaque(RecordId Rec);
  /// Placeholder for slot \p From; elements are told apart by \p Occasion.
  NodeIndex placeholder(Place From, RecordId Rec, uint32_t Occasion);
  /// \p Element: to one of the elements that \p To holds.
  NodeIndex reference(Place To, bool Element = false);

  HeapNode &operator[](NodeIndex N) { return Nodes[N]; }
  const HeapNode &operator[](NodeIndex N) const { return Nodes[N]; }
  size_t size() const { return Nodes.size(); }
  /// What \p N was loaded from in the end; \p N itself if it is no placeholder.
  NodeIndex rootOf(NodeIndex N) const {
    while (Nodes[N].Kind == NodeKind::Placeholder)
      N = Nodes[N].From.Holder;
    return N;
  }
  /// Was \p N loaded over a place that \p Is true of?
  template <typename Test> bool wasLoadedOver(NodeIndex N, Test Is) const {
    for (; Nodes[N].Kind == NodeKind::Placeholder; N = Nodes[N].From.Holder)
      if (Is(Nodes[N].From))
        return true;
    return false;
  }

private:
  NodeIndex add(HeapNode N);

  std::vector<HeapNode> Nodes;
  std::map<std::tuple<Place, uint32_t>, NodeIndex> Placeholders;
  std::map<std::pair<Place, bool>, NodeIndex> References;
  std::map<std::tuple<NodeKind, uint32_t>, NodeIndex> Roots;
};

/// An entry of TraceTable: where a store stands and which calls led to it.
using TraceId = uint32_t;

/// A way through a function on which something stays that other ways take.
struct Way {
  FactLoc Loc; ///< The exit or the branch; line 0: no such way is known.
  FunctionId In;
  bool Else = false; ///< Of the two ways through a branch, the second.
  /// On it, nothing was handed on by which somebody could come back: whoever
  /// was called to do the rest is not called again.
  bool Final = false;
  /// The store of a callable on it that the other ways do not make: where that
  /// one is called, this way was taken. Also of ways without a place. Zero:
  /// none.
  TraceId With = 0;
  /// It is one through a callable that was taken out of where it was, so that
  /// it is not called again.
  bool Once = false;
  /// The way is that of elements in which nobody has set this flag.
  StringId Unless = {};
  explicit operator bool() const { return Loc.Line != 0; }
  auto operator<=>(const Way &) const = default;
};

/// One of several objects, whichever it is: a set of candidates that an
/// instruction acted on. Zero: there was no choice.
using ChoiceId = uint32_t;

/// One thing that a slot holds.
struct HeapEdge {
  NodeIndex Target = NullNode;
  Hold Kind = Hold::Raw;
  /// One holder and one target, when it was stored: surely these objects.
  bool Exact = true;
  bool Always = true; ///< Stored on every way here.
  bool EachRound =
      false;        ///< Stored by every round of a loop on every way here.
  bool One = false; ///< An element for which no other one gave way.
  /// Stored under a condition that is not open, such as a counter.
  bool Conditional = false;
  bool Late = true;          ///< Can close a cycle; see closing-store rule.
  bool MaybeCleared = false; ///< Cleared on some way here, or perhaps.
  bool Gone = false;         ///< Cleared on every way here.
  TraceId Trace = 0;
  bool Whole = false;  ///< Stored as all that a container holds, not inserted.
  ElementKey Key = {}; ///< Of the element.
  Way Missed;          ///< If MaybeCleared: a way on which it surely was not.
  Way Absent;          ///< If not Always: an open way that did not store it.
  /// If not Always: the store of a callable on the same way. Where that one
  /// runs, this was stored. Zero: none is known.
  TraceId With = 0;
  uint32_t Arm = 0;          ///< Innermost branch that the store stands in.
  uint32_t Order = 0;        ///< Later stores have greater numbers.
  ChoiceId HolderChoice = 0; ///< The store chose this holder among several.
  ChoiceId TargetChoice = 0; ///< The store chose this target among several.
  ChoiceId Spared = 0; ///< It is still here only if this did not choose the
                       ///< holder: the slot of what it chose was overwritten.

  /// Is it there unless something took it? Loops are run at least once.
  bool isSure() const { return Always || EachRound; }
  /// Leads to no object, or not any more.
  bool isEmpty() const { return Gone || Target == NullNode; }
  bool isSameStore(const HeapEdge &Other) const {
    return Target == Other.Target && Kind == Other.Kind &&
           Trace == Other.Trace && Arm == Other.Arm;
  }
};

/// What became of the content that a slot had on entry.
enum class OldContent : uint8_t {
  Kept,
  KnownNull, ///< Tested: there was nothing. Not an effect.
  MaybeKilled,
  Killed,
};

struct SlotState {
  OldContent Old = OldContent::Kept;
  Way Missed;          ///< If MaybeKilled: a way on which it surely stayed.
  ChoiceId Spared = 0; ///< Of the content on entry; see HeapEdge.
  /// If MaybeKilled: elements were taken out one by one, never all at once.
  bool OneByOne = false;
  /// No more elements than that were taken out, or gave way to others, since
  /// nothing was left.
  uint8_t Taken = 0;
  static constexpr uint8_t AnyNumber = 255;
  /// If MaybeKilled: nothing was taken out but what this names.
  ElementKey TakenKey;
  /// May \p E have been erased where \p Way says?
  bool wasErasedOn(const HeapEdge &E, Way On) const {
    return On && Cleared && How == ClearKind::Erase && E.MaybeCleared &&
           ClearLoc == On.Loc;
  }
  /// Cleared by an instruction here (not merely overwritten or tested).
  bool Cleared = false;
  ClearKind How = ClearKind::Null;
  FactLoc ClearLoc;
  llvm::SmallVector<HeapEdge, 1> Edges;
  /// The edge that the same store made; null: there is none.
  const HeapEdge *findSame(const HeapEdge &E) const {
    const HeapEdge *Same = llvm::find_if(
        Edges, [&](const HeapEdge &X) { return X.isSameStore(E); });
    return Same == Edges.end() ? nullptr : Same;
  }
};

/// An object that code which is not known has got hold of.
struct HandOver {
  NodeIndex Object = NullNode;
  bool Always = true; ///< On every way here.
  Way Absent = {};    ///< If not Always: an open way on which it was not.
};

/// What every slot holds at one point. Slots that are absent hold what they
/// held on entry.
class HeapState {
public:
  bool Reachable = true;

  const SlotState *find(Place P) const;
  SlotState &operator[](Place P);

  /// Replaces what \p P holds: nothing of it stays. Of what is put in after
  /// that, \p Taken elements at most are taken out again.
  void kill(Place P, unsigned Taken = 0);
  /// Some of what \p P holds may be gone, but not on the way \p Missed. A
  /// second chance to go rules a way out: the two may depend on each other.
  /// \p Taken: how many elements at most. \p Key: which one, if it is known.
  void maybeKill(Place P, Way Missed = {},
                 unsigned Taken = SlotState::AnyNumber, ElementKey Key = {});
  /// What \p P has for \p Key gives way to something else.
  void replaceAt(Place P, ElementKey Key);
  /// Until now, did nothing leave \p P, or one element at a time?
  bool losesOneByOne(Place P) const;
  /// An instruction emptied \p P.
  void markCleared(Place P, ClearKind How, FactLoc Loc);
  void addEdge(Place P, const HeapEdge &E);
  /// Slot \p Slot of some object that is not known was emptied, after all
  /// stores before \p Order: it may have been any.
  void clearSomewhere(SlotKey Slot, uint32_t Order);
  bool mayHaveLost(SlotKey Slot, uint32_t StoreOrder) const;
  llvm::ArrayRef<std::pair<SlotKey, uint32_t>> clearedSomewhere() const {
    return ClearedSomewhere;
  }
  /// What \p P holds stays only if \p Choice is not the holder of \p P.
  void spareUnless(Place P, ChoiceId Choice);
  /// Code that is not known gets what \p H says.
  void handOver(const HandOver &H);
  /// Null if \p N was not handed over.
  const HandOver *handOverOf(NodeIndex N) const;
  llvm::ArrayRef<HandOver> handOvers() const { return HandedOver; }
  /// The callable \p N was taken out of where it was stored. What is left only
  /// where it was stored is there.
  void assumeStored(NodeIndex N);
  /// On this way, what \p P holds was found to be null.
  void assumeNull(Place P);

  /// Where \p N may have been erased from a container; line 0: it was not. A
  /// look-up that comes later does not find it then.
  FactLoc erasedAt(NodeIndex N) const;

  /// Was \p Store made on some way here?
  bool hasStore(TraceId Store) const;

  /// May flag \p Name have been set in \p N? Of new objects all is seen.
  bool mayBeSet(StringId Name, NodeIndex N, const HeapNodes &Nodes) const;

  /// Marks the edges with one of \p Traces (sorted).
  void markLate(llvm::ArrayRef<TraceId> Traces);

  /// Makes this what holds after either way was taken. \p Here and \p There
  /// name the two ways, if they are open.
  void join(const HeapState &Other, Way Here = {}, Way There = {});
  /// In a loop a later round may take what this one missed, and more than one
  /// round does: forgets the numbers that are new since \p Before, and the ways
  /// but for those that \p Stay, or that a flag decides in all rounds alike.
  using WaysThatStay = llvm::function_ref<bool(Place, Way)>;
  void forgetWaysSince(const HeapState &Before, WaysThatStay Stay);
  /// The final ways that are new since \p Before are those of callables that
  /// are not called again.
  void markOnce(const HeapState &Before);
  /// Marks what \p Round, the end of a loop's body, has for sure and \p Before,
  /// its begin, had not.
  void markEachRound(const HeapState &Round, const HeapState &Before);

  using Entry = std::pair<Place, SlotState>;
  llvm::ArrayRef<Entry> entries() const { return Slots; }

private:
  std::vector<Entry> Slots; ///< Sorted by place.
  void joinHandOvers(const HeapState &Other, Way Here, Way There);

  llvm::SmallVector<std::pair<SlotKey, uint32_t>, 1> ClearedSomewhere;
  std::vector<HandOver> HandedOver; ///< Each object once.
};

} // namespace refcycle::analyzer

#endif
