// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The little YAML that we write ourselves. Only llvm is needed for it.

#ifndef REFCYCLE_CONFIG_YAMLWRITER_H
#define REFCYCLE_CONFIG_YAMLWRITER_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

namespace refcycle::analyzer {

/// Writes Text on one line, quoted if YAML would read it as anything else
/// than that text. Text is UTF-8.
void writeYamlText(llvm::StringRef Text, llvm::raw_ostream &Out);

} // namespace refcycle::analyzer

#endif
