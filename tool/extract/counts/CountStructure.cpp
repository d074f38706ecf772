// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CountStructure.h.

#include "extract/counts/CountStructure.h"
#include "extract/Annotations.h"
#include "extract/counts/CountBodies.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclFriend.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/DynamicRecursiveASTVisitor.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/StringSwitch.h"
#include <optional>

using namespace clang;

namespace refcycle::analyzer {

//===----------------------------------------------------------------------===//
// Counters
//===----------------------------------------------------------------------===//

/// `this->Field`, or `Object->Field` if there is such a parameter; else null.
/// Of a parameter also `Object->Header.Field`.
static const FieldDecl *ownField(const Expr *E, const ParmVarDecl *Object) {
  E = E->IgnoreParenCasts();
  if (const auto *Address = dyn_cast<UnaryOperator>(E);
      Address && Address->getOpcode() == UO_AddrOf)
    E = Address->getSubExpr()->IgnoreParenCasts();
  const auto *Member = dyn_cast<MemberExpr>(E);
  if (!Member)
    return nullptr;
  const Expr *Base = Member->getBase()->IgnoreParenImpCasts();
  for (const MemberExpr *Part = Member;
       Object && !Part->isArrow() && isa<MemberExpr>(Base);) {
    Part = cast<MemberExpr>(Base);
    Base = Part->getBase()->IgnoreParenImpCasts();
  }
  const auto *Ref = dyn_cast<DeclRefExpr>(Base);
  if (Object ? !Ref || Ref->getDecl() != Object : !isa<CXXThisExpr>(Base))
    return nullptr;
  return dyn_cast<FieldDecl>(Member->getMemberDecl());
}

namespace {

/// What one body does to a counter among the fields of `this`, or of what the
/// first parameter of a free function points to.
class CounterVisitor : public ConstDynamicRecursiveASTVisitor {
public:
  explicit CounterVisitor(const FunctionDecl *Function)
      : Object(Function->isCXXInstanceMember() || Function->param_empty()
                   ? nullptr
                   : Function->getParamDecl(0)) {}

  const FieldDecl *Up = nullptr, *Down = nullptr;
  bool Deletes = false;
  bool FreesObject = false; ///< The first parameter itself.
  bool Branches = false;
  bool Delegates = false; ///< Another function gets the first parameter.

  bool VisitUnaryOperator(const UnaryOperator *Op) override {
    if (Op->isIncrementDecrementOp())
      note(ownField(Op->getSubExpr(), Object), Op->isIncrementOp());
    return true;
  }
  bool VisitCompoundAssignOperator(const CompoundAssignOperator *Op) override {
    if (Op->getOpcode() == BO_AddAssign || Op->getOpcode() == BO_SubAssign)
      note(ownField(Op->getLHS(), Object), Op->getOpcode() == BO_AddAssign);
    return true;
  }
  bool VisitCallExpr(const CallExpr *Call) override {
    if (const auto *Op = dyn_cast<CXXOperatorCallExpr>(Call)) {
      OverloadedOperatorKind Kind = Op->getOperator();
      bool Adds = Kind == OO_PlusPlus || Kind == OO_PlusEqual;
      if (Adds || Kind == OO_MinusMinus || Kind == OO_MinusEqual)
        note(ownField(Op->getArg(0), Object), Adds);
      return true;
    }
    if (llvm::any_of(Call->arguments(),
                     [&](const Expr *E) { return isObject(E); })) {
      Delegates = true;
      FreesObject |= namesAnEnd(plainName(Call->getDirectCallee()));
    }
    const Expr *Callee = Call->getCallee()->IgnoreParenImpCasts();
    if (const auto *Member = dyn_cast<MemberExpr>(Callee)) {
      noteByName(plainName(Member->getMemberDecl()),
                 ownField(Member->getBase(), Object));
    } else if (Call->getNumArgs() && Call->getDirectCallee()) {
      noteByName(plainName(Call->getDirectCallee()),
                 ownField(Call->getArg(0), Object));
    }
    return true;
  }
  bool VisitAtomicExpr(const AtomicExpr *Atomic) override {
    noteByName(Atomic->getOpAsString(), ownField(Atomic->getPtr(), Object));
    return true;
  }
  bool VisitCXXDeleteExpr(const CXXDeleteExpr *Delete) override {
    Deletes |= !isPartOfMany(Delete->getArgument());
    FreesObject |= isObject(Delete->getArgument());
    return true;
  }
  bool VisitStmt(const Stmt *S) override {
    Branches |= isa<IfStmt, ConditionalOperator>(S);
    return true;
  }

private:
  const ParmVarDecl *Object;

