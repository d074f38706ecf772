// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Translates one function body from clang's AST into the small program of
// facts/Fact.h. Statements, expressions, calls and constructions stand in a
// .cpp of their own each. Decides nothing about cycles.

#ifndef REFCYCLE_EXTRACT_BODYWALKER_H
#define REFCYCLE_EXTRACT_BODYWALKER_H

#include "config/Models.h"
#include "extract/ElementKeys.h"
#include "extract/ElementValues.h"
#include "extract/FactsBuilder.h"
#include "clang/AST/StmtVisitor.h"
#include <optional>

namespace refcycle::analyzer {

/// What an expression denotes: a value, a place, or nothing of interest.
struct Operand {
  RegId Value;
  RegId Place;
  /// Place is a container and one element of it is meant. Iterators too.
  bool Element = false;
  /// `&slot`: the place is what is pointed to, not where the pointer stands.
  bool Address = false;
  /// Which element, for ElementValues; 0 if that is not known.
  uint32_t Number = 0;
  /// The same for all functions; see Op::Key. None if it is not known.
  RegId Key = {};
  /// Whether the element is there for sure: InstrFlag::Exists, Makes or 0.
  uint16_t Presence = 0;
  /// If so: its class, and where it is said.
  RecordId Class = {};
  clang::SourceLocation Loc = {};
  /// A reference to an element: a place that holds what the element holds.
  RegId Mirror = {};
};

/// One walk over one body. Use once.
class BodyWalker : public clang::ConstStmtVisitor<BodyWalker, Operand> {
public:
  BodyWalker(FactsBuilder &Facts, const ModelTable &Models,
             const clang::FunctionDecl *Definition);
  /// For the initialiser of a variable that is no local: a function as well,
  /// which nobody calls.
  BodyWalker(FactsBuilder &Facts, const ModelTable &Models,
             const clang::VarDecl *Variable);

  /// Writes the body into the builder's function facts.
  void run();
  /// The same for an initialiser.
  void runInitializer(const clang::VarDecl *Variable);

  /// Bodies and classes met inside, to be walked next.
  std::vector<const clang::FunctionDecl *> NestedFunctions;
  std::vector<const clang::CXXRecordDecl *> LocalClasses;

  //===--- Statements ---------------------------------------------------===//
  Operand VisitStmt(const clang::Stmt *S);
  Operand VisitDeclStmt(const clang::DeclStmt *S);
  Operand VisitIfStmt(const clang::IfStmt *S);
  Operand VisitForStmt(const clang::ForStmt *S);
  Operand VisitWhileStmt(const clang::WhileStmt *S);
  Operand VisitDoStmt(const clang::DoStmt *S);
  Operand VisitCXXForRangeStmt(const clang::CXXForRangeStmt *S);
  Operand VisitSwitchStmt(const clang::SwitchStmt *S);
  Operand VisitReturnStmt(const clang::ReturnStmt *S);
  Operand VisitCoreturnStmt(const clang::CoreturnStmt *S);
  Operand VisitBreakStmt(const clang::BreakStmt *S);
  Operand VisitContinueStmt(const clang::ContinueStmt *S);
  Operand VisitCXXTryStmt(const clang::CXXTryStmt *S);

