// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The lock at the top ends the lambda when the object is gone, so only a lambda
// is judged good that returns nothing and whose captures all stand in its list.

#include "extract/CaptureRewrites.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace refcycle::analyzer {
namespace {

class CaptureRewrites {
public:
  CaptureRewrites(RewriteSites &Sites, const ASTContext &Context)
      : Sites(Sites), Context(Context) {}
  void judge(RewriteSite &Site, const LambdaExpr *E,
             const LambdaCapture &Capture);

private:
  bool weaken(RewriteSite &Site, const LambdaCapture &Capture,
              const std::string &WeakName);
  void lockAtTop(RewriteSite &Site, const CompoundStmt *Body,
                 const std::string &WeakName);

  RewriteSites &Sites;
  const ASTContext &Context;
};

/// Does a lambda inside the body capture the same variable?
class NestedCapture : public ConstDynamicRecursiveASTVisitor {
public:
  explicit NestedCapture(const ValueDecl *Variable) : Variable(Variable) {}
  bool Found = false;

  bool VisitLambdaExpr(const LambdaExpr *E) override {
    for (const LambdaCapture &C : E->captures())
      Found |= C.capturesVariable() && C.getCapturedVar() == Variable;
    return true;
  }

private:
  const ValueDecl *Variable;
};

/// `shared_from_this()`, on this object.
const CXXMemberCallExpr *sharedFromThis(const Expr *Init) {
  const auto *Call = dyn_cast<CXXMemberCallExpr>(Init->IgnoreImplicit());
  if (!Call || Call->getNumArgs() || !Call->getMethodDecl() ||
      !Call->getMethodDecl()->getIdentifier() ||
      Call->getMethodDecl()->getName() != "shared_from_this" ||
      !isa<CXXThisExpr>(
          Call->getImplicitObjectArgument()->IgnoreParenImpCasts()))
    return nullptr;
  return Call;
}

bool hasWeakFromThis(const CXXMemberCallExpr *Call) {
  return llvm::any_of(Call->getMethodDecl()->getParent()->methods(),
                      [](const CXXMethodDecl *Method) {
                        return Method->getIdentifier() &&
                               Method->getName() == "weak_from_this";
                      });
}

/// The spaces and tabs from \p At back to the beginning of its line.
std::string indentation(const SourceManager &Sources, SourceLocation At) {
  auto [File, Offset] = Sources.getDecomposedLoc(At);
  llvm::StringRef Before = Sources.getBufferData(File).take_front(Offset);
  llvm::StringRef Line = Before.substr(Before.rfind('\n') + 1);
  return Line.take_while([](char C) { return C == ' ' || C == '\t'; }).str();
}

} // namespace

void CaptureRewrites::judge(RewriteSite &Site, const LambdaExpr *E,
                            const LambdaCapture &Capture) {
  const CXXMethodDecl *Call = E->getCallOperator();
  SourceLocation At = Capture.getLocation();
  const ValueDecl *Variable = Capture.getCapturedVar();
  Site.Name = Variable->getName();
  std::string WeakName = ("weak_" + Site.Name).str();
  if (!Context.getLangOpts().CPlusPlus17)
    return Sites.block(Site, At, "the code is compiled for less than C++17");
  if (E->isGenericLambda() || !Call->getReturnType()->isVoidType())
    return Sites.block(Site, At,
                       "the lambda returns something, or is a template");
  if (E->isMutable() || E->getCaptureDefault() != LCD_None)
    return Sites.block(Site, At,
                       "the lambda is mutable, or captures by default");
  NestedCapture Inside(Variable);
  Inside.TraverseStmt(E->getBody());
  if (Inside.Found)
    return Sites.block(Site, At, "a lambda inside captures it again");
  llvm::StringRef Text = Sites.textFrom(E->getBeginLoc());
  const SourceManager &Sources = Context.getSourceManager();
  unsigned Length = Sources.getFileOffset(E->getEndLoc()) -
                    Sources.getFileOffset(E->getBeginLoc());
  const auto *Body = dyn_cast<CompoundStmt>(E->getBody());
  if (Text.take_front(Length).contains(WeakName) || !Body ||
      !weaken(Site, Capture, WeakName))
    return Sites.block(Site, At, "its initialiser is not a plain handle");
  lockAtTop(Site, Body, WeakName);
}

/// `self` becomes `weak_self = std::weak_ptr(self)`, and
/// `self = shared_from_this()` becomes `weak_self = weak_from_this()`.
bool CaptureRewrites::weaken(RewriteSite &Site, const LambdaCapture &Capture,
                             const std::string &WeakName) {
  const auto *Variable = dyn_cast<VarDecl>(Capture.getCapturedVar());
  const ClassTemplateDecl *Weak =
      Variable ? Sites.weakPartner(Variable->getType()) : nullptr;
  if (!Weak || !Sites.textFrom(Capture.getLocation()).starts_with(Site.Name))
    return false;
  unsigned Length = unsigned(Site.Name.size());
  if (!Variable->isInitCapture()) {
    // Others have no deduction guide for it.
    if (!Weak->isInStdNamespace())
      return false;
    Sites.declare(Site,
                  {Capture.getLocation(), Length,
                   WeakName + " = std::weak_ptr(" + Site.Name.str() + ")"});
    return true;
  }
  const CXXMemberCallExpr *Call = sharedFromThis(Variable->getInit());
  constexpr llvm::StringLiteral Strong = "shared_from_this";
  if (!Call || !hasWeakFromThis(Call) ||
      !Sites.textFrom(Call->getExprLoc()).starts_with(Strong))
    return false;
  Sites.declare(Site, {Capture.getLocation(), Length, WeakName});
  Sites.declare(
      Site, {Call->getExprLoc(), unsigned(Strong.size()), "weak_from_this"});
  return true;
}

void CaptureRewrites::lockAtTop(RewriteSite &Site, const CompoundStmt *Body,
                                const std::string &WeakName) {
  const SourceManager &Sources = Context.getSourceManager();
  SourceLocation After = Body->getLBracLoc().getLocWithOffset(1);
  std::string Name = Site.Name.str();
  std::string Lock = "const auto " + Name + " = " + WeakName + ".lock();";
  std::string Guard = "if (!" + Name + ")";
  std::string Text = " " + Lock + " " + Guard + " return;";
  if (!Body->body_empty() &&
      Sources.getSpellingLineNumber(After) !=
          Sources.getSpellingLineNumber((*Body->body_begin())->getBeginLoc())) {
    std::string Line =
        "\n" + indentation(Sources, (*Body->body_begin())->getBeginLoc());
    Text = Line + Lock + Line + Guard + Line + "  return;";
  }
  Sites.declare(Site, {After, 0, Text});
}

void judgeCaptures(RewriteSites &Sites, const ASTContext &Context,
                   const LambdaExpr *E) {
  CaptureRewrites Captures(Sites, Context);
  auto Field = E->getLambdaClass()->field_begin();
  for (const LambdaCapture &Capture : E->captures()) {
    const FieldDecl *Slot = *Field++;
    if (!Capture.capturesVariable() || !Capture.isExplicit() ||
        Capture.getCaptureKind() != LCK_ByCopy || Capture.isPackExpansion())
      continue;
    if (RewriteSite *Site = Sites.ofCapture(Slot))
      Captures.judge(*Site, E, Capture);
  }
}

} // namespace refcycle::analyzer
