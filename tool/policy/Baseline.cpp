// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "policy/Baseline.h"
#include "llvm/Support/JSON.h"
#include <map>

namespace refcycle::analyzer {

namespace json = llvm::json;

static llvm::Error noBaseline(const llvm::Twine &Problem) {
  return llvm::createStringError(
      Problem + "; --write-baseline writes a file that can be read");
}

llvm::Expected<Baseline> Baseline::parse(llvm::StringRef Text) {
  llvm::Expected<json::Value> Root = json::parse(Text);
  if (!Root)
    return noBaseline(llvm::toString(Root.takeError()));
  const json::Object *Object = Root->getAsObject();
  if (!Object || Object->getInteger("version") != 1)
    return noBaseline("expected a baseline or report with \"version\": 1");
  const json::Array *Findings = Object->getArray("findings");
  if (!Findings)
    return noBaseline("expected an array \"findings\"");
  Baseline Result;
  for (const json::Value &Value : *Findings) {
    const json::Object *Finding = Value.getAsObject();
    std::optional<llvm::StringRef> Id =
        Finding ? Finding->getString("id") : std::nullopt;
    if (!Id)
      return noBaseline("a finding has no \"id\"");
    Result.Ids.insert(Id->str());
  }
  return Result;
}

unsigned Baseline::countGone(const std::vector<Finding> &All) const {
  std::set<std::string> Here;
  for (const Finding &F : All)
    Here.insert(F.Id);
  unsigned Gone = 0;
  for (const std::string &Id : Ids)
    Gone += !Here.count(Id);
  return Gone;
}

void writeBaseline(const std::vector<Finding> &All, llvm::raw_ostream &OS) {
  std::map<std::string, const Finding *> ById;
  for (const Finding &F : All)
    ById.try_emplace(F.Id, &F);
  OS << "{\"version\": 1, \"findings\": [";
  llvm::StringRef Separator = "\n";
  for (auto &[Id, F] : ById) {
    OS << Separator << "  "
       << json::Value(json::Object{{"id", Id},
                                   {"check", F->Check},
                                   {"message", json::fixUTF8(F->Message)}});
    Separator = ",\n";
  }
  OS << "\n]}\n";
}

} // namespace refcycle::analyzer
