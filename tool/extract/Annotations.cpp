// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "extract/Annotations.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace refcycle::analyzer {

using llvm::Expected;
using llvm::StringRef;

// In the order of the enumerators; the first argument of the attribute.
static constexpr llvm::StringLiteral Words[] = {
    "type",    "function", "breaks",     "retains", "releases", "noescape",
    "kept_by", "owning",   "non_owning", "acyclic", "suppress"};
static_assert(std::size(Words) == size_t(Mark::Suppress) + 1);

/// The text of a string literal; null if it is none.
static StringRef textOf(const Expr *E) {
  const auto *Text = dyn_cast<StringLiteral>(E->IgnoreImplicit());
  return Text && Text->getCharByteWidth() == 1 ? Text->getString()
                                               : StringRef();
}

std::optional<Expected<Annotation>> readAnnotation(const Attr *A) {
  const auto *Written = dyn_cast<AnnotateAttr>(A);
  if (!Written || Written->getAnnotation() != "refcycle")
    return std::nullopt;
  Annotation Result;
  Result.Loc = Written->getLocation();
  for (const Expr *Argument : Written->args())
    Result.Arguments.push_back(textOf(Argument));
  StringRef Word = Result.Arguments.empty() ? "" : Result.Arguments.front();
  const auto *Known = llvm::find(Words, Word);
  if (Known == std::end(Words))
    return llvm::createStringError(
        "unknown annotation '" + Word +
        "', expected one of the macros of refcycle/annotations.h");
  Result.What = Mark(Known - std::begin(Words));
  Result.Arguments.erase(Result.Arguments.begin());
  return Result;
}

//===----------------------------------------------------------------------===//
// The meaning of one annotation
//===----------------------------------------------------------------------===//

/// What stands between the brackets of a macro that takes words.
static llvm::SmallVector<StringRef, 3> wordsOf(const Annotation &A) {
  llvm::SmallVector<StringRef, 3> Result;
  if (A.Arguments.size() == 1)
    A.Arguments[0].split(Result, ',');
  for (StringRef &Word : Result)
    Word = Word.trim();
  return Result;
}

Expected<TypeModel> typeModelOf(const Annotation &A) {
  llvm::SmallVector<StringRef, 3> Given = wordsOf(A);
  Expected<TypeRole> Role = parseTypeRole(Given.empty() ? "" : Given.front());
  if (!Role)
    return Role.takeError();
  TypeModel Model;
  Model.Role = *Role;
  for (StringRef Word : llvm::ArrayRef(Given).drop_front()) {
    unsigned Index = 0;
    if (Word == "many" && *Role == TypeRole::Function)
      Model.Many = true;
    else if (Word == "many")
      return llvm::createStringError("'many' is for the role function only");
    else if (Word.getAsInteger(10, Index) || Index > 99)
      return llvm::createStringError(
          "expected the index of a template argument, from 0 to 99, in place "
          "of '" +
          Word + "'");
    else
      Model.Arguments.push_back(Index);
  }
  return Model;
}

Expected<FunctionRole> functionRoleOf(const Annotation &A) {
  return parseFunctionRole(A.Arguments.empty() ? "" : A.Arguments.front());
}

Expected<uint32_t> keeperOf(const Annotation &A, const FunctionDecl *Callee) {
  StringRef Name = A.Arguments.empty() ? "" : A.Arguments.front();
  if (Name == "global")
    return Param::Outside;
  const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
  bool HasObject = Method && !Method->isStatic();
  if (Name == "this" && HasObject)
    return 0;
  for (const ParmVarDecl *Parameter : Callee->parameters())
    if (!Name.empty() && Parameter->getName() == Name)
      return Parameter->getFunctionScopeIndex() + 1;
  return llvm::createStringError(
      llvm::Twine("expected ") + (HasObject ? "'this', " : "") +
      "'global' or the name of a parameter in place of '" + Name + "'");
}

//===----------------------------------------------------------------------===//
// What a declaration says
//===----------------------------------------------------------------------===//

/// Calls \p Visit with every annotation of one declaration, the wrong ones left
/// out, until it says true.
template <typename Visitor>
static bool anyAnnotation(const Decl *D, Visitor Visit) {
  if (!D->hasAttrs())
    return false;
  for (const Attr *A : D->attrs()) {
    std::optional<Expected<Annotation>> Read = readAnnotation(A);
    if (!Read)
      continue;
    if (!*Read)
      llvm::consumeError(Read->takeError());
    else if (Visit(**Read))
      return true;
  }
  return false;
}

/// The same for what is declared again, and for what it is instantiated from:
/// attributes are copied to an instance only when that is complete.
template <typename Visitor>
static bool anyAnnotation(const CXXRecordDecl *Record, Visitor Visit) {
  auto AnyOf = [&](const CXXRecordDecl *R) {
    return llvm::any_of(R->redecls(), [&](const TagDecl *Again) {
      return anyAnnotation(static_cast<const Decl *>(Again), Visit);
    });
  };
  if (AnyOf(Record))
    return true;
  if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Record))
    return AnyOf(Spec->getSpecializedTemplate()->getTemplatedDecl());
  const CXXRecordDecl *Pattern = Record->getTemplateInstantiationPattern();
  return Pattern && AnyOf(Pattern);
}

