// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "sandbox.h"

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

namespace refcycle::verify {

namespace internal {
volatile bool guarded = false;
sigjmp_buf way_out;
volatile std::uint64_t calls = 0;
} // namespace internal

/// The second, unused argument of our exit_group tells it from a destructor's.
static constexpr unsigned our_exit = 0x7265666b;

pid_t quiet_fork() noexcept {
  // No flags: no signal at the end, so it is a child for __WCLONE only.
  pid_t child = pid_t(syscall(SYS_clone, 0L, 0L, 0L, 0L, 0L));
  if (child == 0)
    prctl(PR_SET_PDEATHSIG, SIGKILL);
  return child;
}

bool wait_for(pid_t child) noexcept {
  int status = 0;
  int saved = errno;
  while (waitpid(child, &status, __WCLONE) < 0)
    if (errno != EINTR) {
      errno = saved;
      return false;
    }
  errno = saved;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void end_process(bool good) noexcept {
  for (;;)
    syscall(SYS_exit_group, good ? 0 : 1, our_exit);
}

// ------------------------------------------------------------------ signals

[[noreturn]] static void leave() noexcept {
  if (!internal::guarded)
    end_process(false);
  internal::guarded = false;
  siglongjmp(internal::way_out, 1);
}

static void on_fault(int) { leave(); }

/// Two ticks within one call, and it is given up.
static void on_tick(int) {
  static std::uint64_t seen = 0;
  std::uint64_t now = internal::calls;
  if (internal::guarded && now == seen)
    leave();
  seen = now;
}

/// A thread waits for a word to change that nobody is left to change: a lock is
/// set free, a thread that is joined has ended.
static long break_lock(const greg_t *registers) noexcept {
  auto *word = reinterpret_cast<std::uint32_t *>(registers[REG_RDI]);
  switch (registers[REG_RSI] & FUTEX_CMD_MASK) {
  case FUTEX_WAIT:
  case FUTEX_WAIT_BITSET:
    __atomic_store_n(word, 0, __ATOMIC_SEQ_CST);
    // glibc's mutexes wait for 2 and keep their owner two words on; whoever
    // takes a free one asserts that it has none.
    if (registers[REG_RDX] == 2)
      __atomic_store_n(word + 2, 0, __ATOMIC_SEQ_CST);
    return -EAGAIN;
  case FUTEX_LOCK_PI:
    __atomic_store_n(word, std::uint32_t(syscall(SYS_gettid)),
                     __ATOMIC_SEQ_CST);
    return 0;
  default:
    return 0; // Nobody to wake.
  }
}

static void on_denied_call(int, siginfo_t *info, void *context) {
  auto *registers = static_cast<ucontext_t *>(context)->uc_mcontext.gregs;
  if (info->si_syscall == SYS_futex)
    registers[REG_RAX] = break_lock(registers);
  else
    leave(); // The destructor ends the process or the thread.
}

static void catch_signals() noexcept {
  static char stack[65536];
  stack_t alternate{};
  alternate.ss_sp = stack;
  alternate.ss_size = sizeof stack;
  sigaltstack(&alternate, nullptr);

  struct sigaction action{};
  // Left by a jump: the signal must not stay blocked, nor its stack be in use.
  action.sa_flags = SA_ONSTACK | SA_NODEFER;
  action.sa_handler = on_fault;
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP})
    sigaction(signal, &action, nullptr);
  action.sa_handler = on_tick;
  sigaction(SIGPROF, &action, nullptr);
  action.sa_flags |= SA_SIGINFO;
  action.sa_sigaction = on_denied_call;
  sigaction(SIGSYS, &action, nullptr);

  sigset_t all, ours;
  sigfillset(&all);
  sigemptyset(&ours);
  for (int signal :
       {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGPROF, SIGSYS})
    sigaddset(&ours, signal);
  sigprocmask(SIG_SETMASK, &all, nullptr);
  sigprocmask(SIG_UNBLOCK, &ours, nullptr);
}

/// In processor time: nothing that waits is allowed here, and a busy machine
/// is no reason to give up.
static void start_watchdog() noexcept {
  itimerval every{};
  every.it_interval.tv_usec = every.it_value.tv_usec = watchdog_microseconds;
  setitimer(ITIMER_PROF, &every, nullptr);
}

