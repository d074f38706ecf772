// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The document is clang's TranslationUnitReplacements; that type itself would
// bring clang into this layer.

#include "report/FixesYaml.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/YAMLTraits.h"

namespace {

struct Replacement {
  std::string FilePath;
  uint32_t Offset = 0, Length = 0;
  std::string Text;
};

struct Replacements {
  /// None: the edits are those of a whole program.
  std::string MainSourceFile;
  std::vector<Replacement> All;
};

} // namespace

LLVM_YAML_IS_SEQUENCE_VECTOR(Replacement)

template <> struct llvm::yaml::MappingTraits<Replacement> {
  static void mapping(IO &Io, Replacement &R) {
    Io.mapRequired("FilePath", R.FilePath);
    Io.mapRequired("Offset", R.Offset);
    Io.mapRequired("Length", R.Length);
    Io.mapRequired("ReplacementText", R.Text);
  }
};

template <> struct llvm::yaml::MappingTraits<Replacements> {
  static void mapping(IO &Io, Replacements &R) {
    Io.mapRequired("MainSourceFile", R.MainSourceFile);
    Io.mapRequired("Replacements", R.All);
  }
};

namespace refcycle::analyzer {

void writeFixes(llvm::ArrayRef<SourceEdit> Edits, llvm::StringRef ProjectRoot,
                llvm::raw_ostream &OS) {
  Replacements Document;
  for (const SourceEdit &E : Edits) {
    llvm::SmallString<256> Path(E.Loc.File);
    llvm::sys::path::make_absolute(ProjectRoot, Path);
    Document.All.push_back({Path.str().str(), E.Offset, E.Length, E.Text});
  }
  llvm::yaml::Output Yaml(OS);
  Yaml << Document;
}

} // namespace refcycle::analyzer
