// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Builds the tree from yaml-cpp's events rather than from its nodes: nodes
// share aliases without counting them and accept duplicate keys silently.

#include "config/YamlTree.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/ConvertUTF.h"
#include <optional>
#include <sstream>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

namespace refcycle::analyzer {

namespace {

using Kind = YamlNode::Kind;

YamlMark fromYaml(const YAML::Mark &Mark) {
  if (Mark.is_null())
    return {};
  return {unsigned(Mark.line) + 1, unsigned(Mark.column) + 1};
}

/// How many bytes of Text are UTF-8; all, if it is.
size_t legalPrefix(llvm::StringRef Text) {
  const auto *Next = reinterpret_cast<const llvm::UTF8 *>(Text.bytes_begin());
  const auto *End = reinterpret_cast<const llvm::UTF8 *>(Text.bytes_end());
  llvm::isLegalUTF8String(&Next, End);
  return Next - Text.bytes_begin();
}

/// Stops the parser from within an event; caught in parseYaml. It is
/// yaml-cpp's own exception, so its parser is known to unwind from it.
[[noreturn]] void stop(const YAML::Mark &Mark, const std::string &Message) {
  throw YAML::ParserException(Mark, Message);
}

/// Collects the events of one document. Open holds the collections that are
/// not closed yet, outermost first.
class TreeBuilder final : public YAML::EventHandler {
public:
  YamlNode Root;

  void OnDocumentStart(const YAML::Mark &) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark &Mark, YAML::anchor_t Anchor) override {
    add(make(Kind::Null, Mark), Mark, Anchor);
  }

  void OnScalar(const YAML::Mark &Mark, const std::string &Tag,
                YAML::anchor_t Anchor, const std::string &Value) override {
    checkTag(Mark, Tag);
    // yaml-cpp turns the escapes \N and \_ into one byte above 127 each.
    if (legalPrefix(Value) != Value.size())
      stop(Mark, "expected UTF-8; write \\N and \\_ as \\x85 and \\xa0");
    YamlNode Node = make(Kind::Scalar, Mark);
    Node.Text = Value;
    add(std::move(Node), Mark, Anchor);
  }

  void OnAlias(const YAML::Mark &Mark, YAML::anchor_t Anchor) override {
    auto Known = Anchors.find(Anchor);
    if (Known == Anchors.end())
      stop(Mark, "an alias cannot stand inside what it names");
    count(Mark, Known->second.Nodes, Known->second.Depth);
    attach(Known->second.Node, Mark);
  }

