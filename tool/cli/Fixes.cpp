// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "cli/Fixes.h"
#include "cli/OutputFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"
#include <map>
#include <set>

namespace refcycle::analyzer {

static bool byPlace(const SourceEdit &A, const SourceEdit &B) {
  return std::tie(A.Loc.File, A.Offset, A.Length, A.Text) <
         std::tie(B.Loc.File, B.Offset, B.Length, B.Text);
}

static bool overlap(const SourceEdit &A, const SourceEdit &B) {
  return A != B && A.Loc.File == B.Loc.File && A.Offset < B.Offset + B.Length &&
         B.Offset < A.Offset + A.Length;
}

namespace {
class Choice {
public:
  bool add(const Weakening &W) {
    bool Clashes =
        ReliedOn.count(W.Slot) ||
        llvm::any_of(W.Relies,
                     [&](const std::string &S) { return Weak.count(S); }) ||
        llvm::any_of(W.Edits, [&](const SourceEdit &New) {
          return llvm::any_of(
              Edits, [&](const SourceEdit &Old) { return overlap(Old, New); });
        });
    if (Clashes)
      return false;
    Weak.insert(W.Slot);
    ReliedOn.insert(W.Relies.begin(), W.Relies.end());
    llvm::append_range(Edits, W.Edits);
    return true;
  }

  std::vector<SourceEdit> take() {
    llvm::sort(Edits, byPlace);
    Edits.erase(llvm::unique(Edits), Edits.end());
    return std::move(Edits);
  }

private:
  std::set<std::string> Weak, ReliedOn;
  std::vector<SourceEdit> Edits;
};
} // namespace

ChosenFixes chooseFixes(llvm::ArrayRef<Finding> Findings) {
  ChosenFixes Result;
  Choice Chosen;
  for (const Finding &F : Findings)
    if (F.Fix && !F.Fix->Edits.empty() && !F.Known)
      ++(Chosen.add(*F.Fix) ? Result.Findings : Result.Left);
  Result.Edits = Chosen.take();
  return Result;
}

static llvm::Expected<std::string> edited(llvm::StringRef Path,
                                          llvm::ArrayRef<SourceEdit> Edits) {
  auto Buffer = llvm::MemoryBuffer::getFile(Path);
  if (!Buffer)
    return llvm::createFileError(Path, Buffer.getError());
  llvm::StringRef Old = (*Buffer)->getBuffer();
  uint64_t Content = llvm::xxh3_64bits(Old);
  std::string New;
  size_t Done = 0;
  for (const SourceEdit &E : Edits) {
    if (E.Content != Content || E.Offset < Done ||
        E.Offset + E.Length > Old.size())
      return llvm::createFileError(
          Path, llvm::createStringError(
                    "the file has changed since it was analysed; nothing is "
                    "fixed"));
    New += Old.substr(Done, E.Offset - Done);
    New += E.Text;
    Done = E.Offset + E.Length;
  }
  New += Old.drop_front(Done);
  return New;
}

llvm::Expected<unsigned> applyFixes(llvm::ArrayRef<SourceEdit> Edits,
                                    llvm::StringRef ProjectRoot) {
  std::map<std::string, std::vector<SourceEdit>> ByFile;
  for (const SourceEdit &E : Edits) {
    llvm::SmallString<256> Path(E.Loc.File);
    llvm::sys::path::make_absolute(ProjectRoot, Path);
    ByFile[Path.str().str()].push_back(E);
  }
  std::map<std::string, std::string> Texts;
  for (const auto &[Path, Own] : ByFile) {
    llvm::Expected<std::string> Text = edited(Path, Own);
    if (!Text)
      return Text.takeError();
    Texts[Path] = std::move(*Text);
  }
  for (const auto &[Path, Text] : Texts)
    if (llvm::Error E = checkWritable(Path))
      return std::move(E);
  for (const auto &[Path, Text] : Texts)
    if (llvm::Error E =
            writeFile(Path, [&](llvm::raw_ostream &OS) { OS << Text; }))
      return std::move(E);
  return unsigned(Texts.size());
}

} // namespace refcycle::analyzer
