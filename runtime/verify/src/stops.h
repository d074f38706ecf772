// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Places of the program where it is checked on the way, once each: the tool
// knows from the debug information where a cycle should be closed. Breakpoints
// of our own: an instruction is replaced by a trap, and put back when that is
// hit.
//
// The file, version 2; words are separated by tabs:
//   refcycle-stops 2
//   program PATH        of the process that it is for
//   module PATH         the program or a library of it, and then
//   stop ADDRESS        as in that file; an instruction begins there
//   end

#ifndef REFCYCLE_VERIFY_STOPS_H
#define REFCYCLE_VERIFY_STOPS_H

namespace refcycle::verify {

/// Sets the stops of the file that REFCYCLE_VERIFY_STOPS names, if this process
/// runs its program. Call it before the program's first thread in any case.
void set_stops() noexcept;

/// From now on stops do nothing: the last check is due, and what static
/// destructors take apart is not for another one to see.
void pass_stops() noexcept;

/// Takes out all that are left; in a fork of the program, where its code runs
/// in a sandbox.
void remove_stops() noexcept;

} // namespace refcycle::verify

#endif
