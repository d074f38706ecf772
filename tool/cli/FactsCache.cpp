// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names begin with llvmcache- because LLVM's pruning touches no other files.

#include "cli/FactsCache.h"
#include "cli/OutputFile.h"
#include "config/PrintModels.h"
#include "extract/ClangInstallation.h"
#include "facts/FactsFile.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CachePruning.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>

namespace refcycle::analyzer {

using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

static constexpr llvm::StringLiteral ListMagic = "RCL1";

/// 128 bits as hexadecimal digits. Not a cryptographic hash: who can write
/// into the folder can write anything there.
static std::string hashOf(StringRef Bytes) {
  llvm::XXH128_hash_t Hash =
      llvm::xxh3_128bits(llvm::arrayRefFromStringRef(Bytes));
  return llvm::utohexstr(Hash.high64, /*LowerCase=*/true, /*Width=*/16) +
         llvm::utohexstr(Hash.low64, /*LowerCase=*/true, /*Width=*/16);
}

/// Appends \p Text so that no two sequences of texts look the same.
static void addTo(std::string &Key, StringRef Text) {
  Key += llvm::utostr(Text.size());
  Key += ':';
  Key += Text;
}

static std::unique_ptr<llvm::MemoryBuffer> read(StringRef Path) {
  auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  return Buffer ? std::move(*Buffer) : nullptr;
}

/// This very program: a version number alone would not see a rebuilt one.
static std::string programHash() {
  static int Here;
  auto Program = read(fs::getMainExecutable("refcycle", &Here));
  return Program ? hashOf(Program->getBuffer()) : "";
}

/// What decides, besides the call, which files a parser reads and what it
/// makes of them.
static std::string contextOf(const ExtractOptions &Extract) {
  std::string Context;
  addTo(Context, REFCYCLE_VERSION);
  addTo(Context, clangVersion());
  addTo(Context, programHash());
  addTo(Context, Extract.ProjectRoot);
  addTo(Context, Extract.ParseAllBodies ? "all" : "");
  for (const char *Name : {"CPATH", "CPLUS_INCLUDE_PATH", "SDKROOT"}) {
    const char *Value = std::getenv(Name);
    addTo(Context, Value ? Value : "");
  }
  std::string Models;
  llvm::raw_string_ostream OS(Models);
  printModels(Extract.Models ? *Extract.Models : builtinModels(), OS);
  addTo(Context, Models);
  return hashOf(Context);
}

Expected<FactsCache> FactsCache::open(StringRef Folder,
                                      const ExtractOptions &Extract) {
  fs::create_directories(Folder); // What matters is whether it is there then.
  if (!fs::is_directory(Folder))
    return llvm::createStringError("cannot make the folder '" + Folder +
                                   "' (--cache-dir)");
  if (fs::access(Folder, fs::AccessMode::Write))
    return llvm::createStringError("cannot write to '" + Folder +
                                   "' (--cache-dir)");
  FactsCache Result;
  Result.Folder = Folder.str();
  Result.ProjectRoot = Extract.ProjectRoot;
  Result.Context = contextOf(Extract);
  return Result;
}

std::string FactsCache::pathOf(StringRef Key, StringRef Suffix) const {
  llvm::SmallString<256> Path(Folder);
  path::append(Path, "llvmcache-" + Key + Suffix);
  return Path.str().str();
}

/// Null: the file cannot be read.
const FactsCache::Content *FactsCache::contentOf(const std::string &Path) {
  fs::file_status Status;
  if (fs::status(Path, Status) || !fs::is_regular_file(Status))
    return nullptr;
  Content &Known = Contents[Path];
  auto Changed = Status.getLastModificationTime();
  if (!Known.Hash.empty() && Known.Changed == Changed &&
      Known.Size == Status.getSize())
    return &Known;
  auto Buffer = read(Path);
  if (!Buffer)
    return nullptr;
  Known = {Changed, Status.getSize(), hashOf(Buffer->getBuffer())};
  return &Known;
}

/// An overlay is read before the first file, by nobody who lists it.
static bool namesOverlay(StringRef Word) {
  return Word == "-ivfsoverlay" || Word == "-vfsoverlay";
}

std::string FactsCache::commandKey(const CompileCommand &Command) {
  std::string Key = Context;
  addTo(Key, Command.Directory);
  addTo(Key, Command.File);
  StringRef Before;
  for (const std::string &Word : Command.Arguments) {
    addTo(Key, Word);
    llvm::SmallString<256> Path(Word);
    path::make_absolute(Command.Directory, Path);
    if (namesOverlay(Before))
      if (const Content *Overlay = contentOf(Path.str().str()))
        addTo(Key, Overlay->Hash);
    Before = Word;
  }
  return hashOf(Key);
}

/// nullopt: a file cannot be read, or was changed after \p NotAfter.
std::optional<std::string>
FactsCache::contentKey(const std::string &CommandKey,
                       llvm::ArrayRef<std::string> Files,
                       llvm::sys::TimePoint<> NotAfter) {
  std::string Key = CommandKey;
  for (const std::string &File : Files) {
    llvm::SmallString<256> Path(File);
    path::make_absolute(ProjectRoot, Path);
    const Content *Found = contentOf(Path.str().str());
    if (!Found || Found->Changed > NotAfter)
      return std::nullopt;
    addTo(Key, File);
    addTo(Key, Found->Hash);
  }
  return hashOf(Key);
}

//===----------------------------------------------------------------------===//
// The list of files: magic, hash of the rest, names that each end with a zero.
//===----------------------------------------------------------------------===//

static std::string encodeList(llvm::ArrayRef<std::string> Files) {
  std::string Rest;
  for (const std::string &File : Files)
    Rest.append(File.c_str(), File.size() + 1);
  char Hash[8];
  llvm::support::endian::write64le(Hash, llvm::xxh3_64bits(Rest));
  return (ListMagic + StringRef(Hash, sizeof Hash) + Rest).str();
}

static std::optional<std::vector<std::string>> decodeList(StringRef Bytes) {
  if (!Bytes.consume_front(ListMagic) || Bytes.size() < 8)
    return std::nullopt;
  uint64_t Hash = llvm::support::endian::read64le(Bytes.data());
  Bytes = Bytes.drop_front(8);
  if (llvm::xxh3_64bits(Bytes) != Hash || !Bytes.ends_with(StringRef("\0", 1)))
    return std::nullopt;
  std::vector<std::string> Files;
  for (; !Bytes.empty(); Bytes = Bytes.split('\0').second)
    Files.push_back(Bytes.split('\0').first.str());
  return Files;
}

//===----------------------------------------------------------------------===//
// Reading and writing
//===----------------------------------------------------------------------===//

/// Pruning goes by the time of last access, which most systems update once a
/// day at best.
static void markUsed(const std::string &Path) {
  timespec Times[2] = {{0, UTIME_NOW}, {0, UTIME_OMIT}};
  ::utimensat(AT_FDCWD, Path.c_str(), Times, 0);
}

FactsCache::Answer FactsCache::find(const CompileCommand &Command) {
  std::string CallKey = commandKey(Command);
  std::string ListPath = pathOf(CallKey, ".files");
  auto List = read(ListPath);
  if (!List)
    return {};
  auto Files = decodeList(List->getBuffer());
  if (!Files)
    return {std::nullopt, ListPath + ": the contents are damaged"};
  auto Key = contentKey(CallKey, *Files, llvm::sys::TimePoint<>::max());
  if (!Key)
    return {};
  std::string FactsPath = pathOf(*Key, ".facts");
  auto Bytes = read(FactsPath);
  if (!Bytes)
    return {};
  Expected<TuFacts> Facts = readFacts(Bytes->getBuffer());
  if (!Facts)
    return {std::nullopt, FactsPath + ": " + llvm::toString(Facts.takeError())};
  markUsed(ListPath);
  markUsed(FactsPath);
  return {std::move(*Facts), ""};
}

Error FactsCache::store(const CompileCommand &Command,
                        llvm::sys::TimePoint<> Start, TuFacts &Facts) {
  std::vector<std::string> Files = std::move(Facts.FilesRead);
  Facts.FilesRead.clear(); // It has a file of its own.
  if (Facts.Status == TuStatus::Failed || Files.empty())
    return Error::success();
  std::string CallKey = commandKey(Command);
  auto Key = contentKey(CallKey, Files, Start);
  if (!Key)
    return Error::success();
  // Facts first: a list that leads to nothing would be found again and again.
  // What a killed process leaves has a name that pruning knows, too.
  if (Error E = writeFile(pathOf(*Key, ".facts"), [&](llvm::raw_ostream &OS) {
        writeFacts(Facts, OS);
      }))
    return E;
  return writeFile(pathOf(CallKey, ".files"),
                   [&](llvm::raw_ostream &OS) { OS << encodeList(Files); });
}

void FactsCache::shrink(uint64_t Bytes) const {
  llvm::CachePruningPolicy Policy;
  Policy.Interval = std::chrono::seconds(0);
  Policy.Expiration = std::chrono::seconds(0);
  Policy.MaxSizeBytes = Bytes;
  llvm::pruneCache(Folder, Policy);
}

} // namespace refcycle::analyzer
