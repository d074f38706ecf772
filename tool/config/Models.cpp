// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "config/Models.h"
#include "config/ModelsReader.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {

// In the order of the enumerators.
static constexpr llvm::StringLiteral TypeRoleNames[] = {
    "strong",      "root",     "weak",   "unique",  "raw",   "container",
    "transparent", "function", "erased", "counted", "opaque"};
static_assert(std::size(TypeRoleNames) == size_t(TypeRole::Opaque) + 1);

static constexpr llvm::StringLiteral FunctionRoleNames[] = {
    "make",   "identity", "promote", "adopt",  "retain", "bind",
    "insert", "assign",   "clear",   "erase",  "take",   "element",
    "swap",   "exchange", "call",    "finish", "ignore"};
static_assert(std::size(FunctionRoleNames) == size_t(FunctionRole::Ignore) + 1);

llvm::StringRef roleName(TypeRole Role) { return TypeRoleNames[size_t(Role)]; }

llvm::StringRef roleName(FunctionRole Role) {
  return FunctionRoleNames[size_t(Role)];
}

llvm::StringRef pointerUseName(PointerUse Use) {
  static constexpr llvm::StringLiteral Names[] = {"", "adopts", "retains"};
  return Names[size_t(Use)];
}

template <typename Model>
static const Model *find(const llvm::StringMap<Model> &Models,
                         llvm::StringRef Name) {
  auto Found = Models.find(Name);
  return Found == Models.end() ? nullptr : &Found->second;
}

template <typename Model>
static std::vector<const Model *> sorted(const llvm::StringMap<Model> &Models) {
  std::vector<const Model *> Result;
  for (const auto &Entry : Models)
    Result.push_back(&Entry.second);
  llvm::sort(Result,
             [](const Model *A, const Model *B) { return A->Name < B->Name; });
  return Result;
}

const TypeModel *ModelTable::type(llvm::StringRef QualifiedName) const {
  return find(Types, QualifiedName);
}

const FunctionModel *ModelTable::function(llvm::StringRef QualifiedName) const {
  return find(Functions, QualifiedName);
}

const FunctionModel *ModelTable::method(llvm::StringRef Class,
                                        llvm::StringRef Name) const {
  if (const FunctionModel *Exact = function((Class + "::" + Name).str()))
    return Exact;
  const TypeModel *Known = type(Class);
  if (!Known || Known->Role == TypeRole::Opaque)
    return nullptr;
  return function(("*::" + Name).str());
}

void ModelTable::add(TypeModel Model) {
  std::string Name = Model.Name;
  Types.insert_or_assign(Name, std::move(Model));
}

void ModelTable::add(FunctionModel Model) {
  std::string Name = Model.Name;
  Functions.insert_or_assign(Name, std::move(Model));
}

void ModelTable::merge(const ModelTable &Other) {
  auto AddAsMine = [this](auto Model) {
    Model.FromProject = true;
    add(std::move(Model));
  };
  for (const TypeModel *Model : Other.types())
    AddAsMine(*Model);
  for (const FunctionModel *Model : Other.functions())
    AddAsMine(*Model);
}

void ModelTable::keepFamilies(llvm::function_ref<bool(llvm::StringRef)> Keep) {
  for (const TypeModel *Model : types())
    if (!Keep(Model->Family))
      Types.erase(Model->Name);
  for (const FunctionModel *Model : functions())
    if (!Keep(Model->Family))
      Functions.erase(Model->Name);
}

std::vector<const TypeModel *> ModelTable::types() const {
  return sorted(Types);
}

std::vector<const FunctionModel *> ModelTable::functions() const {
  return sorted(Functions);
}

llvm::Expected<ModelTable> parseModels(llvm::StringRef Yaml,
                                       llvm::StringRef FileName) {
  llvm::Expected<YamlFile> File = parseYaml(Yaml, FileName);
  if (!File)
    return File.takeError();
  ModelsReader Reader(*File, "user");
  llvm::Error E = readMap(
      *File, File->Root,
      {{"families", [&](const YamlNode &N) { return Reader.readFamilies(N); }},
       {"types", [&](const YamlNode &N) { return Reader.readTypes(N); }},
       {"functions",
        [&](const YamlNode &N) { return Reader.readFunctions(N); }}});
  if (E)
    return E;
  return Reader.takeTable();
}

/// presets.yaml, put here by CMake.
static constexpr char PresetsYaml[] =
#include "presets.inc"
    ;

const ModelTable &builtinModels() {
  static const ModelTable Presets =
      llvm::cantFail(parseModels(PresetsYaml, "presets.yaml"),
                     "the presets are tested to parse");
  return Presets;
}

} // namespace refcycle::analyzer
