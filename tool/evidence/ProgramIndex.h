// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Questions about a linked program that evidence asks again and again: who
// derives from whom, who calls whom, how a slot holds a given object. Computed
// once, then only read.

#ifndef REFCYCLE_EVIDENCE_PROGRAMINDEX_H
#define REFCYCLE_EVIDENCE_PROGRAMINDEX_H

#include "facts/LinkedProgram.h"
#include "llvm/ADT/ArrayRef.h"
#include <map>
#include <set>
#include <vector>

namespace refcycle::analyzer {

class ProgramIndex {
public:
  explicit ProgramIndex(const LinkedProgram &Program);

  const LinkedProgram &program() const { return P; }
  const Record &operator[](RecordId Id) const { return P.Records[Id.Index]; }
  const Function &operator[](FunctionId Id) const {
    return P.Functions[Id.Index];
  }

  /// Is \p Base the same as \p Derived or one of its bases?
  bool isSameOrBase(RecordId Base, RecordId Derived) const;
  /// The record, its bases and what derives from it; sorted.
  std::vector<RecordId> family(RecordId Id) const;
  /// All bases, direct or not, without \p Id itself; sorted.
  llvm::ArrayRef<RecordId> basesOf(RecordId Id) const {
    return Bases[Id.Index];
  }

  /// Everything that derives from \p Id, directly or not; sorted.
  llvm::ArrayRef<RecordId> derivedFrom(RecordId Id) const {
    return Derived[Id.Index];
  }

  /// The field, or null when the index belongs to another variant of the class.
  const Field *field(RecordId Declaring, uint32_t Index) const;
  /// The lines of the program that read the counted handle in a member.
  unsigned usesOf(RecordId Declaring, uint32_t Index) const;
  /// How \p F holds an object of type \p Target (none: unknown) when the stored
  /// expression itself holds it as \p ValueHold.
  Hold holdOf(const Field &F, RecordId Target, Hold ValueHold) const;
  /// Does the end of such an object run code that we know?
  /// Does an object of exactly this class surely own nothing?
  bool isWithoutSlots(RecordId Id) const;
  bool destructionRuns(RecordId Id) const { return Destroys[Id.Index]; }
  /// Its slot 0 has the deleter of an object; none if the program gives none.
  RecordId controlBlock() const { return ControlBlock; }

  /// Functions whose body may call \p Id: directly, through something it
  /// overrides, or by creating the closure whose body it is. Sorted.
  llvm::ArrayRef<FunctionId> callersOf(FunctionId Id) const {
    return Callers[Id.Index];
  }
  /// What the program stores in global variable \p Variable, itself or as an
  /// element, and can be called without anything captured: a table of
  /// functions.
  llvm::ArrayRef<RecordId> callablesIn(StringId Variable) const {
    auto It = Tables.find(Variable);
    if (It == Tables.end())
      return {};
    return It->second;
  }
  /// Is there a branch that needs \p Flag to be set?
  bool isNeeded(StringId Flag) const { return NeededFlags.count(Flag); }
  /// Groups of functions that call each other, callees before callers.
  std::vector<std::vector<FunctionId>> bottomUp() const;
  /// The function that runs when \p Callee is called on an object that is a
  /// \p Exact for sure.
  FunctionId finalOverrider(FunctionId Callee, RecordId Exact) const;
  /// May a virtual call run \p F? Not if all objects that the program makes of
  /// its class have a later overrider.
  bool runsVirtually(FunctionId F) const { return !Overridden[F.Index]; }

  /// What the declaration of \p F promises about an argument.
  ParamFate fateOf(FunctionId F, uint32_t Argument) const {
    const std::vector<Param> &Params = (*this)[F].Params;
    return Argument < Params.size() ? Params[Argument].Fate : ParamFate::Open;
  }

private:
  void indexBases();
  void indexTables();
  void indexMade();
  void indexOverridden();
  void indexCalls();
  void indexDestructors();
  bool isAlwaysOverridden(FunctionId Id) const;
  std::vector<FunctionId> destructorsOf(RecordId Whole) const;

  const LinkedProgram &P;
  std::vector<std::vector<RecordId>> Bases, Derived; ///< Transitive; sorted.
  std::vector<std::vector<FunctionId>> Callees, Callers;
  std::vector<bool> Destroys;
  std::vector<bool> Made;       ///< Classes of whole objects.
  std::vector<bool> Overridden; ///< Functions.
  std::map<StringId, std::vector<RecordId>> Tables;
  std::set<StringId> NeededFlags;
  RecordId ControlBlock;
};

} // namespace refcycle::analyzer

#endif
