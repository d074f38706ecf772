// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Python's copy module: copy() duplicates one object, deep_copy() everything it
// reaches, keeping sharing and cycles.

#ifndef REFCYCLE_COPY_H
#define REFCYCLE_COPY_H

#include "refcycle/ref.h"

#include <stdexcept>
#include <unordered_map>
#include <vector>

namespace refcycle {

/// An object on the way cannot be copied; the message names its type.
class copy_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// Which objects were copied to which: Python's memo dictionary.
///
/// Keeps originals and copies alive, so that no address comes up twice.
class copy_memo {
public:
  copy_memo() = default;
  copy_memo(const copy_memo &) = delete;
  copy_memo &operator=(const copy_memo &) = delete;

  /// The copy of \p original, made now if need be. Its own handles may still be
  /// to the originals: they are replaced when the outermost deep_copy() goes on.
  /// For deep_copy_traits. Throws as deep_copy.
  template <class T> ref<T> copy(const ref<T> &original) {
    void *payload = copy_object(const_cast<void *>(
        static_cast<const void *>(original.get())));
    internal::add_reference(payload);
    return internal::handle_access::adopt<ref<T>>(payload);
  }

  /// Decides beforehand what takes the place of \p original.
  void put(const any_ref &original, const any_ref &replacement) {
    done.insert_or_assign(original.get(),
                          known{original, replacement});
  }

  std::size_t size() const noexcept { return done.size(); }

private:
  template <class T>
  friend ref<T> deep_copy(const ref<T> &original, copy_memo &memo);

  struct known {
    any_ref original, replacement;
  };
  void *copy_object(void *payload);
  void finish();

  std::unordered_map<const void *, known> done;
  std::vector<void *> pending; // Copies whose handles are to be replaced.
  bool finishing = false;
};

/// A second object, copied by the copy constructor of the type it was made as.
/// Its handles are to the same objects. An empty handle gives an empty one, an
/// immutable object (deep_copy_traits with `share = true`) itself.
/// Throws copy_error if the type cannot be copied, or what its constructor
/// throws.
template <class T> ref<T> copy(const ref<T> &original);

/// Copies an object and all it reaches through handles, each once.
///
/// Objects whose deep_copy_traits say `share = true` stay shared, and so do
/// interned values and what weak references watch. Iterative: depth is no
/// limit. Throws as copy(); then nothing is left behind.
/// Cost: linear in objects and handles copied.
///
/// \code
///   template <> struct refcycle::deep_copy_traits<Texture> {
///     static constexpr bool share = true; // immutable
///   };
///   template <> struct refcycle::deep_copy_traits<Session> {
///     static refcycle::ref<Session> deep_copy(const Session &s,
///                                             refcycle::copy_memo &memo) {
///       return refcycle::make<Session>(memo.copy(s.user)); // without the log
///     }
///   };
/// \endcode
template <class T> ref<T> deep_copy(const ref<T> &original, copy_memo &memo) {
  ref<T> result = memo.copy(original);
  memo.finish();
  return result;
}

template <class T> ref<T> deep_copy(const ref<T> &original) {
  copy_memo memo;
  return deep_copy(original, memo);
}

namespace internal {

/// A new payload with count 1. Throws copy_error.
void *clone_payload(const void *payload);

template <class T>
void *operations<T>::deep_clone(const void *payload, copy_memo &memo) {
  ref<T> made =
      deep_copy_traits<T>::deep_copy(*static_cast<const T *>(payload), memo);
  return std::exchange(handle_access::base(made).payload, nullptr);
}

} // namespace internal

template <class T> ref<T> copy(const ref<T> &original) {
  if (!original)
    return {};
  return internal::handle_access::adopt<ref<T>>(
      internal::clone_payload(original.get()));
}

} // namespace refcycle

#endif
