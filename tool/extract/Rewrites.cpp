// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Judges every use of a handle member by what stands around it. What is not
// listed here as good blocks the rewrite: a missing rule costs an offer, a
// wrong one would break somebody's code.

#include "extract/Rewrites.h"
#include "extract/CaptureRewrites.h"
#include "extract/HandleUses.h"
#include "extract/RewriteSites.h"
#include "clang/AST/DeclFriend.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;

namespace refcycle::analyzer {
namespace {

class RewriteCollector : public ConstDynamicRecursiveASTVisitor {
public:
  RewriteCollector(FactsBuilder &Facts, const ModelTable &Models)
      : Facts(Facts), Models(Models), Sites(Facts, Models), Uses(Facts) {
    ShouldVisitTemplateInstantiations = true;
  }
  void run() {
    TraverseDecl(Facts.context().getTranslationUnitDecl());
    Sites.finish();
    Uses.finish();
  }

  bool TraverseDecl(const Decl *D) override;
  bool TraverseConstructorInitializer(const CXXCtorInitializer *Init) override;
  bool dataTraverseStmtPre(const Stmt *S) override {
    Around.push_back(S);
    return true;
  }
  bool dataTraverseStmtPost(const Stmt *) override {
    Around.pop_back();
    return true;
  }

  bool VisitFieldDecl(const FieldDecl *Field) override;
  bool VisitDecompositionDecl(const DecompositionDecl *D) override;
  bool VisitMemberExpr(const MemberExpr *E) override;
  bool VisitDeclRefExpr(const DeclRefExpr *E) override;
  bool VisitOffsetOfExpr(const OffsetOfExpr *E) override;
  bool VisitInitListExpr(const InitListExpr *E) override;
  bool VisitCXXParenListInitExpr(const CXXParenListInitExpr *E) override;
  bool VisitCXXDependentScopeMemberExpr(
      const CXXDependentScopeMemberExpr *E) override {
    Sites.blockName(E->getMember(), E->getMemberLoc());
    return true;
  }
  bool
  VisitDependentScopeDeclRefExpr(const DependentScopeDeclRefExpr *E) override {
    Sites.blockName(E->getDeclName(), E->getLocation());
    return true;
  }
  bool VisitLambdaExpr(const LambdaExpr *E) override {
    if (!InTemplate)
      judgeCaptures(Sites, Facts.context(), E);
    return true;
  }

private:
  bool isWritten(const MemberExpr *E) const;
  void judge(RewriteSite &Site, const MemberExpr *E);
  bool judgeOperator(RewriteSite &Site, const MemberExpr *E,
                     const CXXOperatorCallExpr *Call, size_t At);
  bool judgeMethod(RewriteSite &Site, const MemberExpr *E,
                   const MemberExpr *Method, size_t At);
  bool judgeConstruction(RewriteSite &Site, const MemberExpr *E,
                         const CXXConstructExpr *Made);
  bool judgeArgument(RewriteSite &Site, const MemberExpr *E,
                     const CallExpr *Call);
  bool inserts(const CXXMethodDecl *Method) const;
  bool keepsNoReference(QualType Result) const;
  bool judgeAssignment(RewriteSite &Site, const MemberExpr *E,
                       const Expr *Source, size_t At);
  void judgeInitializer(RewriteSite &Site, const Expr *Init,
                        llvm::StringRef InPlaceOfNull);
  bool lock(RewriteSite &Site, const MemberExpr *E,
            const FunctionDecl *FailsIn = nullptr);
  const FunctionDecl *functionAround() const;
  const Stmt *around(size_t At) const {
    return At < Around.size() ? Around[Around.size() - 1 - At] : nullptr;
  }
  size_t skipCasts(size_t At) const;
  bool isStatement(size_t At) const;
  bool endsWithStatement(size_t At) const;
  bool isPlainValue(QualType Type) const;
  void blockAll(const CXXRecordDecl *Record, SourceLocation At,
                llvm::StringRef Why);
  void blockAggregates(const InitListExpr *Semantic);

