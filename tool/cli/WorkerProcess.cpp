// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "cli/WorkerProcess.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/ErrorHandling.h"
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace refcycle::analyzer {

/// Exit status of a child that asked for memory it may not have. Clang's own
/// statuses are small.
static constexpr int OutOfMemoryStatus = 97;

/// Templates nest deep, and the parser recurses with them: clang warns of its
/// own stack long before this is used up.
static constexpr rlim_t StackBytes = rlim_t(64) << 20;

[[noreturn]] static void endOutOfMemory() { ::_exit(OutOfMemoryStatus); }

/// Bytes of address space in use; 0: unknown.
static rlim_t addressSpaceInUse() {
  unsigned long Pages = 0;
  if (FILE *File = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(File, "%lu", &Pages) != 1)
      Pages = 0;
    std::fclose(File);
  }
  return rlim_t(Pages) * ::sysconf(_SC_PAGESIZE);
}

static void setSoftLimit(int Resource, rlim_t Value) {
  rlimit Limit;
  if (::getrlimit(Resource, &Limit) != 0)
    return;
  Limit.rlim_cur =
      Limit.rlim_max == RLIM_INFINITY ? Value : std::min(Value, Limit.rlim_max);
  ::setrlimit(Resource, &Limit);
}

static void applyLimits(unsigned Megabytes) {
  setSoftLimit(RLIMIT_CORE, 0);
  setSoftLimit(RLIMIT_STACK, StackBytes);
  // Always: without a limit of ours the system may still say no.
  std::set_new_handler(endOutOfMemory);
  llvm::install_bad_alloc_error_handler(
      [](void *, const char *, bool) { endOutOfMemory(); });
  if (Megabytes)
    setSoftLimit(RLIMIT_AS, addressSpaceInUse() + (rlim_t(Megabytes) << 20));
}

/// A nameless file; -1 if there is none to have.
static int openNameless() {
#ifdef __linux__
  return ::memfd_create("refcycle-worker", MFD_CLOEXEC);
#else
  return -1;
#endif
}

/// What a parser prints belongs neither into the report nor to the user, and
/// a source that reads standard input must not wait for it.
static void replaceStandardStreams(int LastWords) {
  int Null = ::open("/dev/null", O_RDWR);
  ::dup2(Null, STDIN_FILENO);
  ::dup2(Null, STDOUT_FILENO);
  ::dup2(LastWords >= 0 ? LastWords : Null, STDERR_FILENO);
}

static void becomeWorker(unsigned Megabytes, int LastWords) {
#ifdef __linux__
  ::prctl(PR_SET_PDEATHSIG, SIGKILL); // A killed parent leaves no orphans.
#endif
  for (int Signal : {SIGINT, SIGTERM, SIGHUP})
    std::signal(Signal, SIG_DFL);
  replaceStandardStreams(LastWords);
  applyLimits(Megabytes);
}

WorkerProcess
WorkerProcess::start(unsigned Megabytes,
                     llvm::function_ref<void(llvm::raw_ostream &)> Run) {
  WorkerProcess Result;
  int Ends[2];
  if (::pipe(Ends) != 0)
    return Result;
  Result.LastWords = openNameless();
  Result.Pid = ::fork();
  if (Result.Pid == 0) {
    ::close(Ends[0]);
    becomeWorker(Megabytes, Result.LastWords);
    {
      llvm::raw_fd_ostream Out(Ends[1], /*shouldClose=*/true);
      Run(Out);
    }
    ::_exit(0);
  }
  // Before the next fork: a child that held it, too, would hide the end.
  ::close(Ends[1]);
  Result.Pipe = Ends[0];
  if (Result.Pid < 0)
    Result.closeFiles();
  return Result;
}

void WorkerProcess::closeFiles() {
  for (int *File : {&Pipe, &LastWords}) {
    if (*File >= 0)
      ::close(*File);
    *File = -1;
  }
}

static int waitFor(pid_t Pid) {
  int Status = 0;
  while (::waitpid(Pid, &Status, 0) < 0 && errno == EINTR)
    ;
  return Status;
}

/// The last line of the file, or the end of it if it is long.
static std::string lastLine(int File) {
  char Buffer[1024];
  off_t Size = File < 0 ? 0 : ::lseek(File, 0, SEEK_END);
  off_t From = std::max<off_t>(0, Size - off_t(sizeof Buffer));
  ssize_t Read = Size > 0 ? ::pread(File, Buffer, sizeof Buffer, From) : 0;
  llvm::StringRef Text = llvm::StringRef(Buffer, Read < 0 ? 0 : Read).trim();
  return Text.substr(Text.rfind('\n') + 1).str(); // npos + 1: the whole.
}

static std::string describeEnd(int Status) {
  if (WIFSIGNALED(Status))
    return "the parser crashed (" + std::string(::strsignal(WTERMSIG(Status))) +
           ")";
  if (WEXITSTATUS(Status) == OutOfMemoryStatus)
    return "needs more memory than it may have (--tu-memory)";
  if (WEXITSTATUS(Status) != 0)
    return "the parser gave up (exit status " +
           std::to_string(WEXITSTATUS(Status)) + ")";
  return "";
}

std::string WorkerProcess::wait() {
  std::string Problem = describeEnd(waitFor(Pid));
  if (!Problem.empty())
    if (std::string Last = lastLine(LastWords); !Last.empty())
      Problem += ": " + Last;
  Pid = -1;
  closeFiles();
  return Problem;
}

void WorkerProcess::kill() {
  if (isValid()) {
    ::kill(Pid, SIGKILL);
    waitFor(Pid);
    Pid = -1;
  }
  closeFiles();
}

} // namespace refcycle::analyzer