  //===--- Expressions --------------------------------------------------===//
  Operand VisitExpr(const clang::Expr *E);
  Operand VisitCXXThisExpr(const clang::CXXThisExpr *E);
  Operand VisitDeclRefExpr(const clang::DeclRefExpr *E);
  Operand VisitMemberExpr(const clang::MemberExpr *E);
  Operand VisitUnaryOperator(const clang::UnaryOperator *E);
  Operand chosenMember(const clang::BinaryOperator *E);
  Operand VisitBinaryOperator(const clang::BinaryOperator *E);
  Operand
  VisitAbstractConditionalOperator(const clang::AbstractConditionalOperator *E);
  Operand VisitConditionalOperator(const clang::ConditionalOperator *E) {
    return VisitAbstractConditionalOperator(E);
  }
  Operand
  VisitBinaryConditionalOperator(const clang::BinaryConditionalOperator *E) {
    return VisitAbstractConditionalOperator(E);
  }
  Operand VisitArraySubscriptExpr(const clang::ArraySubscriptExpr *E);
  Operand VisitParenExpr(const clang::ParenExpr *E);
  Operand VisitCastExpr(const clang::CastExpr *E);
  Operand VisitExprWithCleanups(const clang::ExprWithCleanups *E);
  Operand
  VisitMaterializeTemporaryExpr(const clang::MaterializeTemporaryExpr *E);
  Operand VisitCXXBindTemporaryExpr(const clang::CXXBindTemporaryExpr *E);
  Operand VisitConstantExpr(const clang::ConstantExpr *E);
  Operand VisitSubstNonTypeTemplateParmExpr(
      const clang::SubstNonTypeTemplateParmExpr *E);
  Operand VisitCXXDefaultArgExpr(const clang::CXXDefaultArgExpr *E);
  Operand VisitCXXDefaultInitExpr(const clang::CXXDefaultInitExpr *E);
  Operand VisitCXXNullPtrLiteralExpr(const clang::CXXNullPtrLiteralExpr *E);
  Operand VisitCXXThrowExpr(const clang::CXXThrowExpr *E);
  Operand VisitCXXDeleteExpr(const clang::CXXDeleteExpr *E);
  Operand VisitLambdaExpr(const clang::LambdaExpr *E);
  Operand VisitStmtExpr(const clang::StmtExpr *E);
  Operand VisitCoroutineSuspendExpr(const clang::CoroutineSuspendExpr *E);
  Operand VisitOpaqueValueExpr(const clang::OpaqueValueExpr *E);
  Operand
  VisitUnaryExprOrTypeTraitExpr(const clang::UnaryExprOrTypeTraitExpr *) {
    return {}; // Not evaluated.
  }

  //===--- Constructions ------------------------------------------------===//
  Operand VisitCXXConstructExpr(const clang::CXXConstructExpr *E);
  Operand
  VisitCXXInheritedCtorInitExpr(const clang::CXXInheritedCtorInitExpr *E);
  Operand VisitCXXNewExpr(const clang::CXXNewExpr *E);
  Operand VisitInitListExpr(const clang::InitListExpr *E);
  Operand VisitCXXParenListInitExpr(const clang::CXXParenListInitExpr *E);
  Operand
  VisitCXXStdInitializerListExpr(const clang::CXXStdInitializerListExpr *E);
  Operand VisitImplicitValueInitExpr(const clang::ImplicitValueInitExpr *E);
  Operand VisitCXXScalarValueInitExpr(const clang::CXXScalarValueInitExpr *E);

  //===--- Calls --------------------------------------------------------===//
  Operand VisitCallExpr(const clang::CallExpr *E);
  Operand VisitCXXMemberCallExpr(const clang::CXXMemberCallExpr *E);
  Operand VisitCXXOperatorCallExpr(const clang::CXXOperatorCallExpr *E);

private:
  using Args = llvm::ArrayRef<const clang::Expr *>;

  //===--- Emitting -----------------------------------------------------===//
  Instr &emit(Op Code, clang::SourceLocation Loc = {});
  RegId emitValue(Op Code, clang::SourceLocation Loc = {});
  RegId load(Operand Where);
  RegId loadElement(RegId Container, const Operand &Which);
  RegId keyOf(const clang::Expr *E);
  RegId slotOf(RegId Object, SlotRef Slot);
  RegId alloc(RecordId Record, AllocKind Kind, clang::SourceLocation Loc);
  RegId unknown(clang::QualType Type);
  RegId castTo(RegId Object, clang::QualType Type);
  RegId join(llvm::ArrayRef<RegId> Values);
  RegId copyOf(RegId Object, clang::SourceLocation Loc);
  void store(RegId Place, RegId Value, StoreKind Kind, Hold ValueHold,
             clang::SourceLocation Loc, uint16_t Flags = 0, RegId Key = {});
  void clear(RegId Place, ClearKind Kind, clang::SourceLocation Loc,
             uint16_t Flags = 0, RegId Key = {});
  void clearOne(const Operand &Element, clang::SourceLocation Loc);
  void clearElement(const Operand &Element, ClearKind Otherwise,
                    clang::SourceLocation Loc);

  //===--- Evaluating ---------------------------------------------------===//
  Operand eval(const clang::Stmt *S);
  RegId value(const clang::Expr *E);
  /// Like value(), but a relevant expression always gives a register.
  RegId valueOrUnknown(const clang::Expr *E);
  RegId valueToKeep(const clang::Expr *E);
  RegId place(const clang::Expr *E) { return eval(E).Place; }
  void evalAll(Args Arguments);
  Hold holdOf(const clang::Expr *E) const;
  Operand dereference(Operand Pointer, clang::QualType Type);
  /// The object on the left of a `.` or `->`.
  RegId objectOf(const clang::Expr *Base);
  std::pair<RegId, bool> condition(const clang::Expr *E);
  void moveOut(Operand &Source, bool Many, clang::SourceLocation Loc);
  void assign(Operand Target, const clang::Expr *Source,
              clang::SourceLocation Loc);
  Operand captured(const clang::ValueDecl *Variable);
  Operand global(const clang::VarDecl *Variable);

