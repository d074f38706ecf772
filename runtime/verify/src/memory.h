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

/// Of this architecture. Private memory of that many bytes begins where one
/// does.
inline constexpr std::size_t huge_page = std::size_t(2) << 20;

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
    if (size > room && !grow(std::max(size, room * 2)))
      return;
    // Pages are zero when they are new; what was used before is not.
    for (std::size_t i = count; i < size && i < used; ++i)
      items[i] = T{};
    count = size;
    used = std::max(used, count);
  }
  void reserve(std::size_t size) noexcept {
    if (size > room)
      grow(size);
  }
  void assign(std::span<const T> values) noexcept {
    count = 0;
    resize(values.size());
    std::copy_n(values.begin(), count, items);
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
  /// space costs nothing, and what is copied is zeroed and touched for nothing.
  static constexpr std::size_t large_bytes = std::size_t(1) << 17;
  static constexpr std::size_t ahead = 256;

  bool grow(std::size_t wanted) noexcept {
    std::size_t bytes = (wanted * sizeof(T) + 4095) & ~std::size_t(4095);
    if (mapped != 0 && bytes > large_bytes)
      bytes *= ahead;
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

} // namespace refcycle::verify

#endif
