// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What one function does with its pointers, as far as it matters for their
// counts. A pointer is followed through one local variable, no further: where
// it is passed on, nothing is known.

#ifndef REFCYCLE_EXTRACT_COUNTUSES_H
#define REFCYCLE_EXTRACT_COUNTUSES_H

#include "extract/FactsBuilder.h"
#include "extract/counts/CountStructure.h"
#include "clang/AST/ParentMap.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/MapVector.h"

namespace refcycle::analyzer {

/// What a use of a pointer means for the count that it stands for.
enum class Use : uint8_t {
  Plain,    ///< A method is called on it, it is compared or looked at.
  Retain,   ///< Counted by hand.
  Release,  ///< Given back by hand, or adopted by a handle.
  Handed,   ///< To a handle that counts for itself.
  Returned, ///< To the caller.
  Stored,   ///< In a member or a container.
  Passed,   ///< To a function that may do anything.
};

inline bool any(llvm::ArrayRef<Use> Uses, Use U) {
  return llvm::is_contained(Uses, U);
}
inline bool only(llvm::ArrayRef<Use> Uses, std::initializer_list<Use> These) {
  return llvm::all_of(Uses,
                      [&](Use U) { return llvm::is_contained(These, U); });
}

/// The expression without casts, `*`, `&` and what the compiler added.
const clang::Expr *bare(const clang::Expr *E);
/// The local variable or parameter that the expression names; null: none.
const clang::VarDecl *localPointer(const clang::Expr *E);
/// `Class::member` or the name of a variable; of an element, its container's.
std::string placeName(const clang::Expr *E);
/// The member that an object comes from, also as an element of it, through an
/// iterator or the variable of a range-based loop; empty: none.
std::string memberBehind(const clang::Expr *E);
/// The object of a method call, else the first argument; null: none.
const clang::Expr *countedExpr(const clang::CallExpr *Call);
/// The same class, or one a base of the other?
bool related(const clang::CXXRecordDecl *A, const clang::CXXRecordDecl *B);

/// Where the object behind a pointer comes from.
struct CountOrigin {
  const clang::CXXRecordDecl *New = nullptr; ///< `new New`.
  const clang::CXXNewExpr *NewExpr = nullptr;
  const clang::FunctionDecl *Maker = nullptr; ///< The result of a call.
  explicit operator bool() const { return New || Maker; }
};

/// The expressions of one definition that may have to do with counts, and what
/// they mean. Cost: one visit of the body; a question about a variable costs
/// its uses.
class CountUses {
public:
  using References = llvm::MapVector<const clang::ValueDecl *,
                                     std::vector<const clang::DeclRefExpr *>>;

  CountUses(FactsBuilder &Facts, const ModelTable &Models,
            const CountStructure &Counts,
            const clang::FunctionDecl *Definition);

  FactsBuilder &facts() const { return Facts; }
  const CountStructure &counts() const { return Counts; }
  const clang::FunctionDecl *definition() const { return Definition; }
  /// The same for another definition.
  CountUses of(const clang::FunctionDecl *Other) const {
    return {Facts, Models, Counts, Other};
  }
  /// A fact about this definition, not added yet. \p Object may be null.
  CountFact fact(CountEvent Event, const clang::CXXRecordDecl *Object,
                 clang::SourceLocation Loc, llvm::StringRef Name = "") const;

  /// In source order; those of nested lambdas, too.
  std::vector<const clang::CXXConstructExpr *> Constructions;
  std::vector<const clang::CallExpr *> Calls;
  std::vector<const clang::ReturnStmt *> Returns;
  std::vector<const clang::CXXThisExpr *> This;
  std::vector<const clang::MemberExpr *> Members;
  std::vector<const clang::BinaryOperator *> Assignments; ///< `=` only.

  /// Those that are named, in the order of their first use, and where.
  const References &variables() const { return Refs; }
  llvm::ArrayRef<const clang::DeclRefExpr *>
  references(const clang::ValueDecl *Variable) const;
  Use useOf(const clang::Expr *E) const;
  std::vector<Use> usesOf(const clang::VarDecl *Variable) const;
  /// Is a count taken here, for whoever gets the result of the call?
  bool isCountedAt(const clang::Expr *E) const;
  /// The statement that uses the value of S; null: it is not used.
  const clang::Stmt *meaningfulParent(const clang::Stmt *S) const;
  const clang::Stmt *parent(const clang::Stmt *S) const {
    return Parents.getParent(S);
  }
  /// The parent, but for parentheses and implicit casts between.
  const clang::Stmt *writtenParent(const clang::Stmt *S) const;
  bool contains(const clang::Stmt *Outer, const clang::Stmt *Inner) const;
  /// Does it stand in the body of a lambda that this definition makes?
  bool isInLambda(const clang::Stmt *S) const;

  /// Does a handle's function that takes these arguments count the first one?
  /// nullopt: not known, or not a handle's function.
  std::optional<bool>
  takerRetains(const clang::FunctionDecl *Taker,
               llvm::ArrayRef<const clang::Expr *> Arguments) const;
  /// Does this free function make a handle that takes over the count of its
  /// argument?
  bool adopts(const clang::FunctionDecl *Function) const;
  CountOrigin originOf(const clang::Expr *E) const;
  /// The same, also through the variable that was initialised with it.
  CountOrigin originThroughLocal(const clang::Expr *E,
                                 const clang::VarDecl *&Through) const;
  /// The method of a handle that gives its count to the caller; else null.
  const clang::CXXMemberCallExpr *givenOut(const clang::Expr *E) const;

  bool isStrongHandle(const clang::CXXRecordDecl *Record) const;
  /// The class that a pointer, handle or object refers to; null: none.
  const clang::CXXRecordDecl *pointee(clang::QualType Type) const {
    return Facts.shapes().target(Type);
  }
  const clang::CXXRecordDecl *countedBy(const clang::CallExpr *Call) const;
  /// Is a count of such objects given back anywhere in this function?
  bool releasesHere(const clang::CXXRecordDecl *Object) const;

private:
  /// Does a function that makes a handle of a plain pointer count it?
  std::optional<bool> functionRetains(const clang::FunctionDecl *Callee) const;
  /// What the model of a handle says of its constructor from a pointer.
  std::optional<bool> modelRetains(const clang::FunctionDecl *Taker) const;
  Use useAsArgument(const clang::FunctionDecl *Taker,
                    llvm::ArrayRef<const clang::Expr *> Arguments) const;
  Use stepUse(const clang::CallExpr *Call) const;
  Use operatorUse(const clang::CXXOperatorCallExpr *Op,
                  const clang::Expr *E) const;
  Use argumentUse(const clang::CallExpr *Call, const clang::Expr *E) const;

  FactsBuilder &Facts;
  const ModelTable &Models;
  const CountStructure &Counts;
  const clang::FunctionDecl *Definition;
  clang::ParentMap Parents;
  References Refs;
};

} // namespace refcycle::analyzer

#endif