  FactsBuilder &Facts;
  const ModelTable &Models;
  RewriteSites Sites;
  HandleUses Uses;
  /// The statements around the one that is visited, outermost first.
  std::vector<const Stmt *> Around;
  bool InTemplate = false;
  const FunctionDecl *Function = nullptr; ///< Around it; not for a lambda.
};

bool isTemplateCode(const Decl *D) {
  if (D->isTemplated() || isa<ClassTemplateSpecializationDecl>(D))
    return true;
  const auto *Function = dyn_cast<FunctionDecl>(D);
  return Function && Function->isTemplateInstantiation();
}

/// Is the parameter of any type, as in `const T &`? Then the callee is about
/// references, not about handles.
bool isDeduced(const FunctionDecl *Callee, unsigned Index) {
  const FunctionTemplateDecl *Template = Callee->getPrimaryTemplate();
  if (!Template)
    return false;
  const FunctionDecl *Pattern = Template->getTemplatedDecl();
  if (Index >= Pattern->getNumParams() ||
      Pattern->getParamDecl(Index)->isParameterPack())
    return true;
  return Pattern->getParamDecl(Index)
      ->getType()
      .getNonReferenceType()
      ->isTemplateTypeParmType();
}

} // namespace

//===----------------------------------------------------------------------===//
// The walk
//===----------------------------------------------------------------------===//

bool RewriteCollector::TraverseDecl(const Decl *D) {
  if (!D)
    return true;
  const SourceManager &Sources = Facts.context().getSourceManager();
  if (D->isInvalidDecl() || (!isa<TranslationUnitDecl>(D) &&
                             Sources.isInSystemHeader(D->getLocation())))
    return true;
  bool Outer = InTemplate;
  const FunctionDecl *Caller = Function;
  InTemplate |= isTemplateCode(D);
  if (const auto *Inner = dyn_cast<FunctionDecl>(D))
    Function = Inner;
  bool Result = ConstDynamicRecursiveASTVisitor::TraverseDecl(D);
  InTemplate = Outer;
  Function = Caller;
  return Result;
}

/// Implicit casts that change nothing: to const, to the base that declares the
/// method.
size_t RewriteCollector::skipCasts(size_t At) const {
  for (;; ++At) {
    const auto *Cast = dyn_cast_or_null<ImplicitCastExpr>(around(At));
    bool Skipped =
        Cast ? Cast->getCastKind() == CK_NoOp ||
                   Cast->getCastKind() == CK_UncheckedDerivedToBase ||
                   Cast->getCastKind() == CK_DerivedToBase
             : isa_and_nonnull<MaterializeTemporaryExpr, ExprWithCleanups,
                               CXXBindTemporaryExpr>(around(At));
    if (!Skipped)
      return At;
  }
}

/// Is the value of the expression at \p At dropped?
bool RewriteCollector::isStatement(size_t At) const {
  while (isa_and_nonnull<ExprWithCleanups>(around(At + 1)))
    ++At;
  const Stmt *Parent = around(At + 1);
  if (const auto *If = dyn_cast_or_null<IfStmt>(Parent))
    return If->getThen() == around(At) || If->getElse() == around(At);
  return isa_and_nonnull<CompoundStmt>(Parent);
}

/// `shared_ptr<T>` held its object all the time; a lock holds it to the end of
/// the statement. Is everything that comes of the use a plain value by then? A
/// pointer, an iterator or a view is not.
bool RewriteCollector::endsWithStatement(size_t At) const {
  for (++At; const Stmt *S = around(At); ++At) {
    if (const auto *Assigned = dyn_cast<BinaryOperator>(S);
        Assigned && Assigned->isAssignmentOp())
      if (!isPlainValue(Assigned->getLHS()->getType()))
        return false;
    if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(S);
        Call && Call->isAssignmentOp())
      if (!isPlainValue(Call->getArg(0)->getType()))
        return false;
    if (const auto *Declared = dyn_cast<DeclStmt>(S))
      return llvm::all_of(Declared->decls(), [&](const Decl *D) {
        const auto *Variable = dyn_cast<VarDecl>(D);
        return Variable && isPlainValue(Variable->getType());
      });
    if (const auto *Return = dyn_cast<ReturnStmt>(S))
      return !Return->getRetValue()->isGLValue() &&
             isPlainValue(Return->getRetValue()->getType());
    if (const auto *Loop = dyn_cast<CXXForRangeStmt>(S))
      return Loop->getRangeInit() != around(At - 1);
    if (isa<LambdaExpr>(S))
      return false;
    if (!isa<Expr>(S))
      return true;
  }
  return false; // The initialiser of a member.
}

