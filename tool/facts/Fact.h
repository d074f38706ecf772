// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The vocabulary of facts: what one translation unit says about ownership.
// Two kinds of statements: records (which slots a class has and how they own)
// and functions (what they load, store, clear and call, as a small program).
// Nothing here knows clang; nothing here is linked yet.

#ifndef REFCYCLE_FACTS_FACT_H
#define REFCYCLE_FACTS_FACT_H

#include <compare>
#include <cstdint>
#include <vector>

namespace refcycle::analyzer {

/// A dense index into one of the tables of a TuFacts. `None` refers to nothing.
template <typename Tag> struct FactId {
  static constexpr uint32_t NoneIndex = ~uint32_t(0);
  uint32_t Index = NoneIndex;

  static constexpr FactId none() { return {}; }
  bool isNone() const { return Index == NoneIndex; }
  explicit operator bool() const { return !isNone(); }
  auto operator<=>(const FactId &) const = default;
};

/// TuFacts::Strings. Index 0 is the empty string.
using StringId = FactId<struct StringTag>;
/// TuFacts::Records.
using RecordId = FactId<struct RecordTag>;
/// TuFacts::Functions.
using FunctionId = FactId<struct FunctionTag>;
/// A virtual register of one function body; defined exactly once.
using RegId = FactId<struct RegTag>;

/// A place in the source; File is a string of the TU's table.
struct FactLoc {
  StringId File;
  uint32_t Line = 0; ///< Starts at 1; 0: nowhere.
  uint32_t Column = 0;
  auto operator<=>(const FactLoc &) const = default;
};

//===----------------------------------------------------------------------===//
// Records
//===----------------------------------------------------------------------===//

/// How a slot holds what it refers to. The order is the strength: when two
/// translation units disagree, the greater one wins.
enum class Hold : uint8_t {
  Raw,    ///< Pointer or reference: keeps nothing alive.
  Weak,   ///< Counted, but not as an owner (`std::weak_ptr`).
  Value,  ///< Part of the object itself (by-value member, element, capture).
  Unique, ///< Sole owner (`std::unique_ptr`, raw pimpl deleted by its owner).
  Strong, ///< One of several counted owners (`std::shared_ptr`).
};

/// Does an edge of this kind keep its target alive?
inline bool owns(Hold H) { return H >= Hold::Value; }

/// One thing that a slot can refer to. `map<K, shared_ptr<V>>` has the leaf
/// {Strong, V}; `variant<A, weak_ptr<B>>` has {Value, A} and {Weak, B}.
struct Leaf {
  Hold Kind = Hold::Raw;
  RecordId Pointee; ///< None for a type-erased leaf (`any`, `function`).
  auto operator<=>(const Leaf &) const = default;
};

enum class FieldFlag : uint16_t {
  Container = 1, ///< Holds any number of elements (vector, map, signal).
  Function = 2,  ///< A callable wrapper: `std::function`, delegate, thread.
  Erased = 4,    ///< Holds values of any type: `any`, `shared_ptr<void>`.
  Capture = 8,   ///< A closure's captured variable or a bound argument.
  Base = 16,     ///< Reserved for printing; bases are not slots.
  // What annotations say; linking makes leaves of it.
  Acyclic = 32,    ///< Takes part in no cycle.
  Owning = 64,     ///< Owns what it points to.
  NonOwning = 128, ///< Keeps nothing alive.
  Reference = 256, ///< Refers to a handle or container of somebody else.
  // What advice needs to know.
  NoWeakKind = 512, ///< A counted handle for which there is no weak one.
  Whole = 1024,     ///< A private counted handle that is all of its class.
};

/// A slot: a data member, a capture, or a bound argument.
///
/// Type-erased and callable slots have no typed leaf; what they hold is known
/// from the stores only, and is owned (`Hold::Strong` for shared_ptr<void>,
/// `Hold::Value` for a function wrapper, which owns its closure).
struct Field {
  StringId Name;
  FactLoc Loc;
  uint16_t Flags = 0;            ///< FieldFlag bits.
  Hold ErasedHold = Hold::Value; ///< How Erased/Function slots own.
  std::vector<Leaf> Leaves;      ///< Sorted, unique.

