// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a project says about itself in `.refcycle.yaml`, as a plain value. The
// schema is in docs/configuration.md. Where it lies and what it says is
// decided here; what follows from it, in the stages that read it.

#ifndef REFCYCLE_CONFIG_CONFIG_H
#define REFCYCLE_CONFIG_CONFIG_H

#include "config/Models.h"
#include <optional>

namespace refcycle::analyzer {

/// A configuration file, or the lack of one: every list may be empty. Fields
/// and methods are written `ns::Class::name`, without template arguments.
struct Config {
  std::string File;  ///< Empty: no file, built-in behaviour.
  ModelTable Models; ///< The user's own; mergeInto() adds the presets.
  /// The families of presets that count. nullopt: all of them.
  std::optional<std::vector<std::string>> Presets;
  /// Fields that never take part in a cycle, whatever their types say.
  std::vector<std::string> AcyclicEdges;
  /// Fields of pointer type that own their pointee, and fields of handle type
  /// that keep nothing alive.
  std::vector<std::string> OwningFields, NonOwningFields;
  /// Methods that the program is known to call before it drops an object.
  std::vector<std::string> BreakMethods;
};

constexpr const char *ConfigFileName = ".refcycle.yaml";

/// Parses a configuration. The error names file, line and column and what was
/// expected there; an unknown key is an error.
llvm::Expected<Config> parseConfig(llvm::StringRef Yaml,
                                   llvm::StringRef FileName);

llvm::Expected<Config> loadConfig(llvm::StringRef Path);

/// The nearest file of this name in Directory or above it.
std::optional<std::string> findUpwards(llvm::StringRef Directory,
                                       llvm::StringRef FileName);

/// The nearest `.refcycle.yaml` in Directory or above it.
std::optional<std::string> findConfig(llvm::StringRef Directory);

/// The presets that User wants, with the models of User in place of those of
/// the same name.
ModelTable mergeInto(const ModelTable &Presets, const Config &User);

} // namespace refcycle::analyzer

#endif
