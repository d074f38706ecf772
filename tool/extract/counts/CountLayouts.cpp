// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CountLayouts.h.

#include "extract/counts/CountLayouts.h"
#include "extract/ClangCompat.h"
#include "extract/ObjectLayout.h"
#include "extract/counts/CountStructure.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/Mangle.h"
#include "clang/AST/RecordLayout.h"
#include "clang/AST/VTableBuilder.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace refcycle::analyzer {

namespace {

/// An address, by the way to it: the offset in the first object, then for each
/// pointer that is followed the offset behind it. Empty: not known.
using Way = llvm::SmallVector<int64_t, 4>;

//===----------------------------------------------------------------------===//
// From a handle to the count
//===----------------------------------------------------------------------===//

/// A function outside of the handle that is given the object.
struct Releaser {
  const FunctionDecl *Function;
  Way Argument;
};

struct Decrement {
  Way At;
  uint32_t Width = 0;
};

/// Follows one function and what it calls, from what is known of its
/// arguments, to the first decrement of something that a way leads to.
class CountFinder : public ConstDynamicRecursiveASTVisitor {
public:
  CountFinder(const ASTContext &Context, const CXXRecordDecl *Handle)
      : Context(Context), Handle(Handle) {}

  std::optional<Decrement> Found;
  std::vector<Releaser> Outside; ///< Calls that leave the class Handle.

  /// \p Object: what `this`, or the first parameter, points to.
  void follow(const FunctionDecl *Function, Way Object) {
    const FunctionDecl *Definition = nullptr;
    if (Found || !Function->isDefined(Definition) ||
        Definition->isDependentContext() || !Definition->getBody() ||
        Definition->hasSkippedBody() || !Seen.insert(Definition).second)
      return;
    Way Outer = std::exchange(This, {});
    const auto *Method = dyn_cast<CXXMethodDecl>(Definition);
    if (Method && Method->isInstance())
      This = std::move(Object);
    else if (Definition->getNumParams())
      Values[Definition->getParamDecl(0)] = std::move(Object);
    TraverseStmt(Definition->getBody());
    This = std::move(Outer);
  }

  bool VisitVarDecl(const VarDecl *Variable) override {
    if (const Expr *Init = Variable->getInit()) {
      bool Address = Variable->getType()->isReferenceType();
      if (Address || Variable->getType()->isPointerType())
        Values[Variable] = Address ? place(Init) : value(Init);
    }
    return true;
  }

  bool VisitUnaryOperator(const UnaryOperator *Op) override {
    if (Op->isDecrementOp())
      note(Op->getSubExpr());
    return true;
  }

  bool VisitCompoundAssignOperator(const CompoundAssignOperator *Op) override {
    if (Op->getOpcode() == BO_SubAssign)
      note(Op->getLHS());
    return true;
  }

  bool VisitAtomicExpr(const AtomicExpr *Atomic) override {
    if (Atomic->getOpAsString().contains("sub"))
      noteAt(value(Atomic->getPtr()),
             Atomic->getPtr()->getType()->getPointeeType());
    return true;
  }

  bool VisitCallExpr(const CallExpr *Call) override {
    const FunctionDecl *Callee = Call->getDirectCallee();
    if (!Callee || Found)
      return true;
    if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(Call)) {
      if (Op->getOperator() == OO_MinusMinus ||
          Op->getOperator() == OO_MinusEqual)
        note(Op->getArg(0));
      return true;
    }
    llvm::StringRef Name =
        Callee->getIdentifier() ? Callee->getName() : llvm::StringRef();
    if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call)) {
      const Expr *Object = Member->getImplicitObjectArgument();
      if (isDecrement(Name))
        note(Object);
      Way At =
          Object->getType()->isPointerType() ? value(Object) : place(Object);
      enter(Callee, std::move(At));
    } else if (!Callee->isInStdNamespace() && Call->getNumArgs() == 1) {
      const Expr *Only = Call->getArg(0);
      enter(Callee,
            Only->getType()->isPointerType() ? value(Only) : place(Only));
    }
    return true;
  }

