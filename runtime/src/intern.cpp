// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One table for each interned type and heap.

#include "refcycle/intern.h"

#include "heaps.h"

namespace refcycle {

namespace internal {

struct intern_tables {
  std::unordered_map<const type_descriptor *,
                     std::unique_ptr<intern_table_base>>
      of_type;
};

intern_table_base &intern_table(const type_descriptor &type,
                                std::unique_ptr<intern_table_base> (*make)()) {
  heap &h = this_heap();
  if (h.interns == nullptr)
    h.interns = new intern_tables;
  std::unique_ptr<intern_table_base> &table = h.interns->of_type[&type];
  if (!table)
    table = make();
  return *table;
}

intern_table_base *intern_table_of(const void *payload) noexcept {
  const page &p = page_of(payload);
  if (p.owner->interns == nullptr)
    return nullptr;
  auto found = p.owner->interns->of_type.find(p.type);
  return found == p.owner->interns->of_type.end() ? nullptr
                                                  : found->second.get();
}

void drop_immortals(heap &h) noexcept {
  if (h.interns != nullptr)
    for (auto &[type, table] : h.interns->of_type)
      table->drop_immortals();
}

void delete_intern_tables(heap &h) noexcept { delete h.interns; }

} // namespace internal

intern_statistics intern_info() noexcept {
  intern_statistics sum;
  internal::heap *h = internal::thread_heap;
  if (h == nullptr || h->interns == nullptr)
    return sum;
  for (const auto &[type, table] : h->interns->of_type) {
    sum.hits += table->counters.hits;
    sum.misses += table->counters.misses;
    sum.live += table->counters.live;
    sum.immortal += table->counters.immortal;
  }
  return sum;
}

} // namespace refcycle
