// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Trial deletion on side counts. CPython keeps the counts in list links of each
// object; here they lie densely in the page, and in a full deduction every
// write to them waits in a ring for its cache line.
// Source of the scheme: CPython 3.11, deduce_unreachable; of the ring: C.-Y.
// Cher, A. Hosking, T. Vijaykumar, "Software Prefetching for Mark-Sweep Garbage
// Collection", ASPLOS 2004.

#include "deduction.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace refcycle::internal {

void follow(marker &m) {
  while (!m.pending.empty()) {
    void *next = m.pending.back();
    m.pending.pop_back();
    page_of(next).type->mark(next, m);
  }
}

static void follow_ahead(marker &m) {
  do {
    while (!m.pending.empty())
      page_of(m.pending.back()).type->follow_ahead(m);
    m.flush();
  } while (!m.pending.empty());
}

/// A trace function that shows more handles than there are makes scratch wrap.
static void check_scratch([[maybe_unused]] const heap &h) {
#if REFCYCLE_CHECKED
  for_each_object(h, [](page &p, std::uint32_t i, void *payload) {
    check(!is_tracked(p.state[i]) || p.scratch[i] <= cell_of(payload).count,
          "an object has fewer references than handles that trace shows: a "
          "trace function shows a handle twice, or a count was corrupted");
  });
#endif
}

/// A sixty-fourth of the objects: enough for depth, while a container of a
/// million objects does not need a list of a million. The worst graph costs as
/// many walks over the pages more.
static std::size_t reasonable_pending(const heap &h) {
  std::size_t objects = 0;
  for (const page *p : h.pages)
    objects += p->used;
  return std::max<std::size_t>(1024, objects / 64);
}

static void mark_pages(const heap &h, marker &m) {
  m.again = false;
  for (page *p : h.pages)
    if (p->type->tracked)
      p->type->mark_page(*p, m);
  m.flush();
  follow_ahead(m);
}

void deduce_heap(const heap &h, marker &m) {
  begin_weak_round();
  for (page *p : h.pages)
    if (p->type->tracked)
      std::memset(p->scratch, 0, p->carved * sizeof(std::uint32_t));
  prefetch_ring ring;
  for (page *p : h.pages)
    if (p->type->tracked)
      p->type->subtract_page(*p, ring);
  ring.flush();
  check_scratch(h);
  m.most_pending = reasonable_pending(h);
  do
    mark_pages(h, m);
  while (m.again);
  m.most_pending = std::numeric_limits<std::size_t>::max();
}

void deduce_listed(std::span<void *const> objects, std::uint32_t held,
                   marker &m) {
  begin_weak_round();
  for (void *payload : objects) {
    page &p = page_of(payload);
    std::uint32_t index = slot_index(p, payload);
    p.state[index] |= collecting;
    p.scratch[index] = cell_of(payload).count - held;
  }
  for (auto rest = objects; !rest.empty();)
    rest = rest.subspan(page_of(rest.front()).type->subtract_run(rest));
  for (void *payload : objects) {
    std::uint32_t &scratch = scratch_of(payload);
    if (scratch == 0 || scratch & traced)
      continue;
    scratch |= traced;
    page_of(payload).type->mark(payload, m);
    follow(m);
  }
}

} // namespace refcycle::internal
