// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What declarations say about themselves with the macros of
// refcycle/annotations.h, in the terms of the configuration, and with the
// compiler's own attributes for parameters. What follows from it is decided
// where models are applied; a wrong annotation says nothing here and is
// reported by the sweep of AnnotationSweep.h.

#ifndef REFCYCLE_EXTRACT_ANNOTATIONS_H
#define REFCYCLE_EXTRACT_ANNOTATIONS_H

#include "config/Models.h"
#include "facts/Fact.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace refcycle::analyzer {

enum class Mark : uint8_t {
  Type,
  Function,
  Breaks,
  Retains,
  Releases,
  NoEscape,
  KeptBy,
  Owning,
  NonOwning,
  Acyclic,
  Suppress,
};

/// One annotation as written.
struct Annotation {
  Mark What = Mark::Type;
  /// Of the macro. One that is no string literal is a null StringRef.
  llvm::SmallVector<llvm::StringRef, 3> Arguments;
  clang::SourceLocation Loc;
};

/// The error says what was expected; nullopt: the attribute is somebody else's.
std::optional<llvm::Expected<Annotation>> readAnnotation(const clang::Attr *A);

//===--- The meaning of one annotation --------------------------------------//

/// Without name and family.
llvm::Expected<TypeModel> typeModelOf(const Annotation &A);
llvm::Expected<FunctionRole> functionRoleOf(const Annotation &A);
/// As Param::Keepers has it.
llvm::Expected<uint32_t> keeperOf(const Annotation &A,
                                  const clang::FunctionDecl *Callee);

//===--- What a declaration says --------------------------------------------//

/// Of the class, or of the template that it is made from.
std::optional<TypeModel> annotatedType(const clang::CXXRecordDecl *Record);
std::optional<FunctionRole> annotatedRole(const clang::FunctionDecl *Function);
/// Has the function, or the template that it is made from, this mark?
bool isMarked(const clang::FunctionDecl *Function, Mark What);
/// FieldFlag bits.
uint8_t annotatedFlags(const clang::FieldDecl *Field);

struct Fate {
  ParamFate What = ParamFate::Open;
  std::vector<uint32_t> Keepers; ///< As Param::Keepers.
};

/// Of one parameter: annotations, `noescape` and `lifetime_capture_by` of every
/// declaration of the function. `noescape` beats the others.
Fate fateOf(const clang::FunctionDecl *Function, unsigned Parameter);
bool hasFates(const clang::FunctionDecl *Function);

} // namespace refcycle::analyzer

#endif
