// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Value numbering of container elements.

#include "extract/ElementValues.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace refcycle::analyzer {

// Accesses of one body that are told apart; more are objects of their own.
static constexpr size_t MaxElements = 256;

const Instr *ElementValues::definition(RegId R) {
  for (; Scanned != Out.Body.size(); ++Scanned)
    if (RegId Dst = Out.Body[Scanned].Dst) {
      if (Dst.Index >= DefinedBy.size())
        DefinedBy.resize(Dst.Index + 1);
      DefinedBy[Dst.Index] = uint32_t(Scanned);
    }
  if (R.Index >= DefinedBy.size())
    return nullptr;
  const Instr &I = Out.Body[DefinedBy[R.Index]];
  return I.Dst == R ? &I : nullptr;
}

ElementValues::Path ElementValues::pathTo(RegId R) {
  const Instr *I = definition(R);
  bool IsElement = I && I->has(InstrFlag::Element);
  bool IsStep = I && (I->Code == Op::Slot || I->Code == Op::Load);
  if (I &&
      (I->Code == Op::This || I->Code == Op::Param || I->Code == Op::Local))
    return {uint32_t(I->Code), I->Index};
  if (!IsStep || IsElement) // A value: itself, and nothing else.
    return {uint32_t(Op::Unknown), R.Index};
  uint32_t Field = I->Index;
  uint32_t Class = I->Rec.Index;
  uint32_t Code = uint32_t(I->Code);
  Path Steps = pathTo(I->A);
  Steps.append({Code, Class, Field});
  return Steps;
}

/// Does the variable keep its value unless we are told?
static bool isFollowed(const VarDecl *Variable) {
  QualType Type = Variable->getType();
  if (Variable->hasGlobalStorage())
    return false;
  if (Type->isReferenceType())
    return Type.getNonReferenceType().isConstQualified();
  return Type.isConstQualified() || Type->isIntegralOrEnumerationType();
}

bool ElementValues::addIndex(const Expr *E, Element &To) {
  E = E->IgnoreUnlessSpelledInSource();
  To.Index.AddInteger(unsigned(E->getStmtClass()));
  if (const auto *Literal = dyn_cast<IntegerLiteral>(E)) {
    Literal->getValue().Profile(To.Index);
    return true;
  }
  if (const auto *Literal = dyn_cast<StringLiteral>(E)) {
    To.Index.AddString(Literal->getBytes());
    return true;
  }
  if (const auto *Literal = dyn_cast<CharacterLiteral>(E)) {
    To.Index.AddInteger(Literal->getValue());
    return true;
  }
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    const ValueDecl *D = Ref->getDecl();
    To.Index.AddPointer(D);
    if (isa<EnumConstantDecl>(D))
      return true;
    To.Literal = false;
    To.Variables.push_back(D);
    const auto *Variable = dyn_cast<VarDecl>(D);
    return Variable ? isFollowed(Variable)
                    : isa<BindingDecl>(D) &&
                          D->getType()->isIntegralOrEnumerationType();
  }
  if (const auto *Binary = dyn_cast<BinaryOperator>(E)) {
    To.Index.AddInteger(unsigned(Binary->getOpcode()));
    return (Binary->isAdditiveOp() || Binary->isMultiplicativeOp()) &&
           addIndex(Binary->getLHS(), To) && addIndex(Binary->getRHS(), To);
  }
  return false;
}

uint32_t ElementValues::number(RegId Place, const Expr *Index) {
  Element New;
  if (!Place || !addIndex(Index, New))
    return 0;
  New.Container = pathTo(Place);
  for (size_t I = 0; I != Elements.size(); ++I)
    if (Elements[I].Container == New.Container &&
        Elements[I].Index == New.Index)
      return uint32_t(I + 1);
  if (Elements.size() == MaxElements)
    return 0;
  Elements.push_back(std::move(New));
  return uint32_t(Elements.size());
}

RegId ElementValues::valueOf(uint32_t Number) const {
  return Number && Number <= Known.size() ? Known[Number - 1] : RegId::none();
}

void ElementValues::remember(uint32_t Number, RegId Value) {
  if (!Number)
    return;
  if (Known.size() < Number)
    Known.resize(Number);
  Known[Number - 1] = Value;
}

template <typename Predicate> void ElementValues::forgetIf(Predicate P) {
  for (size_t I = 0; I != Elements.size(); ++I) {
    if (!P(Elements[I]))
      continue;
    if (I < Known.size())
      Known[I] = RegId::none();
    for (Values &Before : Outer)
      if (I < Before.size())
        Before[I] = RegId::none();
  }
}

void ElementValues::assigned(uint32_t Number, RegId Value) {
  if (!Number)
    return;
  const Element Assigned = Elements[Number - 1];
  forgetIf([&](const Element &E) {
    return E.Container == Assigned.Container &&
           (E.Index == Assigned.Index || !E.Literal || !Assigned.Literal);
  });
  remember(Number, Value);
}

void ElementValues::changed(RegId PlaceOrObject) {
  if (Elements.empty() || !PlaceOrObject)
    return;
  Path At = pathTo(PlaceOrObject);
  forgetIf([&](const Element &E) {
    return E.Container.size() >= At.size() &&
           llvm::equal(At, llvm::ArrayRef(E.Container).take_front(At.size()));
  });
}

void ElementValues::changed(const ValueDecl *Variable) {
  forgetIf([&](const Element &E) {
    return llvm::is_contained(E.Variables, Variable);
  });
}

} // namespace refcycle::analyzer
