// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "extract/HandleUses.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace refcycle::analyzer {

/// A member by value of a class of the program. A reference is somebody else's
/// handle, and what a closure captures is no member that anybody names.
static bool isOwnMember(const FieldDecl *Field, const SourceManager &Sources) {
  const auto *Record = dyn_cast<CXXRecordDecl>(Field->getParent());
  return Record && !Record->isDependentContext() && !Record->isLambda() &&
         !Field->getType()->isReferenceType() &&
         !Sources.isInSystemHeader(Field->getLocation());
}

/// One counted handle, maybe inside an `optional`. What is in a container has
/// no name of its own.
static bool isCountedHandle(const TypeShapes &Shapes, QualType Type) {
  const Shape &S = Shapes.shape(Type);
  if (S.is(ShapeKind::Handle))
    return S.Holds == Hold::Strong;
  return S.is(ShapeKind::Carrier) && !S.Many && S.Held.size() == 1 &&
         isCountedHandle(Shapes, S.Held[0]);
}

const std::optional<SlotRef> &HandleUses::slotOf(const FieldDecl *Field) {
  auto [Known, New] =
      Slots.try_emplace(Field->getCanonicalDecl(), std::nullopt);
  if (New && isOwnMember(Field, Facts.context().getSourceManager()) &&
      isCountedHandle(Facts.shapes(), Field->getType()))
    Known->second = Facts.slot(Field);
  return Known->second;
}

void HandleUses::add(const MemberExpr *E) {
  const auto *Field = dyn_cast<FieldDecl>(E->getMemberDecl());
  if (!Field)
    return;
  if (const std::optional<SlotRef> &Slot = slotOf(Field)) {
    FactLoc At = Facts.loc(E->getMemberLoc());
    Lines[{Slot->Owner, Slot->Index, At.File}].insert(At.Line);
  }
}

void HandleUses::finish() {
  for (const auto &[Key, Of] : Lines) {
    auto [Object, Slot, File] = Key;
    Facts.addUses({Object, Slot, File, {Of.begin(), Of.end()}});
  }
}

} // namespace refcycle::analyzer
