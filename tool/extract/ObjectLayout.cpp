// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See ObjectLayout.h.

#include "extract/ObjectLayout.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/RecordLayout.h"

using namespace clang;

namespace refcycle::analyzer {

std::optional<int64_t> baseOffset(const ASTContext &Context,
                                  const CXXRecordDecl *Class,
                                  const CXXRecordDecl *Base) {
  if (Class->getCanonicalDecl() == Base->getCanonicalDecl())
    return 0;
  const ASTRecordLayout &Layout = Context.getASTRecordLayout(Class);
  for (const CXXBaseSpecifier &Direct : Class->bases()) {
    const CXXRecordDecl *Next = Direct.getType()->getAsCXXRecordDecl();
    if (!Next || Direct.isVirtual())
      continue;
    if (std::optional<int64_t> Rest =
            baseOffset(Context, Next->getDefinition(), Base))
      return Layout.getBaseClassOffset(Next).getQuantity() + *Rest;
  }
  return std::nullopt;
}

int64_t fieldOffset(const ASTContext &Context, const FieldDecl *Field) {
  return Context.toCharUnitsFromBits(Context.getFieldOffset(Field))
      .getQuantity();
}

bool isLaidOut(const CXXRecordDecl *Record) {
  return Record && Record->isCompleteDefinition() &&
         !Record->isDependentContext() && !Record->isInvalidDecl();
}

namespace {

/// Fields of fields and of bases, at their places in the whole.
class WordCollector {
public:
  WordCollector(const ASTContext &Context, const TypeShapes &Shapes,
                ClassLayout &Into)
      : Context(Context), Shapes(Shapes), Into(Into) {}

  /// Handles, with the pointee of each.
  std::vector<PlacedHandle> Handles;

  void add(const CXXRecordDecl *Record, uint64_t At) {
    if (!isLaidOut(Record) || Record->isUnion() || Record->getNumVBases())
      return;
    const ASTRecordLayout &Layout = Context.getASTRecordLayout(Record);
    for (const CXXBaseSpecifier &Base : Record->bases())
      if (const CXXRecordDecl *Class = Base.getType()->getAsCXXRecordDecl())
        add(Class->getDefinition(),
            At + Layout.getBaseClassOffset(Class).getQuantity());
    for (const FieldDecl *Field : Record->fields())
      if (!Field->isBitField())
        add(Field->getType(), At + fieldOffset(Context, Field));
  }

private:
  void add(QualType Type, uint64_t At) {
    if (Type->isPointerType() || Type->isReferenceType()) {
      Into.Pointers.push_back(At);
    } else if (Type->isBooleanType()) {
      Into.Bools.push_back(At);
    } else if (const CXXRecordDecl *Record = Type->getAsCXXRecordDecl()) {
      const Shape &S = Shapes.shape(Type);
      if (S.is(ShapeKind::Handle) && S.Holds == Hold::Strong)
        Handles.push_back({uint32_t(At), S.Pointee});
      add(Record->getDefinition(), At);
    }
  }

  const ASTContext &Context;
  const TypeShapes &Shapes;
  ClassLayout &Into;
};

} // namespace

std::vector<PlacedHandle> collectWords(const ASTContext &Context,
                                       const TypeShapes &Shapes,
                                       const CXXRecordDecl *Record,
                                       ClassLayout &Into) {
  WordCollector Words(Context, Shapes, Into);
  Words.add(Record, 0);
  return std::move(Words.Handles);
}

} // namespace refcycle::analyzer
