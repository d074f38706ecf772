// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Facts as text: what `--emit=facts` prints, and the language that the tests of
// linking and evidence are written in.
//
//   class Session : Base {
//     next strong Handler @ session.h:5:28
//     kids container strong Node
//     on_close function
//   }
//   closure L invoke L.call creator Session::open {
//     self capture strong Session
//   }
//   fn Session::open(h value Handler) of Session {
//     local tmp destroys Guard
//     r0 = this
//     r9 = var tmp
//     r1 = alloc temp L
//     r2 = slot r1 L self
//     store r2, r0 init strong
//     r3 = slot r0 Session on_close
//     store r3, r1 assign @ session.cpp:12:3
//     if r3 {
//       return
//     } else {
//     }
//   }
//
// A parameter that a declaration promises something about ends with `noescape`,
// or with `kept KEEPER... in RECORD`: 0 is the receiver, n the n-th parameter,
// `outside` neither.
//
// One statement per line (or between semicolons). A name with other characters
// than letters, digits and `_:~.<>*&+-/$#[]!?` stands in double quotes. Records
// and functions are referred to by key; what is only referred to is declared by
// that.

#ifndef REFCYCLE_FACTS_FACTSTEXT_H
#define REFCYCLE_FACTS_FACTSTEXT_H

#include "facts/TuFacts.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace refcycle::analyzer {

/// Writes \p Facts. parseFacts() reads it back: the entities have the same ids.
/// Precondition: verify() accepts the facts.
void print(const TuFacts &Facts, llvm::raw_ostream &OS);

/// Reads facts; the error says line and reason. The result passes verify().
llvm::Expected<TuFacts> parseFacts(llvm::StringRef Text);

} // namespace refcycle::analyzer

#endif
