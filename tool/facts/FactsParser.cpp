// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reading facts from text. Two passes: the first gives declared entities their
// ids in the order of the text, the second reads everything.

#include "facts/FactWords.h"
#include "facts/FactsCursor.h"
#include "facts/FactsText.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"

namespace refcycle::analyzer {
namespace {

class Parser : FactsCursor {
public:
  using FactsCursor::FactsCursor;
  llvm::Expected<TuFacts> run();

private:
  void declareAll();
  void parseTop();
  void parseTu();
  void parseRecord(unsigned Kind);
  void parseField(Record &R);
  void parseCount();
  void parseAcceptance();
  void parseUse();
  void parseRewrite();
  uint32_t slotOf(RecordId Object);
  void parseFunction();
  void parseFate(Param &P);
  void parseParams(Function &F);
  void parseFunctionHead(Function &F);
  void parseBody(FunctionId Id);
  bool parseStatement(Function &F);
  void parseInstr(const Function &F, Instr &I);
  void parseBlockStart(llvm::StringRef Word, Instr &I);
  bool parseSimpleValue(const Function &F, llvm::StringRef Word, Instr &I);
  bool parseCall(llvm::StringRef Word, Instr &I);
  bool parseEffect(llvm::StringRef Word, Instr &I);
  void parseArgs(Instr &I);
  void parseElement(Instr &I);

  FactLoc loc();
  bool acceptFlag(llvm::ArrayRef<words::Word> Table, unsigned &Bits);
  template <typename Items> uint32_t indexOf(const Items &All);
  unsigned choose(llvm::ArrayRef<words::Word> Table);
  StringId intern(llvm::StringRef Text);
  RecordId record(llvm::StringRef Key);
  FunctionId function(llvm::StringRef Key);