/// The function and its template, if it is made from one.
static llvm::SmallVector<const FunctionDecl *, 2>
writtenForms(const FunctionDecl *Function) {
  llvm::SmallVector<const FunctionDecl *, 2> Forms{Function};
  if (const FunctionDecl *Pattern = Function->getTemplateInstantiationPattern())
    Forms.push_back(Pattern);
  return Forms;
}

template <typename Visitor>
static bool anyAnnotation(const FunctionDecl *Function, Visitor Visit) {
  for (const FunctionDecl *Form : writtenForms(Function))
    for (const FunctionDecl *Again : Form->redecls())
      if (anyAnnotation(static_cast<const Decl *>(Again), Visit))
        return true;
  return false;
}

/// Keeps \p From unless it is an error.
template <typename T>
static bool take(Expected<T> From, std::optional<T> &Into) {
  if (From)
    Into = std::move(*From);
  else
    llvm::consumeError(From.takeError());
  return Into.has_value();
}

std::optional<TypeModel> annotatedType(const CXXRecordDecl *Record) {
  std::optional<TypeModel> Result;
  anyAnnotation(Record, [&](const Annotation &A) {
    return A.What == Mark::Type && take(typeModelOf(A), Result);
  });
  return Result;
}

std::optional<FunctionRole> annotatedRole(const FunctionDecl *Function) {
  std::optional<FunctionRole> Result;
  anyAnnotation(Function, [&](const Annotation &A) {
    return A.What == Mark::Function && take(functionRoleOf(A), Result);
  });
  return Result;
}

bool isMarked(const FunctionDecl *Function, Mark What) {
  return anyAnnotation(Function,
                       [&](const Annotation &A) { return A.What == What; });
}

uint8_t annotatedFlags(const FieldDecl *Field) {
  uint8_t Flags = 0;
  anyAnnotation(static_cast<const Decl *>(Field), [&](const Annotation &A) {
    for (auto [What, Flag] : {std::pair(Mark::Acyclic, FieldFlag::Acyclic),
                              {Mark::Owning, FieldFlag::Owning},
                              {Mark::NonOwning, FieldFlag::NonOwning}})
      if (A.What == What)
        Flags |= uint8_t(Flag);
    return false;
  });
  return Flags;
}

/// The compiler's attribute counts from `this`, if there is one.
static uint32_t firstParameterNumber(const FunctionDecl *Function) {
  const auto *Method = dyn_cast<CXXMethodDecl>(Function);
  return Method && Method->isImplicitObjectMemberFunction() ? 0 : 1;
}

/// Of one declaration of the parameter.
static void addFate(const ParmVarDecl *Parameter, const FunctionDecl *Callee,
                    Fate &Into) {
  auto Keep = [&](uint32_t Keeper) {
    Into.Keepers.push_back(Keeper);
    if (Into.What == ParamFate::Open)
      Into.What = ParamFate::Kept;
  };
  if (Parameter->hasAttr<NoEscapeAttr>())
    Into.What = ParamFate::NoEscape;
  for (const auto *A : Parameter->specific_attrs<LifetimeCaptureByAttr>())
    for (int Index : A->params()) {
      if (Index >= 0)
        Keep(uint32_t(Index) + firstParameterNumber(Callee));
      else if (Index == LifetimeCaptureByAttr::Global)
        Keep(Param::Outside);
    }
  anyAnnotation(static_cast<const Decl *>(Parameter), [&](const Annotation &A) {
    std::optional<uint32_t> Keeper;
    if (A.What == Mark::NoEscape)
      Into.What = ParamFate::NoEscape;
    else if (A.What == Mark::KeptBy && take(keeperOf(A, Callee), Keeper))
      Keep(*Keeper);
    return false;
  });
}

Fate fateOf(const FunctionDecl *Function, unsigned Parameter) {
  Fate Result;
  for (const FunctionDecl *Form : writtenForms(Function)) {
    if (Form->getNumParams() != Function->getNumParams())
      continue; // A pack: the numbers are not the same.
    for (const FunctionDecl *Again : Form->redecls())
      addFate(Again->getParamDecl(Parameter), Again, Result);
  }
  llvm::sort(Result.Keepers);
  Result.Keepers.erase(llvm::unique(Result.Keepers), Result.Keepers.end());
  return Result;
}

bool hasFates(const FunctionDecl *Function) {
  for (unsigned I = 0; I != Function->getNumParams(); ++I)
    if (fateOf(Function, I).What != ParamFate::Open)
      return true;
  return false;
}

} // namespace refcycle::analyzer