  bool isObject(const Expr *E) const {
    const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParenCasts());
    return Object && Ref && Ref->getDecl() == Object;
  }
  /// `free`, `value_destroy`, `g_slice_free1`.
  static bool namesAnEnd(llvm::StringRef Name) {
    static constexpr llvm::StringLiteral Words[] = {"free", "delete", "destroy",
                                                    "dealloc", "dispose"};
    return llvm::any_of(Words, [&](llvm::StringRef Word) {
      return Name.contains_insensitive(Word);
    });
  }

  /// One of the things that a container holds, whose number the field may be:
  /// an element, or a local variable made from a member
  /// (`T *Front = First; First = First->Next; delete Front; --Size;`).
  static bool isPartOfMany(const Expr *E) {
    E = E->IgnoreParenCasts();
    if (isa<ArraySubscriptExpr>(E))
      return true;
    const auto *Ref = dyn_cast<DeclRefExpr>(E);
    const auto *Local = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    const Expr *From =
        Local && !isa<ParmVarDecl>(Local) ? Local->getInit() : nullptr;
    return From && isa<MemberExpr>(From->IgnoreParenCasts());
  }

  void note(const FieldDecl *Field, bool Adds) {
    if (Field)
      (Adds ? Up : Down) = Field;
  }
  void noteByName(llvm::StringRef Name, const FieldDecl *Field) {
    if (!Field)
      return;
    if (Name.contains_insensitive("sub") || Name.contains_insensitive("dec") ||
        Name == "deref")
      note(Field, false);
    else if (Name.contains_insensitive("add") ||
             Name.contains_insensitive("inc") || Name == "ref")
      note(Field, true);
  }
};

} // namespace

static CounterVisitor counterOf(const FunctionDecl *Function) {
  const FunctionDecl *Body = bodyOf(Function);
  CounterVisitor V(Body ? Body : Function);
  if (Body)
    V.TraverseStmt(Body->getBody());
  return V;
}

/// Names that libraries give to counting, in pairs.
static CountStep stepByName(llvm::StringRef Name) {
  return llvm::StringSwitch<CountStep>(Name)
      .Cases({"ref", "Ref", "addRef", "AddRef", "add_ref", "addref", "retain"},
             CountStep::Retain)
      .Cases({"Retain", "Register", "grab", "incRef", "IncRef", "duplicate"},
             CountStep::Retain)
      .Cases({"unref", "Unref", "deref", "Release", "release", "releaseRef"},
             CountStep::Release)
      .Cases({"UnRegister", "drop", "decRef", "DecRef", "decref"},
             CountStep::Release)
      .Default(CountStep::None);
}

static bool hasStepNamed(const CXXRecordDecl *Record, CountStep Wanted) {
  return anyOfBases(Record, [&](const CXXRecordDecl *Class) {
    return llvm::any_of(Class->methods(), [&](const CXXMethodDecl *Method) {
      return Method->getNumParams() <= 1 &&
             stepByName(plainName(Method)) == Wanted;
    });
  });
}

/// The only statement of a body, if it is a call: a second name for it.
static const CallExpr *onlyCall(const FunctionDecl *Body) {
  const auto *Block = dyn_cast<CompoundStmt>(Body->getBody());
  if (!Block || Block->size() != 1)
    return nullptr;
  const Stmt *Only = Block->body_front();
  if (const auto *If = dyn_cast<IfStmt>(Only); If && !If->getElse())
    Only = If->getThen(); // `if (p) p->AddRef();`
  if (const auto *Inner = dyn_cast<CompoundStmt>(Only);
      Inner && Inner->size() == 1)
    Only = Inner->body_front();
  if (const auto *Return = dyn_cast<ReturnStmt>(Only))
    Only = Return->getRetValue();
  const auto *E = dyn_cast_or_null<Expr>(Only);
  return E ? dyn_cast<CallExpr>(E->IgnoreImplicit()) : nullptr;
}

static bool isOwnMethodName(const CXXMethodDecl *Method) {
  return !Method->isStatic() && !isa<CXXConstructorDecl>(Method) &&
         !isa<CXXDestructorDecl>(Method) && Method->getNumParams() <= 1;
}

