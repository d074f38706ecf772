// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Counts the lines that work through each counted handle of the unit's own
// classes. Says how much would change if it were made weak, not what.

#ifndef REFCYCLE_EXTRACT_HANDLEUSES_H
#define REFCYCLE_EXTRACT_HANDLEUSES_H

#include "extract/FactsBuilder.h"
#include "llvm/ADT/DenseMap.h"
#include <map>
#include <set>

namespace refcycle::analyzer {

class HandleUses {
public:
  explicit HandleUses(FactsBuilder &Facts) : Facts(Facts) {}

  /// \p E reads the member that it names. Ignored if that is no counted handle.
  void add(const clang::MemberExpr *E);
  /// Hands everything over to the builder.
  void finish();

private:
  const std::optional<SlotRef> &slotOf(const clang::FieldDecl *Field);

  FactsBuilder &Facts;
  /// Nullopt: no counted handle.
  llvm::DenseMap<const clang::FieldDecl *, std::optional<SlotRef>> Slots;
  std::map<std::tuple<RecordId, uint32_t, StringId>, std::set<uint32_t>> Lines;
};

} // namespace refcycle::analyzer

#endif