private:
  static bool isDecrement(llvm::StringRef Name) {
    return Name == "fetch_sub" || Name == "deref" ||
           Name == "fetchAndSubRelaxed" || Name == "fetchAndSubOrdered";
  }

  void enter(const FunctionDecl *Callee, Way Object) {
    if (Object.empty())
      return;
    const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
    bool Own = Handle && Method &&
               (Method->getParent()->getCanonicalDecl() ==
                    Handle->getCanonicalDecl() ||
                Handle->isDerivedFrom(Method->getParent()));
    if (Handle && !Own && Object.size() > 1)
      Outside.push_back({Callee, Object});
    // What is virtual is asked of each class of objects.
    if (!Method || !Method->isVirtual() || Own)
      follow(Callee, std::move(Object));
  }

  void note(const Expr *Counter) { noteAt(place(Counter), Counter->getType()); }

  void noteAt(Way At, QualType Type) {
    if (At.empty() || Found || Type->isPointerType() || Type->isDependentType())
      return;
    uint64_t Width = Context.getTypeSizeInChars(Type).getQuantity();
    if (Width == 2 || Width == 4 || Width == 8)
      Found = {std::move(At), uint32_t(Width)};
  }

  /// Where an lvalue lies.
  Way place(const Expr *E) const {
    E = E->IgnoreParens();
    if (const auto *Cast = dyn_cast<CastExpr>(E))
      return castPlace(Cast);
    if (const auto *Made = dyn_cast<MaterializeTemporaryExpr>(E))
      return place(Made->getSubExpr());
    if (const auto *Member = dyn_cast<MemberExpr>(E)) {
      const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl());
      Way At = Member->isArrow() ? value(Member->getBase())
                                 : place(Member->getBase());
      if (!Field || At.empty() ||
          !isLaidOut(dyn_cast<CXXRecordDecl>(Field->getParent())))
        return {};
      At.back() += fieldOffset(Context, Field);
      return At;
    }
    if (const auto *Op = dyn_cast<UnaryOperator>(E);
        Op && Op->getOpcode() == UO_Deref)
      return value(Op->getSubExpr());
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E);
        Ref && Ref->getDecl()->getType()->isReferenceType())
      return known(Ref->getDecl());
    return {};
  }

  Way castPlace(const CastExpr *Cast) const {
    return converted(place(Cast->getSubExpr()), Cast,
                     Cast->getSubExpr()->getType(), Cast->getType());
  }

  /// Where a pointer points to.
  Way value(const Expr *E) const {
    E = E->IgnoreParens();
    if (isa<CXXThisExpr>(E))
      return This;
    if (const auto *Cast = dyn_cast<CastExpr>(E)) {
      if (Cast->getCastKind() == CK_LValueToRValue)
        return loaded(Cast->getSubExpr());
      Way At = value(Cast->getSubExpr());
      return Cast->getType()->isPointerType() &&
                     Cast->getSubExpr()->getType()->isPointerType()
                 ? converted(std::move(At), Cast,
                             Cast->getSubExpr()->getType()->getPointeeType(),
                             Cast->getType()->getPointeeType())
                 : At;
    }
    if (const auto *Full = dyn_cast<FullExpr>(E))
      return value(Full->getSubExpr());
    if (const auto *Op = dyn_cast<UnaryOperator>(E);
        Op && Op->getOpcode() == UO_AddrOf)
      return place(Op->getSubExpr());
    if (const auto *Call = dyn_cast<CallExpr>(E))
      return returned(Call);
    return {};
  }

  /// The pointer that lies somewhere, followed.
  Way loaded(const Expr *Pointer) const {
    if (const auto *Ref = dyn_cast<DeclRefExpr>(Pointer->IgnoreParens());
        Ref && !Ref->getDecl()->getType()->isReferenceType())
      return known(Ref->getDecl());
    Way At = place(Pointer);
    if (!At.empty())
      At.push_back(0);
    return At;
  }

  /// std::exchange(field, x), std::move(field), and a method of the handle that
  /// does no more than return a field.
  Way returned(const CallExpr *Call) const {
    const FunctionDecl *Callee = Call->getDirectCallee();
    if (!Callee ||
        !Callee->getReturnType().getNonReferenceType()->isPointerType())
      return {};
    if (Callee->isInStdNamespace() && Call->getNumArgs() >= 1)
      return loaded(Call->getArg(0));
    const auto *Member = dyn_cast<CXXMemberCallExpr>(Call);
    const FunctionDecl *Definition = nullptr;
    if (!Member || !Callee->isDefined(Definition))
      return {};
    const auto *Block = dyn_cast_or_null<CompoundStmt>(Definition->getBody());
    if (!Block || Block->size() != 1)
      return {};
    const auto *Return = dyn_cast<ReturnStmt>(Block->body_front());
    const Expr *Result = Return ? Return->getRetValue() : nullptr;
    const auto *Field =
        Result ? dyn_cast<MemberExpr>(Result->IgnoreParenImpCasts()) : nullptr;
    if (!Field || !isa<CXXThisExpr>(Field->getBase()->IgnoreParenImpCasts()) ||
        !isa<CXXThisExpr>(
            Member->getImplicitObjectArgument()->IgnoreParenImpCasts()))
      return {};
    return loaded(Field);
  }

  Way converted(Way At, const CastExpr *Cast, QualType From,
                QualType To) const {
    if (At.empty())
      return At;
    const CXXRecordDecl *Old = From->getAsCXXRecordDecl();
    const CXXRecordDecl *New = To->getAsCXXRecordDecl();
    std::optional<int64_t> Offset = 0;
    bool Up = Cast->getCastKind() == CK_DerivedToBase ||
              Cast->getCastKind() == CK_UncheckedDerivedToBase;
    bool Down = Cast->getCastKind() == CK_BaseToDerived;
    if ((Up || Down) && isLaidOut(Old) && isLaidOut(New))
      Offset =
          Up ? baseOffset(Context, Old, New) : baseOffset(Context, New, Old);
    if (!Offset)
      return {};
    At.back() += Up ? *Offset : -*Offset;
    return At;
  }

  Way known(const ValueDecl *Variable) const {
    auto At = Values.find(Variable);
    return At == Values.end() ? Way() : At->second;
  }

  const ASTContext &Context;
  const CXXRecordDecl *Handle; ///< Null: we are in the object.
  Way This;
  llvm::DenseMap<const ValueDecl *, Way> Values; ///< Of pointers, references.
  llvm::SmallPtrSet<const FunctionDecl *, 8> Seen;
};

