// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Turns declarations into entries of a TuFacts: interns strings, describes
// records and their slots, numbers functions. Bodies are written elsewhere.

#ifndef REFCYCLE_EXTRACT_FACTSBUILDER_H
#define REFCYCLE_EXTRACT_FACTSBUILDER_H

#include "extract/Instantiator.h"
#include "extract/Names.h"
#include "extract/OpenWays.h"
#include "extract/TypeShapes.h"
#include "extract/WeakKinds.h"
#include "facts/TuFacts.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringMap.h"
#include <optional>

namespace refcycle::analyzer {

/// A slot of a record, as instructions name it.
struct SlotRef {
  RecordId Owner;
  uint32_t Index = 0;
};

/// The call operator that says most: of a generic lambda the first that was
/// instantiated with known types, else what is written.
const clang::CXXMethodDecl *lambdaBody(const clang::CXXRecordDecl *Closure);
/// Those of a function object: its own, else what it has from its bases. None:
/// it cannot be called, or by templates only.
llvm::SmallVector<const clang::FunctionDecl *, 2>
callOperators(const clang::CXXRecordDecl *Class);
/// Of a function object that can be called in one way only; else null.
const clang::FunctionDecl *callOperator(const clang::CXXRecordDecl *Class);

/// The facts of one translation unit while they grow.
///
/// Invariant: every id handed out stays valid and resolves. Records are
/// described when they are complete in the AST, at the latest by finish().
class FactsBuilder {
public:
  FactsBuilder(clang::ASTContext &Context, const Names &TheNames,
               const TypeShapes &Shapes, Instantiator &Templates);

  const TypeShapes &shapes() const { return Shapes; }
  const Names &names() const { return TheNames; }
  clang::ASTContext &context() const { return Context; }
  FlagTable &flags() { return Flags; }
  Instantiator &templates() { return Templates; }

  StringId string(llvm::StringRef Text);
  FactLoc loc(clang::SourceLocation Loc);

  RecordId record(const clang::CXXRecordDecl *Decl);
  /// The heap cell for a value that is no class: `new std::function<...>`.
  /// It has one slot, number 0.
  RecordId cell(clang::QualType Type);
  /// The slot of an object's control block for the deleter that a counted
  /// handle was given: the count that keeps the object keeps it too.
  SlotRef deleterSlot();
  /// The slot of a control block of its own for the object that its deleter is
  /// called with.
  SlotRef deletedSlot() { return {deleterSlot().Owner, 1}; }
  /// The record of what Type refers to: target class, cell, or none.
  RecordId pointee(clang::QualType Type);
  /// The closure-like object that one expression makes of a function and these
  /// arguments: `std::bind(...)`, `std::thread(...)`.
  RecordId bind(clang::SourceLocation Where,
                llvm::ArrayRef<const clang::Expr *> Arguments, FunctionId Bound,
                FunctionId Creator);

  /// The frame of one coroutine; a slot for each of the variables.
  RecordId frame(const clang::FunctionDecl *Coroutine,
                 const clang::VarDecl *Promise,
                 llvm::ArrayRef<const clang::VarDecl *> Variables,
                 FunctionId Creator);

  FunctionId function(const clang::FunctionDecl *Decl);
  Param parameter(const clang::FunctionDecl *Function,
                  const clang::ParmVarDecl *Parameter);
  /// The record of the one slot in which others keep what they are given for
  /// this parameter.
  RecordId keeperSlot(const clang::FunctionDecl *Function,
                      const clang::ParmVarDecl *Parameter);
  /// What runs to initialise a global or static member.
  FunctionId initializer(const clang::VarDecl *Variable);
  Function &functionFacts(FunctionId Id) { return Facts.Functions[Id.Index]; }

  /// The slot of a data member; nullopt if nothing is held through it.
  std::optional<SlotRef> slot(const clang::FieldDecl *Field);
  /// The slot that is a base class, as in `struct Kids : vector<Ref<Kid>>`.
  std::optional<SlotRef> baseSlot(const clang::CXXRecordDecl *Derived,
                                  clang::QualType Base);

  /// `delete Member;` in a destructor: the raw pointer owns its pointee.
  void markOwned(const clang::FieldDecl *Field);
  /// A handle to Derived is used as a handle to Base.
  void addConversion(const clang::CXXRecordDecl *Derived,
                     const clang::CXXRecordDecl *Base);
  void addCount(CountFact Count) { Facts.Counts.push_back(Count); }
  void addUses(UseFact Uses) { Facts.Uses.push_back(std::move(Uses)); }
  void addRewrite(RewriteFact Rewrite) { Facts.Rewrites.push_back(Rewrite); }
  void addContent(FileContent Content) { Facts.Contents.push_back(Content); }
  void setClosureOrigin(const clang::CXXRecordDecl *Closure,
                        FunctionId Creator);

  void addSuppression(llvm::StringRef File, unsigned Line, unsigned LastLine,
                      llvm::StringRef Checks);
  void addAcceptance(SourceAcceptance A) { Facts.Accepted.push_back(A); }
  void addProblem(clang::SourceLocation Where, llvm::StringRef Message) {
    Facts.Problems.push_back({loc(Where), string(Message)});
  }

  /// How values of this type hold what they refer to.
  Hold holdOf(clang::QualType Type) const;

  /// Describes all records that are still open, sorts, and hands the facts
  /// over. The builder is empty afterwards.
  TuFacts finish();

private:
  using Slots = std::vector<const clang::FieldDecl *>;

  const Slots &slots(const clang::CXXRecordDecl *Record);
  Slots relevantFields(const clang::CXXRecordDecl *Record) const;
  bool holdsAnything(clang::QualType Type) const;
  llvm::SmallVector<clang::QualType, 1>
  carrierBases(const clang::CXXRecordDecl *Record) const;
  void describe(const clang::CXXRecordDecl *Decl);
  Field describeSlot(llvm::StringRef Name, clang::SourceLocation Loc,
                     clang::QualType Type);
  Field describeCapture(const clang::LambdaCapture &Capture,
                        const clang::FieldDecl *Field);
  void describeClosure(const clang::CXXRecordDecl *Decl, Record &Facts);
  void collectLeaves(clang::QualType Type, Hold Direct, Field &Out,
                     unsigned Depth);
  uint32_t structureHash(const Record &R) const;

  clang::ASTContext &Context;
  const Names &TheNames;
  const TypeShapes &Shapes;
  Instantiator &Templates;
  TuFacts Facts;
  llvm::StringMap<uint32_t> StringIds;
  llvm::DenseMap<const clang::Decl *, RecordId> RecordIds;
  llvm::DenseMap<const void *, RecordId> CellIds;
  RecordId ControlBlock = RecordId::none();
  llvm::DenseMap<std::pair<const clang::Decl *, unsigned>, RecordId>
      KeeperSlots; ///< By function and number of the parameter.
  llvm::DenseMap<const clang::Decl *, FunctionId> FunctionIds;
  llvm::DenseMap<const clang::Decl *, Slots> SlotLists;
  llvm::DenseMap<const clang::Decl *, FunctionId> ClosureOrigins;
  llvm::SmallPtrSet<const clang::Decl *, 8> OwnedFields;
  FlagTable Flags;
  WeakKinds Weak;
  std::vector<const clang::CXXRecordDecl *> Undescribed;
};

} // namespace refcycle::analyzer

#endif
