// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the program does with its ownership edges, as plain values: cycles whose
// stores compose, and what could break them. Made from the linked program;
// judged by the checks, which see nothing else.

#ifndef REFCYCLE_EVIDENCE_EVIDENCE_H
#define REFCYCLE_EVIDENCE_EVIDENCE_H

#include "base/SourceEdit.h"
#include "base/SourceRef.h"
#include "evidence/CountLeaks.h"
#include "evidence/Registries.h"
#include "graph/OwnershipGraph.h"
#include <optional>
#include <string>
#include <vector>

namespace refcycle::analyzer {

struct LinkedProgram;

/// What kind of slot a hop goes through.
enum class SlotShape : uint8_t {
  Typed,    ///< A member with a known type: handle, container, by value.
  Function, ///< A callable wrapper; what it holds is known from stores only.
  Erased,   ///< `any`, `shared_ptr<void>`, a heap cell.
  Capture,  ///< A captured variable or bound argument.
  Frame,    ///< A variable of a coroutine frame, or the slot of a thread.
};

enum class ObjectShape : uint8_t {
  Class,
  Closure,
  Bind,
  Frame,
  Cell,         ///< An object on the heap that no class declares.
  ControlBlock, ///< Of a counted handle; it holds the deleter.
};

/// Who else owned the target of a hop where the cycle was seen.
enum class SeenOwner : uint8_t {
  None,     ///< Nothing: without this hop the object would end.
  Unseen,   ///< It was found in the slot: nothing shows who else has it.
  Variable, ///< A variable of the function where the whole cycle is made.
  Outside,  ///< Something that goes on after the function: the caller, an
            ///< argument, a global variable, another member.
  Object,   ///< It is the object whose member function stored it.
};

/// A store seen to create one hop.
struct HopStore {
  SourceRef Loc;
  /// The calls that lead to it from the witnessing function, innermost first.
  std::vector<SourceRef> Calls;
  /// Not a fresh holder, fresh target, shortcut or splice: it can close a
  /// cycle.
  bool Late = true;
};

/// One hop of a witnessed cycle.
struct EvidenceHop {
  std::string From; ///< The class that holds the slot, or the closure.
  /// The class that declares the slot: From or a base. From for slots that no
  /// class declares, such as that of a deleter.
  std::string Declaring;
  std::string Via;
  std::string To;
  EdgeKind Kind = EdgeKind::Strong;
  SlotShape Slot = SlotShape::Typed;
  ObjectShape Holder = ObjectShape::Class;
  SourceRef Loc; ///< The slot's declaration, or the capture.
  /// The spelling of From that survives edits: a closure counts as the function
  /// that creates it and its captured names.
  std::string StableFrom;
  /// A declaration says that the holder keeps it; the slot itself is not seen.
  bool Promised = false;
  bool Stored = false;    ///< Stored where the cycle was seen (else loaded).
  bool Container = false; ///< The slot holds any number of elements.
  /// As the innermost function that saw the cycle knows it, unless another one
  /// saw that the hop is the only owner.
  SeenOwner Owner = SeenOwner::Unseen;
  bool NoWeakKind = false; ///< Its handle has no weak form.
  /// Its class consists of this handle, and is one to those who use it.
  bool Whole = false;
  /// Lines of the program that read it, if it is one counted handle in a
  /// member.
  std::optional<unsigned> Uses;
  std::vector<HopStore> Stores; ///< Stores of this edge in the program; sorted.
  /// What to change in the source to make it weak, or why that is not safe.
  /// None for a kind of slot that no fix is made for, and in a suspect.
  std::optional<Weakening> Weaken;
};

enum class BreakKind : uint8_t { Dead, Owner, Self, Protocol, KeepAlive };

/// Something in the program that takes one hop away.
struct HopBreak {
  unsigned Hop = 0;
  BreakKind Kind = BreakKind::Protocol;
  std::string Function; ///< Qualified name of the function that breaks.
  SourceRef Loc;
  /// If it is dead and not a destructor itself: the destructor that calls it.
  std::string Destructor{};
};

/// A cycle of objects that the program was seen to build.
struct CycleWitness {
  std::vector<EvidenceHop> Hops;
  std::string Function; ///< Where the stores meet.
  SourceRef ClosingStore;
  unsigned ClosingHop = 0;
  /// Every object on the cycle is one object for sure: one variable or `this`.
  bool MustAlias = false;
  /// A store of the cycle acted on one of several objects: which one is not
  /// known, and may be another one than the other hops need.
  bool Chosen = false;
  /// The only object was found as a base class; only one of the classes that it
  /// may have has the slot, and runs the store.
  bool GuessedClass = false;
  /// No other pointer to the objects is left at an exit of a function, and the
  /// cycle is intact there: a leak for sure. The text says which exit.
  std::string LeaksAt;
  SourceRef LeakLoc;
  /// It is whole there since more elements were put into a container than were
  /// taken out again.
  bool Outnumbered = false;
  /// If it is so on some ways only: the function, and the exit or branch in it,
  /// that leaves out what would have broken the cycle.
  std::string MissedIn;
  SourceRef MissedLoc;
  /// If what stays does so since nothing set this flag in it.
  std::string MissedFlag;
  std::vector<HopBreak> Breaks; ///< Of every kind; sorted by hop and place.
  bool OneShot = false;    ///< A slot is emptied before what it held is called.
  bool Incomplete = false; ///< An incomplete type or an ODR variant is on it.
  bool OpenWorld = false;  ///< A library's public classes: writers are unknown.
};

/// A cycle of the type graph in which every edge has a store, one of them late,
/// but whose stores were not seen to meet.
struct SuspectCycle {
  std::vector<EvidenceHop> Hops;
  unsigned ClosingHop = 0; ///< The one with the late store.
  SourceRef ClosingStore;
  std::vector<HopBreak> Breaks; ///< As those of a witness.
  bool Incomplete = false;
  bool OpenWorld = false;
};

/// Classes that can hold each other by their stored edges, but no store of
/// which can be the last of a cycle: a list, a tree, a syntax tree.
struct DischargedKnot {
  std::vector<std::string> Classes; ///< Sorted.
};

/// How far the analysis went; shown by `refcycle stats`.
struct EvidenceStats {
  unsigned Functions = 0; ///< Bodies walked.
  unsigned Recursive = 0; ///< Functions in recursive groups.
  unsigned GaveUp = 0;    ///< Functions where a limit dropped effects.
  unsigned Witnesses = 0; ///< Before grouping.
};

struct Evidence {
  /// The type graph, and what function and erased slots were seen to hold;
  /// node names are class names.
  OwnershipGraph Graph;
  std::vector<CycleWitness> Witnesses; ///< Sorted, one per sequence of slots.
  std::vector<SuspectCycle> Suspects;  ///< Sorted.
  std::vector<DischargedKnot> Discharged;
  std::vector<CountLeak> CountLeaks;    ///< Sorted.
  std::vector<RegistryLeak> Registries; ///< Sorted.
  EvidenceStats Stats;
};

/// Walks every function of the program and collects what its heaps show.
/// Deterministic. Cost: linear in the program for bounded call depth.
Evidence gatherEvidence(const LinkedProgram &Program);

} // namespace refcycle::analyzer

#endif
