// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What one state of a program says about its ownership, kept to be compared
// with a later state: findings, edges, and the stores and breaks of each edge.
//
// A cycle is a property of the whole program, so that a list of changed lines
// cannot tell which findings are new; the difference of two programs can. Names
// only, no lines: moving code changes nothing here.

#ifndef REFCYCLE_CLI_DIFFBASE_H
#define REFCYCLE_CLI_DIFFBASE_H

#include "facts/LinkedProgram.h"
#include "findings/Finding.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <map>
#include <string>
#include <vector>

namespace refcycle::analyzer {

class DiffBase {
public:
  /// Cost: linear in the program.
  static DiffBase of(const LinkedProgram &P, const std::vector<Finding> &All);

  /// Reads what write() wrote; the error says what is wrong with it.
  static llvm::Expected<DiffBase> parse(llvm::StringRef Text);
  /// Sorted lines; equal programs give equal bytes.
  void write(llvm::raw_ostream &OS) const;

  /// Was it there, with the same confidence or more?
  bool knows(const Finding &F) const;
  /// How many of its findings are not among \p All any more.
  unsigned countGone(const std::vector<Finding> &All) const;

  /// What became different between \p Base and this state along the cycle of
  /// \p F: the change that closed it. \p P is the program of this state.
  std::vector<Note> changesFor(const Finding &F, const DiffBase &Base,
                               const LinkedProgram &P) const;

private:
  enum class What : uint8_t { Hold, Store, Clear };
  struct Line {
    What Kind = What::Hold;
    std::string Slot;   ///< `Class::field`.
    std::string Detail; ///< What it holds and how, or the function.
    auto operator<=>(const Line &) const = default;
  };

  std::map<std::string, Confidence> Findings; ///< By id.
  std::map<Line, SourceRef> Lines; ///< A place for those of this program.

  friend class DiffBaseBuilder;
};

} // namespace refcycle::analyzer

#endif
