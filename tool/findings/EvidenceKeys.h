// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What documents call the parts of RunEvidence. See docs/json.md.

#ifndef REFCYCLE_FINDINGS_EVIDENCEKEYS_H
#define REFCYCLE_FINDINGS_EVIDENCEKEYS_H

#include "findings/Finding.h"
#include "llvm/ADT/StringRef.h"

namespace refcycle::analyzer {

/// Calls \p Write with each key and its value: a number or a text.
template <typename Writer>
void forEachKey(const RunEvidence &Run, Writer Write) {
  Write("instances", Run.Instances);
  Write("objects", Run.Objects);
  Write("bytes", Run.Bytes);
  Write("outside_references", Run.Outside);
  Write("proof", llvm::StringRef(Run.Proof));
  Write("weaken", llvm::StringRef(Run.Fix));
  Write("frees", Run.FixFrees);
  Write("of", Run.FixOf);
  Write("edges", Run.Edges);
  Write("one_frees", Run.OneFrees);
  Write("one_of", Run.OneOf);
}

} // namespace refcycle::analyzer

#endif
