// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "attached.h"

#include "visible.h"

#include "refcycle/verify_objects.h"

#include <algorithm>

namespace refcycle::verify {

static refcycle_verify_list list_objects = nullptr;

namespace {

/// What objects are counted from: the count may stand in front of them, and
/// belongs to them in every copy.
constexpr std::size_t most_in_front = 8;

class taker {
public:
  explicit taker(attached_objects &into) noexcept : into(into) {}

  /// Classes first: what points to them must find them in place.
  void run() noexcept {
    list_objects(
        [](void *self, const refcycle_verify_object *object) {
          static_cast<taker *>(self)->find_or_add(*object);
        },
        this);
    list_objects(
        [](void *self, const refcycle_verify_object *object) {
          static_cast<taker *>(self)->take(*object);
        },
        this);
    std::sort(into.all.begin(), into.all.end(),
              [](auto &a, auto &b) { return a.at < b.at; });
  }

private:
  /// Objects come by class in long runs.
  std::uint32_t find_or_add(const refcycle_verify_object &object) noexcept {
    if (last < keys.size() && keys[last] == object.type)
      return last;
    auto found = std::find(keys.begin(), keys.end(), object.type);
    last = std::uint32_t(found - keys.begin());
    if (found == keys.end()) {
      keys.push_back(object.type);
      into.classes.push_back(class_of(object));
    }
    return last;
  }

  static const char *copy_name(const refcycle_verify_object &object) noexcept {
    auto *copy = static_cast<char *>(map_pages(object.name_length + 1));
    if (copy == nullptr)
      return "";
    std::memcpy(copy, object.name, object.name_length);
    return copy;
  }

  static counted_class class_of(const refcycle_verify_object &object) noexcept {
    counted_class c{};
    c.mangled = copy_name(object);
    c.size = std::uint32_t(object.size);
    c.counts = {attached_family, "", {}, 0, family::no_count, 4, 1};
    c.counts.strong =
        std::int32_t(address(object.count) - address(object.object));
    c.destructor = address(object.destroy);
    return c;
  }

  void take(const refcycle_verify_object &object) noexcept {
    into.all.push_back({address(object.object), find_or_add(object),
                        std::int64_t(*object.count), object.state,
                        object.attended != 0});
  }

  attached_objects &into;
  array<const void *> keys; ///< Of the classes.
  std::uint32_t last = 0;
};

} // namespace

const attached_object *attached_objects::find(address at) const noexcept {
  auto found =
      std::lower_bound(all.begin(), all.end(), at,
                       [](const auto &o, address a) { return o.at < a; });
  return found == all.end() || found->at != at ? nullptr : found;
}

attached_objects take_attached(const address_space &space) noexcept {
  attached_objects taken;
  if (list_objects != nullptr && space.is_code(address(list_objects)))
    taker(taken).run();
  return taken;
}

void add_blocks(const attached_objects &from, array<block> &into) noexcept {
  if (from.all.empty())
    return;
  std::size_t kept = 0;
  for (const block &b : std::span<const block>(into)) {
    auto first = std::lower_bound(
        from.all.begin(), from.all.end(), b.start,
        [](const attached_object &o, address a) { return o.at < a; });
    if (first == from.all.end() || !b.contains(first->at))
      into[kept++] = b;
  }
  into.resize(kept);
  for (const attached_object &o : std::span<const attached_object>(from.all))
    into.push_back(
        {o.at - most_in_front, from.classes[o.type].size + most_in_front});
  std::sort(into.begin(), into.end(),
            [](auto &a, auto &b) { return a.start < b.start; });
}

} // namespace refcycle::verify

REFCYCLE_VISIBLE void refcycle_verify_attach(refcycle_verify_list list) {
  refcycle::verify::list_objects = list;
}
