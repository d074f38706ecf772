// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From "unreachable" to "gone": what is spared, who is told, what is finalized,
// what comes back, what dies.

#include "collection.h"

#include "refcycle/weak.h"

#include <algorithm>
#include <cstdio>
#include <new>

namespace refcycle::internal {

/// Takes an object out of the trash: it lives on in the next generation.
static void spare(collection &now, void *payload) noexcept {
  state_of(payload) &= static_cast<std::uint8_t>(~collecting);
  track_in(now.h, payload, next_place(now));
  --cell_of(payload).count; // Others hold it too, so this never reaches zero.
}

void print_object(const char *kind, void *payload) noexcept {
  char line[512];
  std::string_view name = page_of(payload).type->name;
  std::snprintf(line, sizeof line, "gc: %s <%.*s %p>", kind,
                static_cast<int>(name.size()), name.data(), payload);
  print_line(line);
}

static void keep_in_garbage(collection &now, void *payload) noexcept {
  try {
    any_ref object = handle_access::adopt<any_ref>(payload);
    ++cell_of(payload).count;
    now.c.garbage.push_back(std::move(object));
  } catch (const std::bad_alloc &) {
    // It stays alive and tracked, and is found again next time.
  }
}

void move_uncollectable(collection &now) noexcept {
  if (!now.some_kept)
    return;
  auto kept = [](void *p) { return page_of(p).type->keeps_in_garbage; };
  try {
    for (void *payload : now.trash)
      if (kept(payload)) {
        now.reached.arrive({&scratch_of(payload), payload});
        follow(now.reached);
      }
  } catch (const std::bad_alloc &) {
    // Without a list of what they reach, everything is spared this time.
    for (void *payload : now.trash)
      scratch_of(payload) = traced;
  }
  std::erase_if(now.trash, [&](void *payload) {
    if (scratch_of(payload) == 0)
      return false;
    ++now.stats.uncollectable;
    if (now.c.debug & gc::debug_uncollectable)
      print_object("uncollectable", payload);
    if (kept(payload) || now.c.debug & gc::debug_saveall)
      keep_in_garbage(now, payload);
    spare(now, payload);
    return true;
  });
}

/// Tells weak references inside the trash that they are, or no longer.
static void walk_weak_refs(collection &now,
                           void (*visit)(edge_walker &, weak_base &)) {
  for (void *payload : now.trash) {
    edge_walker walker([](edge_walker &, handle_base &) {}, nullptr);
    walker.on_weak = visit;
    page_of(payload).type->walk(payload, walker);
  }
}

void clear_weak_refs(collection &now) noexcept {
  if (!now.some_watched)
    return;
  auto watched = [](void *payload) { return cell_of(payload).weak != 0; };
  walk_weak_refs(now, [](edge_walker &, weak_base &w) {
    if (w.node != nullptr)
      ++w.node->trash_shares;
  });
  weak_chain chain;
  for (void *payload : now.trash)
    if (watched(payload))
      detach_weak_list(now.h, payload, chain);
  walk_weak_refs(now, [](edge_walker &, weak_base &w) {
    if (w.node != nullptr)
      w.node->trash_shares = 0;
  });
  now.user_code_ran |= chain.first != nullptr;
  now.stats.objects_freed += call_back_all(chain);
}

void finalize_trash(collection &now) noexcept {
  if (!now.some_finalizers)
    return;
  // By index: nothing may hold an iterator while code of the user's runs.
  for (std::size_t i = 0; i != now.trash.size(); ++i) {
    void *payload = now.trash[i];
    if (page_of(payload).type->finalize == nullptr ||
        state_of(payload) & finalized)
      continue;
    now.user_code_ran = true;
    finalize_once(payload);
  }
}

void spare_resurrected(collection &now) noexcept {
  if (!now.user_code_ran)
    return;
  try {
    deduce_listed(now.trash, 1, now.reached);
  } catch (const std::bad_alloc &) {
    for (void *payload : now.trash)
      spare(now, payload);
    now.trash.clear();
    return;
  }
  std::erase_if(now.trash, [&](void *payload) {
    if (scratch_of(payload) == 0)
      return false;
    spare(now, payload);
    return true;
  });
}

/// For what bury_run leaves: finalizers made new weak references to it, or it
/// is held by something that trace does not show.
static void delete_with_care(collection &now, void *payload) noexcept {
  state_of(payload) &= static_cast<std::uint8_t>(~collecting);
  if (--cell_of(payload).count == 0)
    dispose(now.h, payload);
  else
    track_in(now.h, payload, next_place(now));
}

static void bury(collection &now) noexcept {
  for (std::span<void *const> rest = now.trash; !rest.empty();) {
    const type_descriptor &type = *page_of(rest.front()).type;
    std::size_t n = type.bury_run(now.h, rest);
    if (n == 0) {
      delete_with_care(now, rest.front());
      n = 1;
    }
    now.stats.bytes_freed += n * type.size;
    rest = rest.subspan(n);
  }
}

/// Empties all handles in the trash, then destroys it, oldest first. What else
/// the handles kept alive follows.
static void delete_trash(collection &now) noexcept {
  now.h.drop_depth += holding_drops;
  for (std::span<void *const> rest = now.trash; !rest.empty();)
    rest = rest.subspan(page_of(rest.front()).type->clear_run(rest));
  bury(now);
  now.h.drop_depth -= holding_drops;
  drain_drops(now.h);
}

void delete_or_save(collection &now) noexcept {
  now.stats.objects_freed += now.trash.size();
  if (!(now.c.debug & gc::debug_saveall))
    return delete_trash(now);
  for (void *payload : now.trash) {
    now.stats.bytes_freed += page_of(payload).type->size;
    keep_in_garbage(now, payload);
    spare(now, payload);
  }
}

} // namespace refcycle::internal
