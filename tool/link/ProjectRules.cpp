// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See ProjectRules.h. Names are compared without template arguments.

#include "link/ProjectRules.h"
#include "base/QualifiedName.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

namespace refcycle::analyzer {
namespace {

/// The names of one list, and which of them were met.
class NameList {
public:
  explicit NameList(const std::vector<std::string> &Names) : Names(Names) {
    for (const std::string &Name : Names)
      Met[Name] = false;
  }

  bool names(llvm::StringRef Qualified) {
    auto Found = Met.find(Qualified);
    return Found != Met.end() && (Found->second = true);
  }

  void addUnmet(llvm::StringRef Key, llvm::StringRef What,
                std::vector<std::string> &Into) const {
    for (const std::string &Name : Names)
      if (!Met.lookup(Name))
        Into.push_back(
            (Key + ": no " + What + " '" + Name + "' in the program").str());
  }

private:
  const std::vector<std::string> &Names;
  llvm::StringMap<bool> Met;
};

} // namespace

/// Whatever it holds, it does not keep it alive.
static void loosen(Field &F) {
  for (Leaf &L : F.Leaves)
    L.Kind = std::min(L.Kind, Hold::Weak);
  F.ErasedHold = std::min(F.ErasedHold, Hold::Weak);
}

/// A pointer that is deleted by its holder.
static void tighten(Field &F) {
  for (Leaf &L : F.Leaves)
    L.Kind = std::max(L.Kind, Hold::Unique);
}

static void sortLeaves(Field &F) {
  llvm::sort(F.Leaves);
  F.Leaves.erase(llvm::unique(F.Leaves), F.Leaves.end());
}

std::vector<std::string> applyRules(const Config &Rules, LinkedProgram &P) {
  NameList Acyclic(Rules.AcyclicEdges), Owning(Rules.OwningFields),
      NonOwning(Rules.NonOwningFields), Breaks(Rules.BreakMethods);
  for (Record &R : P.Records) {
    std::string Class = withoutTemplateArguments(P.text(R.Name));
    for (Field &F : R.Fields) {
      std::string Name = Class + "::" + P.text(F.Name);
      bool Owns = Owning.names(Name), IsAcyclic = Acyclic.names(Name),
           IsLoose = NonOwning.names(Name);
      if (!Owns && !IsAcyclic && !IsLoose) { // Then the source may say it.
        Owns = F.has(FieldFlag::Owning);
        IsAcyclic = F.has(FieldFlag::Acyclic);
        IsLoose = F.has(FieldFlag::NonOwning);
      }
      if (Owns)
        tighten(F);
      if (IsLoose || IsAcyclic)
        loosen(F);
      sortLeaves(F);
    }
  }
  for (uint32_t I = 0; I != P.Functions.size(); ++I) {
    const Function &F = P.Functions[I];
    bool IsNamed = Breaks.names(withoutTemplateArguments(P.text(F.Name)));
    if (IsNamed || F.has(FunctionFlag::CalledInTime))
      P.CalledInTime.push_back({I});
  }

  std::vector<std::string> Unmet;
  Acyclic.addUnmet("acyclic", "field", Unmet);
  Owning.addUnmet("owning", "field", Unmet);
  NonOwning.addUnmet("non-owning", "field", Unmet);
  Breaks.addUnmet("breaks", "method", Unmet);
  return Unmet;
}

std::vector<SuppressionRule> rulesInSource(const LinkedProgram &P) {
  std::vector<SuppressionRule> Rules;
  for (const AcceptedInSource &A : P.Accepted) {
    SuppressionRule &Rule = Rules.emplace_back();
    Rule.Check = A.Check;
    Rule.Reason = A.Reason;
    Rule.Expires = parseDate(A.Expires);
    Rule.Type = A.Type;
    if (!A.Field.empty())
      Rule.Cycle.push_back(A.Field);
    Rule.Lines = A.Lines;
    Rule.InSource = true;
    Rule.Where = A.Where;
  }
  return Rules;
}

} // namespace refcycle::analyzer
