// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handles that may cross threads. What may cross: objects of types that hold no
// ref, weak_ref or refcycle::function, because those count without atomics; a
// type that does is rejected at compile time. A shared object may hold
// shared_refs. Cycles of shared_refs are not collected.
//
// Counting is biased: the thread that made the object counts without atomics,
// others with them, and the two sums are merged when needed.
// Source: J. Choi, T. Shull, J. Torrellas, "Biased Reference Counting", PACT
// 2018; the merge queue is per heap and needs no lock.

#ifndef REFCYCLE_SHARED_H
#define REFCYCLE_SHARED_H

#include "refcycle/ref.h"

namespace refcycle {

namespace internal {

/// Counts the shared_refs to one object and holds one reference to it.
///
/// Shares in existence = owner_shares + the count in `word`; either may be
/// wrong alone: a share made by the owner and dropped elsewhere takes one from
/// `word`, which may go below zero.
struct shared_block {
  static constexpr std::int64_t merged = 1; ///< owner_shares is out of use.
  static constexpr std::int64_t mailed = 2; ///< In the owner's mailbox.
  static constexpr std::int64_t one = 4;    ///< One share in `word`.

  void *payload;
  heap *owner;
  shared_block *next = nullptr;   ///< In the mailbox.
  std::uint32_t owner_shares = 1; ///< Only the owner's thread touches this.
  std::atomic<std::int64_t> word{0};
};

/// Throws std::bad_alloc. Takes over the reference.
shared_block *new_shared_block(void *payload);
void add_share(shared_block *b) noexcept;
void drop_share(shared_block *b) noexcept;

} // namespace internal

/// Shares ownership of an object between threads.
///
/// \par Thread safety
/// As std::shared_ptr: different shared_refs to one object may be used by
/// different threads at once, one shared_ref by one thread at a time. The
/// object itself needs its own synchronization. Its destructor runs on the
/// thread that made it, at that thread's next make() that needs a new slot,
/// collection or poll(); on the dropping thread if the maker has ended.
template <class T> class shared_ref {
public:
  using element_type = T;

  shared_ref() noexcept = default;
  shared_ref(std::nullptr_t) noexcept {}

  /// Makes an object shareable. Only on the thread that made it. Throws
  /// std::bad_alloc.
  explicit shared_ref(ref<T> r) {
    static_assert(!internal::may_hold_handles<T>,
                  "an object with a ref, weak_ref or refcycle::function inside "
                  "may not cross threads: those count without atomics. Give it "
                  "shared_refs, or send a copy");
    if (!r)
      return;
    internal::check(internal::page_of(r.get()).owner == internal::thread_heap,
                    "shared_ref made by a thread that does not own the object");
    block = internal::new_shared_block(
        const_cast<void *>(static_cast<const void *>(r.get())));
    internal::handle_access::base(r).payload = nullptr;
  }

  shared_ref(const shared_ref &other) noexcept : block(other.block) {
    if (block != nullptr)
      internal::add_share(block);
  }
  shared_ref(shared_ref &&other) noexcept
      : block(std::exchange(other.block, nullptr)) {}
  shared_ref &operator=(shared_ref other) noexcept {
    std::swap(block, other.block);
    return *this;
  }
  ~shared_ref() {
    if (block != nullptr)
      internal::drop_share(block);
  }

  T *get() const noexcept {
    return block != nullptr ? static_cast<T *>(block->payload) : nullptr;
  }
  T *operator->() const noexcept { return get(); }
  T &operator*() const noexcept { return *get(); }
  explicit operator bool() const noexcept { return block != nullptr; }
  friend bool operator==(const shared_ref &a, const shared_ref &b) noexcept {
    return a.get() == b.get();
  }

  /// A ref to the object on the thread that made it, empty on others.
  ref<T> local() const noexcept {
    if (block == nullptr || block->owner != internal::thread_heap)
      return {};
    return ref_from(get());
  }

private:
  internal::shared_block *block = nullptr;
};

/// Makes an object and the first shared handle to it.
template <class T, class... A> shared_ref<T> make_shared_ref(A &&...arguments) {
  return shared_ref<T>(make<T>(std::forward<A>(arguments)...));
}

/// Handles what other threads dropped of this thread's objects. Cheap when
/// there is nothing; for threads that make nothing for long.
void poll() noexcept;

} // namespace refcycle

/// shared_ref counts for itself; it holds nothing of this thread's.
template <class T>
inline constexpr bool refcycle::is_leaf<refcycle::shared_ref<T>> = true;

#endif
