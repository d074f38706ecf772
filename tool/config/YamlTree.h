// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A YAML file as a plain tree with positions: what the readers of this layer
// work on. Only YamlTree.cpp knows yaml-cpp and its exceptions.

#ifndef REFCYCLE_CONFIG_YAMLTREE_H
#define REFCYCLE_CONFIG_YAMLTREE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// Configuration is written by hand: who exceeds these wants to exhaust us.
constexpr size_t MaxYamlBytes = 1 << 20;
constexpr size_t MaxYamlDepth = 32;
constexpr size_t MaxYamlNodes = 100'000; ///< After aliases are expanded.

/// A place in the YAML file. Both start at one; columns count bytes.
struct YamlMark {
  unsigned Line = 1;
  unsigned Column = 1;
};

struct YamlKey {
  std::string Text;
  YamlMark Mark;
};

/// One value. Aliases are expanded: an expanded node keeps the position of
/// its definition, because that is the text a user has to correct.
struct YamlNode {
  enum class Kind : uint8_t { Null, Scalar, Sequence, Map };
  Kind Type = Kind::Null;
  YamlMark Mark;
  std::string Text;            ///< Scalar.
  std::vector<YamlKey> Keys;   ///< Map: unique, in the order of the file.
  std::vector<YamlNode> Items; ///< Sequence; or Map: values of Keys.
};

/// A parsed file. An empty file has a Null root.
struct YamlFile {
  std::string Name;
  YamlNode Root;

  /// "Name:line:column: Message".
  llvm::Error error(YamlMark Where, const llvm::Twine &Message) const;
};

/// Parses one document. Fails on anything that is not one UTF-8 document of
/// maps with distinct text keys, and on anything beyond the limits above.
llvm::Expected<YamlFile> parseYaml(llvm::StringRef Text, llvm::StringRef Name);

} // namespace refcycle::analyzer

#endif
