// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef REFCYCLE_VERIFY_VISIBLE_H
#define REFCYCLE_VERIFY_VISIBLE_H

/// In front of what the library shows to programs; all else is hidden, so that
/// no name of ours meets one of theirs.
#define REFCYCLE_VISIBLE extern "C" __attribute__((visibility("default")))

#endif
