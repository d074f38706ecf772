// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "verify/RunProgram.h"
#include "verify/LoadedModules.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"
#include <csignal>
#include <unistd.h>

namespace refcycle::analyzer {

using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

Expected<std::string> findVerifierLibrary() {
  if (const char *Given = ::getenv("REFCYCLE_VERIFY_LIBRARY"))
    return std::string(Given);
  static int Anchor;
  llvm::SmallString<256> Self(fs::getMainExecutable("refcycle", &Anchor));
  StringRef Root = path::parent_path(path::parent_path(Self));
  for (StringRef Folder : {"lib", "lib/x86_64-linux-gnu", "lib64"}) {
    llvm::SmallString<256> File(Root);
    path::append(File, Folder, "librefcycle_verify.so");
    if (fs::exists(File))
      return File.str().str();
  }
  return llvm::createStringError(
      "librefcycle_verify.so is not installed beside " + Self +
      "; name it with REFCYCLE_VERIFY_LIBRARY");
}

/// Our environment with the library in front of what is preloaded already.
static std::vector<std::string> environmentFor(const RunRequest &Request,
                                               StringRef Records) {
  std::vector<std::string> Result;
  std::string Preload = "LD_PRELOAD=" + Request.Library;
  for (char **Entry = environ; *Entry; ++Entry) {
    StringRef Text = *Entry;
    if (Text.consume_front("LD_PRELOAD="))
      Preload += ":" + Text.str();
    else if (!Text.starts_with("REFCYCLE_VERIFY_OUT=") &&
             !Text.starts_with("REFCYCLE_VERIFY_LAYOUTS=") &&
             !Text.starts_with("REFCYCLE_VERIFY_STACKS=") &&
             !Text.starts_with("REFCYCLE_VERIFY_STOPS=") &&
             !Text.starts_with("REFCYCLE_VERIFY_TYPES="))
      Result.push_back(Text.str());
  }
  Result.push_back(std::move(Preload));
  Result.push_back(("REFCYCLE_VERIFY_OUT=" + Records).str());
  if (Request.WatchTypes)
    Result.push_back("REFCYCLE_VERIFY_TYPES=1");
  if (Request.KeepStacks)
    Result.push_back("REFCYCLE_VERIFY_STACKS=1");
  if (!Request.Layouts.empty()) {
    llvm::SmallString<256> File(Request.Layouts); // It may change its folder.
    fs::make_absolute(File);
    Result.push_back(("REFCYCLE_VERIFY_LAYOUTS=" + File).str());
  }
  return Result;
}

/// A process that was checked several times: what was garbage once is so for
/// ever, so the last check that came to its end says what leaked.
static void separateLatest(VerifiedRun &Run) {
  llvm::sort(Run.Records, [](auto &A, auto &B) {
    return std::tie(A.Pid, A.Done, A.Check) < std::tie(B.Pid, B.Done, B.Check);
  });
  std::vector<VerifyRecord> Last;
  for (VerifyRecord &R : Run.Records) {
    if (!Last.empty() && Last.back().Pid == R.Pid) {
      Run.Earlier.push_back(std::move(Last.back()));
      Last.pop_back();
    }
    Last.push_back(std::move(R));
  }
  Run.Records = std::move(Last);
}

static Error readRecords(StringRef Folder, VerifiedRun &Run) {
  std::error_code Problem;
  std::vector<std::string> Files;
  for (fs::directory_iterator I(Folder, Problem), End; I != End && !Problem;
       I.increment(Problem))
    Files.push_back(I->path());
  llvm::sort(Files);
  for (const std::string &File : Files) {
    auto Buffer = llvm::MemoryBuffer::getFile(File);
    if (!Buffer)
      return llvm::createFileError(File, Buffer.getError());
    Expected<VerifyRecord> Record = parseVerifyRecord((*Buffer)->getBuffer());
    if (!Record)
      return llvm::createFileError(File, Record.takeError());
    path::extension(File).drop_front().getAsInteger(10, Record->Check);
    Run.Records.push_back(std::move(*Record));
  }
  separateLatest(Run);
  return llvm::errorCodeToError(Problem);
}

/// False if there are none. The format stands in runtime/verify/src/stops.h.
static bool writeStops(const RunRequest &Request, const std::string &Program,
                       StringRef File) {
  std::vector<std::string> Modules;
  if (!Request.Stores.empty())
    Modules = loadedModules(Program);
  if (Modules.empty())
    return false;
  std::error_code Problem;
  llvm::raw_fd_ostream OS(File, Problem);
  OS << "refcycle-stops\t2\nprogram\t" << Modules.front() << '\n';
  bool Any = false;
  for (const std::string &Module : Modules) {
    std::vector<uint64_t> Places =
        stopPlaces(Module, Request.Stores, Request.Root);
    if (Places.empty())
      continue;
    Any = true;
    OS << "module\t" << Module << '\n';
    for (uint64_t Offset : Places)
      OS << "stop\t" << Offset << '\n';
  }
  OS << "end\n";
  return Any && !Problem;
}

Expected<VerifiedRun> runVerified(const RunRequest &Request) {
  const std::vector<std::string> &Command = Request.Command;
  auto Program = llvm::sys::findProgramByName(Command.front());
  if (!Program)
    return llvm::createStringError("cannot run '" + Command.front() +
                                   "': " + Program.getError().message());
  llvm::SmallString<128> Folder;
  if (std::error_code Problem =
          fs::createUniqueDirectory("refcycle-verify", Folder))
    return llvm::createFileError(Folder, Problem);
  llvm::scope_exit CleanUp([&] { fs::remove_directories(Folder); });
  llvm::SmallString<128> Stops(Folder);
  Stops += ".stops";
  llvm::scope_exit CleanUpStops([&] { fs::remove(Stops); });

  std::vector<std::string> Environment = environmentFor(Request, Folder);
  if (writeStops(Request, *Program, Stops))
    Environment.push_back(("REFCYCLE_VERIFY_STOPS=" + Stops).str());
  llvm::SmallVector<StringRef> Words(Command.begin(), Command.end());
  llvm::SmallVector<StringRef> Variables(Environment.begin(),
                                         Environment.end());
  // We ignore it; the program shall find it as it is everywhere else.
  auto OldHandler = std::signal(SIGPIPE, SIG_DFL);
  llvm::scope_exit Restore([&] { std::signal(SIGPIPE, OldHandler); });
  VerifiedRun Run;
  Run.Status = llvm::sys::ExecuteAndWait(
      *Program, Words, llvm::ArrayRef(Variables), {}, 0, 0, &Run.Problem);
  if (Run.Status == -1)
    return llvm::createStringError("cannot run '" + Command.front() +
                                   "': " + Run.Problem);
  if (Error E = readRecords(Folder, Run))
    return std::move(E);
  return std::move(Run);
}

} // namespace refcycle::analyzer