//===----------------------------------------------------------------------===//
// The unit
//===----------------------------------------------------------------------===//

/// Every complete class of the tree, instantiations and local ones too.
class RecordCollector : public DynamicRecursiveASTVisitor {
public:
  RecordCollector() {
    ShouldVisitTemplateInstantiations = true;
    ShouldVisitLambdaBody = true;
  }
  llvm::SetVector<const CXXRecordDecl *> Records;

  bool VisitCXXRecordDecl(CXXRecordDecl *Record) override {
    if (isLaidOut(Record) && !Record->isLambda())
      Records.insert(Record->getDefinition());
    return true;
  }
};

/// How the objects of one class that handles point to are counted.
struct Counting {
  const CXXRecordDecl *Pointee;
  std::vector<Releaser> Releasers;
  std::optional<Decrement> Direct; ///< In the pointee, by the handle itself.
  HandleLayout Handle;
  std::string Mangled; ///< The handle.
  bool IsBase = false; ///< No object is of the class Pointee itself.
};

class LayoutWriter {
public:
  LayoutWriter(ASTContext &Context, const Names &TheNames,
               const TypeShapes &Shapes)
      : Context(Context), TheNames(TheNames), Shapes(Shapes),
        Mangler(Context.createMangleContext()) {}

  CountLayouts run() {
    RecordCollector All;
    All.TraverseAST(Context);
    for (const CXXRecordDecl *Record : All.Records)
      for (const CXXBaseSpecifier &Base : Record->bases())
        if (const CXXRecordDecl *Class = Base.getType()->getAsCXXRecordDecl())
          Bases.insert(Class->getDefinition());
    for (const CXXRecordDecl *Record : All.Records) {
      addHandle(Record);
      addMethods(Record);
    }
    for (const CXXRecordDecl *Record : All.Records)
      addClass(Record);
    llvm::sort(Result.Classes);
    llvm::sort(Result.Handles);
    return std::move(Result);
  }

private:
  std::string mangled(QualType Type) const {
    std::string Text;
    llvm::raw_string_ostream OS(Text);
    Mangler->mangleCXXRTTIName(Type.getUnqualifiedType(), OS);
    return llvm::StringRef(Text).drop_front(4).str(); // _ZTS
  }

  std::string symbol(const FunctionDecl *Function) const {
    std::string Text;
    llvm::raw_string_ostream OS(Text);
    Mangler->mangleName(GlobalDecl(Function), OS);
    return Text;
  }

