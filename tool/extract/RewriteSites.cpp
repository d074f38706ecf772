// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "extract/RewriteSites.h"
#include "clang/AST/DeclFriend.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/TypeLoc.h"
#include "llvm/Support/xxhash.h"

using namespace clang;

namespace refcycle::analyzer {

RewriteSites::RewriteSites(FactsBuilder &Facts, const ModelTable &Models)
    : Facts(Facts), Models(Models),
      Sources(Facts.context().getSourceManager()) {}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

static const ClassTemplateSpecializationDecl *specialization(QualType Type) {
  if (Type.isNull())
    return nullptr;
  return dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      Type.getNonReferenceType()->getAsCXXRecordDecl());
}

bool RewriteSites::isHandle(QualType Type) const {
  const auto *Spec = specialization(Type);
  return Spec && Spec->getName() == "shared_ptr" &&
         Facts.shapes().shape(Type.getNonReferenceType()).Holds ==
             Hold::Strong &&
         Facts.shapes().model(Spec);
}

/// `ns::weak_ptr` for `ns::shared_ptr`, if the models know it as weak.
const ClassTemplateDecl *RewriteSites::weakPartner(QualType Type) const {
  const auto *Spec = specialization(Type);
  if (!Spec)
    return nullptr;
  const ClassTemplateDecl *Strong = Spec->getSpecializedTemplate();
  DeclarationName Name(&Facts.context().Idents.get("weak_ptr"));
  for (const NamedDecl *Found : Strong->getDeclContext()->lookup(Name)) {
    const auto *Weak = dyn_cast<ClassTemplateDecl>(Found);
    if (!Weak || !Weak->getTemplatedDecl()->hasDefinition())
      continue;
    const TypeModel *Model = Models.type(Facts.names().qualified(Weak));
    if (Model && Model->Role == TypeRole::Weak)
      return Weak;
  }
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

/// A file that a user edits: no macro, no header of the system, no `#line`.
bool RewriteSites::isOwnText(SourceLocation At) const {
  if (At.isInvalid() || At.isMacroID() || Sources.isInSystemHeader(At))
    return false;
  PresumedLoc Presumed = Sources.getPresumedLoc(At);
  return Presumed.isValid() && Presumed.getFileID().isValid() &&
         Sources.getFileEntryForID(Sources.getFileID(At));
}

llvm::StringRef RewriteSites::textFrom(SourceLocation At) const {
  if (!isOwnText(At))
    return "";
  auto [File, Offset] = Sources.getDecomposedLoc(At);
  return Sources.getBufferData(File).drop_front(Offset);
}

//===----------------------------------------------------------------------===//
// Sites
//===----------------------------------------------------------------------===//

void RewriteSites::block(RewriteSite &Site, SourceLocation At,
                         llvm::StringRef Why) {
  if (!Site.Blocked.empty())
    return;
  Site.Blocked = Why.str();
  Site.BlockedAt = At;
}

void RewriteSites::blockName(DeclarationName Name, SourceLocation At) {
  BlockedNames.try_emplace(Name, At);
}

void RewriteSites::add(RewriteSite &Site, std::vector<Rewrite> &To,
                       Rewrite &R) {
  if (!isOwnText(R.At))
    return block(Site, R.At, "a macro or generated text names it");
  To.push_back(std::move(R));
}

/// The `shared_ptr` of `std::shared_ptr<T> Name;`; invalid for other spellings.
static SourceLocation templateName(const FieldDecl *Field) {
  const TypeSourceInfo *Written = Field->getTypeSourceInfo();
  if (!Written)
    return {};
  auto Loc = Written->getTypeLoc().getUnqualifiedLoc();
  auto Template = Loc.getAs<TemplateSpecializationTypeLoc>();
  return Template ? Template.getTemplateNameLoc() : SourceLocation();
}

/// `shared_ptr<T> A, B;`
static bool sharesDeclaration(const FieldDecl *Field) {
  return llvm::any_of(Field->getParent()->fields(), [&](const FieldDecl *F) {
    return F != Field && F->getBeginLoc() == Field->getBeginLoc();
  });
}

static bool isDefaultedComparison(const Decl *D) {
  if (const auto *Friend = dyn_cast<FriendDecl>(D))
    D = Friend->getFriendDecl();
  const auto *Function = dyn_cast_or_null<FunctionDecl>(D);
  return Function && Function->isDefaulted() &&
         Function->getOverloadedOperator() != OO_None &&
         Function->getOverloadedOperator() != OO_Equal;
}

void RewriteSites::describeDeclaration(RewriteSite &Site,
                                       const FieldDecl *Field) {
  constexpr llvm::StringLiteral Strong = "shared_ptr", Weak = "weak_ptr";
  SourceLocation At = templateName(Field);
  if (!textFrom(At).starts_with(Strong))
    return block(Site, Field->getLocation(),
                 "its type is not spelled as a handle where it is declared");
  if (sharesDeclaration(Field))
    return block(Site, Field->getLocation(), "one declaration has two names");
  if (!weakPartner(Field->getType()))
    return block(Site, Field->getLocation(),
                 "the weak handle of the library is not included");
  if (llvm::any_of(Field->getParent()->decls(), isDefaultedComparison))
    return block(Site, Field->getLocation(),
                 "the compiler compares objects of its class by member");
  declare(Site, {At, unsigned(Strong.size()), Weak.str()});
}

std::unique_ptr<RewriteSite> RewriteSites::describe(const FieldDecl *Field) {
  const auto *Record = dyn_cast<CXXRecordDecl>(Field->getParent());
  if (!Record || Record->isDependentContext() || Record->isUnion() ||
      isa<ClassTemplateSpecializationDecl>(Record) ||
      Sources.isInSystemHeader(Field->getLocation()) ||
      !isHandle(Field->getType()) || Field->getType()->isReferenceType())
    return nullptr;
  const Shape &S = Facts.shapes().shape(Field->getType());
  std::optional<SlotRef> Slot = Facts.slot(Field);
  if (!Slot || !S.Pointee->isRecordType())
    return nullptr;
  auto Site = std::make_unique<RewriteSite>();
  Site->Slot = *Slot;
  Site->Name = Field->getName();
  return Site;
}

RewriteSite *RewriteSites::of(const FieldDecl *Field) {
  Field = Field->getCanonicalDecl();
  if (auto Known = Sites.find(Field); Known != Sites.end())
    return Known->second.get();
  std::unique_ptr<RewriteSite> Site;
  if (!cast<RecordDecl>(Field->getParent())->isLambda())
    Site = describe(Field);
  RewriteSite *Result = Site.get();
  Sites[Field] = std::move(Site);
  if (Result)
    describeDeclaration(*Result, Field);
  return Result;
}

RewriteSite *RewriteSites::ofCapture(const FieldDecl *Field) {
  std::unique_ptr<RewriteSite> Site = describe(Field);
  if (!Site)
    return nullptr;
  RewriteSite *Result = Site.get();
  Sites[Field] = std::move(Site);
  return Result;
}

std::vector<RewriteSite *> RewriteSites::allOf(const CXXRecordDecl *Record) {
  std::vector<RewriteSite *> All;
  if (Record && Record->hasDefinition())
    for (const FieldDecl *Field : Record->getDefinition()->fields())
      if (RewriteSite *Site = of(Field))
        All.push_back(Site);
  return All;
}

//===----------------------------------------------------------------------===//
// Facts
//===----------------------------------------------------------------------===//

void RewriteSites::emit(const RewriteSite &Site, RewriteKind Kind,
                        const Rewrite &R) {
  RewriteFact Fact;
  Fact.Object = Site.Slot.Owner;
  Fact.Slot = Site.Slot.Index;
  Fact.Kind = Kind;
  Fact.Loc = Facts.loc(R.At);
  Fact.Length = R.Length;
  Fact.Text = Facts.string(R.Text);
  Fact.In = Facts.function(R.In);
  if (Kind != RewriteKind::Blocks) {
    auto [File, Offset] = Sources.getDecomposedLoc(R.At);
    Fact.Offset = Offset;
    if (Hashed.insert(File).second)
      Facts.addContent(
          {Fact.Loc.File, llvm::xxh3_64bits(Sources.getBufferData(File))});
  }
  Facts.addRewrite(Fact);
}

void RewriteSites::emit(const RewriteSite &Site) {
  if (!Site.Blocked.empty())
    return emit(Site, RewriteKind::Blocks,
                {Site.BlockedAt, 0, Site.Blocked, nullptr});
  for (const Rewrite &R : Site.Declares)
    emit(Site, RewriteKind::Declares, R);
  for (const Rewrite &R : Site.Uses)
    emit(Site, RewriteKind::Uses, R);
}

void RewriteSites::finish() {
  for (auto &[Field, Site] : Sites) {
    if (!Site)
      continue;
    if (auto Named = BlockedNames.find(Field->getDeclName());
        Named != BlockedNames.end())
      block(*Site, Named->second, "a template uses a member of this name");
    emit(*Site);
  }
}

} // namespace refcycle::analyzer
