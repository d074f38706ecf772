// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One row per rule: words in, what is kept of them, what is said to be dropped.
// What every command gets is tested once.

#include "extract/AdjustCommand.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refcycle::analyzer {
namespace {

using testing::ElementsAre;

AdjustedCommand adjust(llvm::StringRef Words, llvm::StringRef File = "/p/a.cpp",
                       llvm::StringRef Directory = "/p") {
  CompileCommand Command{Directory.str(), File.str(), {}, ""};
  llvm::SmallVector<llvm::StringRef> Parts;
  Words.split(Parts, ' ', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef Part : Parts)
    Command.Arguments.push_back(Part.str());
  CommandTweaks Tweaks;
  Tweaks.ResourceDirectory = "/llvm/lib/clang/22";
  return adjustCommand(Command, Tweaks);
}

std::string kept(const AdjustedCommand &A) {
  std::string Text = llvm::join(A.Command.Arguments, " ");
  llvm::StringRef Rest = Text;
  Rest.consume_front("/llvm/bin/clang++ --no-default-config");
  Rest = Rest.take_front(Rest.find(" -resource-dir"));
  return Rest.trim().str();
}

std::string dropped(const AdjustedCommand &A) {
  return llvm::join(A.Dropped, ", ");
}

struct Row {
  const char *Rule, *Words, *Kept, *Dropped;
};

void PrintTo(const Row &R, std::ostream *OS) { *OS << R.Rule; }

class Adjusts : public testing::TestWithParam<Row> {};

TEST_P(Adjusts, AsTheTableSays) {
  AdjustedCommand A = adjust(GetParam().Words);
  EXPECT_EQ(A.Kind, AdjustedCommand::Verdict::Analyse);
  EXPECT_EQ(kept(A), GetParam().Kept) << GetParam().Rule;
  EXPECT_EQ(dropped(A), GetParam().Dropped) << GetParam().Rule;
}

constexpr Row Parsing[] = {
    {"MacrosAndFoldersStay",
     "g++ -DX=1 -UY -Iinc -I inc2 -isystem s -iquote q a.cpp",
     "-DX=1 -UY -Iinc -I inc2 -isystem s -iquote q", ""},
    {"LanguageOptionsStay",
     "g++ -std=c++20 -fno-exceptions -fno-rtti -pthread -m32 a.cpp",
     "-std=c++20 -fno-exceptions -fno-rtti -pthread -m32", ""},
    {"OptimisationStaysForItsMacros", "g++ -O2 -march=haswell a.cpp",
     "-O2 -march=haswell", ""},
    {"CStandardIsNotForCxx", "g++ -std=c11 a.cpp", "", "-std=c11"},
    {"UnknownStandardIsTheLatest", "g++ -std=c++29 a.cpp", "-std=c++26",
     "-std=c++29"},
    {"SysrootAndTargetStay",
     "clang++ --target=aarch64-linux-gnu --sysroot=/s a.cpp",
     "--target=aarch64-linux-gnu --sysroot=/s", ""},
    {"StandardLibraryStays", "clang++ -stdlib=libc++ -nostdinc++ a.cpp",
     "-stdlib=libc++ -nostdinc++", ""},
    {"MacrosForThePreprocessorStay",
     "g++ -Wp,-DX,-MD,a.d -Xpreprocessor -DY a.cpp", "-DX -DY", ""},
};

constexpr Row Writing[] = {
    {"OutputGoes", "g++ -c a.cpp -o a.o", "", ""},
    {"JoinedOutputGoes", "g++ -c a.cpp -oa.o", "", ""},
    {"LongOutputGoes", "g++ -c a.cpp --output=a.o", "", ""},
    {"DependencyFilesGo", "g++ -MD -MMD -MP -MF a.d -MT a.o -MQ x a.cpp", "",
     ""},
    {"OtherActionsGo", "g++ -E -S -emit-llvm a.cpp", "", ""},
    {"TemporariesAndReportsGo",
     "clang++ -save-temps=obj -ftime-trace -fsave-optimization-record "
     "--serialize-diagnostics x.dia -ftime-trace=x.json a.cpp",
     "", ""},
    {"ProfilesAndCoverageGo",
     "g++ --coverage -fprofile-arcs -ftest-coverage -fprofile-use=/none a.cpp",
     "", ""},
    {"SanitizersGo",
     "clang++ -fsanitize=address,undefined -fno-sanitize=vptr a.cpp", "", ""},
    {"LinkingGoes",
     "g++ -shared -Wl,-z,now -lfoo -L/x -flto -fuse-ld=gold a.cpp", "", ""},
    {"DebugInformationGoes", "g++ -g -ggdb3 -gsplit-dwarf a.cpp", "", ""},
};

constexpr Row Warnings[] = {
    {"WarningsGo", "g++ -Wall -Wextra -Wno-foo -pedantic a.cpp", "", ""},
    {"ErrorsFromWarningsGo",
     "g++ -Werror -Werror=return-type -pedantic-errors a.cpp", "", ""},
    {"DiagnosticStyleGoes",
     "g++ -fdiagnostics-color=always -fmessage-length=0 a.cpp", "", ""},
};

constexpr Row Plugins[] = {
    {"PluginsGo", "clang++ -fplugin=x.so -fplugin-arg-x-y a.cpp", "",
     "-fplugin=x.so, -fplugin-arg-x-y"},
    {"PassPluginsGo", "clang++ -fpass-plugin=x.so a.cpp", "",
     "-fpass-plugin=x.so"},
    {"LoadedPluginsGo",
     "clang++ -Xclang -load -Xclang x.so -Xclang -add-plugin -Xclang x "
     "-Xclang -plugin-arg-x -Xclang y a.cpp",
     "",
     "-Xclang -load -Xclang x.so, -Xclang -add-plugin -Xclang x, "
     "-Xclang -plugin-arg-x -Xclang y"},
    {"LlvmOptionsGo", "clang++ -mllvm -load=x.so a.cpp", "",
     "-mllvm -load=x.so"},
    {"FrontendActionsGo", "clang++ -Xclang -ast-dump -Xclang -emit-pch a.cpp",
     "", "-Xclang -ast-dump, -Xclang -emit-pch"},
    {"ConfigurationFilesGo", "clang++ --config=x.cfg a.cpp", "",
     "--config=x.cfg"},
    {"FrontendFeaturesStay", "clang++ -Xclang -fno-pch-timestamp a.cpp",
     "-Xclang -fno-pch-timestamp", ""},
};

constexpr Row Foreign[] = {
    {"UnknownFlagsOfGccGo", "g++ -fconserve-stack -mno-unknown-thing a.cpp", "",
     "-fconserve-stack, -mno-unknown-thing"},
    {"FlagsOfNvccGo",
     "nvcc -isystem=/cuda --expt-relaxed-constexpr -Xcompiler -fPIC a.cpp",
     "-isystem/cuda -fPIC", "--expt-relaxed-constexpr, -Xcompiler"},
    {"ModuleFlagsGo",
     "g++ -fmodules-ts -fmodule-mapper=m.map -fdeps-format=p1689r5 a.cpp", "",
     "-fmodules-ts, -fmodule-mapper=m.map, -fdeps-format=p1689r5"},
    {"ImplicitModulesGo", "clang++ -fmodules -fmodules-cache-path=/x a.cpp", "",
     "-fmodules, -fmodules-cache-path=/x"},
    {"ModuleMapOfCMakeGoes", "g++ @a.o.modmap a.cpp", "", "@a.o.modmap"},
    {"MissingResponseFileGoes", "g++ @none.rsp a.cpp", "", "@none.rsp"},
    {"MissingPrecompiledHeaderGoes", "g++ -include cmake_pch.hxx a.cpp", "",
     "-include cmake_pch.hxx"},
    {"MissingPrecompiledFileGoes",
     "clang++ -Xclang -include-pch -Xclang x.hxx.pch a.cpp", "",
     "-include-pch x.hxx.pch"},
    {"ForcedHeadersStay", "g++ -include config.h a.cpp",
     "-Xclang -include -Xclang config.h", ""},
    {"OtherInputsGo", "g++ b.cpp a.cpp main.o", "", ""},
    {"MissingValueIsSaid", "g++ -DX a.cpp -I", "-DX", "-I (value missing)"},
};

constexpr Row Launchers[] = {
    {"Ccache", "/usr/bin/ccache g++ -DX a.cpp", "-DX", ""},
    {"CcacheOnDistcc", "ccache distcc g++ -DX a.cpp", "-DX", ""},
    {"Env", "env CCACHE_SLOPPINESS=a,b LANG=C ccache g++ -DX a.cpp", "-DX", ""},
    {"CMakeEnv", "/usr/bin/cmake -E env A=1 ccache g++ -DX a.cpp", "-DX", ""},
    {"CMakeCoCompile",
     "cmake -E __run_co_compile --tidy=clang-tidy --source=a.cpp -- g++ -DX "
     "a.cpp",
     "-DX", ""},
    {"Libtool", "libtool --tag=CXX --mode=compile g++ -DX a.cpp", "-DX", ""},
    {"CrossCompiler", "aarch64-linux-gnu-g++-12 -DX a.cpp",
     "--target=aarch64-linux-gnu -DX", ""},
};

auto name(const testing::TestParamInfo<Row> &Info) { return Info.param.Rule; }
INSTANTIATE_TEST_SUITE_P(Parsing, Adjusts, testing::ValuesIn(Parsing), name);
INSTANTIATE_TEST_SUITE_P(Writing, Adjusts, testing::ValuesIn(Writing), name);
INSTANTIATE_TEST_SUITE_P(Warnings, Adjusts, testing::ValuesIn(Warnings), name);
INSTANTIATE_TEST_SUITE_P(Plugins, Adjusts, testing::ValuesIn(Plugins), name);
INSTANTIATE_TEST_SUITE_P(Foreign, Adjusts, testing::ValuesIn(Foreign), name);
INSTANTIATE_TEST_SUITE_P(Launchers, Adjusts, testing::ValuesIn(Launchers),
                         name);

TEST(AdjustCommand, OnlyParsesTheOneFile) {
  AdjustedCommand A = adjust("g++ -c a.cpp");
  EXPECT_THAT(A.Command.Arguments,
              ElementsAre("/llvm/bin/clang++", "--no-default-config",
                          "-resource-dir", "/llvm/lib/clang/22", "-w",
                          "-Wno-everything", "-fsyntax-only", "-x", "c++",
                          "/p/a.cpp"));
}

struct Verdict {
  const char *Words, *File;
  AdjustedCommand::Verdict Kind;
};

TEST(AdjustCommand, DecidesWhatIsCxx) {
  using enum AdjustedCommand::Verdict;
  for (const Verdict &V : {
           Verdict{"gcc -c a.c", "/p/a.c", NotCxx},
           Verdict{"g++ -c a.c", "/p/a.c", Analyse},
           Verdict{"gcc -x c++ -c a.c", "/p/a.c", Analyse},
           Verdict{"g++ -x c -c a.cpp", "/p/a.cpp", NotCxx},
           Verdict{"gcc -x c -c a.cpp", "/p/a.cpp", NotCxx},
           Verdict{"gcc -c a.S", "/p/a.S", NotCxx},
           Verdict{"nvcc -c a.cu", "/p/a.cu", NotCxx},
           Verdict{"nvcc -x cu -c a.cpp", "/p/a.cpp", NotCxx},
           Verdict{"clang++ -c a.cppm", "/p/a.cppm", Analyse},
           Verdict{"gcc -c a.cxx", "/p/a.cxx", Analyse},
           Verdict{"windres a.rc", "/p/a.rc", NotCxx},
           Verdict{"g++ -c README", "/p/README", NotCxx},
           Verdict{"clang-cl /c a.cpp", "/p/a.cpp", Unsupported},
           Verdict{"cl.exe /c a.cpp", "/p/a.cpp", Unsupported},
           Verdict{"clang --driver-mode=cl /c a.cpp", "/p/a.cpp", Unsupported},
           Verdict{"clang -cc1 a.cpp", "/p/a.cpp", Unsupported},
       })
    EXPECT_EQ(adjust(V.Words, V.File).Kind, V.Kind) << V.Words;
}

/// A folder with files, for what depends on their existence.
class AdjustInFolder : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("adjust", Folder));
  }
  void TearDown() override { llvm::sys::fs::remove_directories(Folder); }

  void write(llvm::StringRef Name, llvm::StringRef Text) {
    std::error_code Error;
    llvm::raw_fd_ostream(path(Name), Error) << Text;
  }
  std::string path(llvm::StringRef Name) { return (Folder + "/" + Name).str(); }
  std::string keptOf(llvm::StringRef Words) {
    return kept(adjust(Words, path("a.cpp"), Folder));
  }

  llvm::SmallString<128> Folder;
};

