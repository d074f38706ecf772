// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "config/YamlReader.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace refcycle::analyzer {

using Kind = YamlNode::Kind;

llvm::Error readList(const YamlFile &File, const YamlNode &Node,
                     llvm::StringRef What, ReadNode Read) {
  if (Node.Type == Kind::Null)
    return llvm::Error::success();
  if (Node.Type != Kind::Sequence)
    return File.error(Node.Mark, "expected a list of " + What);
  for (const YamlNode &Item : Node.Items)
    if (llvm::Error E = Read(Item))
      return E;
  return llvm::Error::success();
}

llvm::Error readAnyMap(
    const YamlFile &File, const YamlNode &Node,
    llvm::function_ref<llvm::Error(const YamlKey &, const YamlNode &)> Read) {
  if (Node.Type == Kind::Null)
    return llvm::Error::success();
  if (Node.Type != Kind::Map)
    return File.error(Node.Mark, "expected a map (key: value)");
  for (const auto &[Key, Value] : llvm::zip_equal(Node.Keys, Node.Items))
    if (llvm::Error E = Read(Key, Value))
      return E;
  return llvm::Error::success();
}

llvm::Error readMap(const YamlFile &File, const YamlNode &Node,
                    llvm::ArrayRef<YamlEntry> Entries) {
  return readAnyMap(File, Node, [&](const YamlKey &Key, const YamlNode &Value) {
    const auto *Entry = llvm::find_if(
        Entries, [&](const YamlEntry &E) { return E.Key == Key.Text; });
    if (Entry != Entries.end())
      return Entry->Read(Value);
    llvm::SmallVector<llvm::StringRef> Known;
    for (const YamlEntry &E : Entries)
      Known.push_back(E.Key);
    return File.error(Key.Mark, "unknown key '" + Key.Text + "', " +
                                    expectedOneOf(Key.Text, Known));
  });
}

llvm::Error readText(const YamlFile &File, const YamlNode &Node,
                     llvm::StringRef What, std::string &Into) {
  if (Node.Type != Kind::Scalar || llvm::StringRef(Node.Text).trim().empty())
    return File.error(Node.Mark, "expected " + What);
  Into = Node.Text;
  return llvm::Error::success();
}

llvm::Error readFlag(const YamlFile &File, const YamlNode &Node, bool &Into) {
  if (Node.Type != Kind::Scalar ||
      (Node.Text != "true" && Node.Text != "false"))
    return File.error(Node.Mark, "expected true or false");
  Into = Node.Text == "true";
  return llvm::Error::success();
}

llvm::Error readNumber(const YamlFile &File, const YamlNode &Node,
                       unsigned &Into) {
  if (Node.Type != Kind::Scalar ||
      llvm::StringRef(Node.Text).getAsInteger(10, Into) || Into > 99)
    return File.error(Node.Mark, "expected a number from 0 to 99");
  return llvm::Error::success();
}

std::string expectedOneOf(llvm::StringRef Word,
                          llvm::ArrayRef<llvm::StringRef> Known) {
  std::string Message = "expected one of " + llvm::join(Known, ", ");
  // A third of the letters wrong is still a typing error, more is a guess.
  unsigned Best = unsigned(Word.size()) / 3 + 1;
  llvm::StringRef Nearest;
  for (llvm::StringRef Candidate : Known) {
    unsigned Distance = Word.edit_distance(Candidate, true, Best);
    if (Distance < Best || (Distance == Best && Nearest.empty())) {
      Best = Distance;
      Nearest = Candidate;
    }
  }
  if (!Nearest.empty())
    Message += "; did you mean '" + Nearest.str() + "'?";
  return Message;
}

} // namespace refcycle::analyzer
