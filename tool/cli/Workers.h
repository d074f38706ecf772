// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs jobs in processes of their own, so that a parser that crashes, hangs
// or eats memory costs its own job and nothing else. Knows nothing of what a
// job does; its result is bytes.

#ifndef REFCYCLE_CLI_WORKERS_H
#define REFCYCLE_CLI_WORKERS_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <string>

namespace refcycle::analyzer {

struct WorkerLimits {
  unsigned Jobs = 1;      ///< Processes at once; at least one.
  unsigned Seconds = 0;   ///< Wall time of one job; 0: no limit.
  unsigned Megabytes = 0; ///< Memory that one job may add; 0: no limit.
};

struct JobResult {
  std::string Bytes;   ///< What the job wrote. Of use only without a Problem.
  std::string Problem; ///< Why the job did not finish, in words; empty: it did.
  bool MayRecur = false; ///< It was the job's own doing: a crash, or a limit.
};

struct JobCallbacks {
  /// Runs in a fork of this process, with its standard streams closed. The
  /// process ends without destructors when it returns.
  llvm::function_ref<void(unsigned Job, llvm::raw_ostream &Out)> Run;
  /// Called once per job, in increasing order whatever the limits are.
  llvm::function_ref<void(unsigned Job, JobResult Result)> Done;
  /// Called whenever a job ends; jobs end in any order.
  llvm::function_ref<void(unsigned Job, unsigned Finished)> Progress;
};

/// Runs the jobs 0 .. Count-1. Returns false if the user interrupted it; then
/// every process has ended, and the jobs that did not finish have a Problem.
///
/// One fork per job, not a pool: a fork of a program that has parsed nothing
/// yet takes a millisecond, a job starts with memory that no other job has
/// fragmented, and it may leave its memory to the kernel instead of freeing it.
/// The caller must not have started threads.
bool runInWorkers(unsigned Count, const WorkerLimits &Limits,
                  const JobCallbacks &Callbacks);

/// How many processors we may use.
unsigned availableCores();

} // namespace refcycle::analyzer

#endif
