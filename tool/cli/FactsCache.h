// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Facts of earlier runs, kept in a folder that any number of processes share.
//
// Two files per translation unit, as in a compiler cache. The first, named
// after the compiler call, lists the files that were read. The second, named
// after the call and the contents of those files, has the facts. So a file that
// changes makes exactly those units unknown that read it, and a unit whose
// files change back is known again.

#ifndef REFCYCLE_CLI_FACTSCACHE_H
#define REFCYCLE_CLI_FACTSCACHE_H

#include "extract/CompileCommands.h"
#include "extract/Extractor.h"
#include "facts/TuFacts.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Chrono.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>
#include <vector>

namespace refcycle::analyzer {

class FactsCache {
public:
  /// Makes the folder if it is not there. \p Extract is part of every key, and
  /// so is this program itself.
  static llvm::Expected<FactsCache> open(llvm::StringRef Folder,
                                         const ExtractOptions &Extract);

  struct Answer {
    std::optional<TuFacts> Facts;
    std::string Damage; ///< A file that could not be used, and why; or empty.
  };

  /// What is known of this call. Cost: reads every file that the unit reads,
  /// once for all units.
  Answer find(const CompileCommand &Command);

  /// Keeps the facts of a unit whose extraction began at \p Start, without the
  /// list of files, which it removes from \p Facts. What cannot be known again
  /// is not kept: units that failed or miss a header, and files that changed
  /// meanwhile. Each file appears whole or not at all; the error says why one
  /// could not.
  llvm::Error store(const CompileCommand &Command, llvm::sys::TimePoint<> Start,
             TuFacts &Facts);

  /// Removes what was not used for longest until at most \p Bytes are left.
  void shrink(uint64_t Bytes) const;

private:
  struct Content {
    llvm::sys::TimePoint<> Changed;
    uint64_t Size = 0;
    std::string Hash;
  };

  FactsCache() = default;
  std::string commandKey(const CompileCommand &Command);
  std::optional<std::string> contentKey(const std::string &CommandKey,
                                        llvm::ArrayRef<std::string> Files,
                                        llvm::sys::TimePoint<> NotAfter);
  const Content *contentOf(const std::string &Path);
  std::string pathOf(llvm::StringRef Key, llvm::StringRef Suffix) const;

  std::string Folder, ProjectRoot;
  std::string Context;               ///< What all keys have in common.
  llvm::StringMap<Content> Contents; ///< By path, as last seen.
};

} // namespace refcycle::analyzer

#endif
