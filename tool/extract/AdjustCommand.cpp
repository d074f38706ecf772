// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Words become options through clang's own table, so that "unknown to clang"
// needs no list of gcc's flags, and `-ofile`, `-o file` and `--output=file`
// are one case. What is kept is what a parser can see: see OptionFate.

#include "extract/AdjustCommand.h"
#include "extract/ClangInstallation.h"
#include "extract/CommandWords.h"
#include "extract/OptionFate.h"
#include "clang/Basic/LangStandard.h"
#include "clang/Driver/Types.h"
#include "clang/Options/Options.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Option/Arg.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Option/OptTable.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace refcycle::analyzer {

using llvm::StringRef;
namespace options = clang::options;
namespace types = clang::driver::types;

namespace {

/// One command on its way through; the methods are in the order of the work.
class Adjuster {
public:
  Adjuster(const CompileCommand &Original, const CommandTweaks &Tweaks)
      : Original(Original), Tweaks(Tweaks) {}

  AdjustedCommand run();

private:
  void readWords();
  void readOptions();
  void readOption(const llvm::opt::Arg &Arg,
                  llvm::ArrayRef<std::string> Spelling);
  void readStandard(const llvm::opt::Arg &Arg);
  void readPreprocessorWords(llvm::ArrayRef<const char *> Values);
  void readFrontendWords();
  size_t readFrontendPair(StringRef Word, StringRef Value);
  void include(StringRef Header);
  void includePrecompiled(StringRef Precompiled);
  void decideLanguage();
  void write();

  void refuse(AdjustedCommand::Verdict Kind, const llvm::Twine &Reason) {
    Result.Kind = Kind;
    Result.Reason = Reason.str();
  }
  void drop(const llvm::Twine &Word) { Result.Dropped.push_back(Word.str()); }
  bool exists(StringRef Name) const;

  const CompileCommand &Original;
  const CommandTweaks &Tweaks;
  AdjustedCommand Result;
  std::vector<std::string> Words;
  CompilerName Compiler;
  std::string Language; ///< Of `-x`; empty: by extension.
  bool HasTarget = false;
  std::vector<std::string> Kept;          ///< For the driver.
  std::vector<std::string> FrontendWords; ///< Found behind `-Xclang`.
  std::vector<std::string> FrontendKept;  ///< To go behind `-Xclang` again.
  std::vector<std::string> Included;
};

} // namespace

bool Adjuster::exists(StringRef Name) const {
  llvm::SmallString<256> Path(Name);
  llvm::sys::path::make_absolute(Original.Directory, Path);
  return llvm::sys::fs::exists(Path);
}

AdjustedCommand Adjuster::run() {
  readWords();
  if (Compiler.IsMsvc)
    refuse(AdjustedCommand::Verdict::Unsupported,
           "commands for cl and clang-cl are not supported");
  else if (!Words.empty() && Words[0] == "-cc1")
    refuse(AdjustedCommand::Verdict::Unsupported,
           "a call of clang's internal -cc1 is not supported");
  if (Result.Kind != AdjustedCommand::Verdict::Analyse)
    return std::move(Result);
  readOptions();
  readFrontendWords();
  decideLanguage();
  if (Result.Kind == AdjustedCommand::Verdict::Analyse)
    write();
  return std::move(Result);
}

void Adjuster::readWords() {
  Words = Original.Arguments;
  expandResponseFiles(Words, Original.Directory, Result.Dropped);
  stripLaunchers(Words);
  if (Words.empty())
    return;
  Compiler = readCompilerName(Words[0]);
  Words.erase(Words.begin());
  // nvcc takes `-isystem=DIR`, which clang reads as a folder called `=DIR`.
  if (Compiler.IsNvcc)
    for (std::string &Word : Words)
      if (StringRef(Word).starts_with("-isystem="))
        Word.erase(StringRef("-isystem").size(), 1);
  Words.insert(Words.begin(), Tweaks.Before.begin(), Tweaks.Before.end());
  Words.insert(Words.end(), Tweaks.After.begin(), Tweaks.After.end());
}

void Adjuster::readOptions() {
  std::vector<const char *> Pointers;
  for (const std::string &Word : Words)
    Pointers.push_back(Word.c_str());
  llvm::opt::InputArgList List(Pointers.data(),
                               Pointers.data() + Pointers.size());
  const llvm::opt::OptTable &Table = clang::getDriverOptTable();
  for (unsigned Next = 0; Next < Words.size();) {
    unsigned First = Next;
    if (Words[First].empty()) { // ParseOneArg() takes none.
      ++Next;
      continue;
    }
    auto Arg = Table.ParseOneArg(List, Next,
                                 llvm::opt::Visibility(options::ClangOption));
    if (!Arg) {
      drop(Words[First] + " (value missing)");
      return;
    }
    readOption(*Arg, llvm::ArrayRef(Words).slice(First, Next - First));
  }
}

