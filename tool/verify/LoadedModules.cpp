// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "verify/LoadedModules.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/LineIterator.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include <unistd.h>

namespace refcycle::analyzer {

using llvm::StringRef;
namespace fs = llvm::sys::fs;

/// Only glibc's dynamic linker knows the variable by which it is asked: with
/// another, and without one, the program would run.
static bool hasKnownLinker(StringRef Program) {
  auto File = llvm::object::ObjectFile::createObjectFile(Program);
  if (!File) { // A script, for example.
    llvm::consumeError(File.takeError());
    return false;
  }
  auto *Elf =
      llvm::dyn_cast<llvm::object::ELF64LEObjectFile>(File->getBinary());
  if (Elf == nullptr)
    return false;
  auto Headers = Elf->getELFFile().program_headers();
  if (!Headers) {
    llvm::consumeError(Headers.takeError());
    return false;
  }
  StringRef Bytes = Elf->getData();
  return llvm::any_of(*Headers, [&](const auto &Header) {
    return Header.p_type == llvm::ELF::PT_INTERP &&
           Bytes.substr(Header.p_offset, Header.p_filesz)
               .contains("/ld-linux-x86-64.so");
  });
}

/// "	NAME => PATH (ADDRESS)", or without the name.
static StringRef pathIn(StringRef Line) {
  auto [Name, Path] = Line.split(" => ");
  if (Path.empty())
    Path = Name;
  return Path.rsplit(" (0x").first.trim();
}

static void addFile(StringRef Path, std::vector<std::string> &Files) {
  llvm::SmallString<256> Real;
  if (Path.starts_with("/") && !fs::real_path(Path, Real) &&
      !llvm::is_contained(Files, Real.str()))
    Files.push_back(Real.str().str());
}

static void addLibraries(const std::string &Program,
                         std::vector<std::string> &Files) {
  llvm::SmallString<128> Printed;
  if (fs::createTemporaryFile("refcycle-modules", "txt", Printed))
    return;
  llvm::scope_exit Remove([&] { fs::remove(Printed); });
  llvm::SmallVector<StringRef> Environment;
  for (char **Entry = environ; *Entry; ++Entry)
    Environment.push_back(*Entry);
  Environment.push_back("LD_TRACE_LOADED_OBJECTS=1");
  std::optional<StringRef> Redirects[] = {StringRef(), Printed.str(),
                                          StringRef()};
  if (llvm::sys::ExecuteAndWait(Program, {Program},
                                llvm::ArrayRef<StringRef>(Environment),
                                Redirects) != 0)
    return;
  auto Buffer = llvm::MemoryBuffer::getFile(Printed);
  if (!Buffer)
    return;
  for (llvm::line_iterator Line(**Buffer); !Line.is_at_eof(); ++Line)
    addFile(pathIn(*Line), Files);
}

std::vector<std::string> loadedModules(const std::string &Program) {
  std::vector<std::string> Files;
  llvm::SmallString<256> Path(Program);
  fs::make_absolute(Path);
  addFile(Path, Files);
  if (!Files.empty() && hasKnownLinker(Files.front()))
    addLibraries(Files.front(), Files);
  return Files;
}

} // namespace refcycle::analyzer