  //===--- Statements and variables -------------------------------------===//
  void writeBody();
  void walkCoroutine(const clang::CoroutineBodyStmt *Body);
  void moveIntoFrame(const clang::VarDecl *Variable, SlotRef Slot);
  RegId newVariable(const clang::VarDecl *Variable, RecordId Destroys);
  void endLifetime(const clang::Expr *Pointer, clang::SourceLocation Loc);
  void walkParameters();
  RegId parameterValue(const clang::ParmVarDecl *Parameter);
  void walkInitializers(const clang::CXXConstructorDecl *Ctor);
  void initMember(const clang::FieldDecl *Field, const clang::Expr *Init,
                  clang::SourceLocation Loc);
  RegId referred(clang::QualType Type, const clang::Expr *Init);
  void initSlot(RegId Place, clang::QualType Type, const clang::Expr *Init,
                clang::SourceLocation Loc);
  void declare(const clang::VarDecl *Variable);
  void declareStatic(const clang::VarDecl *Variable);
  void declareReference(const clang::VarDecl *Variable);
  void bindNames(const clang::DecompositionDecl *Decomposed);
  RegId newLocal(const clang::VarDecl *Variable, RecordId Destroys);
  bool endsItsContent(const clang::VarDecl *Variable) const;
  void branch(const clang::Stmt *Then, const clang::Stmt *Else, RegId Condition,
              bool Negated);
  Instr &emitOpenIf(OpenWays Ways, clang::SourceLocation Loc);
  void openLoop();
  void clearDrained(const clang::WhileStmt *S);
  bool walkNamedSlots(const clang::CXXForRangeStmt *S);
  void close() { emit(Op::End); }

  //===--- Constructions ------------------------------------------------===//
  Operand constructObject(const clang::CXXConstructExpr *E, RegId Target,
                          AllocKind Kind);
  Operand constructValue(const clang::CXXConstructExpr *E);
  void emptySlots(RegId Object, const clang::CXXRecordDecl *Record,
                  clang::SourceLocation Loc);
  void moveFrom(const Operand &Given, RegId Object,
                const clang::CXXRecordDecl *Record, clang::SourceLocation Loc);
  RegId contentFrom(const Shape &Carrier, Args Arguments);
  RegId madeFrom(clang::QualType Type, Args Arguments,
                 clang::SourceLocation Loc);
  RegId handleFrom(clang::QualType Type, Args Arguments);
  RegId withDeleter(RegId Object, RegId Deleter, clang::QualType Type,
                    clang::SourceLocation Loc);
  const clang::CXXRecordDecl *ownDeleter(clang::QualType Type) const;
  bool startsWithCell(clang::QualType Type) const;
  RegId defaultPointee(const clang::CXXConstructorDecl *Ctor);
  void initAggregate(RegId Object, const clang::CXXRecordDecl *Record,
                     Args Inits, clang::SourceLocation Loc);
  void becomeClosure(RegId Object, const clang::CXXRecordDecl *Closure,
                     const clang::Expr *Init);
  void constructDefault(RegId Object, const clang::CXXRecordDecl *Record,
                        clang::SourceLocation Loc);
  void initDefaults(RegId Object, const clang::CXXRecordDecl *Record,
                    clang::SourceLocation Loc);
  void initDefault(RegId Object, const clang::FieldDecl *Field,
                   clang::SourceLocation Loc);
  Operand initList(clang::QualType Type, Args Inits, clang::SourceLocation Loc,
                   AllocKind Kind = AllocKind::Temporary);
  Operand newObject(const clang::Expr *Init, AllocKind Kind);
  void callHidden(const clang::CXXConstructorDecl *Ctor, RegId Object,
                  Args Arguments, clang::SourceLocation Loc);
  RegId makeObject(clang::QualType Type, Args Arguments,
                   clang::SourceLocation Loc);
  RegId makeElements(clang::QualType Type, clang::SourceLocation Loc);
  const clang::CXXConstructorDecl *
  pickConstructor(const clang::CXXRecordDecl *Record, Args Arguments) const;

