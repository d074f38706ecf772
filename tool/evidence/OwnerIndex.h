// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where the program stores to slots and globals and where it calls functions:
// the instructions themselves, not what a walk made of them.

#ifndef REFCYCLE_EVIDENCE_OWNERINDEX_H
#define REFCYCLE_EVIDENCE_OWNERINDEX_H

#include "evidence/Heap.h"
#include "evidence/ProgramIndex.h"
#include "llvm/ADT/DenseMap.h"
#include <map>
#include <memory>
#include <vector>

namespace refcycle::analyzer {

/// Registers, variables and nesting of one body.
struct OwnerBody {
  std::vector<const Instr *> Defs;                       ///< By register.
  std::map<uint32_t, std::vector<const Instr *>> Stores; ///< By variable.
  std::map<uint32_t, std::vector<const Instr *>> Clears; ///< By variable.
  /// Instructions that run whenever the function does.
  std::vector<const Instr *> Always;
};

/// Where slots and globals are stored to and functions are called.
class OwnerIndex {
public:
  using Site = std::pair<FunctionId, const Instr *>;

  explicit OwnerIndex(const ProgramIndex &Index) : Index(Index) {
    const auto &Functions = Index.program().Functions;
    for (uint32_t F = 0; F != Functions.size(); ++F)
      for (const Instr &I : Functions[F].Body)
        add({F}, I);
  }

  const OwnerBody &body(FunctionId F) {
    auto [It, New] = Bodies.try_emplace(F.Index);
    if (New)
      It->second = describe(Index[F]);
    return *It->second;
  }

  std::map<SlotKey, std::vector<Site>> Stores;
  std::map<StringId, std::vector<Site>> GlobalStores;
  std::map<FunctionId, std::vector<Site>> Calls;
  std::vector<Site> FunctionLoads; ///< Loads from slots that hold callables.

private:
  void add(FunctionId F, const Instr &I);
  static std::unique_ptr<OwnerBody> describe(const Function &F);

  const ProgramIndex &Index;
  llvm::DenseMap<uint32_t, std::unique_ptr<OwnerBody>> Bodies;
};

} // namespace refcycle::analyzer

#endif
