// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See BodyWalker.h. Here: statements.

#include "extract/BodyWalker.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;

namespace refcycle::analyzer {

Operand BodyWalker::eval(const Stmt *S) { return S ? Visit(S) : Operand(); }

Operand BodyWalker::VisitStmt(const Stmt *S) {
  for (const Stmt *Child : S->children())
    eval(Child);
  return {};
}

Operand BodyWalker::VisitDeclStmt(const DeclStmt *S) {
  for (const Decl *D : S->decls()) {
    if (const auto *Variable = dyn_cast<VarDecl>(D))
      declare(Variable);
    else if (const auto *Record = dyn_cast<CXXRecordDecl>(D))
      LocalClasses.push_back(Record);
  }
  return {};
}

void BodyWalker::branch(const Stmt *Then, const Stmt *Else, RegId Condition,
                        bool Negated) {
  Instr &I = emit(Op::If);
  I.A = Condition;
  if (Negated)
    I.Flags |= uint16_t(InstrFlag::Negated);
  eval(Then);
  if (Else) {
    emit(Op::Else);
    eval(Else);
  }
  close();
}

Operand BodyWalker::VisitIfStmt(const IfStmt *S) {
  eval(S->getInit());
  if (S->getConditionVariable())
    declare(S->getConditionVariable());
  if (S->isConstexpr())
    if (std::optional<const Stmt *> Taken = S->getNondiscardedCase(Context))
      return eval(*Taken);
  auto [Tested, Negated] = condition(S->getCond());
  if (Tested) {
    branch(S->getThen(), S->getElse(), Tested, Negated);
    return {};
  }
  decideByFlag(emitOpenIf(Conditions.read(S->getCond()), S->getIfLoc()),
               S->getCond());
  eval(S->getThen());
  if (S->getElse()) {
    emit(Op::Else);
    eval(S->getElse());
  }
  close();
  return {};
}

Instr &BodyWalker::emitOpenIf(OpenWays Ways, SourceLocation Loc) {
  Instr &I = emit(Op::If, Loc);
  if (Ways.Taken)
    I.Flags |= uint16_t(InstrFlag::MayTake);
  if (Ways.Skipped)
    I.Flags |= uint16_t(InstrFlag::MaySkip);
  return I;
}

/// Only one way of \p If, that up to Else/End or the other, needs \p Flag.
void BodyWalker::needsFlag(Instr &If, const FieldDecl *Flag, bool Taken) {
  If.Text = Facts.string(Facts.names().key(Flag));
  if (!Taken)
    If.Flags |= uint16_t(InstrFlag::Negated);
}

/// Which way of \p If needs a flag to be set before, if one does.
void BodyWalker::decideByFlag(Instr &If, const Expr *Condition) {
  for (bool Taken : {true, false})
    if (const FieldDecl *Flag =
            Conditions.flagNeeded(Condition, Taken, nullptr))
      return needsFlag(If, Flag, Taken);
}

/// `slot->live = false`. False: \p E, which is changed, names no flag, and was
/// not evaluated.
bool BodyWalker::markFlag(const Expr *E) {
  const auto *Member = dyn_cast<MemberExpr>(E->IgnoreParenImpCasts());
  const auto *Flag =
      Member ? dyn_cast<FieldDecl>(Member->getMemberDecl()) : nullptr;
  if (!Flag || !isFlag(Flag))
    return false;
  RegId Object = objectOf(Member->getBase());
  bool IsNew = isa<CXXConstructorDecl>(Definition) &&
               isa<CXXThisExpr>(Member->getBase()->IgnoreParenImpCasts());
  if (!Object || IsNew)
    return true;
  Instr &I = emit(Op::Mark, E->getExprLoc());
  I.A = Object;
  I.Text = Facts.string(Facts.names().key(Flag));
  return true;
}

void BodyWalker::openLoop() { emit(Op::Loop); }

Operand BodyWalker::VisitForStmt(const ForStmt *S) {
  eval(S->getInit());
  openLoop();
  if (S->getConditionVariable())
    declare(S->getConditionVariable());
  eval(S->getCond());
  eval(S->getBody());
  eval(S->getInc());
  close();
  return {};
}

/// Can the loop around \p S end before its condition says so? A return ends
/// more than the loop.
static bool leavesLoop(const Stmt *S, bool OfInner = false) {
  if (!S || isa<LambdaExpr>(S))
    return false;
  if (isa<GotoStmt, IndirectGotoStmt>(S) || (!OfInner && isa<BreakStmt>(S)))
    return true;
  OfInner |= isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt, SwitchStmt>(S);
  return llvm::any_of(S->children(), [&](const Stmt *Child) {
    return leavesLoop(Child, OfInner);
  });
}

/// `while (!queue.empty())`: the queue. Null: another condition.
static const Expr *testedNonEmpty(const Expr *Condition) {
  const auto *Not = dyn_cast<UnaryOperator>(Condition->IgnoreParenImpCasts());
  const auto *Call = Not && Not->getOpcode() == UO_LNot
                         ? dyn_cast<CXXMemberCallExpr>(
                               Not->getSubExpr()->IgnoreParenImpCasts())
                         : nullptr;
  const CXXMethodDecl *Method = Call ? Call->getMethodDecl() : nullptr;
  if (!Method || !Method->getIdentifier() || Call->getNumArgs() != 0)
    return nullptr;
  bool Asks = llvm::StringSwitch<bool>(Method->getName())
                  .Cases({"empty", "isEmpty", "is_empty"}, true)
                  .Default(false);
  return Asks ? Call->getImplicitObjectArgument() : nullptr;
}

/// What the loop runs until it is empty is empty behind it, whatever was put
/// in on the way.
void BodyWalker::clearDrained(const WhileStmt *S) {
  const Expr *Drained = testedNonEmpty(S->getCond());
  if (!Drained || Drained->HasSideEffects(Context) ||
      !shape(Drained).is(ShapeKind::Carrier) || leavesLoop(S->getBody()))
    return;
  clear(eval(Drained).Place, ClearKind::Empty, S->getWhileLoc());
}

Operand BodyWalker::VisitWhileStmt(const WhileStmt *S) {
  openLoop();
  if (S->getConditionVariable())
    declare(S->getConditionVariable());
  eval(S->getCond());
  eval(S->getBody());
  close();
  clearDrained(S);
  return {};
}

Operand BodyWalker::VisitDoStmt(const DoStmt *S) {
  openLoop();
  eval(S->getBody());
  eval(S->getCond());
  close();
  return {};
}

/// The list that a range is written as: `{&a, &b}`, or the array that is
/// initialised so. Null: it is none.
static const InitListExpr *writtenList(const Expr *Range) {
  Range = Range->IgnoreParenImpCasts();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Range))
    if (const auto *Array = dyn_cast<VarDecl>(Ref->getDecl());
        Array && Array->isLocalVarDecl() && Array->hasInit())
      Range = Array->getInit()->IgnoreImplicit();
  while (true) {
    Range = Range->IgnoreParenImpCasts()->IgnoreImplicit();
    if (const auto *List = dyn_cast<CXXStdInitializerListExpr>(Range))
      Range = List->getSubExpr();
    else if (const auto *Construct = dyn_cast<CXXConstructExpr>(Range);
             Construct && Construct->getNumArgs() == 1)
      Range = Construct->getArg(0);
    else
      return dyn_cast<InitListExpr>(Range);
  }
}

