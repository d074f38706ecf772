// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The command line as one value. No other file knows how a flag is spelled.
//
// Not llvm::cl: its options are global, it would accept the hundreds that
// libLLVM registers, and its errors go to stderr before we can say what to do.

#ifndef REFCYCLE_CLI_OPTIONS_H
#define REFCYCLE_CLI_OPTIONS_H

#include "findings/Finding.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>
#include <vector>

namespace refcycle::analyzer {

enum class Command : uint8_t {
  Check,         ///< Database or sources -> findings. The default.
  Extract,       ///< One source -> facts file.
  Link,          ///< Facts files -> findings.
  Explain,       ///< Why a finding has its tier.
  ExplainHandle, ///< Why a class is a handle, or is none.
  Suppress,      ///< A rule for a finding that is accepted.
  Layouts,       ///< Where counts lie in memory, for verify.
  Graph,         ///< Who can own whom, around a class.
  Stats,
  DumpConfig,
  Verify, ///< A program that runs -> what it leaked.
  ListChecks,
  ListHandles,
  Help,
  Version,
};

enum class Format : uint8_t {
  Text,
  Json,
  Sarif,
  Dot,
  Fixes,   ///< Edits, for clang-apply-replacements.
  Summary, ///< Markdown, for the page of a CI run.
  Github,  ///< Workflow commands.
  Gitlab,  ///< Code Quality.
};

/// One report; several can be made of one run.
struct OutputSpec {
  Format Kind = Format::Text;
  std::string File; ///< Empty or `-`: standard output.
};

/// Where the pipeline stops and prints.
enum class Emit : uint8_t { Findings, Graph, Facts, Commands };

enum class FailOn : uint8_t {
  Shown, ///< The default: whatever --min-confidence shows.
  Never,
  New, ///< Shown and not in the baseline.
  Possible,
  Probable,
  Definite,
};

struct Options {
  Command What = Command::Check;
  std::vector<std::string> Inputs; ///< Sources, globs, or facts files.
  /// What explain and suppress are about: the id of a finding. Of
  /// explain-handle: a class. Of list-handles: the family, or empty.
  std::string Subject;
  std::string TypeName; ///< Of graph; empty: all of it.
  unsigned Depth = 2;   ///< Of graph: edges from the class.
  std::string Reason;   ///< Of suppress.
  std::string Expires;  ///< Of suppress: a day, or empty.

  std::string DatabaseDirectory;         ///< `-p`; empty: search upwards.
  bool HasFixedCommand = false;          ///< There was a `--`.
  std::vector<std::string> FixedCommand; ///< The words after it.
  std::vector<std::string> ExtraArgs, ExtraArgsBefore;
  std::string ProjectRoot; ///< Empty: decided from the sources.

  std::string Checks = "*"; ///< Globs, comma-separated; `-` in front excludes.
  Confidence MinConfidence = Confidence::Probable;
  FailOn Fail = FailOn::Shown;
  bool AllowIncomplete = false;

  std::string HeaderFilter;         ///< Regular expression; empty: default.
  std::vector<std::string> Exclude; ///< Globs on reported paths.
  bool ShowGenerated = false;
  std::string ConfigFile;        ///< Empty: the nearest one.
  std::string SuppressionsFile;  ///< Empty: the nearest one.
  std::string BaselineFile;      ///< Empty: none.
  std::string WriteBaselineFile; ///< Empty: none.
  std::string DiffBaseFile;      ///< Empty: none.
  std::string WriteDiffBaseFile; ///< Empty: none.

  bool Fix = false;            ///< Change the sources.
  std::string ExportFixesFile; ///< Empty: none.

  Format Output = Format::Text;         ///< Of outputs that name none.
  std::vector<std::string> OutputWords; ///< As given; see Outputs.
  std::vector<OutputSpec> Outputs;      ///< What they mean; never empty.
  Emit Stage = Emit::Findings;
  std::string FindingsFile;   ///< Of verify; empty: none.
  std::string LayoutsFile;    ///< Of verify; empty: none.
  bool KeepStacks = false;    ///< Of verify: where objects were allocated.
  bool MergeStatuses = false; ///< Of verify: earlier runs count, too.
  bool Quiet = false;
  bool Timing = false; ///< Real seconds in the JSON summary.
  int Color = -1;      ///< -1: on a terminal.

  bool ParseAllBodies = false; ///< Of system headers, too; for tests.

  std::string DepFile;            ///< Of extract; empty: none.
  std::string CacheDirectory;     ///< Empty: nothing is kept.
  unsigned CacheMegabytes = 2048; ///< Size of the cache after a run.

  unsigned Jobs = 0;        ///< 0: all cores.
  unsigned TuTimeout = 300; ///< Seconds; 0: no limit.
  unsigned TuMemory = 0;    ///< Megabytes; 0: no limit.
};

/// Reads the words after the program's name. The error says what is wrong with
/// which word, and what to do.
llvm::Expected<Options> parseOptions(llvm::ArrayRef<const char *> Words);

/// One screen; \p Cores is the default of `-j`.
std::string helpText(unsigned Cores);

} // namespace refcycle::analyzer

#endif
