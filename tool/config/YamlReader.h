// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From YAML nodes to plain values. Every function fails with the position of
// the offending text and with what was expected there. An empty value counts
// as an empty list or map, as YAML users expect of a key with nothing below.

#ifndef REFCYCLE_CONFIG_YAMLREADER_H
#define REFCYCLE_CONFIG_YAMLREADER_H

#include "config/YamlTree.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace refcycle::analyzer {

using ReadNode = llvm::function_ref<llvm::Error(const YamlNode &)>;

/// A key that a map may have, and what to do with its value.
struct YamlEntry {
  llvm::StringRef Key;
  ReadNode Read;
};

/// Calls Read for each element.
llvm::Error readList(const YamlFile &File, const YamlNode &Node,
                     llvm::StringRef What, ReadNode Read);

/// Calls the entry of each key; a key without entry is an error that suggests
/// the nearest one.
llvm::Error readMap(const YamlFile &File, const YamlNode &Node,
                    llvm::ArrayRef<YamlEntry> Entries);

/// Calls Read for each key and value, whatever the keys are.
llvm::Error readAnyMap(
    const YamlFile &File, const YamlNode &Node,
    llvm::function_ref<llvm::Error(const YamlKey &, const YamlNode &)> Read);

/// Text must not be empty. What: "a reason".
llvm::Error readText(const YamlFile &File, const YamlNode &Node,
                     llvm::StringRef What, std::string &Into);
llvm::Error readFlag(const YamlFile &File, const YamlNode &Node, bool &Into);
llvm::Error readNumber(const YamlFile &File, const YamlNode &Node,
                       unsigned &Into);

/// "expected one of a, b, c; did you mean 'b'?" for a word that is none of
/// Known.
std::string expectedOneOf(llvm::StringRef Word,
                          llvm::ArrayRef<llvm::StringRef> Known);

} // namespace refcycle::analyzer

#endif
