// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Names.h. Keys are clang's USRs where those are enough.

#include "extract/Names.h"
#include "extract/ClangCompat.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Index/USRGeneration.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"

using namespace clang;

namespace refcycle::analyzer {

Names::Names(const ASTContext &Context, std::string ProjectRoot)
    : Context(Context), ProjectRoot(std::move(ProjectRoot)),
      Policy(compat::namePolicy(Context)) {
  MainFile = fileName(Context.getSourceManager().getMainFileID());
}

static const CXXRecordDecl *closureOf(const NamedDecl *Decl) {
  if (const auto *Record = dyn_cast<CXXRecordDecl>(Decl))
    return Record->isLambda() ? Record : nullptr;
  if (const auto *Method = dyn_cast<CXXMethodDecl>(Decl))
    return Method->getParent()->isLambda() ? Method->getParent() : nullptr;
  return nullptr;
}

/// A closure in a template exists once for each instantiation.
static const FunctionDecl *instantiationAround(const Decl *D) {
  for (const DeclContext *C = D->getDeclContext(); C; C = C->getParent())
    if (const auto *F = dyn_cast<FunctionDecl>(C))
      if (F->isTemplateInstantiation())
        return F;
  return nullptr;
}

/// Tells the instances of a generic lambda's call operator apart.
static std::string instanceSuffix(const CXXMethodDecl *Method) {
  if (!Method->getTemplateSpecializationArgs())
    return "";
  llvm::SmallString<128> Usr;
  index::generateUSRForDecl(Method, Usr);
  return "#" + llvm::utohexstr(llvm::xxh3_64bits(Usr), /*LowerCase=*/true);
}

/// USRs of deep template instantiations run into kilobytes. The rest of a long
/// one is replaced by its hash; 64 bits keep a million entities apart.
static std::string shorten(llvm::StringRef Usr) {
  constexpr size_t LongestKey = 160;
  if (Usr.size() <= LongestKey)
    return Usr.str();
  return (Usr.take_front(LongestKey - 17) + "#" +
          llvm::utohexstr(llvm::xxh3_64bits(Usr), /*LowerCase=*/true,
                          /*Width=*/16))
      .str();
}

std::string Names::key(const NamedDecl *Decl) const {
  if (const CXXRecordDecl *Closure = closureOf(Decl)) {
    SourceRef Place = locate(Closure->getLocation());
    std::string Key = "lambda@" + Place.File + ":" + llvm::utostr(Place.Line) +
                      ":" + llvm::utostr(Place.Column);
    if (const FunctionDecl *Around = instantiationAround(Closure))
      Key += "@" + key(Around);
    const auto *Method = dyn_cast<CXXMethodDecl>(Decl);
    if (!Method)
      return Key;
    return Key + "@" + Method->getNameAsString() + instanceSuffix(Method);
  }
  llvm::SmallString<128> Usr;
  index::generateUSRForDecl(Decl, Usr);
  if (!Decl->isExternallyVisible())
    (Usr += "@") += MainFile;
  return shorten(Usr);
}

static void spend(QualType Type, unsigned &Budget);

static void spend(const TemplateArgument &Argument, unsigned &Budget) {
  if (Argument.getKind() == TemplateArgument::Type)
    spend(Argument.getAsType(), Budget);
  else if (Argument.getKind() == TemplateArgument::Pack)
    for (const TemplateArgument &Element : Argument.pack_elements())
      if (Budget)
        spend(Element, Budget);
}

/// Takes one from \p Budget for each type that is named when \p Type is.
static void spend(QualType Type, unsigned &Budget) {
  if (Budget)
    --Budget;
  while (!Type->getPointeeType().isNull())
    Type = Type->getPointeeType();
  if (const auto *Function = Type->getAs<FunctionProtoType>()) {
    spend(Function->getReturnType(), Budget);
    for (QualType Parameter : Function->param_types())
      if (Budget)
        spend(Parameter, Budget);
  }
  const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      Type->getAsCXXRecordDecl());
  if (Spec)
    for (const TemplateArgument &Argument : Spec->getTemplateArgs().asArray())
      if (Budget)
        spend(Argument, Budget);
}

