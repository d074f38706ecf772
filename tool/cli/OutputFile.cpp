// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "cli/OutputFile.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <optional>

namespace refcycle::analyzer {

using llvm::Error;
using llvm::StringRef;
using llvm::Twine;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

static Error cannotWrite(StringRef File, const Twine &Why) {
  return llvm::createStringError("cannot write '" + File + "': " + Why);
}

/// Flushes. An error that stays in a stream would end the program.
static std::error_code finish(llvm::raw_fd_ostream &Out) {
  Out.flush();
  std::error_code Problem = Out.error();
  Out.clear_error();
  return Problem;
}

static Error writeInPlace(StringRef File,
                          llvm::function_ref<void(llvm::raw_ostream &)> Write) {
  std::error_code Problem;
  llvm::raw_fd_ostream Out(File, Problem, fs::CD_OpenExisting, fs::FA_Write,
                           fs::OF_None);
  if (!Problem) {
    Write(Out);
    Problem = finish(Out);
  }
  return Problem ? cannotWrite(File, Problem.message()) : Error::success();
}

/// \p Mode: what the file had before; none: there was none.
static Error writeAnew(StringRef File, std::optional<fs::perms> Mode,
                       llvm::function_ref<void(llvm::raw_ostream &)> Write) {
  llvm::Expected<fs::TempFile> Temp = fs::TempFile::create(
      File + ".%%%%%%%%.part", fs::all_read | fs::all_write);
  if (!Temp)
    return cannotWrite(File, llvm::toString(Temp.takeError()));
  if (Mode)
    fs::setPermissions(Temp->FD, *Mode);
  llvm::raw_fd_ostream Out(Temp->FD, /*shouldClose=*/false);
  Write(Out);
  if (std::error_code Problem = finish(Out))
    return llvm::joinErrors(cannotWrite(File, Problem.message()),
                            Temp->discard());
  if (Error E = Temp->keep(File))
    return cannotWrite(File, llvm::toString(std::move(E)));
  return Error::success();
}

Error writeFile(const std::string &File,
                llvm::function_ref<void(llvm::raw_ostream &)> Write) {
  fs::file_status Status;
  if (fs::status(File, Status)) // There is none yet.
    return writeAnew(File, std::nullopt, Write);
  if (!fs::is_regular_file(Status))
    return writeInPlace(File, Write);
  llvm::SmallString<256> Target;
  if (fs::real_path(File, Target))
    Target = File;
  return writeAnew(Target, Status.permissions(), Write);
}

Error checkWritable(const std::string &File) {
  fs::file_status Status;
  bool Exists = !fs::status(File, Status);
  if (Exists && fs::is_directory(Status))
    return cannotWrite(File, "it is a folder; name a file");
  if (Exists && fs::access(File, fs::AccessMode::Write))
    return cannotWrite(File, "it is read-only");
  if (Exists && !fs::is_regular_file(Status))
    return Error::success();
  llvm::SmallString<256> Target(File);
  if (Exists)
    fs::real_path(File, Target);
  StringRef Folder = path::parent_path(Target);
  if (Folder.empty())
    Folder = ".";
  if (!fs::is_directory(Folder))
    return cannotWrite(File, "there is no folder '" + Folder + "'");
  if (fs::access(Folder, fs::AccessMode::Write))
    return cannotWrite(File, "the folder '" + Folder + "' is read-only");
  return Error::success();
}

} // namespace refcycle::analyzer
