// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rewrites of one unit while they grow: which slots could be weak, and the
// bytes to change for each. Knows text and types; which use asks for which
// change is decided in Rewrites.cpp.

#ifndef REFCYCLE_EXTRACT_REWRITESITES_H
#define REFCYCLE_EXTRACT_REWRITESITES_H

#include "config/Models.h"
#include "extract/FactsBuilder.h"
#include "clang/Basic/SourceManager.h"

namespace refcycle::analyzer {

/// Bytes of one file that give way to Text.
struct Rewrite {
  clang::SourceLocation At;
  unsigned Length = 0;
  std::string Text;
  /// The function that fails here when the object is gone; null: none does.
  const clang::FunctionDecl *In = nullptr;
};

/// One slot that could be weak: a member, or what a closure captures.
struct RewriteSite {
  SlotRef Slot;
  llvm::StringRef Name;
  std::vector<Rewrite> Declares, Uses;
  std::string Blocked; ///< Why it cannot be made weak; empty: it can.
  clang::SourceLocation BlockedAt;
};

class RewriteSites {
public:
  RewriteSites(FactsBuilder &Facts, const ModelTable &Models);

  /// The site of a member of a class of the program that is a counted handle
  /// with a weak partner; null for every other member.
  RewriteSite *of(const clang::FieldDecl *Field);
  /// The same for the captured variable that stands in \p Field.
  RewriteSite *ofCapture(const clang::FieldDecl *Field);
  /// Every site of a member of \p Record.
  std::vector<RewriteSite *> allOf(const clang::CXXRecordDecl *Record);

  void declare(RewriteSite &Site, Rewrite R) { add(Site, Site.Declares, R); }
  void use(RewriteSite &Site, Rewrite R) { add(Site, Site.Uses, R); }
  void block(RewriteSite &Site, clang::SourceLocation At, llvm::StringRef Why);
  /// Blocks every member of this name: a template may mean it.
  void blockName(clang::DeclarationName Name, clang::SourceLocation At);

  /// Is this the counted handle that the site is, whatever it points to?
  bool isHandle(clang::QualType Type) const;
  /// The weak class template beside the counted one of \p Type; null if there
  /// is none, or if it is not defined in this unit.
  const clang::ClassTemplateDecl *weakPartner(clang::QualType Type) const;
  /// What stands at \p At; empty if it is not in a file of the program.
  llvm::StringRef textFrom(clang::SourceLocation At) const;

  /// Hands everything over to the builder.
  void finish();

private:
  void add(RewriteSite &Site, std::vector<Rewrite> &To, Rewrite &R);
  bool isOwnText(clang::SourceLocation At) const;
  void emit(const RewriteSite &Site);
  void emit(const RewriteSite &Site, RewriteKind Kind, const Rewrite &R);
  std::unique_ptr<RewriteSite> describe(const clang::FieldDecl *Field);
  void describeDeclaration(RewriteSite &Site, const clang::FieldDecl *Field);

  FactsBuilder &Facts;
  const ModelTable &Models;
  const clang::SourceManager &Sources;
  /// Null: no site. In the order in which they were met.
  llvm::MapVector<const clang::FieldDecl *, std::unique_ptr<RewriteSite>> Sites;
  llvm::DenseMap<clang::DeclarationName, clang::SourceLocation> BlockedNames;
  llvm::DenseSet<clang::FileID> Hashed;
};

} // namespace refcycle::analyzer

#endif