TEST_F(AdjustInFolder, ResponseFilesAreReadWhereTheCommandRuns) {
  write("flags.rsp", "-DX \"-DY=a b\"\n@more.rsp");
  write("more.rsp", "-DZ");
  EXPECT_EQ(keptOf("g++ @flags.rsp a.cpp"), "-DX -DY=a b -DZ");
}

TEST_F(AdjustInFolder, AResponseFileThatNamesItselfEnds) {
  write("flags.rsp", "-DX @flags.rsp");
  EXPECT_THAT(keptOf("g++ @flags.rsp a.cpp"), testing::StartsWith("-DX -DX"));
}

TEST_F(AdjustInFolder, APrecompiledHeaderIsReplacedByItsSource) {
  write("pch.hxx", "");
  EXPECT_EQ(keptOf("clang++ -Xclang -include-pch -Xclang pch.hxx.pch a.cpp"),
            "-Xclang -include -Xclang pch.hxx");
}

TEST_F(AdjustInFolder, CMakesPairOfHeaderAndPrecompiledFileIsOneHeader) {
  write("cmake_pch.hxx", "");
  EXPECT_EQ(keptOf("clang++ -Xclang -include-pch -Xclang cmake_pch.hxx.pch "
                   "-Xclang -include -Xclang cmake_pch.hxx a.cpp"),
            "-Xclang -include -Xclang cmake_pch.hxx");
}

TEST(AdjustCommand, TheUsersArgumentsGoFirstAndLast) {
  CompileCommand Command{"/p", "/p/a.cpp", {"g++", "-DM"}, ""};
  CommandTweaks Tweaks{{"-DB"}, {"-DA"}, "/llvm/lib/clang/22"};
  EXPECT_EQ(kept(adjustCommand(Command, Tweaks)), "-DB -DM -DA");
}

TEST(SystemDirectories, AreAbsolute) {
  AdjustedCommand A = adjust("g++ -isystem /usr/x -isystem../third -Iinc a.cpp",
                             "/p/q/a.cpp", "/p/q");
  EXPECT_THAT(systemDirectories(A.Command), ElementsAre("/usr/x", "/p/third"));
}

} // namespace
} // namespace refcycle::analyzer
