// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One table row per flag: spelling, whether it takes a value, what it sets.

#include "cli/Options.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Regex.h"
#include <optional>

namespace refcycle::analyzer {

using llvm::Error;
using llvm::StringRef;

static Error badValue(StringRef Value, const llvm::Twine &Expected) {
  return llvm::createStringError("unknown value '" + Value + "'; expected " +
                                 Expected);
}

static Error setNumber(unsigned &Out, StringRef Value) {
  if (Value.getAsInteger(10, Out))
    return badValue(Value, "a number");
  return Error::success();
}

template <typename Enum>
static Error
setChoice(Enum &Out, StringRef Value,
          std::initializer_list<std::pair<StringRef, Enum>> Choices) {
  std::string Names;
  for (auto &[Name, Choice] : Choices) {
    if (Name == Value) {
      Out = Choice;
      return Error::success();
    }
    Names += (Names.empty() ? "" : ", ") + Name.str();
  }
  return badValue(Value, "one of " + Names);
}

static Error setRegex(std::string &Out, StringRef Value) {
  std::string Problem;
  if (!llvm::Regex(Value).isValid(Problem))
    return badValue(Value, "a regular expression (" + Problem + ")");
  Out = Value.str();
  return Error::success();
}

static Error setText(std::string &Out, StringRef Value) {
  Out = Value.str();
  return Error::success();
}

static Error append(std::vector<std::string> &Out, StringRef Value) {
  Out.push_back(Value.str());
  return Error::success();
}

static Error setConfidence(Options &O, StringRef Value) {
  return setChoice<Confidence>(O.MinConfidence, Value,
                               {{"possible", Confidence::Possible},
                                {"probable", Confidence::Probable},
                                {"definite", Confidence::Definite}});
}

static Error setFailOn(Options &O, StringRef Value) {
  return setChoice<FailOn>(O.Fail, Value,
                           {{"never", FailOn::Never},
                            {"new", FailOn::New},
                            {"possible", FailOn::Possible},
                            {"probable", FailOn::Probable},
                            {"definite", FailOn::Definite}});
}

static Error setFormat(Format &Out, StringRef Value) {
  return setChoice<Format>(Out, Value,
                           {{"text", Format::Text},
                            {"json", Format::Json},
                            {"sarif", Format::Sarif},
                            {"dot", Format::Dot},
                            {"fixes", Format::Fixes},
                            {"summary", Format::Summary},
                            {"github", Format::Github},
                            {"gitlab", Format::Gitlab}});
}

static Error setDefaultFormat(Options &O, StringRef Value) {
  return setFormat(O.Output, Value);
}

/// `FILE` or `FORMAT:FILE`; a file whose name has a colon needs the format.
static Error addOutput(Options &O, StringRef Word) {
  auto [Name, File] = Word.split(':');
  if (Name.size() == Word.size()) {
    O.Outputs.push_back({O.Output, Word.str()});
    return Error::success();
  }
  OutputSpec Spec{Format::Text, File.str()};
  if (Error E = setFormat(Spec.Kind, Name))
    return llvm::createStringError("--output: " + llvm::toString(std::move(E)));
  O.Outputs.push_back(std::move(Spec));
  return Error::success();
}

static Error setEmit(Options &O, StringRef Value) {
  return setChoice<Emit>(O.Stage, Value,
                         {{"commands", Emit::Commands},
                          {"facts", Emit::Facts},
                          {"graph", Emit::Graph},
                          {"findings", Emit::Findings}});
}

static Error setColor(Options &O, StringRef Value) {
  return setChoice<int>(O.Color, Value,
                        {{"auto", -1}, {"never", 0}, {"always", 1}});
}

namespace {
struct Flag {
  StringRef Name; ///< With its dashes.
  bool TakesValue;
  Error (*Set)(Options &, StringRef Value);
};
} // namespace

template <bool Options::*Member> static Error setTrue(Options &O, StringRef) {
  O.*Member = true;
  return Error::success();
}

template <std::string Options::*Member>
static Error setString(Options &O, StringRef Value) {
  return setText(O.*Member, Value);
}

template <unsigned Options::*Member>
static Error setUnsigned(Options &O, StringRef Value) {
  return setNumber(O.*Member, Value);
}

template <std::vector<std::string> Options::*Member>
static Error addTo(Options &O, StringRef Value) {
  return append(O.*Member, Value);
}

static Error setProjectRoot(Options &O, StringRef Value) {
  if (!llvm::sys::fs::is_directory(Value))
    return badValue(Value, "a folder");
  return setText(O.ProjectRoot, Value);
}

static Error setHeaderFilter(Options &O, StringRef Value) {
  return setRegex(O.HeaderFilter, Value);
}

template <Command Which> static Error setCommand(Options &O, StringRef) {
  O.What = Which;
  return Error::success();
}

static constexpr Flag Flags[] = {
    {"--allow-incomplete", false, setTrue<&Options::AllowIncomplete>},
    {"--baseline", true, setString<&Options::BaselineFile>},
    {"--cache-dir", true, setString<&Options::CacheDirectory>},
    {"--cache-size", true, setUnsigned<&Options::CacheMegabytes>},
    {"--checks", true, setString<&Options::Checks>},
    {"--color", true, setColor},
    {"--config", true, setString<&Options::ConfigFile>},
    {"--depfile", true, setString<&Options::DepFile>},
    {"--depth", true, setUnsigned<&Options::Depth>},
    {"--diff-base", true, setString<&Options::DiffBaseFile>},
    {"--emit", true, setEmit},
    {"--exclude", true, addTo<&Options::Exclude>},
    {"--expires", true, setString<&Options::Expires>},
    {"--export-fixes", true, setString<&Options::ExportFixesFile>},
    {"--extra-arg", true, addTo<&Options::ExtraArgs>},
    {"--extra-arg-before", true, addTo<&Options::ExtraArgsBefore>},
    {"--fail-on", true, setFailOn},
    {"--findings", true, setString<&Options::FindingsFile>},
    {"--fix", false, setTrue<&Options::Fix>},
    {"--format", true, setDefaultFormat},
    {"--header-filter", true, setHeaderFilter},
    {"--help", false, setCommand<Command::Help>},
    {"--jobs", true, setUnsigned<&Options::Jobs>},
    {"--layouts", true, setString<&Options::LayoutsFile>},
    {"--merge", false, setTrue<&Options::MergeStatuses>},
    {"--min-confidence", true, setConfidence},
    {"--output", true, addTo<&Options::OutputWords>},
    {"--parse-all-bodies", false, setTrue<&Options::ParseAllBodies>},
    {"--project-root", true, setProjectRoot},
    {"--quiet", false, setTrue<&Options::Quiet>},
    {"--reason", true, setString<&Options::Reason>},
    {"--show-generated", false, setTrue<&Options::ShowGenerated>},
    {"--stacks", false, setTrue<&Options::KeepStacks>},
    {"--suppressions", true, setString<&Options::SuppressionsFile>},
    {"--timing", false, setTrue<&Options::Timing>},
    {"--tu-memory", true, setUnsigned<&Options::TuMemory>},
    {"--tu-timeout", true, setUnsigned<&Options::TuTimeout>},
    {"--type", true, setString<&Options::TypeName>},
    {"--version", false, setCommand<Command::Version>},
    {"--write-baseline", true, setString<&Options::WriteBaselineFile>},
    {"--write-diff-base", true, setString<&Options::WriteDiffBaseFile>},
    {"-h", false, setCommand<Command::Help>},
    {"-j", true, setUnsigned<&Options::Jobs>},
    {"-o", true, addTo<&Options::OutputWords>},
    {"-p", true, setString<&Options::DatabaseDirectory>},
};

namespace {
/// One row per command: its word, and what only the whole line can tell.
struct CommandRow {
  StringRef Name;
  Command What;
  bool HasSubject; ///< The first input is no source, but what it is about.
  Error (*Check)(const Options &);
};
} // namespace

static StringRef nameOf(const CommandRow &Row) { return Row.Name; }

static Error checkCheck(const Options &O) {
  if (O.HasFixedCommand && O.Inputs.empty())
    return llvm::createStringError(
        "no source in front of --; say refcycle [options] source... -- "
        "[compiler options]");
  return Error::success();
}

static Error checkExtract(const Options &O) {
  if (O.Inputs.size() != 1 || O.OutputWords.empty())
    return llvm::createStringError("extract takes one source and -o; say "
                                   "refcycle extract -o FILE source -- "
                                   "[compiler options]");
  return Error::success();
}

static Error checkLink(const Options &O) {
  if (O.Inputs.empty())
    return llvm::createStringError(
        "link takes facts files; make them with refcycle extract");
  return Error::success();
}

static Error checkExplain(const Options &O) {
  if (O.Subject.empty())
    return llvm::createStringError(
        "explain takes the id of a finding; see \"id\" in --format=json");
  return Error::success();
}

static Error checkExplainHandle(const Options &O) {
  if (O.Subject.empty())
    return llvm::createStringError("explain-handle takes the qualified name of "
                                   "a class, such as ns::Ref");
  return Error::success();
}

static Error checkSuppress(const Options &O) {
  if (O.Subject.empty() || O.Reason.empty())
    return llvm::createStringError("suppress takes the id of a finding and "
                                   "why it is accepted; say refcycle suppress "
                                   "ID --reason TEXT");
  return Error::success();
}

/// Of commands that look at no source.
static Error checkNoInputs(const Options &O) {
  if (!O.Inputs.empty())
    return llvm::createStringError("'" + O.Inputs.front() +
                                   "' is more than this command takes; see "
                                   "refcycle --help");
  return Error::success();
}

static Error checkVerify(const Options &O) {
  if (O.FixedCommand.empty())
    return llvm::createStringError(
        "verify takes a program; say refcycle verify [options] -- PROGRAM "
        "[its arguments]");
  if (!O.Inputs.empty())
    return llvm::createStringError("the program '" + O.Inputs.front() +
                                   "' goes after --");
  if (O.MergeStatuses && O.FindingsFile.empty())
    return llvm::createStringError(
        "--merge needs --findings: the report that earlier runs updated");
  return Error::success();
}

static constexpr CommandRow Commands[] = {
    {"check", Command::Check, false, checkCheck},
    {"dump-config", Command::DumpConfig, false, checkNoInputs},
    {"explain", Command::Explain, true, checkExplain},
    {"explain-handle", Command::ExplainHandle, true, checkExplainHandle},
    {"extract", Command::Extract, false, checkExtract},
    {"graph", Command::Graph, false, checkCheck},
    {"help", Command::Help, true, checkNoInputs},
    {"layouts", Command::Layouts, false, checkCheck},
    {"link", Command::Link, false, checkLink},
    {"list-checks", Command::ListChecks, false, checkNoInputs},
    {"list-handles", Command::ListHandles, true, checkNoInputs},
    {"stats", Command::Stats, false, checkCheck},
    {"suppress", Command::Suppress, true, checkSuppress},
    {"verify", Command::Verify, false, checkVerify},
};

/// The nearest of \p Names; empty: all are farther than a typing error.
static StringRef nearest(StringRef Word, llvm::ArrayRef<StringRef> Names) {
  StringRef Nearest;
  unsigned Best = std::min<size_t>(4, (Word.size() + 1) / 2);
  for (StringRef Name : Names) {
    unsigned Distance = Word.edit_distance(Name, true, Best);
    if (Distance < Best) {
      Best = Distance;
      Nearest = Name;
    }
  }
  return Nearest;
}

static Error unknownFlag(StringRef Word) {
  StringRef Name = Word.split('=').first;
  std::vector<StringRef> Names;
  for (const Flag &F : Flags)
    if (F.Name.starts_with("--"))
      Names.push_back(F.Name);
  for (const CommandRow &C : Commands)
    if (Name.ltrim('-') == C.Name)
      return llvm::createStringError("'" + C.Name +
                                     "' is a command; say refcycle " + C.Name);
  StringRef Meant = nearest(Name, Names);
  if (!Meant.empty())
    return llvm::createStringError("unknown option '" + Name +
                                   "'; did you mean '" + Meant + "'?");
  return llvm::createStringError(
      "unknown option '" + Name +
      "'; see refcycle --help (options for the compiler go after --)");
}

/// A first word that can be neither a source, a folder nor a glob.
static Error unknownCommand(StringRef Word) {
  std::vector<StringRef> Names;
  for (const CommandRow &C : Commands)
    Names.push_back(C.Name);
  StringRef Meant = nearest(Word, Names);
  return llvm::createStringError("'" + Word + "' is no command and no file; " +
                                 (Meant.empty()
                                      ? llvm::Twine("see refcycle --help")
                                      : "did you mean '" + Meant + "'?"));
}

namespace {
/// The words of the command line from left to right.
class Parser {
public:
  explicit Parser(llvm::ArrayRef<const char *> Words) : Rest(Words) {}