/// Friends with one argument, and what boost::intrusive_ptr calls: free
/// functions that are part of the class.
static std::vector<const FunctionDecl *>
countingFriends(const CXXRecordDecl *Class) {
  std::vector<const FunctionDecl *> Found;
  auto Add = [&](const NamedDecl *D) {
    const auto *Function = dyn_cast_or_null<FunctionDecl>(D);
    if (Function && !isa<CXXMethodDecl>(Function) &&
        Function->getNumParams() == 1)
      Found.push_back(Function->getCanonicalDecl());
  };
  for (const FriendDecl *Friend : Class->friends())
    Add(Friend->getFriendDecl());
  const ASTContext &Context = Class->getASTContext();
  for (llvm::StringRef Name :
       {"intrusive_ptr_add_ref", "intrusive_ptr_release"})
    for (const NamedDecl *D : Class->getEnclosingNamespaceContext()->lookup(
             DeclarationName(&Context.Idents.get(Name))))
      Add(D);
  return Found;
}

static CountStep friendStep(const FunctionDecl *Function) {
  CounterVisitor V = counterOf(Function);
  const FieldDecl *Counter = V.Down ? V.Down : V.Up;
  const auto *Owner =
      Counter ? dyn_cast<CXXRecordDecl>(Counter->getParent()) : nullptr;
  if (!Owner || (V.Up && V.Down))
    return CountStep::None;
  std::vector<const FunctionDecl *> Counters = countingFriends(Owner);
  if (!llvm::is_contained(Counters, Function->getCanonicalDecl()))
    return CountStep::None;
  if (V.Down)
    return V.Deletes ? CountStep::Release : CountStep::None;
  bool Paired = llvm::any_of(Counters, [&](const FunctionDecl *Free) {
    CounterVisitor Other = counterOf(Free);
    return Other.Down == Counter && Other.Deletes;
  });
  return Paired && !V.Deletes ? CountStep::Retain : CountStep::None;
}

//===----------------------------------------------------------------------===//
// Pairs of free functions: `value_ref(v)`, `value_unref(v)`
//===----------------------------------------------------------------------===//

/// The class that the only argument of a free function points or refers to.
static const CXXRecordDecl *onlyArgument(const FunctionDecl *Function) {
  if (isa<CXXMethodDecl>(Function) || Function->getNumParams() != 1)
    return nullptr;
  const CXXRecordDecl *Class =
      Function->getParamDecl(0)->getType()->getPointeeCXXRecordDecl();
  return Class ? Class->getCanonicalDecl() : nullptr;
}

void CountStructure::indexFreeFunctions(const DeclContext *Context) const {
  for (const Decl *D : Context->decls()) {
    if (const auto *Linkage = dyn_cast<LinkageSpecDecl>(D))
      indexFreeFunctions(Linkage);
    const auto *Function = dyn_cast<FunctionDecl>(D);
    if (!Function || Function != Function->getCanonicalDecl())
      continue;
    const CXXRecordDecl *Class = onlyArgument(Function);
    if (Class && Class->getEnclosingNamespaceContext()->Equals(
                     Context->getEnclosingNamespaceContext()))
      FreeFunctions[Class].push_back(Function);
  }
}

llvm::ArrayRef<const FunctionDecl *>
CountStructure::freeFunctionsOf(const CXXRecordDecl *Class) const {
  const DeclContext *Context =
      Class->getEnclosingNamespaceContext()->getPrimaryContext();
  if (Indexed.insert(Context).second) {
    if (const auto *Namespace = dyn_cast<NamespaceDecl>(Context))
      for (const NamespaceDecl *Part : Namespace->redecls())
        indexFreeFunctions(Part);
    else
      indexFreeFunctions(Context);
  }
  auto Found = FreeFunctions.find(Class->getCanonicalDecl());
  if (Found == FreeFunctions.end())
    return {};
  return Found->second;
}

static bool isInteger(const FieldDecl *Field) {
  QualType Type = Field->getType();
  if (const auto *Atomic = Type->getAs<AtomicType>())
    Type = Atomic->getValueType();
  return (Type->isIntegerType() && !Type->isBooleanType()) ||
         Type->isRecordType(); // `std::atomic<int>`
}

