// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Maps that forget: Python's WeakValueDictionary and WeakKeyDictionary. An
// entry goes when its object dies.
//
// A weak_key_map holds its values strongly. A value that leads back to its own
// key keeps the entry for ever, as in Python: these are not ephemerons.

#ifndef REFCYCLE_WEAK_MAP_H
#define REFCYCLE_WEAK_MAP_H

#include "refcycle/weak.h"

#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace refcycle {

namespace internal {

/// What both maps share: entries by key, erased by callbacks, except while
/// somebody iterates; then the dead are swept afterwards.
///
/// On the general heap, so that callbacks find it after the map was moved.
template <class K, class Entry> struct weak_table {
  std::unordered_map<K, Entry> entries;
  unsigned iterating = 0;

  void forget(const K &key) {
    if (iterating != 0)
      return;
    // Out of the map first: destroying a value may forget further keys.
    auto dead = entries.extract(key);
  }
  void sweep() {
    std::vector<K> dead;
    for (const auto &[key, entry] : entries)
      if (entry.watch.expired())
        dead.push_back(key);
    for (const K &key : dead)
      forget(key);
  }
  std::size_t living() const noexcept {
    std::size_t count = 0;
    for (const auto &[key, entry] : entries)
      count += !entry.watch.expired();
    return count;
  }
};

/// Keeps callbacks from erasing under an iteration.
template <class Table> struct iteration {
  Table &table;
  explicit iteration(Table &t) : table(t) { ++table.iterating; }
  iteration(const iteration &) = delete;
  ~iteration() {
    if (--table.iterating == 0)
      table.sweep();
  }
};

} // namespace internal

/// Maps keys to objects that it does not keep alive. K must hold no handles.
///
/// \par Thread safety
/// As ref. All functions that add may throw std::bad_alloc.
template <class K, class T> class weak_value_map {
  struct entry {
    weak_ref<T> watch;
  };
  using table = internal::weak_table<K, entry>;

public:
  weak_value_map() = default;
  weak_value_map(weak_value_map &&) noexcept = default;
  weak_value_map(const weak_value_map &other) { update(other); }
  weak_value_map &operator=(weak_value_map other) noexcept {
    std::swap(state, other.state);
    return *this;
  }

  /// Entries whose objects live.
  std::size_t size() const noexcept { return state->living(); }
  bool empty() const noexcept { return size() == 0; }
  bool contains(const K &key) const { return bool(get(key)); }

  /// The object, or an empty handle.
  ref<T> get(const K &key) const {
    auto found = state->entries.find(key);
    return found == state->entries.end() ? ref<T>()
                                         : found->second.watch.lock();
  }
  void set(const K &key, const ref<T> &object) {
    entry made{weak_ref<T>(object, forget_callback(key))};
    state->entries.insert_or_assign(key, std::move(made));
  }
  /// The object under \p key, which becomes \p otherwise if there is none.
  ref<T> setdefault(const K &key, const ref<T> &otherwise) {
    if (ref<T> known = get(key))
      return known;
    set(key, otherwise);
    return otherwise;
  }
  bool erase(const K &key) { return bool(pop(key)); }
  ref<T> pop(const K &key) {
    ref<T> object = get(key);
    state->forget(key);
    return object;
  }
  /// Removes and returns some entry.
  std::optional<std::pair<K, ref<T>>> popitem() {
    auto all = items();
    if (all.empty())
      return std::nullopt;
    state->forget(all.front().first);
    return std::move(all.front());
  }
  void update(const weak_value_map &other) {
    other.for_each(
        [&](const K &key, const ref<T> &object) { set(key, object); });
  }
  void clear() { state->entries.clear(); }

  /// Calls \p f(key, ref) for each entry, in no promised order. Objects may die
  /// meanwhile.
  template <class F> void for_each(F f) const {
    internal::iteration guard(*state);
    for (auto &[key, entry] : state->entries)
      if (ref<T> object = entry.watch.lock())
        f(key, object);
  }
  std::vector<std::pair<K, ref<T>>> items() const {
    std::vector<std::pair<K, ref<T>>> all;
    for_each([&](const K &key, const ref<T> &object) {
      all.emplace_back(key, object);
    });
    return all;
  }

private:
  typename weak_ref<T>::callback forget_callback(const K &key) {
    return {
        with(key, state.get()), [](K &k, table *&t, const weak_ref<T> &watch) {
          auto found = t->entries.find(k);
          // Another object may have taken the place meanwhile.
          if (found != t->entries.end() && found->second.watch.same_as(watch))
            t->forget(K(k)); // A copy: the entry owns this callback.
        }};
  }

  std::unique_ptr<table> state = std::make_unique<table>();
};

/// Maps objects, by identity, to values, and does not keep the objects alive.
/// Values may hold handles; they are traced.
template <class T, class V> class weak_key_map {
  struct entry {
    weak_ref<T> watch;
    V value;
  };
  using table = internal::weak_table<const void *, entry>;

public:
  weak_key_map() = default;
  weak_key_map(weak_key_map &&) noexcept = default;
  weak_key_map(const weak_key_map &other) { update(other); }
  weak_key_map &operator=(weak_key_map other) noexcept {
    std::swap(state, other.state);
    return *this;
  }

  std::size_t size() const noexcept { return state->living(); }
  bool empty() const noexcept { return size() == 0; }
  bool contains(const ref<T> &key) const { return get(key) != nullptr; }

  /// The value, or null.
  V *get(const ref<T> &key) const {
    auto found = state->entries.find(key.get());
    return found == state->entries.end() ? nullptr : &found->second.value;
  }
  void set(const ref<T> &key, V value) {
    if (V *known = get(key)) {
      *known = std::move(value);
      return;
    }
    table *t = state.get();
    const void *address = key.get();
    entry made{
        weak_ref<T>(key,
                    [t, address](const weak_ref<T> &) { t->forget(address); }),
        std::move(value)};
    state->entries.emplace(address, std::move(made));
  }
  V &setdefault(const ref<T> &key, V otherwise) {
    if (!contains(key))
      set(key, std::move(otherwise));
    return *get(key);
  }
  bool erase(const ref<T> &key) { return bool(pop(key)); }
  std::optional<V> pop(const ref<T> &key) {
    V *known = get(key);
    if (known == nullptr)
      return std::nullopt;
    std::optional<V> value(std::move(*known));
    state->forget(key.get());
    return value;
  }
  std::optional<std::pair<ref<T>, V>> popitem() {
    auto all = keys();
    if (all.empty())
      return std::nullopt;
    return std::pair(all.front(), *pop(all.front()));
  }
  void update(const weak_key_map &other) {
    other.for_each([&](const ref<T> &key, const V &value) { set(key, value); });
  }
  void clear() { state->entries.clear(); }

  template <class F> void for_each(F f) const {
    internal::iteration guard(*state);
    for (auto &[address, entry] : state->entries)
      if (ref<T> key = entry.watch.lock())
        f(key, entry.value);
  }
  std::vector<ref<T>> keys() const {
    std::vector<ref<T>> all;
    for_each([&](const ref<T> &key, const V &) { all.push_back(key); });
    return all;
  }

  /// For the collector.
  template <class Visitor> void trace(Visitor &visit) {
    if constexpr (internal::may_hold_handles<V>)
      for (auto &[address, entry] : state->entries)
        visit(entry.value);
  }

private:
  std::unique_ptr<table> state = std::make_unique<table>();
};

} // namespace refcycle

/// Holds weak references only, to a table that no collection tears down.
template <class K, class T>
inline constexpr bool refcycle::is_leaf<refcycle::weak_value_map<K, T>> = true;

#endif
