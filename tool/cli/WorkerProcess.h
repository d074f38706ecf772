// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One child process that writes bytes into a pipe.

#ifndef REFCYCLE_CLI_WORKERPROCESS_H
#define REFCYCLE_CLI_WORKERPROCESS_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <sys/types.h>
#include <utility>

namespace refcycle::analyzer {

/// Owns the process and the reading end of the pipe: a process that was
/// neither waited for nor killed is killed by the destructor.
class WorkerProcess {
public:
  WorkerProcess() = default;
  WorkerProcess(WorkerProcess &&Other) noexcept { *this = std::move(Other); }
  WorkerProcess &operator=(WorkerProcess &&Other) noexcept {
    std::swap(Pid, Other.Pid);
    std::swap(Pipe, Other.Pipe);
    std::swap(LastWords, Other.LastWords);
    return *this;
  }
  ~WorkerProcess() { kill(); }

  /// Forks; \p Run is called in the child, which ends when it returns. Invalid
  /// if the system has no process or pipe left. \p Megabytes as WorkerLimits.
  static WorkerProcess start(unsigned Megabytes,
                             llvm::function_ref<void(llvm::raw_ostream &)> Run);

  bool isValid() const { return Pid > 0; }
  int pipe() const { return Pipe; }

  /// Waits for the end. Returns why it was not a good one, in words, with the
  /// last line that it wrote to standard error.
  std::string wait();

  /// Ends it at once; harmless if it has ended.
  void kill();

private:
  void closeFiles();

  pid_t Pid = -1;
  int Pipe = -1;
  int LastWords = -1; ///< A nameless file: the child's standard error.
};

} // namespace refcycle::analyzer

#endif
