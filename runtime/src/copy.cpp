// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Deep copy in two steps for each object: duplicate it with its old handles,
// and later, from a list, replace those. Entering the copy into the memo before
// its handles are looked at is what makes cycles work (CPython's rule).

#include "refcycle/copy.h"

#include "refcycle/internal/visitors.h"

#include <string>

namespace refcycle {

void *internal::clone_payload(const void *payload) {
  const type_descriptor &type = *page_of(payload).type;
  if (type.shared_by_deep_copy) { // Immutable: the same will do.
    auto *same = const_cast<void *>(payload);
    add_reference(same);
    return same;
  }
  if (type.clone == nullptr)
    throw copy_error("a " + std::string(type.name) + " cannot be copied");
  return type.clone(payload);
}

void *copy_memo::copy_object(void *payload) {
  using namespace internal;
  if (payload == nullptr)
    return nullptr;
  const type_descriptor &type = *page_of(payload).type;
  if (type.shared_by_deep_copy)
    return payload;
  if (auto found = done.find(payload); found != done.end())
    return found->second.replacement.get();

  const bool own_way = type.deep_clone != nullptr;
  any_ref made = handle_access::adopt<any_ref>(
      own_way ? type.deep_clone(payload, *this) : clone_payload(payload));
  add_reference(payload);
  any_ref original = handle_access::adopt<any_ref>(payload);
  // A type's own deep_copy may have met this object again on the way and have
  // entered it; the first copy is the one others point to.
  auto [entry, is_new] = done.try_emplace(payload, known{original, made});
  if (is_new && !own_way)
    pending.push_back(made.get());
  return entry->second.replacement.get();
}

void copy_memo::finish() {
  using namespace internal;
  if (finishing) // Called by a deep_copy_traits: the outermost call goes on.
    return;
  struct reset {
    copy_memo &memo;
    ~reset() {
      memo.finishing = false;
      memo.pending.clear();
    }
  } at_end{*this};
  finishing = true;
  slot_rewriter rewriter(
      [](slot_rewriter &self, handle_base &slot) {
        auto &memo = *static_cast<copy_memo *>(self.context);
        void *replacement = memo.copy_object(slot.payload);
        add_reference(replacement);
        drop_reference(std::exchange(slot.payload, replacement));
      },
      this);
  while (!pending.empty()) {
    void *copied = pending.back();
    pending.pop_back();
    page_of(copied).type->rewrite(copied, rewriter);
  }
}

} // namespace refcycle
