// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "config/PrintModels.h"
#include "config/YamlWriter.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include <map>
#include <tuple>

namespace refcycle::analyzer {

using llvm::StringRef;

/// "arguments 0, 1" and "many", or nothing.
static std::string describe(const TypeModel &Model) {
  std::string Text = Model.Many ? "many" : "";
  for (unsigned Index : Model.Arguments)
    Text += (Text.empty() ? "argument " : ", ") + std::to_string(Index);
  return Text;
}

void printHandles(const ModelTable &Models, llvm::raw_ostream &Out,
                  StringRef Family) {
  std::vector<const TypeModel *> Types = Models.types();
  llvm::sort(Types, [](const TypeModel *A, const TypeModel *B) {
    return std::tie(A->Family, A->Role, A->Name) <
           std::tie(B->Family, B->Role, B->Name);
  });
  for (const TypeModel *Model : Types) {
    if (!Family.empty() && Model->Family != Family)
      continue;
    Out << llvm::format("%-10s ", Model->Family.c_str())
        << llvm::left_justify(roleName(Model->Role), 12) << Model->Name;
    if (std::string Held = describe(*Model); !Held.empty())
      Out << "  (" << Held << ')';
    Out << '\n';
  }
}

//===----------------------------------------------------------------------===//
// YAML
//===----------------------------------------------------------------------===//

static void writeType(const TypeModel &Model, llvm::raw_ostream &Out) {
  if (!Model.Many && Model.Arguments.empty()) {
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
  Out << (Model.Many ? ", many: true}" : "}");
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
  std::map<StringRef, std::vector<const TypeModel *>> Families;
  for (const TypeModel *Model : Models.types())
    Families[Model->Family].push_back(Model);
  if (!Families.empty())
    Out << "families:\n";
  for (const auto &[Family, Types] : Families) {
    Out << "  ";
    writeYamlText(Family, Out);
    Out << ":\n    types:\n";
    writeByRole<TypeModel>(Types, 6, Out, writeType);
  }
  std::vector<const FunctionModel *> Functions = Models.functions();
  if (Functions.empty())
    return;
  Out << "functions:\n";
  writeByRole<FunctionModel>(
      Functions, 2, Out,
      [](const FunctionModel &Model, llvm::raw_ostream &Out) {
        writeYamlText(Model.Name, Out);
      });
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
  printModels(Models, Out);
  writeNames("acyclic", Effective.AcyclicEdges, Out);
  writeNames("owning", Effective.OwningFields, Out);
  writeNames("non-owning", Effective.NonOwningFields, Out);
  writeNames("breaks", Effective.BreakMethods, Out);
}

} // namespace refcycle::analyzer
