// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The arrow from one compiler call to the facts of its translation unit. What
// callers need of this folder; everything else here is how it is done.

#ifndef REFCYCLE_EXTRACT_EXTRACTOR_H
#define REFCYCLE_EXTRACT_EXTRACTOR_H

#include "config/Models.h"
#include "extract/CompileCommands.h"
#include "facts/TuFacts.h"
#include <string>

namespace clang {
class ASTContext;
}

namespace refcycle::analyzer {

struct ExtractOptions {
  /// Absolute. Paths in the facts are relative to it where they lie below.
  std::string ProjectRoot;
  /// Null: builtinModels().
  const ModelTable *Models = nullptr;
  /// Fill TuFacts::Verdicts for the classes of this qualified name, with or
  /// without template arguments. Empty: nobody asks.
  std::string ExplainedType{};
  /// Fill TuFacts::Layouts.
  bool Layouts = false;
  /// Fill TuFacts::FilesRead.
  bool ListFiles = false;
  /// Parse every function body, also those of system headers. Slower; exists
  /// to test that skipping them loses nothing of the user's code.
  bool ParseAllBodies = false;
};

/// Parses one translation unit and says what it tells about ownership.
///
/// Never fails: what could not be parsed is said by Status and Reason, and the
/// facts of what could be are kept. \p Command must be adjusted (see
/// AdjustCommand.h). Reads files, writes none. Thread-safe for distinct calls.
/// Cost: dominated by parsing.
TuFacts extractFacts(const CompileCommand &Command,
                     const ExtractOptions &Options);

/// What a tree that somebody else parsed tells about ownership. Bodies that
/// were skipped tell nothing. Needs the tree whole, at the end of the unit.
TuFacts factsOfTree(clang::ASTContext &Tree, const ExtractOptions &Options);

/// As extractFacts(), for source text that stands in no file, for tests.
TuFacts extractFromText(llvm::StringRef Code,
                        llvm::ArrayRef<std::string> CompilerArguments,
                        const ExtractOptions &Options);

} // namespace refcycle::analyzer

#endif
