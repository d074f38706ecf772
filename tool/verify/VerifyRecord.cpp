// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "verify/VerifyRecord.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSwitch.h"

namespace refcycle::analyzer {

using llvm::Error;
using llvm::StringRef;

namespace {
/// The words of one line; a missing or malformed one makes the line bad.
class Line {
public:
  explicit Line(StringRef Text) { Text.split(Words, '\t'); }

  StringRef word() {
    if (Next == Words.size()) {
      Bad = true;
      return "";
    }
    return Words[Next++];
  }
  uint64_t number() {
    uint64_t Value = 0;
    Bad |= word().getAsInteger(10, Value);
    return Value;
  }
  bool more() const { return Next != Words.size(); }
  void fail() { Bad = true; }
  bool isBad() const { return Bad; }

private:
  llvm::SmallVector<StringRef, 12> Words;
  size_t Next = 0;
  bool Bad = false;
};

class RecordParser {
public:
  llvm::Expected<VerifyRecord> run(StringRef Text);

private:
  void line(StringRef Kind, Line &L);
  void type(Line &L);
  void group(Line &L);
  void ends(Line &L, EdgeClass &E);
  void edge(Line &L);
  void weak(Line &L);
  void alone(Line &L);
  void hop(Line &L);
  void stack(Line &L);
  void fix(Line &L);
  void kept(Line &L);
  KnotGroup *groupAt(Line &L);

