// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The families of shared pointers whose control blocks we know: how their
// counts lie and which virtual function destroys the object.
//
// Layouts were read from libstdc++ 12 (shared_ptr_base.h), libc++ 22
// (shared_count.h) and Boost 1.74 (sp_counted_base_*.hpp); all three have kept
// them for a decade, as they are part of the ABI.

#ifndef REFCYCLE_VERIFY_FAMILIES_H
#define REFCYCLE_VERIFY_FAMILIES_H

#include "mappings.h"

namespace refcycle::verify {

/// A class of control blocks, by the beginning of its mangled name.
struct block_class {
  const char *prefix;
  bool separate; ///< The object lies elsewhere: a pointer to it comes first.
  bool bare;     ///< There is nothing else than the object, or that pointer.
};

struct family {
  const char *name;
  const char *base; ///< typeinfo name of the class with the counts.
  std::span<const block_class> classes; ///< What derives from it, as far as
                                        ///< known: RTTI tells of others.
  std::int32_t strong; ///< Offset of the strong count; may stand in front.
  std::uint32_t weak;  ///< Offset of the weak count; no_count: it has none.
  std::uint8_t width;  ///< Bytes of each count.
  std::int8_t first;   ///< The strong count of one owner: libc++ says 0.

  static constexpr std::uint32_t no_count = ~std::uint32_t(0);
  /// Where what a control block adds to its counts begins. Without a weak
  /// count it is no control block: the object has the count itself.
  unsigned payload() const noexcept {
    return weak == no_count ? 0 : weak + width;
  }
};

std::span<const family> families() noexcept;

/// Slots of a control block's virtual table, alike in all families: complete
/// and deleting destructor, "the object must go", and then the rest.
inline constexpr unsigned dispose_slot = 2;
inline constexpr unsigned destroy_slot(const family &f) noexcept {
  return f.width == 8 ? 4 : 3; // libc++ has get_deleter in between.
}
/// As many as any family has, copied with some to spare.
inline constexpr unsigned vtable_slots = 8;

struct counted_class;
struct handle_class;

/// One class of control blocks, or of objects with a count of their own.
struct block_type {
  address vtable;      ///< What objects point to; 0: they have none.
  const char *mangled; ///< Name of the class; lives as long as its module.
  const family *counts;
  bool separate; ///< As block_class::separate.
  /// Known from layouts rather than from control blocks; else null.
  const counted_class *layout;
  /// Layouts: the handles whose block has the count; null: the object has it.
  const handle_class *handle;
  /// Control blocks: beside the object, a deleter or an allocator of its own.
  bool keeps = false;
};

/// All virtual tables of control blocks in the loaded modules, by address; and
/// apart from them those that no name in their module tells anything of, of
/// which nearly all are no control block's. Cost: linear in the relocated data
/// of the modules.
void find_block_types(const address_space &space, array<block_type> &into,
                      array<address> &nameless) noexcept;

// ------------------------------------------------------------------- counts

inline std::int64_t read_count(address at, unsigned width) noexcept {
  if (width == 8)
    return std::int64_t(word_at(at));
  std::int32_t half;
  std::memcpy(&half, reinterpret_cast<const void *>(at), sizeof half);
  return half;
}

inline void write_count(address at, unsigned width,
                        std::int64_t value) noexcept {
  if (width == 8)
    return set_word(at, address(value));
  auto half = std::int32_t(value);
  std::memcpy(reinterpret_cast<void *>(at), &half, sizeof half);
}

/// How many strong handles the block at \p at says it has.
inline std::int64_t owners(const family &f, address at) noexcept {
  return read_count(at + f.strong, f.width) + 1 - f.first;
}
/// More owners than this are no count.
inline constexpr std::int64_t most_owners = 1 << 28;

/// A weak count below one is no count: the word is what a destroyed block left
/// behind.
inline bool counts_are_sane(const family &f, address at) noexcept {
  std::int64_t n = owners(f, at);
  std::int64_t weak = read_count(at + f.weak, f.width) + 1 - f.first;
  return n >= 1 && n <= most_owners && weak >= 1 && weak <= most_owners;
}

inline void set_owners(const family &f, address at, std::int64_t n) noexcept {
  write_count(at + f.strong, f.width, n - 1 + f.first);
}

} // namespace refcycle::verify

#endif