/// The counter that a free function takes one from, at whose end it frees its
/// argument; null: it does something else.
static const FieldDecl *countedDown(const FunctionDecl *Function) {
  CounterVisitor V = counterOf(Function);
  return V.Down && !V.Up && V.FreesObject && V.Branches && isInteger(V.Down)
             ? V.Down
             : nullptr;
}
/// The one that it adds one to, and frees nothing.
static const FieldDecl *countedUp(const FunctionDecl *Function) {
  CounterVisitor V = counterOf(Function);
  return V.Up && !V.Down && !V.Deletes && !V.FreesObject && isInteger(V.Up)
             ? V.Up
             : nullptr;
}

/// The ends of the names of two functions that count for one type.
static constexpr std::pair<llvm::StringLiteral, llvm::StringLiteral>
    NamedPairs[] = {{"_ref", "_unref"},         {"_reference", "_unreference"},
                    {"_reference", "_destroy"}, {"_retain", "_release"},
                    {"_grab", "_drop"},         {"_incref", "_decref"},
                    {"_addref", "_release"},    {"_add_ref", "_release"},
                    {"_inc_ref", "_dec_ref"},   {"Ref", "Unref"},
                    {"Retain", "Release"},      {"AddRef", "Release"}};

/// A function of a pair whose bodies are elsewhere.
static CountStep stepByPair(const FunctionDecl *Function,
                            llvm::ArrayRef<const FunctionDecl *> Others) {
  llvm::StringRef Name = plainName(Function);
  auto IsDeclared = [&](llvm::StringRef Prefix, llvm::StringRef End) {
    return !Prefix.empty() &&
           llvm::any_of(Others, [&](const FunctionDecl *Other) {
             llvm::StringRef Found = plainName(Other);
             return Found.consume_front(Prefix) && Found == End;
           });
  };
  for (const auto &[Up, Down] : NamedPairs) {
    if (Name.ends_with(Up) && IsDeclared(Name.drop_back(Up.size()), Down))
      return CountStep::Retain;
    if (Name.ends_with(Down) && IsDeclared(Name.drop_back(Down.size()), Up))
      return CountStep::Release;
  }
  return CountStep::None;
}

CountStep CountStructure::pairStep(const FunctionDecl *Function) const {
  const CXXRecordDecl *Class = onlyArgument(Function);
  if (!Class)
    return CountStep::None;
  llvm::ArrayRef<const FunctionDecl *> Others = freeFunctionsOf(Class);
  const FieldDecl *Down = countedDown(Function);
  const FieldDecl *Up = Down ? nullptr : countedUp(Function);
  if (Down && llvm::any_of(Others, [&](const FunctionDecl *Other) {
        return countedUp(Other) == Down;
      }))
    return CountStep::Release;
  if (Up && llvm::any_of(Others, [&](const FunctionDecl *Other) {
        return countedDown(Other) == Up;
      }))
    return CountStep::Retain;
  bool Unread = !bodyOf(Function) || counterOf(Function).Delegates;
  return Unread && !Down && !Up ? stepByPair(Function, Others)
                                : CountStep::None;
}

/// Does another method of the class count the field down and delete?
static bool isCounter(const FieldDecl *Field, const CXXMethodDecl *Method) {
  return llvm::any_of(
      Method->getParent()->methods(), [&](const CXXMethodDecl *Other) {
        CounterVisitor V = counterOf(Other);
        return V.Down && V.Deletes && V.Down->getName() == Field->getName();
      });
}

/// Something other than a number of counts: `push(T *Element)`, which counts
/// what a container holds.
static bool takesAThing(const CXXMethodDecl *Method) {
  return Method->getNumParams() != 0 &&
         !Method->getParamDecl(0)->getType()->isArithmeticType();
}

bool CountStructure::isNamedStep(const FunctionDecl *Function) {
  return stepByName(plainName(Function)) != CountStep::None;
}