  void OnSequenceStart(const YAML::Mark &Mark, const std::string &Tag,
                       YAML::anchor_t Anchor,
                       YAML::EmitterStyle::value) override {
    open(Kind::Sequence, Mark, Tag, Anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark &Mark, const std::string &Tag,
                  YAML::anchor_t Anchor, YAML::EmitterStyle::value) override {
    open(Kind::Map, Mark, Tag, Anchor);
  }
  void OnMapEnd() override { close(); }

private:
  struct OpenNode {
    YamlNode Node;
    YAML::Mark Mark;
    YAML::anchor_t Anchor = YAML::NullAnchor;
    size_t NodesBefore = 0;
    bool KeyPending = false; ///< Map: the last key has no value yet.
    llvm::StringSet<> Seen;  ///< Map: its keys.
  };
  /// What an anchor names, and what an alias to it costs.
  struct Anchored {
    YamlNode Node;
    size_t Nodes = 0;
    size_t Depth = 0;
  };

  std::vector<OpenNode> Open;
  llvm::DenseMap<YAML::anchor_t, Anchored> Anchors;
  size_t Nodes = 0;

  static YamlNode make(Kind Type, const YAML::Mark &Mark) {
    YamlNode Node;
    Node.Type = Type;
    Node.Mark = fromYaml(Mark);
    return Node;
  }

  /// "?" and "!" are what yaml-cpp says for plain and quoted scalars.
  static void checkTag(const YAML::Mark &Mark, const std::string &Tag) {
    if (!Tag.empty() && Tag != "?" && Tag != "!")
      stop(Mark, "expected a value without a tag, found '" + Tag + "'");
  }

  static size_t depthOf(const YamlNode &Node) {
    size_t Deepest = 0;
    for (const YamlNode &Item : Node.Items)
      Deepest = std::max(Deepest, depthOf(Item));
    return Deepest + 1;
  }

  /// Counting comes before copying: an alias bomb must not be built first.
  void count(const YAML::Mark &Mark, size_t More, size_t Depth) {
    Nodes += More;
    if (Nodes > MaxYamlNodes)
      stop(Mark, "expected at most " + std::to_string(MaxYamlNodes) +
                     " values, aliases expanded");
    if (Open.size() + Depth > MaxYamlDepth)
      stop(Mark, "expected at most " + std::to_string(MaxYamlDepth) +
                     " levels of nesting");
  }

  void add(YamlNode Node, const YAML::Mark &Mark, YAML::anchor_t Anchor) {
    count(Mark, 1, 1);
    if (Anchor != YAML::NullAnchor)
      Anchors[Anchor] = {Node, 1, 1};
    attach(std::move(Node), Mark);
  }

  void open(Kind Type, const YAML::Mark &Mark, const std::string &Tag,
            YAML::anchor_t Anchor) {
    checkTag(Mark, Tag);
    count(Mark, 1, 1);
    OpenNode Next;
    Next.Node = make(Type, Mark);
    Next.Mark = Mark;
    Next.Anchor = Anchor;
    Next.NodesBefore = Nodes - 1;
    Open.push_back(std::move(Next));
  }

  void close() {
    OpenNode Done = std::move(Open.back());
    Open.pop_back();
    if (Done.Anchor != YAML::NullAnchor)
      Anchors[Done.Anchor] = {Done.Node, Nodes - Done.NodesBefore,
                              depthOf(Done.Node)};
    attach(std::move(Done.Node), Done.Mark);
  }

  void attach(YamlNode Node, const YAML::Mark &Mark) {
    if (Open.empty()) {
      Root = std::move(Node);
      return;
    }
    OpenNode &Parent = Open.back();
    if (Parent.Node.Type == Kind::Map && !Parent.KeyPending) {
      addKey(Parent, std::move(Node), Mark);
      return;
    }
    Parent.KeyPending = false;
    Parent.Node.Items.push_back(std::move(Node));
  }

  static void addKey(OpenNode &Map, YamlNode Key, const YAML::Mark &Mark) {
    if (Key.Type != Kind::Scalar)
      stop(Mark, "expected text as key");
    if (!Map.Seen.insert(Key.Text).second)
      stop(Mark, "the key '" + Key.Text + "' stands here twice");
    Map.Node.Keys.push_back({std::move(Key.Text), fromYaml(Mark)});
    Map.KeyPending = true;
  }
};

/// What went wrong inside yaml-cpp or in TreeBuilder.
struct Failure {
  YamlMark Mark;
  std::string Message;
};

} // namespace

/// Where byte Offset of Text is.
static YamlMark markOf(llvm::StringRef Text, size_t Offset) {
  llvm::StringRef Before = Text.take_front(Offset);
  size_t LineStart = Before.rfind('\n') + 1; // npos + 1 is 0.
  return {unsigned(Before.count('\n')) + 1, unsigned(Offset - LineStart) + 1};
}

/// Rejects bytes with which yaml-cpp would guess another encoding, or take
/// the file for ended (it reads byte 4 as the end).
static std::optional<Failure> checkText(llvm::StringRef Text) {
  if (Text.size() > MaxYamlBytes)
    return Failure{{}, "expected a file of at most 1 MiB"};
  for (size_t I = 0; I != Text.size(); ++I)
    if ((static_cast<unsigned char>(Text[I]) < 0x20 &&
         !llvm::StringRef("\t\r\n").contains(Text[I])) ||
        Text[I] == 0x7f)
      return Failure{markOf(Text, I),
                     "expected text, found a control character"};
  if (size_t Legal = legalPrefix(Text); Legal != Text.size())
    return Failure{markOf(Text, Legal), "expected UTF-8"};
  return std::nullopt;
}

/// yaml-cpp names neither the tab nor what to do about it.
static std::string hintAt(llvm::StringRef Text, YamlMark Where) {
  for (unsigned Line = 1; Line < Where.Line; ++Line)
    Text = Text.split('\n').second;
  bool Tab = Text.take_while([](char C) { return C == ' ' || C == '\t'; })
                 .contains('\t');
  return Tab ? "; this line is indented with a tab, expected spaces" : "";
}

/// The border of exceptions: none leaves this function.
static std::optional<Failure> buildTree(llvm::StringRef Text, YamlNode &Root) {
  try {
    std::istringstream Stream(Text.str());
    YAML::Parser Parser(Stream);
    TreeBuilder Builder;
    Parser.HandleNextDocument(Builder);
    TreeBuilder Rest;
    if (Parser.HandleNextDocument(Rest))
      return Failure{Rest.Root.Mark, "expected one document only"};
    Root = std::move(Builder.Root);
    return std::nullopt;
  } catch (const YAML::Exception &E) {
    YamlMark Where = fromYaml(E.mark);
    return Failure{Where, E.msg + hintAt(Text, Where)};
  } catch (const std::exception &E) {
    return Failure{{}, E.what()};
  }
}

llvm::Error YamlFile::error(YamlMark Where, const llvm::Twine &Message) const {
  return llvm::createStringError(Name + ":" + llvm::Twine(Where.Line) + ":" +
                                 llvm::Twine(Where.Column) + ": " + Message);
}

llvm::Expected<YamlFile> parseYaml(llvm::StringRef Text, llvm::StringRef Name) {
  YamlFile File;
  File.Name = Name.str();
  std::optional<Failure> Wrong = checkText(Text);
  if (!Wrong)
    Wrong = buildTree(Text, File.Root);
  if (Wrong)
    return File.error(Wrong->Mark, Wrong->Message);
  return File;
}

} // namespace refcycle::analyzer
