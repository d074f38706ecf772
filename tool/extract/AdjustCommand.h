// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Turns a compiler call as found in the wild (gcc, nvcc, ccache, precompiled
// headers, response files) into one that the clang inside this program can
// parse, that loads no plugin and writes no file. What it left out, it says.

#ifndef REFCYCLE_EXTRACT_ADJUSTCOMMAND_H
#define REFCYCLE_EXTRACT_ADJUSTCOMMAND_H

#include "extract/CompileCommands.h"
#include <cstdint>
#include <string>
#include <vector>

namespace refcycle::analyzer {

struct AdjustedCommand {
  enum class Verdict : uint8_t {
    Analyse,
    NotCxx,      ///< C, assembler, CUDA and the like: not for us.
    Unsupported, ///< C++, but not in a way we can parse; Reason says why.
  };
  Verdict Kind = Verdict::Analyse;
  CompileCommand Command; ///< Of use only if Kind is Analyse.
  std::string Reason;     ///< Of the two other kinds.
  /// Words of the call that were left out although they may change what the
  /// parser sees (unknown flags, plugins, prebuilt modules), in their order.
  /// Output, linking, warning and optimisation flags are not worth a mention.
  std::vector<std::string> Dropped;
};

/// What the user wants changed in every command.
struct CommandTweaks {
  std::vector<std::string> Before; ///< `--extra-arg-before`.
  std::vector<std::string> After;  ///< `--extra-arg`.
  /// Where the builtin headers (stddef.h ...) stand; empty:
  /// resourceDirectory().
  std::string ResourceDirectory;
};

/// Reads response files named by the command; starts no process.
AdjustedCommand adjustCommand(const CompileCommand &Command,
                              const CommandTweaks &Tweaks);

/// The folders that \p Command calls system include folders; absolute.
std::vector<std::string> systemDirectories(const CompileCommand &Command);

} // namespace refcycle::analyzer

#endif