CountStep CountStructure::judge(const FunctionDecl *Function) const {
  if (isMarked(Function, Mark::Retains))
    return CountStep::Retain;
  if (isMarked(Function, Mark::Releases))
    return CountStep::Release;
  const auto *Method = dyn_cast<CXXMethodDecl>(Function);
  if (Method && !isOwnMethodName(Method))
    return CountStep::None;
  if (!Method && Function->getNumParams() != 1)
    return CountStep::None;
  const FunctionDecl *Body = bodyOf(Function);
  if (!Body && !Method)
    return pairStep(Function);
  if (!Body) {
    bool Paired = hasStepNamed(Method->getParent(), CountStep::Retain) &&
                  hasStepNamed(Method->getParent(), CountStep::Release);
    return Paired && !Method->isTemplated() ? stepByName(plainName(Method))
                                            : CountStep::None;
  }
  if (Method) {
    CounterVisitor V = counterOf(Function);
    bool Named = stepByName(plainName(Method)) != CountStep::None;
    if (!Named && takesAThing(Method))
      return CountStep::None;
    if (V.Down && !V.Up && (V.Deletes || Named))
      return CountStep::Release;
    if (V.Up && !V.Down && !V.Deletes && (Named || isCounter(V.Up, Method)))
      return CountStep::Retain;
  } else if (CountStep Step = friendStep(Function); Step != CountStep::None) {
    return Step;
  } else if (CountStep Step = pairStep(Function); Step != CountStep::None) {
    return Step;
  }
  if (const CallExpr *Only = onlyCall(Body)) {
    const auto *Inner = dyn_cast<CXXMemberCallExpr>(Only);
    if (Inner && Inner->getMethodDecl()) {
      const Expr *Object =
          Inner->getImplicitObjectArgument()->IgnoreParenImpCasts();
      bool SameObject =
          Method ? isa<CXXThisExpr>(Object) : isa<DeclRefExpr>(Object);
      if (SameObject)
        return step(Inner->getMethodDecl());
    }
  }
  return CountStep::None;
}

CountStep CountStructure::step(const FunctionDecl *Function) const {
  if (!Function)
    return CountStep::None;
  Function = Function->getCanonicalDecl();
  // The entry also ends the recursion of functions that call each other.
  auto [It, New] = Steps.try_emplace(Function, CountStep::None);
  if (!New)
    return It->second;
  CountStep Result = judge(Function);
  Steps[Function] = Result;
  return Result;
}

CountStep CountStructure::step(const CallExpr *Call) const {
  return isa<CXXOperatorCallExpr>(Call) ? CountStep::None
                                        : step(Call->getDirectCallee());
}

bool CountStructure::counts(const CXXRecordDecl *Record) const {
  bool Up = false, Down = false;
  return anyOfBases(Record, [&](const CXXRecordDecl *Class) {
    for (const CXXMethodDecl *Method : Class->methods()) {
      Up |= step(Method) == CountStep::Retain;
      Down |= step(Method) == CountStep::Release;
    }
    return Up && Down;
  });
}

bool CountStructure::isCounted(const CXXRecordDecl *Record) const {
  return judgedOnce(Record->getCanonicalDecl(), [&] {
    auto Counts = [&](const FunctionDecl *Function) {
      return step(Function) != CountStep::None;
    };
    const CXXRecordDecl *Header = headerOf(Record);
    if (Header && llvm::any_of(freeFunctionsOf(Header), Counts))
      return true;
    return counts(Record) || llvm::any_of(freeFunctionsOf(Record), Counts) ||
           anyOfBases(Record, [&](const CXXRecordDecl *Class) {
             return llvm::any_of(countingFriends(Class), Counts) ||
                    llvm::any_of(freeFunctionsOf(Class), Counts);
           });
  });
}

/// The number that an initializer gives; nullopt: none, or not known.
static std::optional<int64_t> numberIn(const Expr *E,
                                       const ASTContext &Context) {
  while (E) {
    E = E->IgnoreParenImpCasts()->IgnoreImplicit();
    if (const auto *List = dyn_cast<InitListExpr>(E))
      E = List->getNumInits() == 1 ? List->getInit(0) : nullptr;
    else if (const auto *List = dyn_cast<ParenListExpr>(E))
      E = List->getNumExprs() == 1 ? List->getExpr(0) : nullptr;
    else if (const auto *Made = dyn_cast<CXXConstructExpr>(E))
      E = Made->getNumArgs() >= 1 ? Made->getArg(0) : nullptr;
    else
      break;
  }
  Expr::EvalResult Result;
  if (!E || E->isValueDependent() || !E->getType()->isIntegerType() ||
      !E->EvaluateAsInt(Result, Context))
    return std::nullopt;
  return Result.Val.getInt().getExtValue();
}

namespace {
/// Is the counter set in a body, where its value is not looked at?
class AssignVisitor : public ConstDynamicRecursiveASTVisitor {
public:
  explicit AssignVisitor(const FieldDecl *Counter) : Counter(Counter) {}
  bool Found = false;
  bool VisitMemberExpr(const MemberExpr *Member) override {
    Found |= Member->getMemberDecl() == Counter;
    return true;
  }

private:
  const FieldDecl *Counter;
};
} // namespace