  VerifyRecord Result;
};
} // namespace

KnotGroup *RecordParser::groupAt(Line &L) {
  uint64_t Index = L.number();
  if (Index < Result.Groups.size())
    return &Result.Groups[Index];
  L.fail();
  return nullptr;
}

void RecordParser::type(Line &L) {
  unsigned Index = L.number();
  BlockType T;
  T.Family = L.word().str();
  T.Separate = L.word() == "separate";
  T.Live = L.number();
  T.Module = L.word().str();
  T.Mangled = L.word().str();
  Result.Types[Index] = std::move(T);
}

void RecordParser::group(Line &L) {
  if (L.number() != Result.Groups.size())
    L.fail();
  KnotGroup G;
  StringRef State = L.word();
  G.Attended = State == "attended";
  G.Dead = G.Attended || State == "dead";
  G.Degree = llvm::StringSwitch<Proof>(L.word())
                 .Case("certified", Proof::Certified)
                 .Case("exact", Proof::Exact)
                 .Case("structural", Proof::Structural)
                 .Default(Proof::Possible);
  G.Instances = L.number();
  G.Objects = L.number();
  G.Bytes = L.number();
  G.Outside = L.number();
  G.SampleObjects = L.number();
  Result.Groups.push_back(std::move(G));
}

/// MODULE+OFFSET.
static CodeRef parseCode(StringRef Word, Line &L) {
  auto [Module, Address] = Word.rsplit('+');
  CodeRef C{Module.str(), 0};
  if (Address.getAsInteger(10, C.Offset))
    L.fail();
  return C;
}

/// OFFSET/SIZE/MODULE+OFFSET; the module's path may have slashes itself.
static PathStep parseStep(StringRef Word, Line &L) {
  PathStep S;
  auto [Offset, Rest] = Word.split('/');
  auto [Size, Code] = Rest.split('/');
  if (Offset.getAsInteger(10, S.Offset) || Size.getAsInteger(10, S.BlockSize))
    L.fail();
  if (!Code.empty())
    S.Code = parseCode(Code, L);
  return S;
}

void RecordParser::ends(Line &L, EdgeClass &E) {
  E.From = L.number();
  E.To = L.number();
  if (!Result.Types.count(E.From) || !Result.Types.count(E.To))
    L.fail();
}

void RecordParser::weak(Line &L) {
  EdgeClass E;
  ends(L, E);
  while (L.more())
    E.Path.push_back(parseStep(L.word(), L));
  Result.Weak.push_back(std::move(E));
}

void RecordParser::edge(Line &L) {
  KnotGroup *G = groupAt(L);
  if (!G)
    return;
  if (L.number() != G->Edges.size())
    L.fail();
  EdgeClass E;
  ends(L, E);
  E.Count = L.number();
  uint64_t Freed;
  if (!L.word().getAsInteger(10, Freed))
    E.Freed = Freed;
  while (L.more())
    E.Path.push_back(parseStep(L.word(), L));
  G->Edges.push_back(std::move(E));
}

void RecordParser::alone(Line &L) {
  KnotGroup *G = groupAt(L);
  unsigned Edge = L.number();
  if (!G || Edge >= G->Edges.size())
    return L.fail();
  AloneTrial &T = G->Edges[Edge].Alone.emplace();
  for (uint64_t *Number :
       {&T.Edges, &T.Tried, &T.Enough, &T.MostFreed, &T.Objects})
    *Number = L.number();
}

/// Code in no module has no name.
void RecordParser::stack(Line &L) {
  KnotGroup *G = groupAt(L);
  unsigned Edge = L.number();
  if (!G || Edge >= G->Edges.size())
    return L.fail();
  while (L.more())
    if (StringRef Word = L.word(); !Word.empty())
      G->Edges[Edge].Stack.push_back(parseCode(Word, L));
}

void RecordParser::hop(Line &L) {
  KnotGroup *G = groupAt(L);
  if (!G)
    return;
  unsigned Edge = L.number();
  if (Edge >= G->Edges.size())
    return L.fail();
  G->Hops.push_back(Edge);
}

void RecordParser::fix(Line &L) {
  KnotGroup *G = groupAt(L);
  unsigned Type = L.number();
  uint64_t Freed = L.number();
  if (G)
    G->FreedWithout[Type] = Freed;
}

void RecordParser::kept(Line &L) {
  if (KnotGroup *G = groupAt(L))
    G->Kept = L.number();
}

void RecordParser::line(StringRef Kind, Line &L) {
  if (Kind == "program") {
    Result.Pid = L.number();
    Result.Program = L.word().str();
  } else if (Kind == "type") {
    type(L);
  } else if (Kind == "used") {
    bool Used = L.word() == "yes";
    Result.Used[L.word().str()] |= Used;
  } else if (Kind == "failed") {
    unsigned Type = L.number();
    if (!Result.Types.count(Type))
      L.fail();
    Result.Failed[Type] = L.number();
  } else if (Kind == "weak") {
    weak(L);
  } else if (Kind == "group") {
    group(L);
  } else if (Kind == "edge") {
    edge(L);
  } else if (Kind == "alone") {
    alone(L);
  } else if (Kind == "stack") {
    stack(L);
  } else if (Kind == "hop") {
    hop(L);
  } else if (Kind == "fix") {
    fix(L);
  } else if (Kind == "kept") {
    kept(L);
  } else if (Kind == "done") {
    Result.Done = true;
  } else if (Kind == "end") {
    Result.Looked = true;
  } else {
    L.fail();
  }
}

llvm::Expected<VerifyRecord> RecordParser::run(StringRef Text) {
  auto [First, Rest] = Text.split('\n');
  if (First != "refcycle-verify\t1")
    return llvm::createStringError("not a verifier's record of version 1");
  for (unsigned Number = 2; !Rest.empty(); ++Number) {
    StringRef One;
    std::tie(One, Rest) = Rest.split('\n');
    Line L(One);
    StringRef Kind = L.word();
    line(Kind, L);
    if (L.isBad())
      return llvm::createStringError("line " + llvm::Twine(Number) +
                                     " is malformed: " + One);
  }
  return std::move(Result);
}

llvm::Expected<VerifyRecord> parseVerifyRecord(StringRef Text) {
  return RecordParser().run(Text);
}

} // namespace refcycle::analyzer