/// Would the name be one that nobody reads? Types that are built of themselves
/// several times have names that double with each level, up to gigabytes.
static bool isNameTooLong(const NamedDecl *Decl) {
  constexpr unsigned MostTypes = 1000;
  unsigned Budget = MostTypes;
  for (const DeclContext *C = dyn_cast<DeclContext>(Decl); C && Budget;
       C = C->getParent()) {
    if (const auto *Record = dyn_cast<CXXRecordDecl>(C))
      spend(Record->getASTContext().getCanonicalTagType(Record), Budget);
    else if (const auto *Function = dyn_cast<FunctionDecl>(C))
      if (const auto *Arguments = Function->getTemplateSpecializationArgs())
        for (const TemplateArgument &Argument : Arguments->asArray())
          spend(Argument, Budget);
  }
  return Budget == 0;
}

std::string Names::display(const NamedDecl *Decl) const {
  if (const CXXRecordDecl *Closure = closureOf(Decl)) {
    std::string Name = "(lambda at " + shortPlace(Closure->getLocation()) + ")";
    return isa<CXXMethodDecl>(Decl) ? Name + "::operator()" : Name;
  }
  if (isNameTooLong(Decl))
    return qualified(Decl) + "<...>";
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  Decl->getNameForDiagnostic(Out, Policy, /*Qualified=*/true);
  return Text;
}

const std::string &Names::qualified(const NamedDecl *Decl) const {
  std::string &Name = Qualified[Decl->getCanonicalDecl()];
  if (!Name.empty())
    return Name;
  llvm::SmallVector<std::string, 6> Parts{Decl->getNameAsString()};
  for (const DeclContext *C = Decl->getDeclContext(); C; C = C->getParent()) {
    if (const auto *Space = dyn_cast<NamespaceDecl>(C)) {
      if (!Space->isInline() && !Space->isAnonymousNamespace())
        Parts.push_back(Space->getNameAsString());
    } else if (const auto *Outer = dyn_cast<RecordDecl>(C)) {
      Parts.push_back(Outer->getNameAsString());
    }
  }
  return Name = llvm::join(llvm::reverse(Parts), "::");
}

std::string Names::relativePath(llvm::StringRef Path) const {
  llvm::SmallString<256> Full(Path);
  Context.getSourceManager().getFileManager().makeAbsolutePath(Full);
  llvm::sys::path::remove_dots(Full, /*remove_dot_dot=*/true);
  llvm::StringRef Relative = Full;
  if (Relative.consume_front(ProjectRoot) && Relative.consume_front("/"))
    return Relative.str();
  return std::string(Full);
}

const std::string &Names::fileName(FileID File) const {
  std::string &Name = FileNames[File];
  if (Name.empty())
    if (auto Entry = Context.getSourceManager().getFileEntryRefForID(File))
      Name = relativePath(Entry->getName());
  return Name;
}

SourceRef Names::locate(SourceLocation Loc) const {
  const SourceManager &Sources = Context.getSourceManager();
  if (Loc.isInvalid())
    return {};
  FileIDAndOffset Place = Sources.getDecomposedLoc(Sources.getFileLoc(Loc));
  return {fileName(Place.first),
          Sources.getLineNumber(Place.first, Place.second),
          Sources.getColumnNumber(Place.first, Place.second)};
}

std::string Names::shortPlace(SourceLocation Loc) const {
  SourceRef Place = locate(Loc);
  return (llvm::sys::path::filename(Place.File) + ":" +
          llvm::Twine(Place.Line) + ":" + llvm::Twine(Place.Column))
      .str();
}

bool isOfLibrary(const Decl *D) {
  return D->getASTContext().getSourceManager().isInSystemHeader(
      D->getLocation());
}

} // namespace refcycle::analyzer
