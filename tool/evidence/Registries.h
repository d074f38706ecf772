// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Containers that live as long as the program and own what is put into them,
// where only the destructor of what is put in takes it out again: a destructor
// that cannot run before.

#ifndef REFCYCLE_EVIDENCE_REGISTRIES_H
#define REFCYCLE_EVIDENCE_REGISTRIES_H

#include "base/SourceRef.h"
#include "evidence/ProgramIndex.h"
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// One registry whose entries never end.
struct RegistryLeak {
  std::string Registry; ///< `Class::member` or a variable; may be empty.
  std::string Entry;    ///< The class of what never ends.
  std::string Remover;  ///< The function that removes entries, too late.
  /// False: a library; its users may call the remover.
  bool WholeProgram = true;
  SourceRef Loc; ///< Where an entry is put in.
  SourceRef RemovalLoc;
};

/// Sorted by place. Cost: linear in the instructions of the program, and a
/// search for the callers of each remover.
std::vector<RegistryLeak> findRegistryLeaks(const ProgramIndex &Index);

} // namespace refcycle::analyzer

#endif
