// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "config/PrintModels.h"
#include "config/YamlWriter.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <map>
#include <tuple>

namespace refcycle::analyzer {

using llvm::StringRef;

static bool isHandle(TypeRole Role) {
  return Role == TypeRole::Strong || Role == TypeRole::Root ||
         Role == TypeRole::Weak || Role == TypeRole::Unique;
}

/// "  (argument 0, retains)", "  (many)", or nothing.
static std::string describe(const TypeModel &Model) {
  std::vector<std::string> Parts;
  if (Model.Many)
    Parts.push_back("many");
  for (unsigned Index : Model.Arguments)
    Parts.push_back((Index == Model.Arguments.front() ? "argument " : "") +
                    std::to_string(Index));
  if (Model.Arguments.empty() && isHandle(Model.Role))
    Parts.push_back("argument 0");
  if (Model.Pointer != PointerUse::Unknown)
    Parts.push_back(pointerUseName(Model.Pointer).str());
  return Parts.empty() ? "" : "  (" + llvm::join(Parts, ", ") + ")";
}

static void printRow(StringRef Family, StringRef Role, const llvm::Twine &What,
                     llvm::raw_ostream &Out) {
  Out << llvm::left_justify(Family, 11) << llvm::left_justify(Role, 12) << What
      << '\n';
}

/// By family, then by role, then by name.
template <typename Model>
static std::vector<const Model *> grouped(std::vector<const Model *> Models) {
  llvm::sort(Models, [](const Model *A, const Model *B) {
    return std::tie(A->Family, A->Role, A->Name) <
           std::tie(B->Family, B->Role, B->Name);
  });
  return Models;
}

void printHandles(const ModelTable &Models, llvm::raw_ostream &Out,
                  StringRef Family) {
  std::map<StringRef, std::string> Texts;
  for (const TypeModel *Model : grouped(Models.types())) {
    llvm::raw_string_ostream OS(Texts[Model->Family]);
    printRow(Model->Family, roleName(Model->Role),
             Model->Name + describe(*Model), OS);
  }
  for (const FunctionModel *Model : grouped(Models.functions())) {
    llvm::raw_string_ostream OS(Texts[Model->Family]);
    printRow(Model->Family, roleName(Model->Role), Model->Name + "()", OS);
  }
  for (const auto &[Name, Text] : Texts)
    if (Family.empty() || Name == Family)
      Out << Text;
}

//===----------------------------------------------------------------------===//
// YAML
//===----------------------------------------------------------------------===//

static void writeType(const TypeModel &Model, llvm::raw_ostream &Out) {
  if (!Model.Many && Model.Arguments.empty() &&
      Model.Pointer == PointerUse::Unknown) {
    writeYamlText(Model.Name, Out);
    return;
  }
  Out << "{name: ";
  writeYamlText(Model.Name, Out);
  if (!Model.Arguments.empty()) {
    Out << ", arguments: [";
    llvm::interleaveComma(Model.Arguments, Out);
    Out << ']';
  }
  if (Model.Pointer != PointerUse::Unknown)
    Out << ", pointer: " << pointerUseName(Model.Pointer);
  Out << (Model.Many ? ", many: true}" : "}");
}

static void writeFunction(const FunctionModel &Model, llvm::raw_ostream &Out) {
  writeYamlText(Model.Name, Out);
}

/// Writes a map from role to list. Indent is the depth of the roles.
template <typename Model, typename Write>
static void writeByRole(llvm::ArrayRef<const Model *> Models, unsigned Indent,
                        llvm::raw_ostream &Out, Write WriteOne) {
  std::map<decltype(Model::Role), std::vector<const Model *>> Groups;
  for (const Model *M : Models)
    Groups[M->Role].push_back(M);
  for (const auto &[Role, Members] : Groups) {
    Out.indent(Indent) << roleName(Role) << ":\n";
    for (const Model *M : Members) {
      Out.indent(Indent + 2) << "- ";
      WriteOne(*M, Out);
      Out << '\n';
    }
  }
}

void printModels(const ModelTable &Models, llvm::raw_ostream &Out) {
  struct Family {
    std::vector<const TypeModel *> Types;
    std::vector<const FunctionModel *> Functions;
  };
  std::map<StringRef, Family> Families;
  for (const TypeModel *Model : Models.types())
    Families[Model->Family].Types.push_back(Model);
  for (const FunctionModel *Model : Models.functions())
    Families[Model->Family].Functions.push_back(Model);
  if (!Families.empty())
    Out << "families:\n";
  for (const auto &[Name, Members] : Families) {
    Out << "  ";
    writeYamlText(Name, Out);
    Out << ":\n";
    if (!Members.Types.empty()) {
      Out << "    types:\n";
      writeByRole<TypeModel>(Members.Types, 6, Out, writeType);
    }
    if (!Members.Functions.empty()) {
      Out << "    functions:\n";
      writeByRole<FunctionModel>(Members.Functions, 6, Out, writeFunction);
    }
  }
}

static void writeNames(StringRef Key, llvm::ArrayRef<std::string> Names,
                       llvm::raw_ostream &Out) {
  if (Names.empty())
    return;
  Out << Key << ":\n";
  for (const std::string &Name : Names) {
    Out << "  - ";
    writeYamlText(Name, Out);
    Out << '\n';
  }
}

void printConfig(const Config &Effective, const ModelTable &Models,
                 llvm::raw_ostream &Out) {
  if (!Effective.File.empty())
    Out << "# " << Effective.File << '\n';
  // What is left of the presets stands below.
  if (Effective.Presets)
    Out << "presets: none\n";
  printModels(Models, Out);
  writeNames("acyclic", Effective.AcyclicEdges, Out);
  writeNames("owning", Effective.OwningFields, Out);
  writeNames("non-owning", Effective.NonOwningFields, Out);
  writeNames("breaks", Effective.BreakMethods, Out);
}

} // namespace refcycle::analyzer
