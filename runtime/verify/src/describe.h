// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A result in words, for programs that ask themselves: types are demangled if
// the program has a C++ library that can; fields are offsets.

#ifndef REFCYCLE_VERIFY_DESCRIBE_H
#define REFCYCLE_VERIFY_DESCRIBE_H

#include "record.h"

namespace refcycle::verify {

/// A line: `Parent+0 -> Child+0 -> Parent, 3 instances, 312 bytes`. Runs in a
/// fork of the program that will free nothing any more.
void describe_group(const snapshot &s, const grouping &all, const group &g,
                    text_writer &out) noexcept;

} // namespace refcycle::verify

#endif