  bool has(FieldFlag F) const { return Flags & uint16_t(F); }
  auto operator<=>(const Field &) const = default;
};

enum class RecordKind : uint8_t {
  Class,   ///< class, struct, union; each template specialisation is its own.
  Closure, ///< A lambda's class. Fields are its captures.
  Bind,    ///< The object that `std::bind` and friends return; one per call.
  Frame,   ///< A coroutine's frame: parameters and locals live in it.
};

enum class RecordFlag : uint8_t {
  System = 1,      ///< Declared in a system header.
  Incomplete = 2,  ///< Only a declaration was seen here.
  Polymorphic = 4, ///< Has virtual functions.
  Local = 8,       ///< Internal linkage or local to a function.
  Cell = 16,       ///< A type-erased heap cell, e.g. `new std::function<..>`.
  Variant = 32,    ///< Linked: not the same in every TU.
  Promised = 64,   ///< Its slot stands for what a declaration promises.
};

/// The key of the record whose slot 0 is the deleter of any object.
inline constexpr char ControlBlockKey[] = "control block";

struct Record {
  StringId Key;  ///< The same in every TU that means the same entity.
  StringId Name; ///< Qualified, as a user writes it; closures:
                 ///< "(lambda at session.cpp:58:14)".
  FactLoc Loc;
  RecordKind Kind = RecordKind::Class;
  uint8_t Flags = 0; ///< RecordFlag bits.
  uint32_t Hash = 0; ///< Structure hash; 0 if incomplete. Same key and
                     ///< another hash: an ODR variant.
  std::vector<RecordId> Bases; ///< Direct bases, in declaration order.
  std::vector<Field> Fields;   ///< Own fields only, in declaration order.
  FunctionId Destructor;       ///< None: implicit or unknown.
  /// Closure or function object: its call operator. Bind: the bound function.
  /// Else none.
  FunctionId Invoke;
  /// Closure, Bind, Frame: the function whose body creates it.
  FunctionId Creator;

