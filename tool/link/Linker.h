// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Linking: the facts of many translation units become one LinkedProgram.
// Knows how two units that mention the same entity agree; knows nothing of
// what functions do.

#ifndef REFCYCLE_LINK_LINKER_H
#define REFCYCLE_LINK_LINKER_H

#include "facts/LinkedProgram.h"
#include "facts/TuFacts.h"
#include <memory>

namespace refcycle::analyzer {

/// Merges facts, one unit at a time, in any order: the result is the same.
///
/// An entity is what has the same key. A definition beats a declaration; of
/// two definitions the one of the unit whose path sorts first is kept, except
/// that field leaves are united, so that no edge of an ODR variant is lost.
/// Cost: linear in the facts, memory linear in the distinct entities.
class Linker {
public:
  Linker();
  ~Linker();
  Linker(Linker &&) noexcept;
  Linker &operator=(Linker &&) noexcept;

  /// Takes the facts of one unit. Precondition: verify() accepts them.
  void add(TuFacts Facts);

  /// The whole program. The linker is empty afterwards.
  LinkedProgram finish();

private:
  struct State;
  std::unique_ptr<State> S;
};

} // namespace refcycle::analyzer

#endif
