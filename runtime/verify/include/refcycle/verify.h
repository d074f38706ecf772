// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a program under the verifier may ask it. The functions are weak: without
// the verifier, loaded by `refcycle verify` or linked as refcycle::verify, they
// are null.

#ifndef REFCYCLE_VERIFY_H
#define REFCYCLE_VERIFY_H

#ifdef __cplusplus
extern "C" {
#endif

/// Checks the program as it is now: the number of groups of objects that keep
/// each other alive and that nothing else owns, or -1 if no check was possible
/// (the system forbids the sandbox, or another thread is checking).
///
/// Objects that a local variable of a caller still holds are not garbage, and
/// objects of refcycle::ref that its collector will come for do not count.
/// The calling thread waits; the others go on, and the check sees them as they
/// were when it began. Safe in a signal handler.
/// Cost: a fork and the time to destroy every counted object once.
long refcycle_verify_now(void) __attribute__((weak));

/// What the last check of this process found, one line for each kind of cycle;
/// empty if nothing. Valid until the next check. Fields are offsets here; run
/// the program with `refcycle verify` to see their names.
const char *refcycle_verify_report(void) __attribute__((weak));

#ifdef __cplusplus
}
#endif

#endif