void Adjuster::readOption(const llvm::opt::Arg &Arg,
                          llvm::ArrayRef<std::string> Spelling) {
  switch (Arg.getOption().getID()) {
  case options::OPT_INPUT: // There is one input, and we know it.
  case options::OPT__DASH_DASH:
    return;
  case options::OPT_x:
    Language = Arg.getValue();
    return;
  case options::OPT_std_EQ:
    return readStandard(Arg);
  case options::OPT_include:
    return include(Arg.getValue());
  case options::OPT_include_pch:
    return includePrecompiled(Arg.getValue());
  case options::OPT_Xclang:
    FrontendWords.push_back(Arg.getValue());
    return;
  case options::OPT_Xpreprocessor:
  case options::OPT_Wp_COMMA:
    return readPreprocessorWords(Arg.getValues());
  case options::OPT_driver_mode:
    if (StringRef(Arg.getValue()) == "cl")
      refuse(AdjustedCommand::Verdict::Unsupported,
             "commands for cl and clang-cl are not supported");
    Compiler.IsCxx |= StringRef(Arg.getValue()) == "g++";
    return;
  case options::OPT_target:
    HasTarget = true;
    break;
  }
  std::string Whole = llvm::join(Spelling, " ");
  switch (fateOf(Arg.getOption(), Spelling[0])) {
  case Fate::Keep:
    Kept.insert(Kept.end(), Spelling.begin(), Spelling.end());
    return;
  case Fate::Aloud:
    return drop(Whole);
  case Fate::Quiet:
    return;
  }
}

/// gcc takes a C standard for a C++ file with a shrug, and newer names than
/// ours; clang would refuse to start.
void Adjuster::readStandard(const llvm::opt::Arg &Arg) {
  using clang::LangStandard;
  StringRef Name = Arg.getValue();
  LangStandard::Kind Kind = LangStandard::getLangKind(Name);
  if (Kind != LangStandard::lang_unspecified) {
    if (LangStandard::getLangStandardForKind(Kind).getLanguage() ==
        clang::Language::CXX)
      Kept.push_back(("-std=" + Name).str());
    else
      drop("-std=" + Name);
    return;
  }
  drop("-std=" + Name);
  if (Name.starts_with("c++") || Name.starts_with("gnu++"))
    Kept.push_back(Name.starts_with("c") ? "-std=c++26" : "-std=gnu++26");
}

/// Macros and folders of `-Wp,-DX,-MD,file`; the rest writes dependencies.
void Adjuster::readPreprocessorWords(llvm::ArrayRef<const char *> Values) {
  for (StringRef Value : Values)
    if (startsWithOneOf(Value, {"-D", "-U", "-I"}) && Value.size() > 2)
      Kept.push_back(Value.str());
}

void Adjuster::readFrontendWords() {
  for (size_t I = 0; I < FrontendWords.size();) {
    StringRef Word = FrontendWords[I];
    StringRef Value =
        I + 1 < FrontendWords.size() ? FrontendWords[I + 1] : StringRef();
    if (size_t Used = readFrontendPair(Word, Value)) {
      I += Used;
      continue;
    }
    bool Harmless =
        startsWithOneOf(Word, {"-D", "-I", "-U"}) ||
        (Word.starts_with("-f") && fateOfFeature(Word) == Fate::Keep);
    if (Harmless)
      FrontendKept.push_back(Word.str());
    else if (!Word.starts_with("-W"))
      drop("-Xclang " + Word);
    ++I;
  }
}

/// Options of clang's frontend that take the next word. Returns how many words
/// that was; zero: \p Word is no such option.
size_t Adjuster::readFrontendPair(StringRef Word, StringRef Value) {
  if (Word == "-include") {
    include(Value);
  } else if (Word == "-include-pch") {
    includePrecompiled(Value);
  } else if (Word == "-isystem" || Word == "-internal-isystem" ||
             Word == "-internal-externc-isystem" || Word == "-target-feature") {
    FrontendKept.push_back(Word.str());
    FrontendKept.push_back(Value.str());
  } else if (Word == "-load" || Word == "-plugin" || Word == "-add-plugin" ||
             Word == "-mllvm" || Word == "-o" ||
             Word.starts_with("-plugin-arg-")) {
    drop("-Xclang " + Word + " -Xclang " + Value);
  } else {
    return 0;
  }
  return 2;
}