  //===--- Calls --------------------------------------------------------===//
  Operand call(const clang::FunctionDecl *Callee, RegId Receiver,
               Args Arguments, clang::SourceLocation Loc, bool MayDispatch);
  bool isCopiedHere(const clang::Expr *E) const;
  bool isAddressOfHandle(const clang::Expr *E) const;
  const clang::FieldDecl *flagOfRemoval(const clang::CallExpr *E,
                                        clang::QualType Container,
                                        Args Arguments);
  void needsFlag(Instr &If, const clang::FieldDecl *Flag, bool Taken);
  void decideByFlag(Instr &If, const clang::Expr *Condition);
  bool markFlag(const clang::Expr *E);
  clang::QualType typeToFill(const clang::FunctionDecl *Callee,
                             const clang::Expr *Argument) const;
  Operand invoke(RegId Callable, Args Arguments, clang::SourceLocation Loc,
                 clang::QualType Result);
  void forgetWhatChanges(const clang::FunctionDecl *Callee, RegId Receiver,
                         llvm::ArrayRef<RegId> Values);
  const FunctionModel *modelOf(const clang::FunctionDecl *Callee,
                               clang::QualType ReceiverType) const;
  const FunctionModel *modelOfObject(const clang::Expr *Called) const;
  struct RoleOfCallee {
    FunctionRole Role;
    bool FromPreset;
  };
  /// That of the project's model, then what an annotation says, then the
  /// preset's.
  std::optional<RoleOfCallee> roleOf(const clang::FunctionDecl *Callee,
                                     clang::QualType ReceiverType) const;
  std::optional<Operand>
  applyToObject(FunctionRole Role, const clang::CXXMethodDecl *Method,
                Operand Receiver, clang::QualType ReceiverType, Args Arguments,
                clang::SourceLocation Loc);
  llvm::SmallVector<RecordId, 2>
  promisedSlots(const clang::CXXRecordDecl *Class) const;
  std::optional<FunctionRole>
  roleBySignature(const clang::CXXMethodDecl *Method,
                  const Shape &Receiver) const;
  Operand elementOf(Operand Container, clang::QualType Type,
                    Operand Which = {});
  Operand elementAt(Operand Container, clang::QualType Type,
                    const clang::Expr *Index, uint16_t Presence = 0);
  Operand applySubscript(const clang::CXXOperatorCallExpr *E,
                         const clang::FunctionDecl *Callee);
  bool storesKey(const clang::CXXOperatorCallExpr *E,
                 const clang::FunctionDecl *Callee) const;
  Operand eachElementOf(Operand Container, clang::QualType Type,
                        clang::SourceLocation Loc);
  uint16_t presenceAt(clang::QualType Container) const;
  Operand applyRole(FunctionRole Role, const clang::CallExpr *E,
                    const clang::FunctionDecl *Callee, Operand Receiver,
                    clang::QualType ReceiverType, Args Arguments);
  Operand applyPromote(const clang::CallExpr *E,
                       const clang::FunctionDecl *Callee, Operand Receiver,
                       clang::QualType ReceiverType, Args Arguments);
  Operand applyIdentity(const clang::CallExpr *E, Operand Receiver,
                        clang::QualType ReceiverType, Args Arguments);
  Operand applyReplace(Operand Receiver, clang::QualType Made, Args Arguments,
                       clang::SourceLocation Loc);
  void callOneOf(llvm::ArrayRef<const clang::FunctionDecl *> Operators,
                 RegId Object, llvm::ArrayRef<RegId> Given,
                 clang::SourceLocation Loc);
  Operand applyInsert(Operand Receiver, clang::QualType ReceiverType,
                      const clang::FunctionDecl *Callee, Args Arguments,
                      clang::SourceLocation Loc);
  Operand applyCopy(Args Arguments, clang::SourceLocation Loc);
  Operand applyAssignTo(Args Arguments, clang::SourceLocation Loc);
  Operand applyAssign(Operand Receiver, Args Arguments,
                      clang::SourceLocation Loc);
  Operand assignFirst(Operand Target, Args Arguments,
                      llvm::function_ref<bool(const clang::Expr *)> IsContent,
                      clang::SourceLocation Loc);
  Operand applyClear(Operand Receiver, clang::QualType ReceiverType,
                     const clang::FunctionDecl *Callee, Args Arguments,
                     clang::SourceLocation Loc);
  Operand applyErase(const clang::CallExpr *E, Operand Receiver,
                     clang::QualType ReceiverType, Args Arguments);
  Operand applyTake(Operand Receiver, clang::SourceLocation Loc);
  Operand applySwap(Operand Left, Operand Right, clang::SourceLocation Loc);
  Operand applyFinish(Operand Receiver, Args Arguments,
                      clang::SourceLocation Loc);
  Operand applyExchange(Args Arguments, clang::SourceLocation Loc);
  Operand applyBind(clang::SourceLocation Loc, Args Arguments);
  bool callsWithArguments(clang::QualType Type, Args Arguments) const;
  Operand applyCall(Args Arguments, clang::SourceLocation Loc);
  Operand invokeNamed(const clang::FunctionDecl *Function, Args Arguments,
                      clang::SourceLocation Loc);
  Operand applyMake(const clang::CallExpr *E, const clang::FunctionDecl *Callee,
                    clang::QualType ReceiverType, Args Arguments);
  Operand methodCall(const clang::CallExpr *E,
                     const clang::CXXMethodDecl *Method,
                     const clang::Expr *Base, Args Arguments);
  Operand libraryCall(const clang::CallExpr *E, Args Arguments);
  Operand opaqueResult(const clang::CallExpr *E);
  RegId argument(const clang::Expr *E, clang::QualType Parameter,
                 RegId Other = RegId::none());
  void fillUntyped(const Operand &Handle, const clang::Expr *E, RegId Value,
                   clang::SourceLocation Loc);
  RegId keyArgument(const clang::FunctionDecl *Callee, RegId Receiver,
                    const clang::ParmVarDecl *Parameter, const clang::Expr *E);

