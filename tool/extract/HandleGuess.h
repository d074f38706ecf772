// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which classes may turn out to be handles, before they are read.

#ifndef REFCYCLE_EXTRACT_HANDLEGUESS_H
#define REFCYCLE_EXTRACT_HANDLEGUESS_H

#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/DenseMap.h"

namespace refcycle::analyzer {

/// Could the bodies of this class decide that it is a handle? Asked while
/// parsing, to keep such bodies of system headers. The compiler asks at the
/// first method, when the fields behind it are not read yet: then the text of
/// the class is looked at. Cost: linear in that text, once for each class.
class HandleGuess {
public:
  /// May say yes too often.
  bool mayBeHandle(const clang::CXXRecordDecl *Record);

private:
  llvm::DenseMap<const clang::CXXRecordDecl *, bool> Unfinished;
};

} // namespace refcycle::analyzer

#endif
