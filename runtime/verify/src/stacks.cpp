// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "stacks.h"

#include <cstdlib>

extern "C" void *__libc_stack_end;

namespace refcycle::verify {

allocation_stack *stacks = nullptr;

/// Address space is reserved, and memory used as it is touched.
static constexpr std::size_t slot_count = std::size_t(1) << 20;

void keep_stacks_if_asked() noexcept {
  if (std::getenv("REFCYCLE_VERIFY_STACKS") != nullptr)
    stacks = static_cast<allocation_stack *>(
        map_pages(slot_count * sizeof(allocation_stack)));
}

static allocation_stack &slot_of(address block) noexcept {
  return stacks[(block * 0x9E3779B97F4A7C15u >> 24) & (slot_count - 1)];
}

/// A thread's own data lies at the upper end of its stack; the first thread's
/// lies elsewhere. Stacks that the program made are taken to be small.
static address end_of_stack(address here) noexcept {
  auto thread = address(__builtin_thread_pointer());
  auto end = address(__libc_stack_end);
  if (here < thread && thread - here < (std::size_t(8) << 20))
    return thread;
  return here < end && end - here < (std::size_t(8) << 20) ? end : here;
}

void note_stack(void *block, const address *frame) noexcept {
  // Between the hook and the next frame that has a frame pointer stand those of
  // the C++ library.
  constexpr unsigned window = 16, chain = allocation_stack::most - window;
  if (block == nullptr)
    return;
  address end = end_of_stack(address(frame)) & ~address(7);
  allocation_stack &into = slot_of(address(block));
  into.block = 0;
  into.count = 0;
  address next = frame[0];
  // Of code without frame pointers, the words above may be all there is.
  bool has_next = next > address(frame) && next % 8 == 0 && next + 16 <= end;
  for (address at = address(frame) + 8;
       into.count != window && at < (has_next ? next : end); at += 8)
    into.words[into.count++] = word_at(at);
  for (unsigned i = 0; i != chain; ++i) {
    if (next <= address(frame) || next % 8 != 0 || next + 16 > end)
      break;
    into.words[into.count++] = word_at(next + 8);
    frame = reinterpret_cast<const address *>(next);
    next = frame[0];
  }
  into.block = address(block);
}

const allocation_stack *stack_of(address block) noexcept {
  if (stacks == nullptr)
    return nullptr;
  const allocation_stack &found = slot_of(block);
  return found.block == block ? &found : nullptr;
}

} // namespace refcycle::verify
