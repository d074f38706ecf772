// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "config/SuppressionsFile.h"
#include "config/YamlReader.h"
#include "config/YamlWriter.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"

namespace refcycle::analyzer {

using llvm::Error;
using llvm::StringRef;
using std::chrono::year_month_day;

static constexpr llvm::StringRef Levels[] = {"possible", "probable",
                                             "definite"};

static Error readCycle(const YamlFile &File, const YamlNode &Node,
                       std::vector<std::string> &Into) {
  constexpr const char *What = "hops, such as 'Parent::kids -> Child::parent'";
  std::string Text;
  if (Error E = readText(File, Node, What, Text))
    return E;
  llvm::SmallVector<StringRef> Hops;
  StringRef(Text).split(Hops, "->");
  for (StringRef Hop : Hops) {
    // '*' is a hop as well: any field of any class.
    if (!Hop.contains("::") && Hop.trim() != "*")
      return File.error(Node.Mark, llvm::Twine("expected ") + What);
    Into.push_back(Hop.trim().str());
  }
  return Error::success();
}

static Error readLevel(const YamlFile &File, const YamlNode &Node,
                       std::string &Into) {
  if (Error E = readText(File, Node, "a confidence", Into))
    return E;
  if (!llvm::is_contained(Levels, StringRef(Into)))
    return File.error(Node.Mark, expectedOneOf(Into, Levels));
  return Error::success();
}

std::optional<year_month_day> parseDate(StringRef Text) {
  auto [Year, Rest] = Text.split('-');
  auto [Month, Day] = Rest.split('-');
  unsigned Y, M, D;
  if (Year.size() != 4 || Month.size() != 2 || Day.size() != 2 ||
      Year.getAsInteger(10, Y) || Month.getAsInteger(10, M) ||
      Day.getAsInteger(10, D))
    return std::nullopt;
  year_month_day Date{std::chrono::year(int(Y)), std::chrono::month(M),
                      std::chrono::day(D)};
  return Date.ok() ? std::optional(Date) : std::nullopt;
}

static Error readDate(const YamlFile &File, const YamlNode &Node,
                      std::optional<year_month_day> &Into) {
  Into = parseDate(Node.Text);
  if (!Into)
    return File.error(Node.Mark, "expected a date, such as 2026-01-31");
  return Error::success();
}

static bool hasCriterion(const SuppressionRule &Rule) {
  return !Rule.Cycle.empty() || !Rule.Type.empty() || !Rule.Path.empty() ||
         !Rule.Check.empty() || !Rule.Confidence.empty() || !Rule.Id.empty();
}

static Error readRule(const YamlFile &File, const YamlNode &Node,
                      SuppressionRule &Rule) {
  Rule.Where = {File.Name, Node.Mark.Line, Node.Mark.Column};
  auto Text = [&](StringRef What, std::string &Into) {
    return [&File, What, &Into](const YamlNode &N) {
      return readText(File, N, What, Into);
    };
  };
  Error E = readMap(
      File, Node,
      {{"cycle",
        [&](const YamlNode &N) { return readCycle(File, N, Rule.Cycle); }},
       {"type", Text("a class name or glob", Rule.Type)},
       {"path", Text("a path or glob", Rule.Path)},
       {"check", Text("a check name or glob", Rule.Check)},
       {"confidence",
        [&](const YamlNode &N) { return readLevel(File, N, Rule.Confidence); }},
       {"id", Text("the id of a finding", Rule.Id)},
       {"reason", Text("a reason in words", Rule.Reason)},
       {"expires",
        [&](const YamlNode &N) { return readDate(File, N, Rule.Expires); }}});
  if (E)
    return E;
  if (Rule.Reason.empty())
    return File.error(Node.Mark, "expected 'reason': why is this accepted?");
  if (!hasCriterion(Rule))
    return File.error(Node.Mark, "expected at least one of cycle, type, path, "
                                 "check, confidence, id");
  return Error::success();
}

llvm::Expected<std::vector<SuppressionRule>>
parseSuppressions(StringRef Yaml, StringRef FileName) {
  llvm::Expected<YamlFile> File = parseYaml(Yaml, FileName);
  if (!File)
    return File.takeError();
  std::vector<SuppressionRule> Rules;
  Error E = readList(*File, File->Root, "suppressions", [&](const YamlNode &N) {
    return readRule(*File, N, Rules.emplace_back());
  });
  if (E)
    return E;
  return Rules;
}

llvm::Expected<std::vector<SuppressionRule>> loadSuppressions(StringRef Path) {
  auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/true);
  if (!Buffer)
    return llvm::createFileError(Path, Buffer.getError());
  return parseSuppressions((*Buffer)->getBuffer(), Path);
}

void writeSuppression(const SuppressionRule &Rule, llvm::raw_ostream &Out) {
  StringRef Lead = "- ";
  auto Write = [&](StringRef Key, StringRef Text) {
    if (Text.empty())
      return;
    Out << Lead << Key << ": ";
    writeYamlText(Text, Out);
    Out << '\n';
    Lead = "  ";
  };
  Write("id", Rule.Id);
  Write("check", Rule.Check);
  Write("confidence", Rule.Confidence);
  Write("cycle", llvm::join(Rule.Cycle, " -> "));
  Write("type", Rule.Type);
  Write("path", Rule.Path);
  Write("reason", Rule.Reason);
  if (Rule.Expires)
    Out << Lead << "expires: "
        << llvm::format("%04d-%02u-%02u", int(Rule.Expires->year()),
                        unsigned(Rule.Expires->month()),
                        unsigned(Rule.Expires->day()))
        << '\n';
}

} // namespace refcycle::analyzer
