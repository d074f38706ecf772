// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shows the objects of all heaps to the verifier, where there is one. Nothing
// runs before it asks.

#include "collector.h"
#include "shared_block.h"

#include "refcycle/verify_objects.h"

namespace refcycle::internal {

/// Automatic collections of this heap are on, and it has a thread to run them.
static bool is_attended(const heap &h) noexcept {
  const collector_state &c = *h.collector;
  return c.enabled && c.thresholds[0] != 0 && !h.orphan;
}

static bool is_attended(std::uint8_t state) noexcept {
  return is_tracked(state) && place_of(state) != place::frozen;
}

/// Dying objects and those that wait for it have no owner.
static void show(page &p, std::uint32_t i, refcycle_verify_visit visit,
                 void *context) noexcept {
  void *payload = payload_at(p, i);
  const std::uint8_t state = p.state[i];
  if (place_of(state) == place::free || state & (dying | queued) ||
      cell_of(payload).count == 0)
    return;
  const type_descriptor &type = *p.type;
  const refcycle_verify_object object{payload,
                                      &cell_of(payload).count,
                                      &p.state[i],
                                      is_attended(*p.owner) &&
                                          is_attended(state),
                                      &type,
                                      type.size,
                                      type.name.data(),
                                      type.name.size(),
                                      type.destroy};
  visit(context, &object);
}

static void show_all(refcycle_verify_visit visit, void *context) noexcept {
  for (heap *h : heaps_unlocked())
    if (!h->closed)
      for (page *p : h->pages)
        for (std::uint32_t i = 0; i != p->carved; ++i)
          show(*p, i, visit, context);
}

void attach_to_verifier() noexcept {
  if (refcycle_verify_attach != nullptr)
    refcycle_verify_attach(show_all);
}

} // namespace refcycle::internal