  void addHandle(const CXXRecordDecl *Record);
  void addMethods(const CXXRecordDecl *Record);
  void addClass(const CXXRecordDecl *Record);
  bool count(const CXXRecordDecl *Record, const Counting &How,
             ClassLayout &Into) const;
  std::optional<Decrement> countBehind(const CXXRecordDecl *Record,
                                       const CXXRecordDecl *Argument,
                                       const FunctionDecl *Function) const;

  ASTContext &Context;
  const Names &TheNames;
  const TypeShapes &Shapes;
  std::unique_ptr<MangleContext> Mangler;
  CountStructure Counts;
  llvm::SmallPtrSet<const CXXRecordDecl *, 16> Bases;
  std::vector<Counting> Countings;
  CountLayouts Result;
};

} // namespace

/// The verifier finds these by itself.
static bool hasKnownBlocks(llvm::StringRef Name) {
  return Name == "boost::shared_ptr" || Name == "std::shared_ptr" ||
         Name.starts_with("std::__shared_ptr");
}

void LayoutWriter::addHandle(const CXXRecordDecl *Record) {
  QualType Type = compat::recordType(Context, Record);
  const Shape &S = Shapes.shape(Type);
  if (!S.is(ShapeKind::Handle) || S.Holds != Hold::Strong ||
      hasKnownBlocks(TheNames.qualified(Record)))
    return;
  const CXXRecordDecl *Pointee = S.Pointee->getAsCXXRecordDecl();
  const CXXDestructorDecl *Destructor = Record->getDestructor();
  if (!Pointee || !isLaidOut(Pointee->getDefinition()) || !Destructor)
    return;
  Pointee = Pointee->getDefinition();
  CountFinder Finder(Context, Record);
  Finder.follow(Destructor, {0});
  Counting How{
      Pointee, std::move(Finder.Outside), std::nullopt, {}, mangled(Type)};
  How.Handle.Name = TheNames.display(Record);
  How.Handle.Pointee = mangled(S.Pointee);
  if (const auto &Found = Finder.Found; Found && Found->At.size() == 2) {
    for (const FieldDecl *Field : Record->fields()) {
      QualType To = Field->getType()->getPointeeType();
      if (To.isNull())
        continue;
      uint32_t At = fieldOffset(Context, Field);
      const CXXRecordDecl *Class = To->getAsCXXRecordDecl();
      if (Class && Class->getDefinition() == Pointee)
        How.Handle.ObjectAt = At;
      else if (At == Found->At[0] && !To->isIncompleteType()) {
        How.Handle.BlockAt = At;
        How.Handle.BlockSize = Context.getTypeSizeInChars(To).getQuantity();
        How.Handle.CountAt = Found->At[1];
        How.Handle.CountWidth = Found->Width;
      }
    }
    if (!How.Handle.BlockSize)
      How.Direct = Found;
  } else if (!How.Releasers.empty()) {
    How.Handle.ObjectAt = How.Releasers.front().Argument.front();
  }
  Result.Handles.push_back(How.Handle);
  Countings.push_back(std::move(How));
}

/// A class with a method that gives up a reference needs no handle to be
/// counted: some call it by hand.
void LayoutWriter::addMethods(const CXXRecordDecl *Record) {
  if (!Counts.counts(Record))
    return;
  Counting How{Record, {}, std::nullopt, {}, "", false};
  // Objects of a plain base are parts of others.
  if (!Record->isDynamicClass() && Bases.count(Record))
    How.IsBase = true;
  for (const CXXMethodDecl *Method : Record->methods())
    if (Counts.step(Method) == CountStep::Release)
      How.Releasers.push_back({Method, {0}});
  if (!How.Releasers.empty())
    Countings.push_back(std::move(How));
}

/// The count of an object of class \p Record, which \p Function takes as
/// \p Argument.
std::optional<Decrement>
LayoutWriter::countBehind(const CXXRecordDecl *Record,
                          const CXXRecordDecl *Argument,
                          const FunctionDecl *Function) const {
  std::optional<int64_t> Start = baseOffset(Context, Record, Argument);
  if (!Start)
    return std::nullopt;
  CountFinder Finder(Context, nullptr);
  Finder.follow(Function, {*Start});
  if (Finder.Found && Finder.Found->At.size() == 1)
    return Finder.Found;
  // A library's function, of which no body was read: its class has nothing but
  // the count.
  const FunctionDecl *Definition = nullptr;
  bool Read = Function->isDefined(Definition) && Definition->getBody() &&
              !Definition->hasSkippedBody();
  if (Read ||
      std::distance(Argument->field_begin(), Argument->field_end()) != 1)
    return std::nullopt;
  const FieldDecl *Only = *Argument->field_begin();
  return Decrement{
      {*Start + fieldOffset(Context, Only)},
      uint32_t(Context.getTypeSizeInChars(Only->getType()).getQuantity())};
}