  const Shape &shape(clang::QualType Type) const {
    return Facts.shapes().shape(Type);
  }
  const Shape &shape(const clang::Expr *E) const { return shape(E->getType()); }
  ParamMode paramMode(clang::QualType Type) const {
    return Facts.shapes().paramMode(Type);
  }
  bool returnsPlace(const clang::FunctionDecl *Function) const;

  FactsBuilder &Facts;
  const ModelTable &Models;
  clang::ASTContext &Context;
  const clang::FunctionDecl *Definition; ///< Null: a variable's initialiser.
  FunctionId Self;
  Function Out;
  /// Variables whose meaning is fixed: references, loop elements, parameters.
  llvm::DenseMap<const clang::ValueDecl *, Operand> Bindings;
  llvm::DenseMap<const clang::VarDecl *, uint32_t> LocalIndex;
  /// Of loop variables: what they run over.
  llvm::DenseMap<const clang::VarDecl *, const clang::Expr *> RangeOf;
  /// What pointers to members point to while it is known.
  llvm::DenseMap<const clang::ValueDecl *, const clang::FieldDecl *> Members;
  llvm::DenseMap<const clang::ValueDecl *, clang::FieldDecl *> Captures;
  clang::FieldDecl *ThisCapture = nullptr;
  /// What `this` means in the default initialisers of an aggregate's members.
  RegId Initialized;
  RegId Frame, Returned; ///< Of a coroutine: its frame, and what it returns.
  llvm::DenseMap<const clang::OpaqueValueExpr *, Operand> OpaqueValues;
  ConditionReader Conditions;
  llvm::SmallVector<Op, 8> OpenBlocks; ///< If, Loop and Block, outer first.
  ElementValues Elements{Out};
  ElementKeys Keys{Definition, Context};
};

/// `nullptr`, `{}`, `T()`: nothing in it.
bool isEmptyValue(const clang::Expr *E);

/// `T **`: what a handle gives to be filled.
bool isAddressOfPointer(clang::QualType Type);

/// The function that `&C::method` or a function's name refers to, or null.
const clang::FunctionDecl *namedFunction(const clang::Expr *E);
/// Is there a member of that name in the class itself?
bool declares(const clang::CXXRecordDecl *Class, llvm::StringRef Name);
/// Does the container tell its elements apart by keys? The standard name for
/// their type says so.
bool hasKeys(const clang::CXXRecordDecl *Container);

/// Can an object of one class be one of the other?
bool areRelated(const clang::CXXRecordDecl *A, const clang::CXXRecordDecl *B);

/// `&a` of a handle or another place.
bool isAddressOfPlace(const TypeShapes &Shapes, const clang::Expr *E);

/// The member that `&Class::member` names; null for anything else.
const clang::FieldDecl *memberNamedBy(const clang::Expr *E);

/// Removes what no effect depends on: unused values and empty structure.
/// Cost: linear in the body.
void removeDeadCode(Function &F);

} // namespace refcycle::analyzer

#endif