/// Numbers, handles and strings.
bool RewriteCollector::isPlainValue(QualType Type) const {
  if (keepsNoReference(Type))
    return true;
  const auto *Record = Type->getAsCXXRecordDecl();
  return Record && Record->isInStdNamespace() && Record->getIdentifier() &&
         Record->getName() == "basic_string";
}

bool RewriteCollector::VisitFieldDecl(const FieldDecl *Field) {
  RewriteSite *Site = Sites.of(Field);
  if (Site && Field->hasInClassInitializer())
    judgeInitializer(*Site, Field->getInClassInitializer(),
                     Field->getInClassInitStyle() == ICIS_CopyInit ? "{}" : "");
  return true;
}

bool RewriteCollector::TraverseConstructorInitializer(
    const CXXCtorInitializer *Init) {
  if (Init->isMemberInitializer() && Init->isWritten())
    if (RewriteSite *Site = Sites.of(Init->getMember()))
      judgeInitializer(*Site, Init->getInit(), "");
  return ConstDynamicRecursiveASTVisitor::TraverseConstructorInitializer(Init);
}

//===----------------------------------------------------------------------===//
// What no member can be weak with
//===----------------------------------------------------------------------===//

void RewriteCollector::blockAll(const CXXRecordDecl *Record, SourceLocation At,
                                llvm::StringRef Why) {
  for (RewriteSite *Site : Sites.allOf(Record))
    Sites.block(*Site, At, Why);
}

bool RewriteCollector::VisitDecompositionDecl(const DecompositionDecl *D) {
  blockAll(D->getType().getNonReferenceType()->getAsCXXRecordDecl(),
           D->getLocation(), "it gets a name by a structured binding");
  return true;
}

void RewriteCollector::blockAggregates(const InitListExpr *Semantic) {
  if (Semantic->getNumInits())
    blockAll(Semantic->getType()->getAsCXXRecordDecl(), Semantic->getBeginLoc(),
             "an initialiser list names its value");
  for (const Expr *Init : Semantic->inits())
    if (const auto *Nested = dyn_cast_or_null<InitListExpr>(Init))
      blockAggregates(Nested->isSemanticForm() || !Nested->getSemanticForm()
                          ? Nested
                          : Nested->getSemanticForm());
}

/// `{}` leaves every member to its default.
bool RewriteCollector::VisitInitListExpr(const InitListExpr *E) {
  const InitListExpr *Written =
      E->getSyntacticForm() ? E->getSyntacticForm() : E;
  if (Written->getNumInits())
    blockAggregates(E->getSemanticForm() ? E->getSemanticForm() : E);
  return true;
}

bool RewriteCollector::VisitCXXParenListInitExpr(
    const CXXParenListInitExpr *E) {
  blockAll(E->getType()->getAsCXXRecordDecl(), E->getBeginLoc(),
           "an initialiser list names its value");
  return true;
}

