// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Facts files are users' files: no bytes may crash the reader. The payload is
// tried bare, because hardly any input gets past its hash.

#include "facts/FactsFile.h"
#include "facts/FactsText.h"

using namespace refcycle::analyzer;

template <typename T> static void drop(llvm::Expected<T> Result) {
  if (!Result)
    llvm::consumeError(Result.takeError());
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  llvm::StringRef Bytes(reinterpret_cast<const char *>(Data), Size);
  drop(readFacts(Bytes));
  drop(decodeFacts(Bytes));
  drop(parseFacts(Bytes));
  return 0;
}