static bool jumps(const Stmt *S) {
  return S && (isa<BreakStmt, ContinueStmt>(S) ||
               llvm::any_of(S->children(), jumps));
}

/// `for (auto *slot : {&a, &b}) slot->reset();` says the same as a line for
/// each. False: this loop is another one.
bool BodyWalker::walkNamedSlots(const CXXForRangeStmt *S) {
  static constexpr unsigned MaxWritten = 16; // More come from a generator.
  const Expr *Range =
      cast<VarDecl>(S->getRangeStmt()->getSingleDecl())->getInit();
  const InitListExpr *List = Range ? writtenList(Range) : nullptr;
  auto NamesSlot = [&](const Expr *E) {
    return isAddressOfPlace(Facts.shapes(), E) || memberNamedBy(E);
  };
  if (!List || List->getNumInits() == 0 || List->getNumInits() > MaxWritten ||
      !llvm::all_of(List->inits(), NamesSlot))
    return false;
  bool Jumps = jumps(S->getBody());
  for (const Expr *Init : List->inits()) {
    if (Jumps)
      openLoop();
    Bindings[S->getLoopVariable()] = eval(Init);
    Members[S->getLoopVariable()] = memberNamedBy(Init);
    eval(S->getBody());
    if (Jumps)
      close();
  }
  return true;
}