bool RewriteCollector::VisitDeclRefExpr(const DeclRefExpr *E) {
  if (const auto *Field = dyn_cast<FieldDecl>(E->getDecl()))
    if (RewriteSite *Site = Sites.of(Field))
      Sites.block(*Site, E->getLocation(), "a pointer to the member is made");
  return true;
}

bool RewriteCollector::VisitOffsetOfExpr(const OffsetOfExpr *E) {
  for (unsigned I = 0; I != E->getNumComponents(); ++I)
    if (E->getComponent(I).getKind() == OffsetOfNode::Field)
      if (RewriteSite *Site = Sites.of(E->getComponent(I).getField()))
        Sites.block(*Site, E->getBeginLoc(), "its offset is taken");
  return true;
}

//===----------------------------------------------------------------------===//
// Uses of a member
//===----------------------------------------------------------------------===//

/// Does the expression only replace or empty the member that it names?
bool RewriteCollector::isWritten(const MemberExpr *E) const {
  size_t At = skipCasts(1);
  if (const auto *Call = dyn_cast_or_null<CXXOperatorCallExpr>(around(At)))
    return Call->isAssignmentOp() &&
           Call->getArg(0)->IgnoreParenImpCasts() == E;
  const auto *Method = dyn_cast_or_null<MemberExpr>(around(At));
  const auto *Called =
      Method ? dyn_cast<CXXMethodDecl>(Method->getMemberDecl()) : nullptr;
  if (!Called || !Called->getIdentifier())
    return false;
  const FunctionModel *Model = Models.method(
      Facts.names().qualified(Called->getParent()), Called->getName());
  return Model && (Model->Role == FunctionRole::Clear ||
                   Model->Role == FunctionRole::Assign);
}

bool RewriteCollector::VisitMemberExpr(const MemberExpr *E) {
  if (!isWritten(E))
    Uses.add(E);
  const auto *Field = dyn_cast<FieldDecl>(E->getMemberDecl());
  RewriteSite *Site = Field ? Sites.of(Field) : nullptr;
  if (!Site)
    return true;
  if (InTemplate)
    Sites.block(*Site, E->getMemberLoc(), "a template uses it");
  else
    judge(*Site, E);
  return true;
}

void RewriteCollector::judge(RewriteSite &Site, const MemberExpr *E) {
  if (E->getMemberLoc().isMacroID())
    return Sites.block(Site, E->getMemberLoc(),
                       "a macro or generated text names it");
  size_t At = skipCasts(1);
  const Stmt *User = around(At);
  bool Good = false;
  if (const auto *Call = dyn_cast_or_null<CXXOperatorCallExpr>(User))
    Good = judgeOperator(Site, E, Call, At);
  else if (const auto *Method = dyn_cast_or_null<MemberExpr>(User))
    Good = judgeMethod(Site, E, Method, At);
  else if (const auto *Made = dyn_cast_or_null<CXXConstructExpr>(User))
    Good = judgeConstruction(Site, E, Made);
  else if (const auto *Call = dyn_cast_or_null<CallExpr>(User))
    Good = judgeArgument(Site, E, Call);
  if (!Good)
    Sites.block(Site, E->getMemberLoc(),
                "a weak handle cannot stand in for this use");
}

/// `x->f` becomes `x->f.lock()`.
bool RewriteCollector::lock(RewriteSite &Site, const MemberExpr *E,
                            const FunctionDecl *FailsIn) {
  if (!Sites.textFrom(E->getMemberLoc()).starts_with(Site.Name))
    return false;
  Sites.use(Site, {E->getMemberLoc().getLocWithOffset(int(Site.Name.size())), 0,
                   ".lock()", FailsIn});
  return true;
}

const FunctionDecl *RewriteCollector::functionAround() const {
  for (const Stmt *S : llvm::reverse(Around))
    if (const auto *Lambda = dyn_cast<LambdaExpr>(S))
      return Lambda->getCallOperator();
  return Function;
}

