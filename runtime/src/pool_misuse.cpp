// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One way out for every misuse: a sentence, then abort.

#include "pool_misuse.h"

#include "refcycle/pool.h"

#include <cstdarg>
#include <cstdlib>

namespace refcycle::pool {

static void print_sentence(const char *sentence) {
  std::fprintf(stderr, "refcycle: pool: %s\n", sentence);
}

static constinit std::atomic<misuse_handler> current_handler = print_sentence;

misuse_handler set_misuse_handler(misuse_handler handler) noexcept {
  return current_handler.exchange(handler ? handler : print_sentence);
}

void internal::report_misuse(const char *format, ...) noexcept {
  char sentence[256];
  std::va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(sentence, sizeof sentence, format, arguments);
  va_end(arguments);
  current_handler.load()(sentence);
  std::abort();
}

} // namespace refcycle::pool
