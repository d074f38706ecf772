// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The result of a check as text, for the tool: types are mangled and fields are
// offsets, because reading names and debug information is not for this process.
//
// The format, version 1; words are separated by tabs, and lines come in order:
//   refcycle-verify 1
//   program PID PATH
//   type INDEX FAMILY inside|separate LIVE MODULE MANGLED
//                                         control blocks of this type, LIVE now
//   failed TYPE COUNT                     destructors that could not be run
//   used yes|no MANGLED                   if asked for: was one ever destroyed?
//   weak FROM-TYPE TO-TYPE OFFSET/SIZE/CODE...  such slots hold weak handles
//   group INDEX dead|attended|held PROOF INSTANCES OBJECTS BYTES OUTSIDE
//   SAMPLE-OBJECTS
//                                         attended: garbage, but a collector
//                                         may still find it
//   edge GROUP INDEX FROM-TYPE TO-TYPE COUNT FREED|- OFFSET/SIZE/CODE...
//   alone GROUP EDGE EDGES TRIED ENOUGH MOST-FREED OBJECTS
//                                         of the EDGES like it in the largest
//                                         instance, of OBJECTS, so many were
//                                         taken away one by one
//   stack GROUP EDGE CODE...              if asked for: where the first of the
//                                         objects that have it was allocated
//   hop GROUP EDGE                        the witness, in order
//   fix GROUP TO-TYPE FREED               without all edges to that type
//   done
//   kept GROUP INSTANCES                  of the second look, at the end
//   end
// CODE is MODULE-PATH+OFFSET of a function that stands behind the slot or link,
// as in a std::function, or empty.

#ifndef REFCYCLE_VERIFY_RECORD_H
#define REFCYCLE_VERIFY_RECORD_H

#include "groups.h"

namespace refcycle::verify {

/// Text without libc's formatting, which may allocate and lock.
class text_writer {
public:
  text_writer &operator<<(const char *text) noexcept;
  text_writer &operator<<(char c) noexcept {
    chars.push_back(c);
    return *this;
  }
  text_writer &operator<<(std::uint64_t number) noexcept;
  text_writer &operator<<(std::uint32_t number) noexcept {
    return *this << std::uint64_t(number);
  }
  void hex(std::uint64_t number) noexcept; ///< As 0x1f.
  std::span<const char> text() const noexcept { return chars; }

private:
  array<char> chars;
};

/// Writes all of it to a file, made or appended to. False on failure.
bool append_to_file(const char *path, std::span<const char> text) noexcept;

void write_record(const snapshot &s, const trial &t, const grouping &g,
                  text_writer &out) noexcept;

} // namespace refcycle::verify

#endif