bool RewriteCollector::judgeOperator(RewriteSite &Site, const MemberExpr *E,
                                     const CXXOperatorCallExpr *Call,
                                     size_t At) {
  bool IsLeft = Call->getArg(0)->IgnoreParenImpCasts() == E;
  switch (Call->getOperator()) {
  case OO_Arrow:
  case OO_Star:
    if (!endsWithStatement(At)) {
      Sites.block(Site, E->getMemberLoc(),
                  "what refers to its object goes on after this use");
      return true;
    }
    return Call->getNumArgs() == 1 && lock(Site, E, functionAround());
  case OO_Equal:
    if (IsLeft)
      return judgeAssignment(Site, E, Call->getArg(1), At);
    // To another handle of the kind; what else takes one may keep a reference.
    return Sites.isHandle(Call->getArg(0)->getType()) && lock(Site, E);
  case OO_EqualEqual:
  case OO_ExclaimEqual:
  case OO_Less:
    return judgeArgument(Site, E, Call);
  default:
    return false;
  }
}

/// What a weak handle can be given: nothing, or a counted handle.
bool RewriteCollector::judgeAssignment(RewriteSite &Site, const MemberExpr *E,
                                       const Expr *Source, size_t At) {
  if (!isStatement(At))
    return false;
  const Expr *Core = Source->IgnoreImplicit();
  if (const auto *Made = dyn_cast<CXXConstructExpr>(Core);
      Made && Made->getNumArgs() && Sites.isHandle(Made->getType()))
    Core = Made->getArg(0)->IgnoreImplicit();
  if (isa<CXXNullPtrLiteralExpr>(Core)) {
    llvm::StringRef Text = Sites.textFrom(E->getMemberLoc());
    const SourceManager &Sources = Facts.context().getSourceManager();
    if (!Text.starts_with(Site.Name) || Core->getBeginLoc().isMacroID() ||
        Sources.getFileID(Core->getBeginLoc()) !=
            Sources.getFileID(E->getMemberLoc()) ||
        Sources.getSpellingLineNumber(Core->getBeginLoc()) !=
            Sources.getSpellingLineNumber(E->getMemberLoc()))
      return false;
    SourceLocation Begin =
        E->getMemberLoc().getLocWithOffset(int(Site.Name.size()));
    unsigned End = Sources.getFileOffset(Core->getBeginLoc()) +
                   unsigned(llvm::StringRef("nullptr").size());
    Sites.use(Site, {Begin, End - Sources.getFileOffset(Begin), ".reset()"});
    return true;
  }
  const auto *List = dyn_cast<InitListExpr>(Core);
  return (List && !List->getNumInits()) || Sites.isHandle(Core->getType());
}

bool RewriteCollector::judgeMethod(RewriteSite &Site, const MemberExpr *E,
                                   const MemberExpr *Method, size_t At) {
  const auto *Called = dyn_cast<CXXMethodDecl>(Method->getMemberDecl());
  const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(around(At + 1));
  if (!Called || !Call)
    return false;
  if (const auto *Conversion = dyn_cast<CXXConversionDecl>(Called))
    return Conversion->getConversionType()->isBooleanType() && lock(Site, E);
  llvm::StringRef Name =
      Called->getIdentifier() ? Called->getName() : llvm::StringRef();
  if (Name == "reset")
    return Call->getNumArgs() == 0;
  if (Name != "get")
    return false;
  // The pointer must not outlive the test.
  const Stmt *User = around(At + 2);
  if (const auto *Compared = dyn_cast_or_null<BinaryOperator>(User))
    return Compared->isEqualityOp() && lock(Site, E);
  const auto *Cast = dyn_cast_or_null<ImplicitCastExpr>(User);
  return Cast && Cast->getCastKind() == CK_PointerToBoolean && lock(Site, E);
}

