// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Coroutines. The frame is an object: it derives from the promise, has a slot
// for each parameter and variable that holds something, and is what a
// std::coroutine_handle points to. Who keeps it is then told by the program's
// own code: get_return_object() puts a handle to the promise into the task, and
// the task owns what its destructor destroys.

#include "extract/BodyWalker.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace refcycle::analyzer {

/// Is the coroutine suspended somewhere inside? If not, what is declared there
/// does not outlive anything.
static bool suspends(const Stmt *S) {
  if (!S || isa<LambdaExpr>(S))
    return false;
  return isa<CoroutineSuspendExpr>(S) || llvm::any_of(S->children(), suspends);
}

namespace {
/// Variables that outlive a suspension, in source order.
struct FrameVisitor : ConstDynamicRecursiveASTVisitor {
  explicit FrameVisitor(const TypeShapes &Shapes) : Shapes(Shapes) {}

  const TypeShapes &Shapes;
  llvm::SmallVector<const VarDecl *, 8> Variables;

  void add(const VarDecl *Variable) {
    QualType Type = Variable->getType();
    if (Variable->hasLocalStorage() && !Type->isReferenceType() &&
        Variable->getDeclName() && Shapes.shape(Type))
      Variables.push_back(Variable);
  }
  bool VisitDeclStmt(const DeclStmt *S) override {
    for (const Decl *D : S->decls())
      if (const auto *Variable = dyn_cast<VarDecl>(D))
        add(Variable);
    return true;
  }
  bool TraverseLambdaExpr(const LambdaExpr *) override { return true; }
  bool TraverseCompoundStmt(const CompoundStmt *S) override {
    return !suspends(S) ||
           ConstDynamicRecursiveASTVisitor::TraverseCompoundStmt(S);
  }
  bool TraverseIfStmt(const IfStmt *S) override {
    return !suspends(S) || ConstDynamicRecursiveASTVisitor::TraverseIfStmt(S);
  }
};
} // namespace

void BodyWalker::walkCoroutine(const CoroutineBodyStmt *Body) {
  FrameVisitor Visitor(Facts.shapes());
  for (const ParmVarDecl *Parameter : Definition->parameters())
    Visitor.add(Parameter);
  Visitor.TraverseStmt(Body->getBody());
  const VarDecl *Promise = Body->getPromiseDecl();
  RecordId Record = Facts.frame(Definition, Promise, Visitor.Variables, Self);
  Frame = alloc(Record, AllocKind::Heap, Definition->getLocation());

  for (uint32_t I = 0; I != Visitor.Variables.size(); ++I)
    moveIntoFrame(Visitor.Variables[I], {Record, I});
  Bindings[Promise] = {Frame, RegId::none()};
  Returned = value(Body->getReturnValueInit());
  eval(Body->getBody());
  emit(Op::Return, Definition->getLocation()).A = Returned;
}

/// From here on the variable means its slot in the frame.
void BodyWalker::moveIntoFrame(const VarDecl *Variable, SlotRef Slot) {
  RegId Place = slotOf(Frame, Slot);
  if (const auto *Parameter = dyn_cast<ParmVarDecl>(Variable))
    store(Place, parameterValue(Parameter), StoreKind::Init,
          Facts.holdOf(Variable->getType()), Variable->getLocation());
  Bindings[Variable] = {RegId::none(), Place};
}

Operand BodyWalker::VisitCoreturnStmt(const CoreturnStmt *S) {
  eval(S->getPromiseCall() ? S->getPromiseCall() : S->getOperand());
  emit(Op::Return, S->getBeginLoc()).A = Returned;
  return {};
}

/// co_await and co_yield: the awaiter may keep the handle to our frame.
Operand BodyWalker::VisitCoroutineSuspendExpr(const CoroutineSuspendExpr *E) {
  OpaqueValues[E->getOpaqueValue()] = eval(E->getCommonExpr());
  eval(E->getSuspendExpr());
  return eval(E->getResumeExpr());
}

Operand BodyWalker::VisitOpaqueValueExpr(const OpaqueValueExpr *E) {
  auto Known = OpaqueValues.find(E);
  return Known == OpaqueValues.end() ? eval(E->getSourceExpr()) : Known->second;
}

} // namespace refcycle::analyzer