  bool has(RecordFlag F) const { return Flags & uint8_t(F); }
};

//===----------------------------------------------------------------------===//
// Functions: a small structured program over objects and slots
//===----------------------------------------------------------------------===//
//
// A register holds a *value* or a *place*.
//   value: a set of objects (or null). A handle, a pointer, a reference and an
//          object expression all denote the object itself: `p`, `*p`, `p.get()`
//          and `p.lock()` are the same value. A container, optional, pair or
//          function wrapper by value denotes the set of what it holds.
//   place: something that can be loaded from and stored to: a local variable,
//          or a slot of an object.
// Or a *key*: a number or string that names an element of a container. What
// loads, stores or clears one element has its key as its only argument.
// Only slots know how they own; values do not.

enum class Op : uint8_t {
  // --- values
  This,    ///< Dst = this.
  Param,   ///< Dst = parameter number Index. A value or, if the parameter's
           ///< mode is Place, the place the caller passed. If the mode is None
           ///< and the body does not change it: a key.
  Null,    ///< Dst = a null handle or an empty wrapper.
  Unknown, ///< Dst = some object of type Record that nothing is known about.
  Global,  ///< Dst = place of the global or static variable Text.
  Alloc,   ///< Dst = a new object of type Record. AllocKind says where.
           ///< Closures and bind objects too; their captures follow as Stores.
  Copy,    ///< Dst = new object, a member-wise copy of the record object A.
  Join,    ///< Dst = union of the values Args (`c ? a : b`, pair, init list);
           ///< of places: one of them, whichever it is.
  Key,     ///< Dst = the key Text, a constant by which elements are told apart.
  Cast,    ///< Dst = A, seen as Record (downcast or handle conversion).
  // --- places
  Local, ///< Dst = place of local variable number Index.
  Slot,  ///< Dst = place of field (Record, Index) in the objects of A.
  Load,  ///< Dst = value held at place A. Flag Element: one element of several.
  Store, ///< Place A := value B. StoreKind. If B is a place and A a reference,
         ///< what is done to A later is done to B.
  Clear, ///< Place A := nothing. ClearKind.
  // --- calls
  Call,   ///< Dst = Callee(Args), receiver A (none for free functions and
          ///< static methods). Constructors and destructors are calls on the
          ///< object. Flag Virtual: overriders may run instead.
  Invoke, ///< Dst = call of the callable value A with Args.
  Return, ///< Leaves the function with value A (or none).
  Delete, ///< `delete` of the object A, or the end of a local's lifetime.
  Mark,   ///< The flag Text, a member that is no slot, of the objects of A is
          ///< set to something.
  // --- structure (properly nested)
  If, ///< Either the code up to Else/End runs or that after Else. If A is
      ///< given: taken when value A is non-null (flag Negated: null). If Text
      ///< is given: taken (flag Negated: skipped) only for objects whose flag
      ///< Text was set.
  Else,
  Loop,     ///< The code up to End runs zero or more times.
  Block,    ///< Up to End; target of Break (switch).
  End,      ///< Of If, Loop, Block.
  Break,    ///< Jumps behind the innermost Loop or Block.
  Continue, ///< Jumps to the end of the innermost Loop's body.
  Throw, ///< Leaves the function or the innermost try Block. Flag Ends: after
         ///< a call of a [[noreturn]] function.
};

enum class AllocKind : uint8_t {
  Heap,      ///< new, make_shared, make_unique ...
  Stack,     ///< A local variable's own object.
  Temporary, ///< A prvalue of class type; also closures and bind objects.
};

enum class StoreKind : uint8_t {
  Init,   ///< Member initialiser, capture, aggregate element.
  Assign, ///< Replaces what was there.
  Insert, ///< Adds an element to a container slot.
};

enum class ClearKind : uint8_t {
  Null,    ///< `= nullptr`, `= {}`, reset(), clear() of a handle or function.
  Empty,   ///< clear() of a container; `= {}` of one.
  Erase,   ///< erase, remove, pop: one or some elements go.
  MoveOut, ///< std::move from it, swap away, exchange, extract, release.
};

enum class InstrFlag : uint16_t {
  Virtual = 1,  ///< Call: dispatched dynamically.
  Element = 2,  ///< Load: one element of a container slot. Return: a
                ///< reference to one.
  Negated = 4,  ///< If: condition holds when A is null.
  Copied = 8,   ///< Invoke: of a copy, which ends when it has run.
  MayTake = 16, ///< If: nothing that is known of the objects rules out the code
                ///< up to Else/End.
  MaySkip = 32, ///< If: nothing rules out the other way.
  Try = 64,     ///< Block: what is thrown inside goes on behind it.
  Ends = 128,   ///< Throw: ends the program, or never comes back.
  One = 256,    ///< Store insert: no other element gives way to the new one.
                ///< Clear erase: no more than one element goes.
  Hollow = 512, ///< Clear erase: the element stays, without what it held.
  Exists = 1024, ///< Load: the element, a Record by value, is there, whoever
                 ///< put it in.
  Makes = 2048,  ///< Load: the same, and it may be one of its own.
  Rest = 4096,   ///< Alloc: stands for each of several elements that is not
                 ///< told apart from the others yet.
};

/// One step. Unused operands are none / zero.
struct Instr {
  Op Code = Op::Null;
  uint8_t Kind = 0;   ///< AllocKind, StoreKind or ClearKind, by Code.
  uint16_t Flags = 0; ///< InstrFlag bits.
  /// Store: how the stored expression itself holds its objects. Counts for
  /// Erased slots (an `any` that gets a shared_ptr owns, one that gets a raw
  /// pointer does not) and for slots with leaves of different kinds.
  Hold ValueHold = Hold::Raw;
  RegId Dst, A, B;
  uint32_t Index = 0; ///< Param, Local, Slot.
  RecordId Rec;       ///< Alloc, Unknown, Cast, Slot; Load that Exists.
  FunctionId Callee;  ///< Call.
  StringId Text;      ///< Global: key of the variable. Key. Flag: Mark, If.
  std::vector<RegId> Args;
  FactLoc Loc;

