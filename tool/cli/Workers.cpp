// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// fork, pipe and poll. POSIX only, as the tool is.

#include "cli/Workers.h"
#include "cli/WorkerProcess.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Threading.h"
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <map>
#include <poll.h>
#include <unistd.h>
#include <vector>

namespace refcycle::analyzer {

using Clock = std::chrono::steady_clock;

static volatile std::sig_atomic_t Interrupted = 0;

namespace {

/// Notes Ctrl-C, termination and a closed terminal while it lives, instead of
/// dying of it: the processes that we started must end first. What was ignored
/// (nohup) stays ignored.
class InterruptGuard {
public:
  InterruptGuard() {
    Interrupted = 0;
    struct sigaction Action = {};
    Action.sa_handler = [](int) { Interrupted = 1; };
    for (auto &[Signal, Old] : Handlers) {
      ::sigaction(Signal, nullptr, &Old);
      if (Old.sa_handler != SIG_IGN)
        ::sigaction(Signal, &Action, nullptr);
    }
  }
  ~InterruptGuard() {
    for (auto &[Signal, Old] : Handlers)
      ::sigaction(Signal, &Old, nullptr);
  }

private:
  std::pair<int, struct sigaction> Handlers[3] = {
      {SIGINT, {}}, {SIGTERM, {}}, {SIGHUP, {}}};
};

struct Running {
  WorkerProcess Process;
  unsigned Job = 0;
  bool Started = false;
  std::string Bytes;
  Clock::time_point Deadline = Clock::time_point::max();
};

class WorkerPool {
public:
  WorkerPool(unsigned Count, const WorkerLimits &Limits,
             const JobCallbacks &Callbacks)
      : Count(Count), Limits(Limits), Callbacks(Callbacks) {}

  bool run();

private:
  void start();
  void wait();
  void readFrom(Running &R);
  void stopLate();
  void abandon();
  void finish(Running &R, std::string Problem);
  void deliver();

  unsigned Count;
  const WorkerLimits &Limits;
  const JobCallbacks &Callbacks;
  std::vector<Running> Active;
  unsigned Next = 0;      ///< The first job not started.
  unsigned Finished = 0;  ///< How many ended.
  unsigned Delivered = 0; ///< The first job whose result is not handed over.
  std::map<unsigned, JobResult> Waiting; ///< Ended before an earlier job did.
};

} // namespace

bool WorkerPool::run() {
  InterruptGuard Guard;
  while (Delivered != Count) {
    while (Next != Count && Active.size() < std::max(1u, Limits.Jobs))
      start();
    deliver(); // While the workers work.
    if (Delivered != Count)
      wait();
    if (Interrupted) {
      abandon();
      return false;
    }
  }
  return true;
}

/// What is running or was not begun has no result any more.
void WorkerPool::abandon() {
  for (Running &R : Active) {
    R.Process.kill();
    Waiting[R.Job] = {"", "interrupted", false};
  }
  Active.clear();
  for (; Next != Count; ++Next)
    Waiting[Next] = {"", "interrupted", false};
  deliver();
}

void WorkerPool::start() {
  Running R;
  R.Job = Next++;
  if (Limits.Seconds)
    R.Deadline = Clock::now() + std::chrono::seconds(Limits.Seconds);
  unsigned Job = R.Job;
  R.Process =
      WorkerProcess::start(Limits.Megabytes, [&](llvm::raw_ostream &Out) {
        Callbacks.Run(Job, Out);
      });
  R.Started = R.Process.isValid();
  if (!R.Started)
    return finish(R, "no process could be started for it");
  Active.push_back(std::move(R));
}

/// A signal that comes just before poll() is seen this late.
static constexpr int MaxPauseMilliseconds = 500;

/// Milliseconds to the first deadline, rounded up, but never long.
static int timeLeft(const std::vector<Running> &Active) {
  auto First = Clock::time_point::max();
  for (const Running &R : Active)
    First = std::min(First, R.Deadline);
  if (First == Clock::time_point::max())
    return MaxPauseMilliseconds;
  auto Left =
      std::chrono::ceil<std::chrono::milliseconds>(First - Clock::now());
  return int(std::clamp<int64_t>(Left.count(), 0, MaxPauseMilliseconds));
}

void WorkerPool::wait() {
  if (Active.empty())
    return;
  std::vector<pollfd> Pipes;
  for (const Running &R : Active)
    Pipes.push_back({R.Process.pipe(), POLLIN, 0});
  if (::poll(Pipes.data(), Pipes.size(), timeLeft(Active)) < 0)
    return; // A signal; run() looks which one.
  // Backwards, since the one that ended leaves the list.
  for (size_t I = Pipes.size(); I-- != 0;)
    if (Pipes[I].revents)
      readFrom(Active[I]);
  stopLate();
}

void WorkerPool::readFrom(Running &R) {
  char Buffer[1 << 16];
  ssize_t Size = ::read(R.Process.pipe(), Buffer, sizeof Buffer);
  if (Size > 0) {
    R.Bytes.append(Buffer, Size);
    return;
  }
  if (Size < 0 && (errno == EINTR || errno == EAGAIN))
    return;
  Running Ended = std::move(R);
  Active.erase(Active.begin() + (&R - Active.data()));
  finish(Ended, Ended.Process.wait());
}

void WorkerPool::stopLate() {
  auto Now = Clock::now();
  for (size_t I = Active.size(); I-- != 0;) {
    if (Active[I].Deadline > Now)
      continue;
    Running Late = std::move(Active[I]);
    Active.erase(Active.begin() + I);
    Late.Process.kill();
    finish(Late, "took longer than " + std::to_string(Limits.Seconds) +
                     " s (--tu-timeout)");
  }
}

void WorkerPool::finish(Running &R, std::string Problem) {
  ++Finished;
  if (Callbacks.Progress)
    Callbacks.Progress(R.Job, Finished);
  bool MayRecur = !Problem.empty() && R.Started;
  Waiting[R.Job] = {std::move(R.Bytes), std::move(Problem), MayRecur};
}

void WorkerPool::deliver() {
  for (auto It = Waiting.begin(); It != Waiting.end() && It->first == Delivered;
       It = Waiting.erase(It)) {
    Callbacks.Done(It->first, std::move(It->second));
    ++Delivered;
  }
}

bool runInWorkers(unsigned Count, const WorkerLimits &Limits,
                  const JobCallbacks &Callbacks) {
  return WorkerPool(Count, Limits, Callbacks).run();
}

unsigned availableCores() {
  return std::max(1u, llvm::hardware_concurrency().compute_thread_count());
}

} // namespace refcycle::analyzer