  llvm::Expected<Options> run() {
    if (namesNothing())
      return unknownCommand(Rest.front());
    const CommandRow *Row = takeCommand();
    Result.What = Row->What;
    while (!Rest.empty())
      if (Error E = readWord(takeWord()))
        return std::move(E);
    if (Row->HasSubject && !Result.Inputs.empty()) {
      Result.Subject = Result.Inputs.front();
      Result.Inputs.erase(Result.Inputs.begin());
    }
    // --help and --version beat whatever else stands there.
    if (Result.What == Row->What)
      if (Error E = Row->Check(Result))
        return std::move(E);
    if (Error E = readOutputs())
      return std::move(E);
    return std::move(Result);
  }

private:
  StringRef takeWord() {
    StringRef Word = Rest.front();
    Rest = Rest.drop_front();
    return Word;
  }

  Error readWord(StringRef Word);
  Error readList(StringRef File);
  Error readFlag(const Flag &F, std::optional<StringRef> Value);
  bool namesNothing() const;
  const CommandRow *takeCommand();
  Error readOutputs();

  llvm::ArrayRef<const char *> Rest;
  Options Result;
};
} // namespace

static const Flag *findFlag(StringRef Name) {
  const Flag *Found =
      llvm::find_if(Flags, [&](const Flag &F) { return F.Name == Name; });
  return Found == std::end(Flags) ? nullptr : Found;
}

Error Parser::readWord(StringRef Word) {
  if (Word == "--") {
    Result.HasFixedCommand = true;
    Result.FixedCommand.assign(Rest.begin(), Rest.end());
    Rest = {};
    return Error::success();
  }
  if (Word.starts_with("@"))
    return readList(Word.drop_front());
  if (!Word.starts_with("-") || Word == "-") {
    Result.Inputs.push_back(Word.str());
    return Error::success();
  }
  auto [Name, Value] = Word.split('=');
  bool HasValue = Name.size() != Word.size();
  if (const Flag *F = findFlag(Name))
    return readFlag(*F, HasValue ? std::optional(Value) : std::nullopt);
  // `-j8` and `-pbuild`, but not `-jobs`.
  if (!Word.starts_with("--"))
    if (const Flag *F = findFlag(Word.take_front(2)))
      if (F->TakesValue && (Word[1] != 'j' || llvm::isDigit(Word[2])))
        return readFlag(*F, Word.drop_front(2));
  // clang-tidy's users write `-checks=...`.
  if (!Word.starts_with("--"))
    if (const Flag *F = findFlag(("-" + Name).str()))
      return readFlag(*F, HasValue ? std::optional(Value) : std::nullopt);
  return unknownFlag(Word);
}

/// One input on each line: command lines have a limit, projects have none.
Error Parser::readList(StringRef File) {
  auto Buffer = llvm::MemoryBuffer::getFile(File, /*IsText=*/true);
  if (!Buffer)
    return llvm::createFileError(File, Buffer.getError());
  StringRef Text = (*Buffer)->getBuffer();
  while (!Text.empty()) {
    auto [Line, Rest] = Text.split('\n');
    if (!Line.trim().empty())
      Result.Inputs.push_back(Line.trim().str());
    Text = Rest;
  }
  return Error::success();
}

Error Parser::readFlag(const Flag &F, std::optional<StringRef> Value) {
  if (!F.TakesValue && Value)
    return llvm::createStringError(F.Name + llvm::Twine(" takes no value"));
  if (F.TakesValue && !Value) {
    if (Rest.empty() || StringRef(Rest.front()) == "--")
      return llvm::createStringError(F.Name + llvm::Twine(" needs a value"));
    Value = takeWord();
  }
  if (Error E = F.Set(Result, Value.value_or("")))
    return llvm::createStringError(F.Name + llvm::Twine(": ") +
                                   llvm::toString(std::move(E)));
  return Error::success();
}

/// Is the first word a mistyped command?
bool Parser::namesNothing() const {
  if (Rest.empty())
    return false;
  StringRef Word = Rest.front();
  bool IsName =
      llvm::all_of(Word, [](char C) { return llvm::isLower(C) || C == '-'; });
  return IsName && !Word.starts_with("-") && !Word.empty() &&
         !llvm::is_contained(llvm::map_range(Commands, nameOf), Word) &&
         !llvm::sys::fs::exists(Word);
}

/// The command that the first word names; without one, check.
const CommandRow *Parser::takeCommand() {
  const CommandRow *Row = std::begin(Commands);
  if (Rest.empty())
    return Row;
  const CommandRow *Named = llvm::find_if(
      Commands, [&](const CommandRow &C) { return C.Name == Rest.front(); });
  if (Named == std::end(Commands))
    return Row;
  Rest = Rest.drop_front();
  return Named;
}

/// Last, since a --format behind them counts as well.
Error Parser::readOutputs() {
  for (const std::string &Word : Result.OutputWords)
    if (Error E = addOutput(Result, Word))
      return E;
  if (Result.Outputs.empty())
    Result.Outputs.push_back({Result.Output, ""});
  if (!Result.ExportFixesFile.empty())
    Result.Outputs.push_back({Format::Fixes, Result.ExportFixesFile});
  return Error::success();
}

llvm::Expected<Options> parseOptions(llvm::ArrayRef<const char *> Words) {
  return Parser(Words).run();
}

std::string helpText(unsigned Cores) {
  return (llvm::Twine(
              R"(usage: refcycle [check] [options] [source...] [-- compiler options]
Finds objects that keep each other alive for ever.

  -p DIR                  folder with compile_commands.json   [search upwards]
  --checks=GLOBS          checks to run; see refcycle list-checks          [*]
  --min-confidence=TIER   possible, probable or definite            [probable]
  --fail-on=TIER          exit with 1 from here on; also never, new    [shown]
  --format=KIND           text, json, sarif, dot, fixes, summary, github, gitlab
  --output=FILE, -o FILE  write the report there; FORMAT:FILE for several
  --fix                   change the sources where safe; --export-fixes=FILE
  --header-filter=REGEX   headers to report in          [those of the project]
  --exclude=GLOB          report nothing in these files; repeatable
  --show-generated        report in generated files, too (moc_*, *.pb.h ...)
  --config=FILE           what your types mean      [.refcycle.yaml, upwards]
  --suppressions=FILE     accepted findings [.refcycle-suppressions.yaml, upw.]
  --baseline=FILE         report only what is not in FILE; --write-baseline=FILE
  --diff-base=FILE        report what is new against FILE and which change did
                          it; --write-diff-base=FILE
  --extra-arg=ARG         add to every compiler call; --extra-arg-before
  --project-root=DIR      paths are shown relative to it   [current directory]
  --cache-dir=DIR         keep facts of unchanged units; --cache-size=MB  [2048]
  -j N                    translation units at once                        [)") +
          llvm::Twine(Cores) + R"(]
  --tu-timeout=S          of one translation unit; --tu-memory=MB  [300, none]
  --allow-incomplete      do not exit with 2 when a translation unit failed
  --emit=STAGE            print commands, facts, graph or findings  [findings]
  --quiet                 no summary and no progress on stderr
  --timing                real seconds in the JSON summary
  --color=WHEN            auto, always or never                         [auto]
  --version               version of refcycle and of its clang

other commands: refcycle extract -o FILE [--depfile=FILE] source [-- options]
                refcycle link [options] FACTS...
                refcycle explain ID | suppress ID --reason TEXT
                refcycle graph [--type NAME] [--depth N] [--format=dot] | stats
                refcycle explain-handle CLASS | list-handles [FAMILY]
                refcycle list-checks | dump-config | layouts -o FILE
                refcycle verify [--findings=JSON] [--layouts=FILE] -- PROGRAM

exit status: 0 nothing to report, 1 findings, 2 could not do the job
)")
      .str();
}

} // namespace refcycle::analyzer
