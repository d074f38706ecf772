// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which ways of a branch can really be taken once objects are linked: a rule
// about conditions, read off the syntax tree of one translation unit.

#ifndef REFCYCLE_EXTRACT_OPENWAYS_H
#define REFCYCLE_EXTRACT_OPENWAYS_H

#include "extract/TypeShapes.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"

namespace refcycle::analyzer {

/// A way is open when nothing that is known of the objects rules it out: its
/// condition depends on parameters, on results of calls that touch no slot, or
/// on a member that some other function sets to the value in question.
///
/// Not open: tests of slots, containers and iterators (they tell whether there
/// is anything to take away), counters, a flag that only the function itself
/// sets, or one that does the same work (`if (closed_) return; close();`), the
/// first value of a flag
/// that the function which stores handles changes (`started_`), and a member
/// that the destructor of its own object tests (`if (!done_) rollback();`).
struct OpenWays {
  bool Taken = false;   ///< The condition may be true.
  bool Skipped = false; ///< The condition may be false.
};

/// One assignment to a member.
struct FlagWrite {
  const clang::FunctionDecl *In = nullptr; ///< Null: a default initialiser.
  std::optional<llvm::APSInt> Value;       ///< None: not a constant.
  bool InConstructor = false;
  bool StoresHandles = false; ///< Its function also makes or stores handles.
};

struct FlagWrites {
  std::vector<FlagWrite> List;
  bool IsCounter = false; ///< Also counted up or down.
};

/// What the methods of its class assign to a member, each member read once.
using FlagTable = llvm::DenseMap<const clang::FieldDecl *, FlagWrites>;

/// Is it a member that tells what has become of its object: true or false, or
/// one of some names?
bool isFlag(const clang::FieldDecl *Field);

/// Reads conditions of one function. Bodies in other units are not seen: a
/// condition that calls one is open only if no object goes in.
class ConditionReader {
public:
  ConditionReader(const TypeShapes &Shapes, FlagTable &Flags,
                  clang::ASTContext &Context,
                  const clang::FunctionDecl *Function)
      : Shapes(Shapes), Flags(Flags), Context(Context), Function(Function) {}

  OpenWays read(const clang::Expr *Condition);

  /// The flag of an element that somebody has to set before \p E can have this
  /// value: `!slot->live`. Null: none. In a generic lambda, \p Element says
  /// what its parameter is or points to.
  const clang::FieldDecl *flagNeeded(const clang::Expr *E, bool Value,
                                     const clang::CXXRecordDecl *Element);
  /// The flag without which a call that is given a predicate, itself or by a
  /// call in an argument, takes no element.
  const clang::FieldDecl *flagOfPredicate(const clang::CallExpr *E,
                                          const clang::CXXRecordDecl *Element);

private:
  bool startsOtherwise(const clang::FieldDecl *Field,
                       const llvm::APSInt &Wanted, bool Equal);
  const clang::FieldDecl *flagNeededFor(const clang::Expr *E,
                                        llvm::APSInt Wanted, bool Equal,
                                        const clang::CXXRecordDecl *Element);
  const clang::FieldDecl *readBy(const clang::CXXMethodDecl *Getter,
                                 bool &Equal) const;
  bool canBe(const clang::Expr *E, bool Value, unsigned Depth);
  bool isFree(const clang::Expr *E, unsigned Depth);
  bool canCompare(const clang::BinaryOperator *E, bool Value, unsigned Depth);
  bool callIsFree(const clang::CallExpr *E, unsigned Depth);
  bool memberCanBe(const clang::MemberExpr *Member,
                   std::optional<llvm::APSInt> Wanted, bool Equal);
  bool flagCanBe(const clang::FieldDecl *Field,
                 std::optional<llvm::APSInt> Wanted, bool Equal);
  FlagWrites writesOf(const clang::FieldDecl *Field);
  bool doesSameWork(const clang::FunctionDecl *Other) const;
  const clang::FunctionDecl *bodyOf(const clang::FunctionDecl *F) const;
  const clang::Expr *soleResult(const clang::FunctionDecl *F) const;
  void collect(const clang::FieldDecl *Field, const clang::FunctionDecl *In,
               FlagWrites &All) const;
  std::optional<llvm::APSInt> constant(const clang::Expr *E) const;

  const TypeShapes &Shapes;
  FlagTable &Flags;
  clang::ASTContext &Context;
  const clang::FunctionDecl *Function;
};

} // namespace refcycle::analyzer

#endif