  bool has(InstrFlag F) const { return Flags & uint16_t(F); }
};

enum class ParamMode : uint8_t {
  Value, ///< By value, const reference, rvalue, pointer or reference to object.
  Place, ///< Non-const lvalue reference (or pointer) to a handle, container or
         ///< function wrapper: the callee can store through it.
  None,  ///< Carries no object (numbers, strings).
};

/// What the declaration of a function promises about an argument. It counts
/// where the body is out of sight or says nothing about the argument.
enum class ParamFate : uint8_t {
  Open,     ///< Nothing is promised.
  NoEscape, ///< Not kept when the callee returns. Counts in any case.
  Kept,     ///< Kept by Keepers.
};

struct Param {
  /// A keeper that is not the receiver and not one of the parameters.
  static constexpr uint32_t Outside = ~uint32_t(0);

  StringId Name;
  ParamMode Mode = ParamMode::None;
  RecordId Type; ///< The object's record, if it has one.
  ParamFate Fate = ParamFate::Open;
  /// Kept: 0 is the receiver (of a constructor: the new object), n is parameter
  /// n - 1. Sorted, unique.
  std::vector<uint32_t> Keepers;
  /// Kept: a record of one slot, in which every keeper has the argument.
  RecordId KeptIn;
};

/// A local variable (or by-reference captured one) of a body.
struct LocalVar {
  StringId Name;
  RecordId Destroys; ///< A by-value object of this type dies at the end of the
                     ///< scope; none for handles, pointers, references.
  bool Ends = false; ///< A handle whose end is the end of what it holds.
};

enum class FunctionFlag : uint16_t {
  HasBody = 1, ///< Body describes a definition that was analysed.
  Static = 2,  ///< No `this`.
  Constructor = 4,
  Destructor = 8,
  Virtual = 16,
  System = 32,        ///< Declared in a system header; never has a body.
  Internal = 64,      ///< Internal linkage.
  AddressTaken = 128, ///< May be called by somebody we do not see.
  Main = 256,
  Coroutine = 512,
  Deferred = 1024,     ///< Body of a closure.
  Header = 2048,       ///< Defined in a header.
  CalledInTime = 4096, ///< So an annotation says: before an object is dropped.
};

struct Function {
  StringId Key;  ///< The same in every TU that means the same entity.
  StringId Name; ///< Qualified; closures: "(lambda at ...)::operator()".
  FactLoc Loc;
  uint16_t Flags = 0; ///< FunctionFlag bits.
  uint32_t Hash = 0;  ///< Of the body; 0: no body.
  RecordId Class;     ///< Of methods; closures: the closure record.
  std::vector<FunctionId> Overrides;
  std::vector<Param> Params;
  std::vector<LocalVar> Locals;
  uint32_t Registers = 0; ///< Registers are 0 .. Registers-1.
  std::vector<Instr> Body;

