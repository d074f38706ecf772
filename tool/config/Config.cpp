// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "config/Config.h"
#include "config/ModelsReader.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <set>

namespace refcycle::analyzer {

using llvm::Error;
using llvm::StringRef;

/// Reads a list of `Class::Member`. What: "a field". Example: "ns::Node::next".
static Error readMembers(const YamlFile &File, const YamlNode &Node,
                         StringRef What, StringRef Example,
                         std::vector<std::string> &Into) {
  llvm::StringSet<> Seen;
  auto ReadMember = [&](const YamlNode &Item) -> Error {
    std::string Expected = (What + ", such as " + Example).str();
    std::string Name;
    if (Error E = readText(File, Item, Expected, Name))
      return E;
    if (!isFunctionName(Name) || !StringRef(Name).contains("::") ||
        StringRef(Name).starts_with("*"))
      return File.error(Item.Mark, "expected " + Expected);
    if (!Seen.insert(Name).second)
      return File.error(Item.Mark, "'" + Name + "' stands in this list twice");
    Into.push_back(std::move(Name));
    return Error::success();
  };
  return readList(File, Node, What, ReadMember);
}

/// The names of the presets' families, sorted.
static std::vector<StringRef> presetFamilies() {
  std::set<StringRef> Names;
  for (const TypeModel *Model : builtinModels().types())
    Names.insert(Model->Family);
  return {Names.begin(), Names.end()};
}

/// Reads `all`, `none` or a list of families.
static Error readPresets(const YamlFile &File, const YamlNode &Node,
                         Config &Into) {
  if (Node.Type == YamlNode::Kind::Scalar && Node.Text == "all")
    return Error::success();
  std::vector<std::string> &Chosen = Into.Presets.emplace();
  if (Node.Type == YamlNode::Kind::Scalar && Node.Text == "none")
    return Error::success();
  std::vector<StringRef> Known = presetFamilies();
  return readList(File, Node, "families, or all, or none",
                  [&](const YamlNode &Item) -> Error {
                    std::string &Name = Chosen.emplace_back();
                    if (Error E = readText(File, Item, "a family", Name))
                      return E;
                    if (llvm::is_contained(Known, Name))
                      return Error::success();
                    return File.error(Item.Mark,
                                      "unknown family '" + Name + "', " +
                                          expectedOneOf(Name, Known));
                  });
}

static Error readConfig(const YamlFile &File, Config &Into) {
  ModelsReader Models(File, "user");
  auto Fields = [&](std::vector<std::string> &List) {
    return [&](const YamlNode &Node) {
      return readMembers(File, Node, "a field", "ns::Node::next", List);
    };
  };
  Error E = readMap(
      File, File.Root,
      {{"types", [&](const YamlNode &N) { return Models.readTypes(N); }},
       {"functions",
        [&](const YamlNode &N) { return Models.readFunctions(N); }},
       {"families", [&](const YamlNode &N) { return Models.readFamilies(N); }},
       {"presets",
        [&](const YamlNode &N) { return readPresets(File, N, Into); }},
       {"acyclic", Fields(Into.AcyclicEdges)},
       {"owning", Fields(Into.OwningFields)},
       {"non-owning", Fields(Into.NonOwningFields)},
       {"breaks", [&](const YamlNode &N) {
          return readMembers(File, N, "a method", "ns::Session::close",
                             Into.BreakMethods);
        }}});
  Into.Models = Models.takeTable();
  return E;
}

llvm::Expected<Config> parseConfig(StringRef Yaml, StringRef FileName) {
  llvm::Expected<YamlFile> File = parseYaml(Yaml, FileName);
  if (!File)
    return File.takeError();
  Config Result;
  Result.File = FileName.str();
  if (Error E = readConfig(*File, Result))
    return E;
  return Result;
}

llvm::Expected<Config> loadConfig(StringRef Path) {
  auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/true);
  if (!Buffer)
    return llvm::createFileError(Path, Buffer.getError());
  return parseConfig((*Buffer)->getBuffer(), Path);
}

std::optional<std::string> findUpwards(StringRef Directory,
                                       StringRef FileName) {
  llvm::SmallString<256> Absolute(Directory);
  if (llvm::sys::fs::make_absolute(Absolute))
    return std::nullopt;
  llvm::sys::path::remove_dots(Absolute, /*remove_dot_dot=*/true);
  for (StringRef Folder = Absolute; !Folder.empty();
       Folder = llvm::sys::path::parent_path(Folder)) {
    llvm::SmallString<256> Candidate(Folder);
    llvm::sys::path::append(Candidate, FileName);
    if (llvm::sys::fs::is_regular_file(Candidate))
      return Candidate.str().str();
  }
  return std::nullopt;
}

std::optional<std::string> findConfig(StringRef Directory) {
  return findUpwards(Directory, ConfigFileName);
}

ModelTable mergeInto(const ModelTable &Presets, const Config &User) {
  ModelTable Result = Presets;
  if (User.Presets)
    Result.keepFamilies([&](StringRef Family) {
      // What all libraries share comes along with any of them.
      return llvm::is_contained(*User.Presets, Family) ||
             (Family == SharedFamily && !User.Presets->empty());
    });
  Result.merge(User.Models);
  return Result;
}

} // namespace refcycle::analyzer
