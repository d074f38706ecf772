// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Facts as a compact file: what extraction writes and linking reads. The only
// place that knows the format.
//
//   "RCF1"  magic and version of the envelope
//   u8      schema, FactsSchema
//   u8      compression of the payload: 0 none, 1 zlib, 2 zstd
//   uleb    size of the payload before compression
//   u64     hash of the payload before compression
//   ...     payload: every member in the order of the structs; numbers are
//           unsigned LEB128, ids are one more than the index (0: none)

#ifndef REFCYCLE_FACTS_FACTSFILE_H
#define REFCYCLE_FACTS_FACTSFILE_H

#include "facts/TuFacts.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace refcycle::analyzer {

/// Changes with every change of the facts. Old files are not guessed at: a
/// lost edge would be a missed cycle.
inline constexpr uint8_t FactsSchema = 8;

/// Writes the file's bytes. Equal facts give equal bytes.
void writeFacts(const TuFacts &Facts, llvm::raw_ostream &OS);

/// Reads the bytes of a whole file. The error says what is wrong with them;
/// what it returns passes verify(). Never crashes, whatever the bytes.
llvm::Expected<TuFacts> readFacts(llvm::StringRef Bytes);

/// The payload alone, for tests that want to get past the hash.
std::string encodeFacts(const TuFacts &Facts);
llvm::Expected<TuFacts> decodeFacts(llvm::StringRef Payload);

} // namespace refcycle::analyzer

#endif
