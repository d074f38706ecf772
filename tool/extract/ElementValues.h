// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which accesses to a container mean the same element: `v[i]` twice, with
// neither `v` nor `i` changed in between. Without it, every access would be an
// object of its own, and `v[a]->next = v[b]; v[b]->prev = v[a];` no cycle.

#ifndef REFCYCLE_EXTRACT_ELEMENTVALUES_H
#define REFCYCLE_EXTRACT_ELEMENTVALUES_H

#include "facts/Fact.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/FoldingSet.h"
#include "llvm/ADT/SmallVector.h"
#include <vector>

namespace refcycle::analyzer {

/// Local value numbering of container elements for one body. Whoever emits the
/// body tells of all that changes containers and variables.
/// Cost: linear in the accesses for each change.
class ElementValues {
public:
  explicit ElementValues(const Function &Out) : Out(Out) {}

  /// A number for element \p Index of the container at \p Place; 0 if another
  /// access could not be told to mean the same one.
  uint32_t number(RegId Place, const clang::Expr *Index);
  /// What the element is known to hold here; none if nothing is known.
  RegId valueOf(uint32_t Number) const;
  void remember(uint32_t Number, RegId Value);

  /// `v[i] = value`, which may be `v[j]` as well.
  void assigned(uint32_t Number, RegId Value);
  /// What stands at a place or in an object may have changed.
  void changed(RegId PlaceOrObject);
  void changed(const clang::ValueDecl *Variable);

  /// Structure: what is learned on one way does not hold behind it.
  void open() { Outer.push_back(Known); }
  void otherWay() { Known = Outer.back(); }
  void close() { Known = Outer.pop_back_val(); }

private:
  /// A place or object as steps from something that keeps its meaning. What is
  /// reached through a place begins with the place's path.
  using Path = llvm::SmallVector<uint32_t, 8>;
  struct Element {
    Path Container;
    llvm::FoldingSetNodeID Index;
    bool Literal = true; ///< Other literals are other elements.
    llvm::SmallVector<const clang::ValueDecl *, 2> Variables;
  };
  using Values = llvm::SmallVector<RegId, 4>; ///< By number; see Elements.

  Path pathTo(RegId R);
  const Instr *definition(RegId R);
  static bool addIndex(const clang::Expr *E, Element &To);
  template <typename Predicate> void forgetIf(Predicate P);

  const Function &Out;
  std::vector<uint32_t> DefinedBy; ///< Instruction by register.
  size_t Scanned = 0;              ///< Instructions that are in DefinedBy.
  std::vector<Element> Elements;   ///< Number 1 comes first.
  Values Known;
  llvm::SmallVector<Values, 4> Outer;
};

} // namespace refcycle::analyzer

#endif
