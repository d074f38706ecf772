// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "policy/Suppressions.h"
#include "base/QualifiedName.h"
#include "findings/Words.h"
#include "policy/SourceComments.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include <array>

namespace refcycle::analyzer {

using llvm::Error;
using llvm::Expected;
using llvm::GlobPattern;
using llvm::StringRef;

/// A pattern bomb such as {a,b}{a,b}... must not exhaust us.
static constexpr size_t MaxSubPatterns = 256;

static Expected<GlobPattern> compileGlob(StringRef Text) {
  Expected<GlobPattern> Glob = GlobPattern::create(Text, MaxSubPatterns);
  if (Glob)
    return Glob;
  return llvm::createStringError("expected a glob in place of '" + Text +
                                 "': " + llvm::toString(Glob.takeError()));
}

Error Suppressions::compile(Item &I) {
  for (const std::string &Hop : I.Rule.Cycle) {
    Expected<GlobPattern> Compiled = compileGlob(Hop);
    if (!Compiled)
      return Compiled.takeError();
    I.Cycle.push_back(std::move(*Compiled));
  }
  for (auto [Text, Into] : {std::pair(&I.Rule.Type, &I.Type),
                            {&I.Rule.Path, &I.Path},
                            {&I.Rule.Check, &I.Check}}) {
    if (Text->empty())
      continue;
    Expected<GlobPattern> Compiled = compileGlob(*Text);
    if (!Compiled)
      return Compiled.takeError();
    *Into = std::move(*Compiled);
  }
  return Error::success();
}

Expected<Suppressions> Suppressions::create(std::vector<SuppressionRule> Rules,
                                            std::chrono::year_month_day Today) {
  Suppressions Result;
  for (SuppressionRule &Rule : Rules) {
    SourceRef Where = Rule.Where;
    if (Error E = Result.add(std::move(Rule), Today))
      return llvm::createStringError(
          Where.File + ":" + llvm::Twine(Where.Line) + ":" +
          llvm::Twine(Where.Column) + ": " + llvm::toString(std::move(E)));
  }
  return std::move(Result);
}

Error Suppressions::add(SuppressionRule Rule,
                        std::chrono::year_month_day Today) {
  auto I = std::make_unique<Item>();
  I->Rule = std::move(Rule);
  I->Expired = I->Rule.Expires && *I->Rule.Expires < Today;
  if (Error E = compile(*I))
    return E;
  Items.push_back(std::move(I));
  return Error::success();
}

std::vector<Note> Suppressions::addAll(std::vector<SuppressionRule> Rules,
                                       std::chrono::year_month_day Today) {
  std::vector<Note> Problems;
  for (SuppressionRule &Rule : Rules) {
    SourceRef Where = Rule.Where;
    if (Error E = add(std::move(Rule), Today))
      Problems.push_back({llvm::toString(std::move(E)), Where});
  }
  return Problems;
}

/// As written in the report, as written in the source, and as in the id: users
/// copy any of them.
static bool matchesName(const GlobPattern &Glob, StringRef Class,
                        StringRef Member) {
  return Glob.match((Class + Member).str()) ||
         Glob.match(withoutTemplateArguments(Class) + Member.str());
}

static bool matchesHop(const GlobPattern &Glob, const Hop &H) {
  std::string Member = "::" + H.Via;
  return llvm::any_of(std::array{&H.From, &H.StableFrom, &H.Declaring},
                      [&](const std::string *Class) {
                        return !Class->empty() &&
                               matchesName(Glob, *Class, Member);
                      });
}

/// Do the hops stand in the cycle one after the other, wherever it starts?
static bool matchesCycle(llvm::ArrayRef<GlobPattern> Hops,
                         const std::vector<Hop> &Cycle) {
  if (Hops.size() > Cycle.size())
    return false;
  for (size_t Start = 0; Start != Cycle.size(); ++Start) {
    size_t Met = 0;
    while (Met != Hops.size() &&
           matchesHop(Hops[Met], Cycle[(Start + Met) % Cycle.size()]))
      ++Met;
    if (Met == Hops.size())
      return true;
  }
  return false;
}

bool Suppressions::matches(const Item &I, const Finding &F) {
  const SuppressionRule &Rule = I.Rule;
  if (!Rule.Id.empty() && Rule.Id != F.Id)
    return false;
  if (!Rule.Confidence.empty() && Rule.Confidence != wordFor(F.Level))
    return false;
  if (I.Check && !I.Check->match(F.Check))
    return false;
  if (I.Path && !I.Path->match(F.Loc.File))
    return false;
  if (I.Type && llvm::none_of(F.Cycle, [&](const Hop &H) {
        return matchesName(*I.Type, H.From, "");
      }))
    return false;
  if (!Rule.Lines.empty() &&
      llvm::none_of(Rule.Lines, [&](auto &L) { return standsIn(F, L); }))
    return false;
  return I.Cycle.empty() || matchesCycle(I.Cycle, F.Cycle);
}

const SuppressionRule *Suppressions::find(const Finding &F) {
  const SuppressionRule *First = nullptr;
  for (const std::unique_ptr<Item> &I : Items) {
    if (I->Expired || !matches(*I, F))
      continue;
    // A second rule for the same finding is not dead: it may cover others.
    I->Used = true;
    First = First ? First : &I->Rule;
  }
  return First;
}

static std::string expiredText(const SuppressionRule &Rule) {
  std::string Text;
  llvm::raw_string_ostream(Text)
      << "this suppression expired on "
      << llvm::format("%04d-%02u-%02u", int(Rule.Expires->year()),
                      unsigned(Rule.Expires->month()),
                      unsigned(Rule.Expires->day()))
      << " (" << Rule.Reason << ')';
  return Text;
}

std::vector<Note> Suppressions::staleRules(bool SawAll) const {
  std::vector<Note> Result;
  for (const std::unique_ptr<Item> &I : Items) {
    const SuppressionRule &Rule = I->Rule;
    if (I->Expired)
      Result.push_back({expiredText(Rule), Rule.Where});
    else if (SawAll && !I->Used)
      Result.push_back(
          {"this suppression matches no finding (" + Rule.Reason + ")",
           Rule.Where});
  }
  return Result;
}

std::chrono::year_month_day today() {
  return std::chrono::floor<std::chrono::days>(
      std::chrono::system_clock::now());
}

} // namespace refcycle::analyzer
