// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "extract/CommandWords.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/StringSaver.h"
#include "llvm/TargetParser/Triple.h"

namespace refcycle::analyzer {

using llvm::StringRef;

/// Response files may name response files; a file that names itself may not
/// keep us for ever.
static constexpr unsigned MaxResponseDepth = 8;

/// More words than this come from an accident, not from a build system.
static constexpr size_t MaxWords = 1 << 20;

namespace {
class ResponseExpander {
public:
  ResponseExpander(StringRef Directory, std::vector<std::string> &Dropped)
      : Directory(Directory), Dropped(Dropped) {}

  void add(StringRef Word, unsigned Depth) {
    if (Word.size() < 2 || Word[0] != '@')
      Result.push_back(Word.str());
    else if (Depth == MaxResponseDepth || Result.size() > MaxWords ||
             Word.ends_with(".modmap") || !addFile(Word.drop_front(), Depth))
      Dropped.push_back(Word.str());
  }

  std::vector<std::string> Result;

private:
  bool addFile(StringRef Name, unsigned Depth) {
    llvm::SmallString<256> Path(Name);
    llvm::sys::path::make_absolute(Directory, Path);
    auto Buffer = llvm::MemoryBuffer::getFile(Path);
    if (!Buffer)
      return false;
    llvm::BumpPtrAllocator Memory;
    llvm::StringSaver Saver(Memory);
    llvm::SmallVector<const char *, 64> Words;
    llvm::cl::TokenizeGNUCommandLine((*Buffer)->getBuffer(), Saver, Words);
    for (const char *Word : Words)
      add(Word, Depth + 1);
    return true;
  }

  StringRef Directory;
  std::vector<std::string> &Dropped;
};
} // namespace

void expandResponseFiles(std::vector<std::string> &Words, StringRef Directory,
                         std::vector<std::string> &Dropped) {
  ResponseExpander Expander(Directory, Dropped);
  for (const std::string &Word : Words)
    Expander.add(Word, 0);
  Words = std::move(Expander.Result);
}

static StringRef programName(StringRef Word) {
  StringRef Name =
      llvm::sys::path::filename(Word, llvm::sys::path::Style::posix);
  Name.consume_back_insensitive(".exe");
  return Name;
}

static bool isLauncher(StringRef Word) {
  return llvm::StringSwitch<bool>(programName(Word))
      .Cases({"ccache", "sccache", "distcc", "icecc", "gomacc", "buildcache"},
             true)
      .Cases({"rewrapper", "fbuild", "env", "nice", "time", "libtool"}, true)
      .Default(false);
}

/// `X=1`, but not a path that happens to hold an equals sign.
static bool isAssignment(StringRef Word) {
  auto [Name, Value] = Word.split('=');
  return Name.size() != Word.size() && !Name.empty() && !Name.contains('/');
}

/// Of `cmake -E env X=1 g++ ...` and `cmake -E __run_co_compile ... -- g++
/// ...`: where the compiler stands.
static size_t skipCMake(const std::vector<std::string> &Words) {
  if (Words.size() > 2 && Words[2] == "__run_co_compile")
    for (size_t I = 3; I != Words.size(); ++I)
      if (Words[I] == "--")
        return I + 1;
  return 3;
}

static size_t skipLauncher(const std::vector<std::string> &Words, size_t I) {
  while (I < Words.size() &&
         (StringRef(Words[I]).starts_with("-") || isAssignment(Words[I])))
    ++I;
  return I;
}

void stripLaunchers(std::vector<std::string> &Words) {
  while (Words.size() > 1) {
    size_t Compiler = 0;
    if (programName(Words[0]) == "cmake" && Words[1] == "-E")
      Compiler = skipLauncher(Words, skipCMake(Words));
    else if (isLauncher(Words[0]))
      Compiler = skipLauncher(Words, 1);
    if (Compiler == 0 || Compiler >= Words.size())
      return;
    Words.erase(Words.begin(), Words.begin() + Compiler);
  }
}

/// Takes `-12` or `-22.1` from the end of a compiler's name.
static StringRef withoutVersion(StringRef Name) {
  auto [Stem, Version] = Name.rsplit('-');
  bool Numeric = !Version.empty() && llvm::all_of(Version, [](char C) {
    return llvm::isDigit(C) || C == '.';
  });
  return Numeric ? Stem : Name;
}

static std::string targetOf(StringRef Prefix) {
  llvm::Triple Target(Prefix);
  return Target.getArch() == llvm::Triple::UnknownArch ? "" : Prefix.str();
}

CompilerName readCompilerName(StringRef Program) {
  CompilerName Result;
  StringRef Name = withoutVersion(programName(Program));
  Result.IsCxx = Name.ends_with("++") || Name.ends_with("icpx");
  Result.IsMsvc = Name.equals_insensitive("cl") || Name == "clang-cl";
  Result.IsNvcc = Name == "nvcc";
  for (StringRef Stem : {"clang++", "clang", "g++", "gcc", "c++", "cc"})
    if (Name.consume_back(Stem)) {
      if (Name.consume_back("-"))
        Result.Target = targetOf(Name);
      break;
    }
  return Result;
}

} // namespace refcycle::analyzer
