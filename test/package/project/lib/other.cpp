// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IN_OTHER
#error "the source's own definitions are missing"
#endif
