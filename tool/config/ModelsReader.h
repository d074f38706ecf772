// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The part of a YAML file that describes models; presets and user files share
// it. The schema is written down in docs/configuration.md.

#ifndef REFCYCLE_CONFIG_MODELSREADER_H
#define REFCYCLE_CONFIG_MODELSREADER_H

#include "config/Models.h"
#include "config/YamlReader.h"

namespace refcycle::analyzer {

/// Reads the values of the keys `types` and `functions` into one table. A name
/// that the file describes twice is an error: one of the two would be dead.
class ModelsReader {
public:
  /// Models belong to Family.
  ModelsReader(const YamlFile &File, std::string Family)
      : File(File), Family(std::move(Family)) {}

  llvm::Error readTypes(const YamlNode &Node);
  llvm::Error readFunctions(const YamlNode &Node);
  /// Reads the value of `families`: a map from family to types and functions.
  llvm::Error readFamilies(const YamlNode &Node);

  ModelTable takeTable() { return std::move(Table); }

private:
  const YamlFile &File;
  std::string Family;
  ModelTable Table;
  llvm::StringMap<YamlMark> TypesSeen, FunctionsSeen;

  llvm::Error readType(TypeRole Role, const YamlNode &Node);
  llvm::Error readTypeNames(const YamlNode &Node, const TypeModel &Like);
  llvm::Error addType(const YamlNode &Name, TypeModel Like);
  llvm::Error readFunction(FunctionRole Role, const YamlNode &Node);
  llvm::Error addFunction(const YamlNode &Where, std::string Name,
                          FunctionRole Role);
  llvm::Error checkNew(llvm::StringMap<YamlMark> &Seen, llvm::StringRef Name,
                       YamlMark Where);
};

/// Is this a name such as `ns::Handle`: qualified, no arguments, no spaces?
bool isQualifiedName(llvm::StringRef Name);

/// Is this a name such as `f`, `ns::Handle::operator->` or `*::push_back`?
bool isFunctionName(llvm::StringRef Name);

} // namespace refcycle::analyzer

#endif
