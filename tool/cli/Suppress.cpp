// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "cli/Suppress.h"
#include "cli/OutputFile.h"
#include "cli/Settings.h"
#include "config/SuppressionsFile.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace refcycle::analyzer {

using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

static Expected<SuppressionRule> ruleFrom(const Options &Opts) {
  SuppressionRule Rule;
  Rule.Id = Opts.Subject;
  Rule.Reason = Opts.Reason;
  if (Rule.Id.size() != 16 || !llvm::all_of(Rule.Id, llvm::isHexDigit))
    return llvm::createStringError("'" + Rule.Id +
                                   "' is no id of a finding; see \"id\" in "
                                   "--format=json");
  if (!Opts.Expires.empty()) {
    Rule.Expires = parseDate(Opts.Expires);
    if (!Rule.Expires)
      return llvm::createStringError("--expires: expected a date, such as "
                                     "2026-01-31, not '" +
                                     Opts.Expires + "'");
  }
  return Rule;
}

/// The file's text; empty if there is none.
static Expected<std::string> readOld(const std::string &File) {
  if (!llvm::sys::fs::exists(File))
    return std::string();
  auto Buffer = llvm::MemoryBuffer::getFile(File);
  if (!Buffer)
    return llvm::createFileError(File, Buffer.getError());
  return (*Buffer)->getBuffer().str();
}

/// \p Old and the rule behind it. Fails if \p Old has a rule for the finding,
/// or is no list that something can be appended to.
static Expected<std::string> append(const std::string &Old,
                                    const SuppressionRule &Rule,
                                    const std::string &File) {
  Expected<std::vector<SuppressionRule>> Rules = parseSuppressions(Old, File);
  if (!Rules)
    return Rules.takeError();
  for (const SuppressionRule &Other : *Rules)
    if (Other.Id == Rule.Id)
      return llvm::createStringError(File + ":" +
                                     llvm::Twine(Other.Where.Line) +
                                     ": has a rule for this finding");
  std::string Text = Old;
  if (!Text.empty() && Text.back() != '\n')
    Text += '\n';
  llvm::raw_string_ostream OS(Text);
  writeSuppression(Rule, OS);
  // `[]` is a list as well, but nothing can be written behind it.
  if (Error E = parseSuppressions(Text, File).takeError())
    return llvm::joinErrors(
        llvm::createStringError(File + ": no rule can be appended to it"),
        std::move(E));
  return Text;
}

Expected<std::string> addSuppression(const Options &Opts,
                                     StringRef ProjectRoot) {
  Expected<SuppressionRule> Rule = ruleFrom(Opts);
  if (!Rule)
    return Rule.takeError();
  std::string File = suppressionsPath(Opts, ProjectRoot);
  if (File.empty()) {
    llvm::SmallString<256> Path(ProjectRoot);
    llvm::sys::path::append(Path, SuppressionsFileName);
    File = Path.str().str();
  }
  Expected<std::string> Old = readOld(File);
  if (!Old)
    return Old.takeError();
  Expected<std::string> Text = append(*Old, *Rule, File);
  if (!Text)
    return Text.takeError();
  if (Error E = writeFile(File, [&](llvm::raw_ostream &OS) { OS << *Text; }))
    return E;
  return File;
}

} // namespace refcycle::analyzer