static bool startsAtOne(const CXXRecordDecl *Class, const FieldDecl *Counter) {
  const ASTContext &Context = Class->getASTContext();
  auto IsOne = [&](const Expr *Init) { return numberIn(Init, Context) == 1; };
  bool Default = Counter->hasInClassInitializer() &&
                 Counter->getInClassInitializer() &&
                 IsOne(Counter->getInClassInitializer());
  bool Any = false;
  for (const CXXConstructorDecl *Ctor : Class->ctors()) {
    if (Ctor->isCopyOrMoveConstructor() || Ctor->isDeleted())
      continue;
    Any = true;
    if (Ctor->isDefaulted()) {
      if (!Default)
        return false;
      continue;
    }
    const auto *Body = cast_or_null<CXXConstructorDecl>(bodyOf(Ctor));
    if (!Body)
      return false;
    AssignVisitor Assigned(Counter);
    Assigned.TraverseStmt(Body->getBody());
    bool One = Default;
    for (const CXXCtorInitializer *Init : Body->inits())
      if (Init->getMember() == Counter && Init->isWritten())
        One = IsOne(Init->getInit());
    if (!One || Assigned.Found)
      return false;
  }
  return Any || Default;
}

const FieldDecl *CountStructure::counterFor(const CXXRecordDecl *Record) const {
  const FieldDecl *Counter = nullptr;
  anyOfBases(Record, [&](const CXXRecordDecl *Class) {
    const CXXRecordDecl *Written = Class;
    if (const CXXRecordDecl *Pattern = Class->getTemplateInstantiationPattern())
      Written = Pattern->getDefinition();
    for (const CXXMethodDecl *Method : Written->methods()) {
      if (!isOwnMethodName(Method))
        continue;
      CounterVisitor V = counterOf(Method);
      if (V.Down && !V.Up &&
          (V.Deletes || stepByName(plainName(Method)) == CountStep::Release) &&
          isa<CXXRecordDecl>(V.Down->getParent())) {
        Counter = V.Down;
        return true;
      }
    }
    std::vector<const FunctionDecl *> Free = countingFriends(Class);
    llvm::append_range(Free, freeFunctionsOf(Class));
    for (const FunctionDecl *Function : Free)
      if (!Counter && step(Function) == CountStep::Release)
        Counter = counterOf(Function).Down;
    return Counter != nullptr;
  });
  if (const CXXRecordDecl *Header = Counter ? nullptr : headerOf(Record))
    for (const FunctionDecl *Function : freeFunctionsOf(Header))
      if (!Counter && step(Function) == CountStep::Release)
        Counter = counterOf(Function).Down;
  return Counter;
}

bool CountStructure::startsAtOne(const CXXRecordDecl *Record) const {
  const FieldDecl *Counter = counterFor(Record);
  return Counter && analyzer::startsAtOne(
                        cast<CXXRecordDecl>(Counter->getParent()), Counter);
}

/// `new T{1, ...}` of a class without bases and constructors.
static bool listStartsAtOne(const CXXNewExpr *New, const FieldDecl *Counter) {
  const auto *List = dyn_cast_or_null<InitListExpr>(New->getInitializer());
  const auto *Class = cast<CXXRecordDecl>(Counter->getParent());
  if (!List || Class->getNumBases() ||
      New->getAllocatedType()->getAsCXXRecordDecl() != Class)
    return false;
  unsigned At = Counter->getFieldIndex();
  return At < List->getNumInits() &&
         numberIn(List->getInit(At), Class->getASTContext()) == 1;
}

bool CountStructure::startsAtOne(const CXXNewExpr *New) const {
  const CXXRecordDecl *Class = New->getAllocatedType()->getAsCXXRecordDecl();
  const FieldDecl *Counter = Class ? counterFor(Class) : nullptr;
  return Counter && (listStartsAtOne(New, Counter) ||
                     analyzer::startsAtOne(
                         cast<CXXRecordDecl>(Counter->getParent()), Counter));
}

bool CountStructure::judgedOnce(const Decl *D,
                                llvm::function_ref<bool()> Judge) const {
  auto [It, New] = Judged.try_emplace(D, false);
  if (!New)
    return It->second;
  bool Result = Judge();
  Judged[D] = Result;
  return Result;
}

} // namespace refcycle::analyzer
