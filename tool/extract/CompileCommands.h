// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiler calls as plain values: the first arrow of the pipeline. They come
// from a compile_commands.json or from the words after `--`, and are data,
// never code: nothing here or later executes a word of them.

#ifndef REFCYCLE_EXTRACT_COMPILECOMMANDS_H
#define REFCYCLE_EXTRACT_COMPILECOMMANDS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// One compiler call.
struct CompileCommand {
  std::string Directory; ///< Absolute; relative arguments start here.
  std::string File;      ///< Absolute, without `.` and `..` parts.
  /// The program and its arguments. As found in a database, or adjusted by
  /// adjustCommand(): then ready for clang's driver, with exactly one input.
  std::vector<std::string> Arguments;
  std::string Output; ///< The object file the database names; may be empty.
};

/// A compilation database as read, in the order of the file.
struct CompileDatabase {
  std::string Path; ///< Of the compile_commands.json.
  std::vector<CompileCommand> Commands;
};

/// Reads one compile_commands.json. The error names the file, and line and
/// column where it is not JSON. Bytes that are not UTF-8 are kept as they are.
llvm::Expected<CompileDatabase> loadCompileDatabase(llvm::StringRef Path);

/// The same for text. Relative paths stand in \p Home, which is absolute.
llvm::Expected<std::vector<CompileCommand>>
parseCompileDatabase(llvm::StringRef Text, llvm::StringRef Home);

/// The nearest compile_commands.json in \p Directory, its `build` folder, or
/// a parent of it; empty: none.
std::string findCompileDatabase(llvm::StringRef Directory);

/// A command for \p File from the words after `--`.
CompileCommand fixedCommand(llvm::StringRef Directory, llvm::StringRef File,
                            llvm::ArrayRef<std::string> Words);

} // namespace refcycle::analyzer

#endif