Operand BodyWalker::VisitCXXForRangeStmt(const CXXForRangeStmt *S) {
  eval(S->getInit());
  if (walkNamedSlots(S))
    return {};
  const VarDecl *Range = cast<VarDecl>(S->getRangeStmt()->getSingleDecl());
  const Expr *RangeInit = Range->getInit();
  const VarDecl *Variable = S->getLoopVariable();
  if (RangeInit && shape(RangeInit).is(ShapeKind::Carrier)) {
    Operand All = eval(RangeInit);
    openLoop();
    Operand Element = eachElementOf(All, RangeInit->getType(), S->getForLoc());
    Element.Value = load(Element);
    // A copy of an object is an object of its own; a copied handle is not.
    Bindings[Variable] = Element;
    RangeOf[Variable] = RangeInit;
    if (const auto *Decomposed = dyn_cast<DecompositionDecl>(Variable))
      bindNames(Decomposed);
  } else {
    eval(S->getRangeStmt());
    eval(S->getBeginStmt());
    openLoop();
    eval(S->getLoopVarStmt());
  }
  eval(S->getBody());
  close();
  return {};
}

static bool hasDefault(const SwitchStmt *S) {
  for (const SwitchCase *C = S->getSwitchCaseList(); C;
       C = C->getNextSwitchCase())
    if (isa<DefaultStmt>(C))
      return true;
  return false;
}

/// Cases are alternatives that run in order: each may run, and a break leaves.
Operand BodyWalker::VisitSwitchStmt(const SwitchStmt *S) {
  eval(S->getInit());
  if (S->getConditionVariable())
    declare(S->getConditionVariable());
  eval(S->getCond());
  bool IsOpen = Conditions.read(S->getCond()).Taken;
  Instr &Block = emit(Op::Block, S->getSwitchLoc());
  bool MayMatchNone = IsOpen && !hasDefault(S) && !S->isAllEnumCasesCovered();
  if (MayMatchNone)
    Block.Flags |= uint16_t(InstrFlag::MaySkip);
  bool Open = false;
  const auto *Body = dyn_cast<CompoundStmt>(S->getBody());
  for (const Stmt *Child : Body ? Body->children() : S->getBody()->children()) {
    while (const auto *Case = dyn_cast_or_null<SwitchCase>(Child)) {
      if (Open)
        close();
      bool IsLast = Case == S->getSwitchCaseList(); // Listed backwards.
      emitOpenIf({IsOpen, IsLast ? MayMatchNone : IsOpen},
                 Case->getKeywordLoc());
      Open = true;
      Child = Case->getSubStmt();
    }
    eval(Child);
  }
  if (Open)
    close();
  close();
  return {};
}

Operand BodyWalker::VisitReturnStmt(const ReturnStmt *S) {
  RegId Result;
  bool IsElement = false;
  if (const Expr *E = S->getRetValue()) {
    QualType Type = Definition->getReturnType();
    Operand Returned = eval(E);
    bool ByPlace = returnsPlace(Definition) ||
                   (Returned.Address && paramMode(Type) == ParamMode::Place);
    IsElement = ByPlace && Returned.Place && Returned.Element;
    Result = ByPlace && Returned.Place ? Returned.Place : load(Returned);
    if (!shape(Type) && !Type->isDependentType() && !Type->isUndeducedType())
      Result = RegId::none();
  }
  Instr &I = emit(Op::Return, S->getBeginLoc());
  I.A = Result;
  if (IsElement)
    I.Flags |= uint16_t(InstrFlag::Element);
  return {};
}

Operand BodyWalker::VisitBreakStmt(const BreakStmt *) {
  emit(Op::Break);
  return {};
}

Operand BodyWalker::VisitContinueStmt(const ContinueStmt *) {
  emit(Op::Continue);
  return {};
}

/// What is thrown inside goes on in a handler: any of them may match, and one
/// of them does. What no handler is for is not the writer's concern.
Operand BodyWalker::VisitCXXTryStmt(const CXXTryStmt *S) {
  emit(Op::Block, S->getTryLoc()).Flags |= uint16_t(InstrFlag::Try);
  eval(S->getTryBlock());
  emit(Op::Else);
  unsigned Last = S->getNumHandlers() - 1;
  for (unsigned I = 0; I != Last; ++I) {
    emitOpenIf({true, true}, S->getHandler(I)->getBeginLoc());
    eval(S->getHandler(I)->getHandlerBlock());
    emit(Op::Else);
  }
  eval(S->getHandler(Last)->getHandlerBlock());
  for (unsigned I = 0; I != Last; ++I)
    close();
  close();
  return {};
}

} // namespace refcycle::analyzer
