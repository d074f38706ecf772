// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "cli/Verify.h"
#include "verify/Observation.h"
#include "verify/RunProgram.h"
#include "verify/TypeNames.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include <map>

namespace refcycle::analyzer {

using llvm::Expected;
using llvm::StringRef;
using llvm::Twine;

static std::string projectRoot(const Options &Opts) {
  llvm::SmallString<256> Root(Opts.ProjectRoot);
  if (llvm::sys::fs::make_absolute(Root))
    return "";
  return Root.str().rtrim('/').str();
}

/// A program that fails may have left before the code that leaks.
static void remarkOnEnd(const VerifiedRun &Run, VerifyOutcome &Outcome) {
  if (Run.Status < 0)
    Outcome.Remarks.push_back("the program was killed: " + Run.Problem);
  else if (Run.Status > 0)
    Outcome.Remarks.push_back(
        ("the program itself ended with status " + Twine(Run.Status)).str());
  Outcome.Incomplete |= Run.Status != 0;
}

static void remarkOnRecords(const VerifiedRun &Run, VerifyOutcome &Outcome) {
  bool Done = llvm::any_of(Run.Records, [](auto &R) { return R.Done; });
  if (Done)
    return;
  Outcome.Incomplete = true;
  if (Run.Status >= 0)
    Outcome.Remarks.push_back(
        Run.Records.empty()
            ? "nothing was checked: the program is linked statically, left by "
              "_exit(), or runs with other rights; link refcycle::verify"
            : "the check did not come to its end; the system may forbid its "
              "sandbox (seccomp)");
}

/// What stands in nobody's report would look like proof that nothing leaked.
static void remarkOnFailures(const VerifiedRun &Run, VerifyOutcome &Outcome) {
  std::map<std::string, uint64_t> Failed;
  for (const VerifyRecord &Record : Run.Records)
    for (auto [Type, Count] : Record.Failed)
      Failed[managedType(Record.Types.at(Type))] += Count;
  for (const auto &[Type, Count] : Failed)
    Outcome.Remarks.push_back(
        ("the destructor of '" + Twine(Type) + "' failed in the sandbox for " +
         Twine(Count) + (Count == 1 ? " object" : " objects") +
         "; cycles through them are shown at --min-confidence=possible")
            .str());
}

static Expected<StaticFindings> readFindings(const std::string &File) {
  auto Buffer = llvm::MemoryBuffer::getFile(File);
  if (!Buffer)
    return llvm::createFileError(File, Buffer.getError());
  Expected<StaticFindings> Read = StaticFindings::parse((*Buffer)->getBuffer());
  if (!Read)
    return llvm::createFileError(File, Read.takeError());
  return Read;
}

/// The handles that a file of layouts names. A broken file should cost no run.
static Expected<std::vector<std::string>>
readHandleNames(const std::string &File) {
  std::vector<std::string> Names;
  if (File.empty())
    return Names;
  auto Buffer = llvm::MemoryBuffer::getFile(File);
  if (!Buffer)
    return llvm::createFileError(File, Buffer.getError());
  StringRef Text = (*Buffer)->getBuffer();
  if (!Text.starts_with("refcycle-layouts\t1\n") || !Text.ends_with("end\n"))
    return llvm::createFileError(
        File, llvm::createStringError(
                  "no layouts of version 1; make them with refcycle layouts"));
  llvm::SmallVector<StringRef> Lines;
  Text.split(Lines, '\n');
  for (StringRef Line : Lines)
    if (Line.starts_with("handle\t"))
      Names.push_back(Line.rsplit('\t').second.str());
  return Names;
}

/// What is not shown may be true all the same: its classes are unclear.
static void leaveOutUnsure(RunFacts &Facts, Confidence Least) {
  llvm::erase_if(Facts.Leaked, [&](const Finding &F) {
    if (F.Level >= Least)
      return false;
    for (const Hop &H : F.Cycle)
      Facts.Unclear.insert(withoutArguments(canonicalName(H.From)));
    return true;
  });
}

Expected<VerifyOutcome> verifyProgram(const Options &Opts) {
  VerifyOutcome Outcome;
  // A broken file should cost no run.
  if (!Opts.FindingsFile.empty()) {
    Expected<StaticFindings> Read = readFindings(Opts.FindingsFile);
    if (!Read)
      return Read.takeError();
    Outcome.Static = std::move(*Read);
  }
  Expected<std::vector<std::string>> Handles =
      readHandleNames(Opts.LayoutsFile);
  if (!Handles)
    return Handles.takeError();
  Expected<std::string> Library = findVerifierLibrary();
  if (!Library)
    return Library.takeError();
  Expected<VerifiedRun> Run =
      runVerified({*Library, Opts.FixedCommand, Outcome.Static.has_value(),
                   Opts.KeepStacks, Opts.LayoutsFile,
                   Outcome.Static ? Outcome.Static->stores() : StoreLines(),
                   projectRoot(Opts)});
  if (!Run)
    return Run.takeError();
  remarkOnEnd(*Run, Outcome);
  remarkOnRecords(*Run, Outcome);
  remarkOnFailures(*Run, Outcome);
  Observations Seen(projectRoot(Opts), std::move(*Handles));
  for (const VerifyRecord &Record : Run->Records)
    Seen.add(Record);
  for (const VerifyRecord &Record : Run->Earlier)
    Seen.addEarlier(Record);
  RunFacts Facts = Seen.facts();
  leaveOutUnsure(Facts, Opts.MinConfidence);
  Outcome.Leaked = Facts.Leaked.size();
  Outcome.Result.Findings =
      Outcome.Static ? Outcome.Static->match(Facts, Opts.MergeStatuses)
                     : std::move(Facts.Leaked);
  Outcome.Held = std::move(Facts.Held);
  return std::move(Outcome);
}

} // namespace refcycle::analyzer
