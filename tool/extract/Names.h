// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names of declarations: the key under which all translation units know an
// entity, the name that a user reads, and the name that models are found by.

#ifndef REFCYCLE_EXTRACT_NAMES_H
#define REFCYCLE_EXTRACT_NAMES_H

#include "base/SourceRef.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/PrettyPrinter.h"
#include "llvm/ADT/DenseMap.h"
#include <string>

namespace refcycle::analyzer {

/// Names for one translation unit. Not thread-safe; lives as long as the AST.
class Names {
public:
  /// Paths below \p ProjectRoot (absolute) are given relative to it.
  Names(const clang::ASTContext &Context, std::string ProjectRoot);

  /// The same string in every TU for the same entity. Entities with internal
  /// linkage get the main file as a namespace, because two files of the same
  /// name give the same USR; closures are told apart by their place.
  std::string key(const clang::NamedDecl *Decl) const;

  /// As a user writes it: `ns::Box<int>::Node`, `(lambda at file.cpp:3:4)`.
  std::string display(const clang::NamedDecl *Decl) const;

  /// `std::vector`, without inline namespaces and template arguments. For
  /// methods the class comes first: `std::vector::push_back`.
  const std::string &qualified(const clang::NamedDecl *Decl) const;

  /// Where macro text came from is where the macro stands, not where it was
  /// defined: that is the line a user can change.
  SourceRef locate(clang::SourceLocation Loc) const;

  /// "file.cpp:3:4", with the file's name only.
  std::string shortPlace(clang::SourceLocation Loc) const;

  const std::string &mainFile() const { return MainFile; }

private:
  std::string relativePath(llvm::StringRef Path) const;
  const std::string &fileName(clang::FileID File) const;

  const clang::ASTContext &Context;
  std::string ProjectRoot;
  std::string MainFile;
  clang::PrintingPolicy Policy;
  mutable llvm::DenseMap<const clang::Decl *, std::string> Qualified;
  mutable llvm::DenseMap<clang::FileID, std::string> FileNames;
};

/// Declared in a system header?
bool isOfLibrary(const clang::Decl *D);

} // namespace refcycle::analyzer

#endif