// ------------------------------------------------------------------- memory

/// Puts private memory with the same bytes in the place of what is there. False
/// if some of that cannot be read: a mapped file may be shorter than its
/// mapping.
static bool replace_by_copy(address from, std::size_t bytes) noexcept {
  // It lies in its huge pages as it will in place: so they move as a whole.
  auto *pages = static_cast<char *>(map_pages(bytes + huge_page));
  if (pages == nullptr)
    return false;
  char *copy = pages + from % huge_page;
  auto *place = reinterpret_cast<void *>(from);
  return run_guarded([&] { std::memcpy(copy, place, bytes); }) &&
         mremap(copy, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, place) ==
             place;
}

/// What is written into memory shared with other processes is seen there, so it
/// is replaced by a copy; what cannot be copied (a device) is taken away.
static void make_private(const mapping &m) noexcept {
  std::size_t bytes = m.end - m.start;
  if (m.kind == region::other || !m.readable ||
      !replace_by_copy(m.start, bytes))
    mprotect(reinterpret_cast<void *>(m.start), bytes, PROT_NONE);
}

void page_row::copy() noexcept {
  // Of Linux 5.14; without it, each page is copied when it is written to.
  constexpr int populate_write = 23;
  constexpr std::size_t least = 4 * page_bytes; // A call costs a few faults.
  std::size_t bytes = end - begin;
  // The kernel takes twice as long for single pages as we for huge ones.
  if (bytes >= huge_page / 2 && replace_by_copy(begin, bytes))
    return;
  if (bytes >= least)
    madvise(reinterpret_cast<void *>(begin), bytes, populate_write);
}

// ------------------------------------------------------------------- filter

#define REFCYCLE_ON(number, verdict)                                           \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##number, 0, 1),                     \
      BPF_STMT(BPF_RET | BPF_K, verdict)

#define REFCYCLE_ARGUMENT(i)                                                   \
  BPF_STMT(BPF_LD | BPF_W | BPF_ABS,                                           \
           offsetof(seccomp_data, args) + (i) * sizeof(__u64))

static bool install_filter() noexcept {
  constexpr auto deny = SECCOMP_RET_ERRNO | EPERM;
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      // Its own memory, as long as no file is behind it.
      REFCYCLE_ON(brk, SECCOMP_RET_ALLOW),
      REFCYCLE_ON(munmap, SECCOMP_RET_ALLOW),
      REFCYCLE_ON(mremap, SECCOMP_RET_ALLOW),
      REFCYCLE_ON(mprotect, SECCOMP_RET_ALLOW),
      REFCYCLE_ON(madvise, SECCOMP_RET_ALLOW),
      // Who am I, and signals to myself.
      REFCYCLE_ON(getpid, SECCOMP_RET_ALLOW),
      REFCYCLE_ON(gettid, SECCOMP_RET_ALLOW),
      REFCYCLE_ON(clock_gettime, SECCOMP_RET_ALLOW),
      REFCYCLE_ON(rt_sigreturn, SECCOMP_RET_ALLOW),
      REFCYCLE_ON(rt_sigprocmask, SECCOMP_RET_ALLOW),
      REFCYCLE_ON(sched_yield, SECCOMP_RET_ALLOW),
      REFCYCLE_ON(futex, SECCOMP_RET_TRAP),
      REFCYCLE_ON(exit, SECCOMP_RET_TRAP),
      // abort() signals its own thread: tgkill(own process, ...).
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_tgkill, 0, 4),
      REFCYCLE_ARGUMENT(0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, unsigned(getpid()), 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, deny),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 4),
      REFCYCLE_ARGUMENT(1),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, our_exit, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 3),
      REFCYCLE_ARGUMENT(3),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, MAP_ANONYMOUS, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, deny),
  };
  sock_fprog filter{sizeof program / sizeof *program, program};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

bool enter_sandbox(const address_space &space, freed_hook on_free) noexcept {
  catch_signals();
  for (const mapping &m : space.mappings)
    if (m.shared && m.writable && !is_own_shared(m.start))
      make_private(m);
  start_watchdog();
  stop_freeing(on_free);
  return install_filter();
}

} // namespace refcycle::verify
