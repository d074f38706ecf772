// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which counted handles have a weak kind: what advice can ask for. Looks at
// declarations only.

#ifndef REFCYCLE_EXTRACT_WEAKKINDS_H
#define REFCYCLE_EXTRACT_WEAKKINDS_H

#include "extract/TypeShapes.h"
#include "llvm/ADT/DenseMap.h"

namespace refcycle::analyzer {

class WeakKinds {
public:
  explicit WeakKinds(const TypeShapes &Shapes) : Shapes(Shapes) {}

  /// Does the namespace of this counted handle have a weak one that takes it or
  /// gives it out? Cost: once for each handle, linear in that namespace.
  bool has(const clang::CXXRecordDecl *Handle);

private:
  bool search(const clang::CXXRecordDecl *Handle);
  bool isWeak(const clang::NamedDecl *D) const;

  const TypeShapes &Shapes;
  llvm::DenseMap<const clang::Decl *, bool> Known; ///< By template.
};

} // namespace refcycle::analyzer

#endif