  bool has(FunctionFlag F) const { return Flags & uint16_t(F); }
};

/// A handle to Derived was converted to a handle to Base somewhere, so a slot
/// that holds Base can hold Derived.
struct Conversion {
  RecordId Derived;
  RecordId Base;
  auto operator<=>(const Conversion &) const = default;
};

//===----------------------------------------------------------------------===//
// Counts: what is done to reference counts by hand
//===----------------------------------------------------------------------===//

enum class CountEvent : uint8_t {
  Born,        ///< Objects of this class start with a count of one.
  ReturnsBorn, ///< In returns a raw pointer to a new object.
  Retained,    ///< A handle that counts is made from a new object, or from
               ///< what Callee returned, and nobody gives the first count back.
  Dropped,     ///< The count that a handle gave out is lost.
  Overwritten, ///< In replaces the pointer of a handle and keeps its count.
  Doubled,     ///< Counted by hand, then handed to a handle that counts.
  Unbalanced,  ///< Counted by hand, given back on some paths only.
  Parked,      ///< A count is left with the raw pointer in slot Name.
  Unparked,    ///< The pointer leaves slot Name and its count is not released.
  Released,    ///< A count is given back by hand.
  Entrusted,   ///< A pointer is handed to a function that is given Callee as a
               ///< callback; the pointer has a count of its own.
  GivenBack,   ///< In gives back the count of what it was given: a parameter,
               ///< a captured pointer, or its own object.
  Mislaid,     ///< The same, but this way out of In (Loc) does not.
  SelfRetained,   ///< A method takes a count on its own object and keeps it.
  Shared,         ///< Handles with a count beside the object own such objects.
  OwnsSelf,       ///< The same kind of handle is made of `this`.
  OwnedTwice,     ///< A raw pointer is handed to a second owner.
  ReturnsCounted, ///< In takes a count on the object that it returns.
  Unreleased,     ///< The count of what a variable got from Callee, or of a new
              ///< object, is given back on some paths (Exit is on another) or,
              ///< without Exit, on none.
  Starts, ///< In sets the counter of its first argument to one.
};

/// One thing that is done to a count, or one class whose counts are known.
struct CountFact {
  CountEvent Event = CountEvent::Born;
  bool Unsure = false; ///< Something else may explain it.
  FunctionId In;       ///< Where it happens; none for Born and Shared.
  RecordId Object;     ///< The class of what is counted.
  FunctionId Callee;   ///< Retained: who made the object; none: `new`.
                       ///< Entrusted: the callback.
  StringId Name;       ///< The variable, slot or method that it goes through.
                       ///< Released: the member that the object is found in.
  FactLoc Loc;
  FactLoc Exit; ///< Where a path ends on which it is not given back.
  auto operator<=>(const CountFact &) const = default;
};

//===----------------------------------------------------------------------===//
// Uses: how much code works through a counted handle
//===----------------------------------------------------------------------===//

/// The lines of one file that read the counted handle in a data member. Lines,
/// so that what several units or instances of a template show counts once.
struct UseFact {
  RecordId Object;
  uint32_t Slot = 0;
  StringId File;
  std::vector<uint32_t> Lines; ///< Sorted, unique, not empty.
  auto operator<=>(const UseFact &) const = default;
};

//===----------------------------------------------------------------------===//
// Rewrites: what to change in the source to make an owner a weak one
//===----------------------------------------------------------------------===//

enum class RewriteKind : uint8_t {
  Declares, ///< Makes the slot weak, where it is declared or captured.
  Uses,     ///< Lets one use of the slot work with a weak handle.
  Blocks,   ///< Something that no weak handle can do; Text says what.
};

/// One step of making slot (Object, Slot) weak: Length bytes from Offset on
/// give way to Text. Uses that need no change have no fact.
struct RewriteFact {
  RecordId Object;
  uint32_t Slot = 0;
  RewriteKind Kind = RewriteKind::Declares;
  FactLoc Loc;
  uint32_t Offset = 0; ///< In bytes, from the beginning of the file.
  uint32_t Length = 0;
  StringId Text;
  /// Of a use that fails when the object is gone (`->`, `*`): the function
  /// around it, none for an initialiser.
  FunctionId In;
  auto operator<=>(const RewriteFact &) const = default;
};

/// What a file contained when the rewrites in it were made.
struct FileContent {
  StringId File;
  uint64_t Hash = 0; ///< xxh3 of its bytes.
  auto operator<=>(const FileContent &) const = default;
};

} // namespace refcycle::analyzer

#endif