/// A copy of the handle, or one to a base; a weak one takes the member as it
/// is.
bool RewriteCollector::judgeConstruction(RewriteSite &Site, const MemberExpr *E,
                                         const CXXConstructExpr *Made) {
  if (Made->getNumArgs() != 1)
    return false;
  const CXXRecordDecl *Weak = nullptr;
  if (const ClassTemplateDecl *Template = Sites.weakPartner(E->getType()))
    Weak = Template->getTemplatedDecl();
  const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(
      Made->getConstructor()->getParent());
  if (Weak && Spec &&
      Spec->getSpecializedTemplate()->getCanonicalDecl() ==
          Weak->getDescribedClassTemplate()->getCanonicalDecl())
    return true;
  return Sites.isHandle(Made->getType()) && lock(Site, E);
}

/// A temporary will do where the callee cannot keep a reference to it.
bool RewriteCollector::judgeArgument(RewriteSite &Site, const MemberExpr *E,
                                     const CallExpr *Call) {
  const FunctionDecl *Callee = Call->getDirectCallee();
  if (!Callee)
    return false;
  const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
  unsigned Index = 0, Count = Call->getNumArgs();
  while (Index != Count && Call->getArg(Index)->IgnoreParenImpCasts() != E)
    ++Index;
  if (Index == Count)
    return false;
  if (isa<CXXOperatorCallExpr>(Call) && Method) // Its object is argument 0.
    return false;
  if (Index >= Callee->getNumParams())
    return false;
  QualType Type = Callee->getParamDecl(Index)->getType();
  return Type->isLValueReferenceType() &&
         Type.getNonReferenceType().isConstQualified() &&
         Sites.isHandle(Type) && !isDeduced(Callee, Index) &&
         (inserts(Method) || keepsNoReference(Callee->getReturnType())) &&
         lock(Site, E);
}

/// `push_back` and its like copy what they are given.
bool RewriteCollector::inserts(const CXXMethodDecl *Method) const {
  if (!Method || !Method->getIdentifier())
    return false;
  const FunctionModel *Model = Models.method(
      Facts.names().qualified(Method->getParent()), Method->getName());
  return Model && Model->Role == FunctionRole::Insert;
}

/// A pointer, a reference or an object may refer to the argument: `tie`,
/// `cref`, views.
bool RewriteCollector::keepsNoReference(QualType Result) const {
  return Result->isVoidType() || Result->isArithmeticType() ||
         Result->isEnumeralType() ||
         (!Result->isReferenceType() && Sites.isHandle(Result));
}

/// An initialiser that a weak handle takes as well.
void RewriteCollector::judgeInitializer(RewriteSite &Site, const Expr *Init,
                                        llvm::StringRef InPlaceOfNull) {
  if (!Init || InTemplate)
    return Sites.block(Site, Init ? Init->getBeginLoc() : SourceLocation(),
                       "a template initialises it");
  const Expr *Core = Init->IgnoreImplicit();
  if (isa<CXXDefaultInitExpr>(Core))
    return;
  while (const auto *Made = dyn_cast<CXXConstructExpr>(Core)) {
    if (!Sites.isHandle(Made->getType()))
      break;
    if (!Made->getNumArgs())
      return;
    if (Made->getNumArgs() > 1)
      break;
    Core = Made->getArg(0)->IgnoreImplicit();
  }
  if (isa<CXXNullPtrLiteralExpr>(Core))
    return Sites.use(Site, {Core->getBeginLoc(),
                            unsigned(llvm::StringRef("nullptr").size()),
                            InPlaceOfNull.str()});
  const auto *List = dyn_cast<InitListExpr>(Core);
  bool IsEmpty = List && !List->getNumInits();
  if (!IsEmpty && !Sites.isHandle(Core->getType()))
    Sites.block(Site, Core->getBeginLoc(),
                "it is initialised by something that is no counted handle");
}

void collectRewrites(FactsBuilder &Facts, const ModelTable &Models) {
  RewriteCollector(Facts, Models).run();
}

} // namespace refcycle::analyzer