/// Fills in where the count is. False if the class is not counted like that.
bool LayoutWriter::count(const CXXRecordDecl *Record, const Counting &How,
                         ClassLayout &Into) const {
  std::optional<int64_t> Entry = baseOffset(Context, Record, How.Pointee);
  if (!Entry)
    return false;
  Into.Entries.push_back(*Entry);
  if (!How.Mangled.empty())
    Into.Destructors.push_back(
        {How.Mangled, How.Handle.ObjectAt, uint32_t(*Entry)});
  if (How.Direct && !Into.CountWidth) {
    Into.CountAt = *Entry + How.Direct->At.back();
    Into.CountWidth = How.Direct->Width;
  }
  for (const Releaser &R : How.Releasers) {
    const FunctionDecl *Function = R.Function;
    const CXXRecordDecl *Argument = nullptr;
    if (const auto *Method = dyn_cast<CXXMethodDecl>(Function)) {
      if (const CXXMethodDecl *Final =
              const_cast<CXXMethodDecl *>(Method)
                  ->getCorrespondingMethodInClass(Record, /*MayBeBase=*/true))
        Function = Final;
      Argument = cast<CXXMethodDecl>(Function)->getParent();
    } else if (Function->getNumParams()) {
      Argument =
          Function->getParamDecl(0)->getType()->getPointeeCXXRecordDecl();
    }
    if (!Argument || !isLaidOut(Argument->getDefinition()))
      continue;
    Argument = Argument->getDefinition();
    std::optional<Decrement> Count = countBehind(Record, Argument, Function);
    if (!Count)
      continue;
    if (!Into.CountWidth) {
      Into.CountAt = Count->At.front();
      Into.CountWidth = Count->Width;
    }
    Into.Releases.push_back(
        {symbol(Function), uint32_t(*baseOffset(Context, Record, Argument))});
  }
  return Into.CountWidth || How.Handle.BlockSize;
}

template <typename T> static void sortUnique(std::vector<T> &Items) {
  llvm::sort(Items);
  Items.erase(llvm::unique(Items), Items.end());
}

void LayoutWriter::addClass(const CXXRecordDecl *Record) {
  ClassLayout Layout;
  bool Counted = false;
  for (const Counting &How : Countings)
    if ((How.Pointee == Record && !How.IsBase) ||
        (How.Pointee != Record && Record->isDerivedFrom(How.Pointee)))
      Counted |= count(Record, How, Layout);
  if (!Counted || Record->isAbstract())
    return;
  Layout.Mangled = mangled(compat::recordType(Context, Record));
  Layout.Size = Context.getASTRecordLayout(Record).getSize().getQuantity();
  Layout.Polymorphic = Record->isDynamicClass();
  if (const CXXDestructorDecl *Destructor = Record->getDestructor();
      Destructor && Destructor->isVirtual())
    Layout.DestructorSlot =
        cast<ItaniumVTableContext>(Context.getVTableContext())
            ->getMethodVTableIndex(GlobalDecl(Destructor, Dtor_Complete)) +
        1;
  Layout.Entries.push_back(0);
  for (auto &[At, Pointee] : collectWords(Context, Shapes, Record, Layout))
    for (const Counting &How : Countings)
      if (!How.Handle.Name.empty() && Pointee->getAsCXXRecordDecl() &&
          Pointee->getAsCXXRecordDecl()->getDefinition() == How.Pointee) {
        uint32_t Inner =
            How.Handle.BlockSize ? How.Handle.BlockAt : How.Handle.ObjectAt;
        Layout.Handles.push_back({At + Inner, How.Handle.Pointee});
      }
  sortUnique(Layout.Entries);
  sortUnique(Layout.Pointers);
  sortUnique(Layout.Bools);
  sortUnique(Layout.Handles);
  sortUnique(Layout.Releases);
  sortUnique(Layout.Destructors);
  Result.Classes.push_back(std::move(Layout));
}

CountLayouts layoutsOf(ASTContext &Context, const Names &TheNames,
                       const TypeShapes &Shapes) {
  return LayoutWriter(Context, TheNames, Shapes).run();
}

} // namespace refcycle::analyzer
