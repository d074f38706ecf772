// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory of the verifier's own, straight from the kernel: it must neither show
// up among the program's blocks nor need a lock that another thread may hold.

#ifndef REFCYCLE_VERIFY_MEMORY_H
#define REFCYCLE_VERIFY_MEMORY_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

namespace refcycle::verify {

using address = std::uintptr_t;

/// Zeroed pages, or null. Shared ones are seen by children of fork.
void *map_pages(std::size_t bytes, bool shared = false) noexcept;
/// Does shared memory of the verifier's own begin here?
bool is_own_shared(address start) noexcept;
/// \p wanted bytes with the contents of \p pages, which may be null, or are
/// what this function returned for \p bytes. Null if there is no memory: then
/// \p pages stays. One thread at a time.
void *grow_pages(void *pages, std::size_t bytes, std::size_t wanted) noexcept;

/// The word at an address that is known to be readable.
inline address word_at(address at) noexcept {
  address word;
  std::memcpy(&word, reinterpret_cast<const void *>(at), sizeof word);
  return word;
}
inline void set_word(address at, address word) noexcept {
  std::memcpy(reinterpret_cast<void *>(at), &word, sizeof word);
}

/// A growing array of trivial values. Its memory goes back with the process:
/// every user lives in a fork of the program, which ends after the check.
/// When the kernel has no memory left, values are dropped: cycles are missed
/// then, and none is made up.
template <typename T> class array {
  static_assert(std::is_trivially_copyable_v<T>);

public:
  void push_back(const T &value) noexcept {
    if (count == room && !grow(room == 0 ? 4096 / sizeof(T) + 1 : room * 2))
      return;
    items[count++] = value;
    used = std::max(used, count);
  }
  /// Makes it \p size values long; new ones are zero bytes.
  void resize(std::size_t size) noexcept {
    if (size > room && !grow(size))
      return;
    // Pages are zero when they are new; what was used before is not.
    for (std::size_t i = count; i < size && i < used; ++i)
      items[i] = T{};
    count = size;
    used = std::max(used, count);
  }
  void pop_back() noexcept { --count; }
  void clear() noexcept { count = 0; }

  T &operator[](std::size_t i) noexcept { return items[i]; }
  const T &operator[](std::size_t i) const noexcept { return items[i]; }
  T &back() noexcept { return items[count - 1]; }
  T *begin() noexcept { return items; }
  T *end() noexcept { return items + count; }
  const T *begin() const noexcept { return items; }
  const T *end() const noexcept { return items + count; }
  std::size_t size() const noexcept { return count; }
  bool empty() const noexcept { return count == 0; }
  operator std::span<const T>() const noexcept { return {items, count}; }

private:
  /// Doubles, and from large_bytes on takes far more than it needs: address
  /// space costs nothing, and moving huge pages breaks them.
  static constexpr std::size_t large_bytes = std::size_t(1) << 20;

  bool grow(std::size_t wanted) noexcept {
    std::size_t bytes = (wanted * sizeof(T) + 4095) & ~std::size_t(4095);
    if (mapped != 0 && bytes > large_bytes)
      bytes *= 16;
    auto *moved = static_cast<T *>(grow_pages(items, mapped, bytes));
    if (moved == nullptr)
      return false;
    items = moved;
    mapped = bytes;
    room = bytes / sizeof(T);
    return true;
  }

  T *items = nullptr;
  std::size_t count = 0;
  std::size_t used = 0; ///< The most that count ever was.
  std::size_t room = 0;
  std::size_t mapped = 0; ///< Bytes; whole pages.
};

/// From addresses to numbers; open addressing, at most half full.
class address_index {
public:
  static constexpr std::uint32_t none = ~std::uint32_t(0);

  explicit address_index(std::size_t most) noexcept;
  void insert(address key, std::uint32_t value) noexcept;
  std::uint32_t find(address key) const noexcept {
    if (slots.empty())
      return none;
    for (std::size_t i = start(key);; i = (i + 1) & mask) {
      if (slots[i].key == key)
        return slots[i].value;
      if (slots[i].key == 0)
        return none;
    }
  }

private:
  struct slot {
    address key;
    std::uint32_t value;
  };
  std::size_t start(address key) const noexcept {
    // Neighbours stay neighbours within 64 KiB, so a pass over a heap finds
    // what it asks for in the cache; Fibonacci hashing of the rest keeps
    // objects at large even distances apart.
    return ((key >> 4) + ((key >> 16) * 0x9E3779B97F4A7C15u >> 20)) & mask;
  }

  array<slot> slots;
  std::size_t mask = 0;
};

} // namespace refcycle::verify

#endif
