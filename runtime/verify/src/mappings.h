// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The address space as /proc/self/maps shows it. Read without a lock of the
// dynamic linker: the check may run while another thread holds one.

#ifndef REFCYCLE_VERIFY_MAPPINGS_H
#define REFCYCLE_VERIFY_MAPPINGS_H

#include "memory.h"

namespace refcycle::verify {

enum class region : std::uint8_t {
  anonymous, ///< [heap] and nameless memory: blocks, stacks of threads.
  module,    ///< A segment of the program or of a shared library.
  file,      ///< Any other file.
  stack,     ///< Of the first thread.
  other,     ///< [vdso] and the like.
};

struct mapping {
  address start, end;
  region kind;
  bool readable, writable, executable, shared;
  std::uint64_t file_offset;
  std::uint32_t path; ///< Offset into address_space::paths; 0: none.

  bool is_heap() const noexcept {
    return kind == region::anonymous && readable && writable && !shared;
  }
  bool contains(address a) const noexcept { return a - start < end - start; }
};

struct address_space {
  array<mapping> mappings; ///< By address.
  array<char> paths;       ///< Zero-terminated, one after the other.

  const char *path(const mapping &m) const noexcept { return &paths[m.path]; }
  /// The mapping of an address, or null. Cost: logarithmic.
  const mapping *find(address a) const noexcept;
  bool is_code(address a) const noexcept {
    const mapping *m = find(a);
    return m != nullptr && m->executable;
  }
  /// Can \p bytes be read at \p a?
  bool is_readable(address a, std::size_t bytes) const noexcept {
    const mapping *m = find(a);
    return m != nullptr && m->readable && m->end - a >= bytes;
  }
};

/// False if there is no /proc.
bool read_address_space(address_space &into) noexcept;

/// The whole of a file; empty if it cannot be read.
array<char> read_file(const char *path) noexcept;

} // namespace refcycle::verify

#endif