  TuFacts Facts;
  llvm::StringMap<uint32_t> StringIds, RecordIds, FunctionIds;
  unsigned OpenBlocks = 0; ///< Of the body that is being read.
};

} // namespace

FactLoc Parser::loc() {
  FactLoc L;
  if (!accept("@"))
    return L;
  std::string Text = name();
  auto [FileLine, Column] = llvm::StringRef(Text).rsplit(':');
  auto [File, Line] = FileLine.rsplit(':');
  L.File = intern(File);
  if (Line.getAsInteger(10, L.Line) || Column.getAsInteger(10, L.Column))
    fail("expected file:line:column, found '" + Text + "'");
  return L;
}

bool Parser::acceptFlag(llvm::ArrayRef<words::Word> Table, unsigned &Bits) {
  if (peek().K != Token::Word)
    return false;
  std::optional<unsigned> Bit = words::find(Table, peek().Text);
  if (!Bit)
    return false;
  Bits |= 1u << *Bit;
  take();
  return true;
}

unsigned Parser::choose(llvm::ArrayRef<words::Word> Table) {
  if (std::optional<unsigned> Found = words::find(Table, peek().Text)) {
    take();
    return *Found;
  }
  fail("'" + peek().Text + "' is not a known word here");
  return 0;
}

StringId Parser::intern(llvm::StringRef Text) {
  if (Text.empty())
    return {0};
  auto [It, New] = StringIds.try_emplace(Text, uint32_t(Facts.Strings.size()));
  if (New)
    Facts.Strings.push_back(Text.str());
  return {It->second};
}

RecordId Parser::record(llvm::StringRef Key) {
  auto [It, New] = RecordIds.try_emplace(Key, uint32_t(Facts.Records.size()));
  if (New) {
    Record &R = Facts.Records.emplace_back();
    R.Key = R.Name = intern(Key);
    R.Flags = uint8_t(RecordFlag::Incomplete);
  }
  return {It->second};
}

FunctionId Parser::function(llvm::StringRef Key) {
  auto [It, New] =
      FunctionIds.try_emplace(Key, uint32_t(Facts.Functions.size()));
  if (New) {
    Function &F = Facts.Functions.emplace_back();
    F.Key = F.Name = intern(Key);
  }
  return {It->second};
}

void Parser::declareAll() {
  unsigned Depth = 0;
  for (; peek().K != Token::End; take()) {
    bool AtStart = atStatement();
    Depth += peek().is("{");
    Depth -= peek().is("}") && Depth;
    if (!AtStart || Depth || !peek(1).isWord())
      continue;
    if (peek().is("fn"))
      function(peek(1).Text);
    else if (words::find(words::RecordKinds, peek().Text))
      record(peek(1).Text);
  }
  rewind();
}

llvm::Expected<TuFacts> Parser::run() {
  declareAll();
  for (skipLines(); peek().K != Token::End && !failed(); skipLines())
    parseTop();
  std::string Problem = failed() ? error() : verify(Facts);
  if (!Problem.empty())
    return llvm::createStringError(Problem);
  return std::move(Facts);
}

void Parser::parseCount() {
  CountFact C;
  C.Event = CountEvent(choose(words::CountEvents));
  C.Unsure = accept("unsure");
  if (accept("of"))
    C.Object = record(name());
  if (accept("in"))
    C.In = function(name());
  if (accept("from"))
    C.Callee = function(name());
  C.Name = accept("name") ? intern(name()) : intern("");
  if (accept("leaves"))
    C.Exit = loc();
  C.Loc = loc();
  Facts.Counts.push_back(C);
}

void Parser::parseAcceptance() {
  SourceAcceptance A;
  A.Check = intern(name());
  for (auto [Key, Into] : {std::pair("reason", &A.Reason),
                           {"expires", &A.Expires},
                           {"type", &A.Type},
                           {"field", &A.Field}})
    *Into = accept(Key) ? intern(name()) : intern("");
  A.File = intern("");
  if (accept("lines")) {
    A.File = intern(name());
    A.Line = number();
    A.LastLine = number();
  }
  A.Where = loc();
  Facts.Accepted.push_back(A);
}

uint32_t Parser::slotOf(RecordId Object) {
  return failed() ? 0 : indexOf(Facts.Records[Object.Index].Fields);
}

void Parser::parseUse() {
  UseFact U;
  U.Object = record(name());
  U.Slot = slotOf(U.Object);
  U.File = intern(name());
  expect("(");
  while (!accept(")") && !failed()) {
    U.Lines.push_back(number());
    accept(",");
  }
  Facts.Uses.push_back(std::move(U));
}

void Parser::parseRewrite() {
  RewriteFact R;
  R.Kind = RewriteKind(choose(words::RewriteKinds));
  R.Object = record(name());
  R.Slot = slotOf(R.Object);
  if (!accept("bytes"))
    return fail("expected 'bytes', found '" + peek().Text + "'");
  R.Offset = number();
  R.Length = number();
  R.Text = intern(name());
  if (accept("in"))
    R.In = function(name());
  R.Loc = loc();
  Facts.Rewrites.push_back(R);
}

void Parser::parseTop() {
  if (std::optional<unsigned> Kind =
          words::find(words::RecordKinds, peek().Text)) {
    take();
    return parseRecord(*Kind);
  }
  if (accept("fn"))
    return parseFunction();
  if (accept("tu"))
    return parseTu();
  if (accept("convert")) {
    RecordId Derived = record(name());
    Facts.Conversions.push_back({Derived, record(name())});
  } else if (accept("count")) {
    parseCount();
  } else if (accept("used")) {
    parseUse();
  } else if (accept("rewrite")) {
    parseRewrite();
  } else if (accept("content")) {
    FileContent C{intern(name()), 0};
    if (llvm::StringRef(name()).getAsInteger(10, C.Hash))
      fail("expected the hash of a file");
    Facts.Contents.push_back(C);
  } else if (accept("nolint")) {
    SourceSuppression S;
    S.File = intern(name());
    S.Line = number();
    S.LastLine = number();
    S.Check = intern(name());
    Facts.Suppressions.push_back(S);
  } else if (accept("accept")) {
    parseAcceptance();
  } else if (accept("problem")) {
    StringId Message = intern(name());
    Facts.Problems.push_back({loc(), Message});
  } else if (accept("read")) {
    Facts.FilesRead.push_back(name());
  } else {
    fail("'" + peek().Text + "' starts no statement");
  }
  endLine();
}

void Parser::parseTu() {
  Facts.MainFile = name();
  bool Errors = accept("errors");
  if (Errors || accept("failed")) {
    Facts.Status = Errors ? TuStatus::Errors : TuStatus::Failed;
    Facts.Reason = name();
  }
  endLine();
}

void Parser::parseRecord(unsigned Kind) {
  RecordId Id = record(name());
  Record R = Facts.Records[Id.Index];
  R.Kind = RecordKind(Kind);
  unsigned Flags = 0;
  while (!failed()) {
    if (accept("name"))
      R.Name = intern(name());
    else if (accept("hash"))
      R.Hash = number();
    else if (accept("dtor"))
      R.Destructor = function(name());
    else if (accept("invoke"))
      R.Invoke = function(name());
    else if (accept("creator"))
      R.Creator = function(name());
    else if (accept(":") || accept(","))
      R.Bases.push_back(record(name()));
    else if (!acceptFlag(words::RecordFlags, Flags))
      break;
  }
  R.Flags = uint8_t(Flags);
  R.Loc = loc();
  if (accept("{")) {
    for (skipLines(); !accept("}") && !failed(); skipLines())
      parseField(R);
  }
  endLine();
  Facts.Records[Id.Index] = std::move(R);
}

void Parser::parseField(Record &R) {
  Field F;
  F.Name = intern(name());
  unsigned Flags = 0;
  while (acceptFlag(words::FieldFlags, Flags))
    ;
  F.Flags = uint16_t(Flags);
  if (accept("owns"))
    F.ErasedHold = Hold(choose(words::Holds));
  while (peek().K == Token::Word || accept(",")) {
    Leaf L{Hold(choose(words::Holds)), {}};
    if (!accept("*"))
      L.Pointee = record(name());
    F.Leaves.push_back(L);
  }
  F.Loc = loc();
  endLine();
  R.Fields.push_back(std::move(F));
}

void Parser::parseFate(Param &P) {
  if (accept("noescape"))
    P.Fate = ParamFate::NoEscape;
  if (!accept("kept"))
    return;
  P.Fate = ParamFate::Kept;
  while (!accept("in") && !failed())
    P.Keepers.push_back(accept("outside") ? Param::Outside : number());
  P.KeptIn = record(name());
}

void Parser::parseParams(Function &F) {
  if (!accept("("))
    return;
  while (!accept(")") && !failed()) {
    Param P;
    P.Name = intern(name());
    if (std::optional<unsigned> Mode =
            words::find(words::ParamModes, peek().Text)) {
      take();
      P.Mode = ParamMode(*Mode);
    }
    if (peek().isWord() && !peek().is("noescape") && !peek().is("kept"))
      P.Type = record(name());
    parseFate(P);
    F.Params.push_back(std::move(P));
    accept(",");
  }
}

void Parser::parseFunctionHead(Function &F) {
  unsigned Flags = 0;
  while (!failed()) {
    if (accept("of"))
      F.Class = record(name());
    else if (accept("hash"))
      F.Hash = number();
    else if (accept("registers"))
      F.Registers = number();
    else if (accept("overrides") || accept(","))
      F.Overrides.push_back(function(name()));
    else if (!acceptFlag(words::FunctionFlags, Flags))
      break;
  }
  F.Flags = uint16_t(Flags);
  F.Loc = loc();
}

void Parser::parseFunction() {
  FunctionId Id = function(name());
  Function F = Facts.Functions[Id.Index];
  if (accept("name"))
    F.Name = intern(name());
  parseParams(F);
  parseFunctionHead(F);
  // A convenience for tests: the class need not repeat who destroys it.
  if (F.has(FunctionFlag::Destructor) && F.Class &&
      Facts.Records[F.Class.Index].Destructor.isNone())
    Facts.Records[F.Class.Index].Destructor = Id;
  Facts.Functions[Id.Index] = std::move(F);
  parseBody(Id);
  endLine();
}

void Parser::parseBody(FunctionId Id) {
  bool NoBody = accept("nobody");
  if (!accept("{"))
    return;
  // Filled apart, because new entities move the table.
  Function F = std::move(Facts.Functions[Id.Index]);
  if (!NoBody)
    F.Flags |= uint16_t(FunctionFlag::HasBody);
  OpenBlocks = 0;
  for (skipLines(); parseStatement(F); skipLines())
    ;
  for (const Instr &I : F.Body)
    if (I.Dst)
      F.Registers = std::max(F.Registers, I.Dst.Index + 1);
  Facts.Functions[Id.Index] = std::move(F);
}

/// Reads one statement; false at the end of the body.
bool Parser::parseStatement(Function &F) {
  if (failed() || peek().K == Token::End) {
    fail("a body without end");
    return false;
  }
  if (accept("}") && OpenBlocks == 0)
    return false;
  if (accept("local")) {
    LocalVar L{intern(name()), {}, false};
    if (accept("destroys"))
      L.Destroys = record(name());
    L.Ends = accept("ends");
    F.Locals.push_back(L);
    endLine();
    return true;
  }
  Instr I;
  if (isRegister() && peek(1).is("=")) {
    I.Dst = reg();
    take();
  }
  parseInstr(F, I);
  F.Body.push_back(std::move(I));
  return !failed();
}

void Parser::parseInstr(const Function &F, Instr &I) {
  if (isAfter("}")) { // Taken by parseStatement().
    bool Else = accept("else");
    I.Code = Else ? Op::Else : Op::End;
    OpenBlocks -= !Else;
    I.Loc = loc();
    return Else ? expect("{") : endLine();
  }
  std::string Word = name();
  if (Word == "if" || Word == "loop" || Word == "block") {
    parseBlockStart(Word, I);
    return;
  }
  if (!parseSimpleValue(F, Word, I) && !parseCall(Word, I) &&
      !parseEffect(Word, I))
    fail("'" + Word + "' starts no statement");
  unsigned Flags = I.Flags;
  while (acceptFlag(words::InstrFlags, Flags))
    ;
  I.Flags = uint16_t(Flags);
  if (I.Code == Op::Load || I.Code == Op::Store || I.Code == Op::Clear)
    parseElement(I);
  I.Loc = loc();
  endLine();
}

void Parser::parseBlockStart(llvm::StringRef Word, Instr &I) {
  I.Code = Word == "if" ? Op::If : Word == "loop" ? Op::Loop : Op::Block;
  unsigned Flags = I.Flags;
  while (acceptFlag(words::InstrFlags, Flags))
    ;
  I.Flags = uint16_t(Flags);
  if (I.Code == Op::If && isRegister())
    I.A = reg();
  if (I.Code == Op::If && accept("only"))
    I.Text = intern(name());
  I.Loc = loc();
  ++OpenBlocks;
  expect("{");
}

bool Parser::parseSimpleValue(const Function &F, llvm::StringRef Word,
                              Instr &I) {
  static constexpr std::pair<llvm::StringLiteral, Op> Words[] = {
      {"this", Op::This},       {"param", Op::Param},   {"null", Op::Null},
      {"unknown", Op::Unknown}, {"global", Op::Global}, {"alloc", Op::Alloc},
      {"copy", Op::Copy},       {"join", Op::Join},     {"cast", Op::Cast},
      {"var", Op::Local},       {"slot", Op::Slot},     {"load", Op::Load},
      {"key", Op::Key}};
  const auto *Found =
      llvm::find_if(Words, [&](const auto &W) { return W.first == Word; });
  if (Found == std::end(Words))
    return false;
  I.Code = Found->second;
  if (I.Code == Op::Copy || I.Code == Op::Cast || I.Code == Op::Slot ||
      I.Code == Op::Load)
    I.A = reg();
  if (I.Code == Op::Param)
    I.Index = indexOf(F.Params);
  else if (I.Code == Op::Local)
    I.Index = indexOf(F.Locals);
  else if (I.Code == Op::Global || I.Code == Op::Key)
    I.Text = intern(name());
  else if (I.Code == Op::Join)
    parseArgs(I);
  else if (I.Code == Op::Alloc)
    I.Kind = uint8_t(choose(words::AllocKinds));
  if (I.Code == Op::Unknown || I.Code == Op::Alloc || I.Code == Op::Cast ||
      I.Code == Op::Slot)
    I.Rec = accept("*") ? RecordId() : record(name());
  if (I.Code == Op::Slot && !failed())
    I.Index = indexOf(Facts.Records[I.Rec.Index].Fields);
  return true;
}

bool Parser::parseCall(llvm::StringRef Word, Instr &I) {
  if (Word != "call" && Word != "invoke")
    return false;
  I.Code = Word == "call" ? Op::Call : Op::Invoke;
  if (isRegister())
    I.A = reg();
  if (I.Code == Op::Call)
    I.Callee = function(name());
  parseArgs(I);
  return true;
}

bool Parser::parseEffect(llvm::StringRef Word, Instr &I) {
  static constexpr std::pair<llvm::StringLiteral, Op> Words[] = {
      {"store", Op::Store},   {"clear", Op::Clear}, {"return", Op::Return},
      {"delete", Op::Delete}, {"break", Op::Break}, {"continue", Op::Continue},
      {"throw", Op::Throw},   {"mark", Op::Mark}};
  const auto *Found =
      llvm::find_if(Words, [&](const auto &W) { return W.first == Word; });
  if (Found == std::end(Words))
    return false;
  I.Code = Found->second;
  if (isRegister())
    I.A = reg();
  if (I.Code == Op::Mark)
    I.Text = intern(name());
  if (I.Code == Op::Clear)
    I.Kind = uint8_t(choose(words::ClearKinds));
  if (I.Code != Op::Store)
    return true;
  expect(",");
  I.B = reg();
  I.Kind = uint8_t(StoreKind::Assign);
  I.ValueHold = Hold::Strong;
  while (std::optional<unsigned> Kind =
             words::find(words::StoreKinds, peek().Text)) {
    take();
    I.Kind = uint8_t(*Kind);
  }
  if (words::find(words::Holds, peek().Text))
    I.ValueHold = Hold(choose(words::Holds));
  return true;
}

void Parser::parseElement(Instr &I) {
  if (I.Code == Op::Load && accept("of"))
    I.Rec = record(name());
  if (accept("at"))
    I.Args.push_back(reg());
}

void Parser::parseArgs(Instr &I) {
  expect("(");
  while (!accept(")") && !failed()) {
    // An argument that carries no object has no register.
    I.Args.push_back(accept("_") ? RegId() : reg());
    accept(",");
  }
}

/// A parameter, local or field, by name or number.
template <typename Items> uint32_t Parser::indexOf(const Items &All) {
  uint32_t Index = 0;
  if (!llvm::StringRef(peek().Text).getAsInteger(10, Index)) {
    take();
    return Index;
  }
  std::string Name = name();
  for (; Index != All.size(); ++Index)
    if (Facts.text(All[Index].Name) == Name)
      return Index;
  fail("'" + Name + "' is not known here");
  return 0;
}

llvm::Expected<TuFacts> parseFacts(llvm::StringRef Text) {
  return Parser(Text).run();
}

} // namespace refcycle::analyzer