static bool isPrecompiledName(StringRef File) {
  StringRef Name = llvm::sys::path::filename(File);
  return Name.starts_with("cmake_pch.h") || Name.ends_with(".gch") ||
         Name.ends_with(".pch");
}

void Adjuster::include(StringRef Header) {
  if (llvm::is_contained(Included, Header))
    return;
  // Usually made by the build, and then holds nothing that the sources do not
  // include themselves.
  if (isPrecompiledName(Header) && !exists(Header))
    return drop("-include " + Header);
  Included.push_back(Header.str());
}

/// A precompiled header of another compiler, or of another build of clang,
/// cannot be read; the header it was made from can.
void Adjuster::includePrecompiled(StringRef Precompiled) {
  StringRef Header = Precompiled;
  if ((Header.consume_back(".pch") || Header.consume_back(".gch")) &&
      exists(Header))
    return include(Header);
  drop("-include-pch " + Precompiled);
}

void Adjuster::decideLanguage() {
  StringRef Extension = llvm::sys::path::extension(Original.File);
  types::ID Type = types::TY_INVALID;
  if (!Language.empty() && Language != "none") {
    Type = types::lookupTypeForTypeSpecifier(Language.c_str());
  } else if (!Extension.empty()) {
    Type = types::lookupTypeForExtension(Extension.drop_front());
    if (Compiler.IsCxx && Type != types::TY_INVALID)
      Type = types::lookupCXXTypeForCType(Type);
  }
  if (Type == types::TY_INVALID || !types::isCXX(Type) || types::isCuda(Type) ||
      types::isHIP(Type))
    return refuse(AdjustedCommand::Verdict::NotCxx, "not a C++ source");
  Language = types::getTypeName(Type);
}

/// bin/clang++ of the installation that has lib/clang/22.
static std::string driverBeside(StringRef Resources) {
  using llvm::sys::path::parent_path;
  llvm::SmallString<256> Program(
      parent_path(parent_path(parent_path(Resources))));
  llvm::sys::path::append(Program, "bin", "clang++");
  return Program.str().str();
}

void Adjuster::write() {
  std::string Resources = Tweaks.ResourceDirectory.empty()
                              ? resourceDirectory()
                              : Tweaks.ResourceDirectory;
  CompileCommand &Out = Result.Command;
  Out = {Original.Directory, Original.File, {}, Original.Output};
  std::vector<std::string> &Args = Out.Arguments;
  // The driver looks for libc++ relative to its own place.
  Args = {driverBeside(Resources), "--no-default-config"};
  if (!HasTarget && !Compiler.Target.empty())
    Args.push_back("--target=" + Compiler.Target);
  Args.insert(Args.end(), Kept.begin(), Kept.end());
  for (const std::string &Word : FrontendKept)
    Args.insert(Args.end(), {"-Xclang", Word});
  // Through -Xclang, or the driver would take a `.pch` or `.gch` beside it.
  for (const std::string &Header : Included)
    Args.insert(Args.end(), {"-Xclang", "-include", "-Xclang", Header});
  // -Wno-everything also turns off warnings that are errors by default; a
  // translation unit must not be lost to a matter of opinion.
  Args.insert(Args.end(), {"-resource-dir", Resources, "-w", "-Wno-everything",
                           "-fsyntax-only", "-x", Language, Out.File});
}

AdjustedCommand adjustCommand(const CompileCommand &Command,
                              const CommandTweaks &Tweaks) {
  return Adjuster(Command, Tweaks).run();
}

std::vector<std::string> systemDirectories(const CompileCommand &Command) {
  std::vector<std::string> Result;
  const std::vector<std::string> &Args = Command.Arguments;
  auto Add = [&](StringRef Directory) {
    llvm::SmallString<256> Path(Directory);
    llvm::sys::path::make_absolute(Command.Directory, Path);
    llvm::sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
    Result.push_back(Path.str().str());
  };
  for (size_t I = 0; I != Args.size(); ++I) {
    StringRef Word = Args[I];
    if (!Word.consume_front("-isystem"))
      continue;
    if (!Word.empty())
      Add(Word);
    else if (I + 1 != Args.size() && Args[I + 1] != "-Xclang")
      Add(Args[++I]);
  }
  return Result;
}

} // namespace refcycle::analyzer
