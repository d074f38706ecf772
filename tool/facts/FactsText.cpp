// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writing facts as text.

#include "facts/FactsText.h"
#include "facts/FactWords.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace refcycle::analyzer {
namespace {

class Printer {
public:
  Printer(const TuFacts &Facts, llvm::raw_ostream &OS) : Facts(Facts), OS(OS) {}
  void print();

private:
  void printHeader();
  void printRecord(const Record &R);
  void printCount(const CountFact &C);
  void printAcceptance(const SourceAcceptance &A);
  void printUse(const UseFact &U);
  void printRewrite(const RewriteFact &R);
  void printField(const Field &F);
  void printFunction(const Function &F);
  void printFate(const Param &P);
  void printParams(const Function &F);
  void printInstr(const Function &F, const Instr &I);
  void printValue(const Function &F, const Instr &I);
  void printEffect(const Instr &I);
  void printArgs(const Instr &I);
  void printElement(const Instr &I);
  void flags(llvm::ArrayRef<words::Word> Table, unsigned Bits);
  void word(llvm::StringRef Text);
  void word(StringId Id) { word(Facts.text(Id)); }
  void loc(const FactLoc &L);
  void reg(RegId R) { OS << " r" << R.Index; }
  void record(RecordId Id) {
    OS << ' ';
    Id ? word(Facts.Records[Id.Index].Key) : (void)(OS << '*');
  }
  void function(FunctionId Id) {
    OS << ' ';
    word(Facts.Functions[Id.Index].Key);
  }
  template <typename Items> void named(const Items &All, uint32_t Index);

  const TuFacts &Facts;
  llvm::raw_ostream &OS;
  unsigned Depth = 0;
};

} // namespace

static bool isBareWord(llvm::StringRef Text) {
  return !Text.empty() && Text != "*" && llvm::all_of(Text, [](char C) {
    return llvm::isAlnum(C) || llvm::StringRef("_:~.<>*&+-/$#[]!?").contains(C);
  });
}

void Printer::word(llvm::StringRef Text) {
  if (isBareWord(Text)) {
    OS << Text;
    return;
  }
  OS << '"';
  OS.write_escaped(Text, /*UseHexEscapes=*/true);
  OS << '"';
}

void Printer::flags(llvm::ArrayRef<words::Word> Table, unsigned Bits) {
  for (unsigned I = 0; I != Table.size(); ++I)
    if (Bits & (1u << I))
      OS << ' ' << Table[I];
}

void Printer::loc(const FactLoc &L) {
  if (L == FactLoc{} || (L.Line == 0 && Facts.text(L.File).empty()))
    return;
  OS << " @ ";
  word(Facts.text(L.File) + ":" + llvm::utostr(L.Line) + ":" +
       llvm::utostr(L.Column));
}

void Printer::printHeader() {
  OS << "tu ";
  word(Facts.MainFile);
  if (Facts.Status != TuStatus::Ok) {
    OS << (Facts.Status == TuStatus::Errors ? " errors " : " failed ");
    word(Facts.Reason);
  }
  OS << '\n';
}

void Printer::print() {
  printHeader();
  for (const Record &R : Facts.Records)
    printRecord(R);
  for (const Function &F : Facts.Functions)
    printFunction(F);
  for (const Conversion &C : Facts.Conversions) {
    OS << "convert";
    record(C.Derived);
    record(C.Base);
    OS << '\n';
  }
  for (const CountFact &C : Facts.Counts)
    printCount(C);
  for (const UseFact &U : Facts.Uses)
    printUse(U);
  for (const RewriteFact &R : Facts.Rewrites)
    printRewrite(R);
  for (const FileContent &C : Facts.Contents) {
    OS << "content ";
    word(C.File);
    OS << ' ' << C.Hash << '\n';
  }
  for (const SourceSuppression &S : Facts.Suppressions) {
    OS << "nolint ";
    word(S.File);
    OS << ' ' << S.Line << ' ' << S.LastLine << ' ';
    word(S.Check);
    OS << '\n';
  }
  for (const SourceAcceptance &A : Facts.Accepted)
    printAcceptance(A);
  for (const SourceProblem &P : Facts.Problems) {
    OS << "problem ";
    word(P.Message);
    loc(P.Where);
    OS << '\n';
  }
  for (const std::string &File : Facts.FilesRead) {
    OS << "read ";
    word(File);
    OS << '\n';
  }
}

void Printer::printAcceptance(const SourceAcceptance &A) {
  OS << "accept ";
  word(A.Check);
  for (auto [Key, Text] : {std::pair("reason", A.Reason),
                           {"expires", A.Expires},
                           {"type", A.Type},
                           {"field", A.Field}})
    if (!Facts.text(Text).empty()) {
      OS << ' ' << Key << ' ';
      word(Text);
    }
  if (!Facts.text(A.File).empty()) {
    OS << " lines ";
    word(A.File);
    OS << ' ' << A.Line << ' ' << A.LastLine;
  }
  loc(A.Where);
  OS << '\n';
}

void Printer::printCount(const CountFact &C) {
  OS << "count " << words::CountEvents[unsigned(C.Event)];
  if (C.Unsure)
    OS << " unsure";
  if (C.Object) {
    OS << " of";
    record(C.Object);
  }
  if (C.In) {
    OS << " in";
    function(C.In);
  }
  if (C.Callee) {
    OS << " from";
    function(C.Callee);
  }
  if (!Facts.text(C.Name).empty()) {
    OS << " name ";
    word(C.Name);
  }
  if (C.Exit.Line) {
    OS << " leaves";
    loc(C.Exit);
  }
  loc(C.Loc);
  OS << '\n';
}

void Printer::printUse(const UseFact &U) {
  OS << "used";
  record(U.Object);
  named(Facts.Records[U.Object.Index].Fields, U.Slot);
  OS << ' ';
  word(U.File);
  OS << " (";
  llvm::interleaveComma(U.Lines, OS);
  OS << ")\n";
}

void Printer::printRewrite(const RewriteFact &R) {
  OS << "rewrite " << words::RewriteKinds[unsigned(R.Kind)];
  record(R.Object);
  named(Facts.Records[R.Object.Index].Fields, R.Slot);
  OS << " bytes " << R.Offset << ' ' << R.Length << ' ';
  word(R.Text);
  if (R.In) {
    OS << " in";
    function(R.In);
  }
  loc(R.Loc);
  OS << '\n';
}

void Printer::printRecord(const Record &R) {
  OS << words::RecordKinds[unsigned(R.Kind)] << ' ';
  word(R.Key);
  if (R.Name != R.Key) {
    OS << " name ";
    word(R.Name);
  }
  flags(words::RecordFlags, R.Flags);
  if (R.Hash)
    OS << " hash " << R.Hash;
  for (auto [Text, Id] : {std::pair("dtor", R.Destructor),
                          {"invoke", R.Invoke},
                          {"creator", R.Creator}})
    if (Id) {
      OS << ' ' << Text;
      function(Id);
    }
  for (size_t I = 0; I != R.Bases.size(); ++I) {
    OS << (I ? "," : " :");
    record(R.Bases[I]);
  }
  loc(R.Loc);
  if (!R.Fields.empty()) {
    OS << " {\n";
    for (const Field &F : R.Fields)
      printField(F);
    OS << "}";
  }
  OS << '\n';
}

void Printer::printField(const Field &F) {
  OS << "  ";
  word(F.Name);
  flags(words::FieldFlags, F.Flags);
  if (F.ErasedHold != Hold::Value)
    OS << " owns " << words::Holds[unsigned(F.ErasedHold)];
  for (size_t I = 0; I != F.Leaves.size(); ++I) {
    OS << (I ? ", " : " ") << words::Holds[unsigned(F.Leaves[I].Kind)];
    record(F.Leaves[I].Pointee);
  }
  loc(F.Loc);
  OS << '\n';
}

void Printer::printFate(const Param &P) {
  if (P.Fate == ParamFate::Open)
    return;
  OS << ' ' << words::ParamFates[unsigned(P.Fate)];
  if (P.Fate != ParamFate::Kept)
    return;
  for (uint32_t Keeper : P.Keepers)
    if (Keeper == Param::Outside)
      OS << " outside";
    else
      OS << ' ' << Keeper;
  OS << " in";
  record(P.KeptIn);
}

void Printer::printParams(const Function &F) {
  OS << '(';
  for (size_t I = 0; I != F.Params.size(); ++I) {
    OS << (I ? ", " : "");
    const Param &P = F.Params[I];
    word(P.Name);
    if (P.Mode != ParamMode::None || P.Type)
      OS << ' ' << words::ParamModes[unsigned(P.Mode)];
    if (P.Type)
      record(P.Type);
    printFate(P);
  }
  OS << ')';
}

/// One more than the last register that is defined.
static uint32_t usedRegisters(const Function &F) {
  uint32_t Count = 0;
  for (const Instr &I : F.Body)
    if (I.Dst)
      Count = std::max(Count, I.Dst.Index + 1);
  return Count;
}

void Printer::printFunction(const Function &F) {
  OS << "fn ";
  word(F.Key);
  if (F.Name != F.Key) {
    OS << " name ";
    word(F.Name);
  }
  printParams(F);
  if (F.Class) {
    OS << " of";
    record(F.Class);
  }
  flags(words::FunctionFlags, F.Flags & ~unsigned(FunctionFlag::HasBody));
  if (F.Hash)
    OS << " hash " << F.Hash;
  if (F.Registers != usedRegisters(F))
    OS << " registers " << F.Registers;
  for (size_t I = 0; I != F.Overrides.size(); ++I) {
    OS << (I ? "," : " overrides");
    function(F.Overrides[I]);
  }
  loc(F.Loc);
  if (!F.has(FunctionFlag::HasBody) && F.Locals.empty()) {
    OS << '\n';
    return;
  }
  OS << (F.has(FunctionFlag::HasBody) ? " {\n" : " nobody {\n");
  for (const LocalVar &L : F.Locals) {
    OS << "  local ";
    word(L.Name);
    if (L.Destroys) {
      OS << " destroys";
      record(L.Destroys);
    }
    OS << (L.Ends ? " ends" : "");
    OS << '\n';
  }
  Depth = 1;
  for (const Instr &I : F.Body)
    printInstr(F, I);
  OS << "}\n";
}

/// By name where that is clear, else by number.
template <typename Items>
void Printer::named(const Items &All, uint32_t Index) {
  OS << ' ';
  llvm::StringRef Name = Facts.text(All[Index].Name);
  bool Clear = isBareWord(Name) && !llvm::isDigit(Name[0]) &&
               llvm::count_if(All, [&](const auto &Item) {
                 return Item.Name == All[Index].Name;
               }) == 1;
  Clear ? (void)(OS << Name) : (void)(OS << Index);
}

void Printer::printArgs(const Instr &I) {
  OS << '(';
  for (size_t A = 0; A != I.Args.size(); ++A) {
    OS << (A ? ", " : "");
    I.Args[A] ? OS << 'r' << I.Args[A].Index : OS << '_';
  }
  OS << ')';
}

/// Which element of a container is meant.
void Printer::printElement(const Instr &I) {
  if (I.Code == Op::Load && I.Rec) {
    OS << " of";
    record(I.Rec);
  }
  if (!I.Args.empty()) {
    OS << " at";
    reg(I.Args[0]);
  }
}

void Printer::printInstr(const Function &F, const Instr &I) {
  if (I.Code == Op::End || I.Code == Op::Else)
    --Depth;
  OS.indent(2 * Depth);
  if (I.Dst)
    OS << 'r' << I.Dst.Index << " = ";
  I.Code <= Op::Load || I.Code == Op::Call || I.Code == Op::Invoke
      ? printValue(F, I)
      : printEffect(I);
  if (I.Code == Op::Load || I.Code == Op::Store || I.Code == Op::Clear)
    printElement(I);
  loc(I.Loc);
  if (I.Code == Op::Else || I.Code == Op::If || I.Code == Op::Loop ||
      I.Code == Op::Block) {
    ++Depth;
    OS << " {";
  }
  OS << '\n';
}

void Printer::printValue(const Function &F, const Instr &I) {
  switch (I.Code) {
  case Op::This:
    OS << "this";
    break;
  case Op::Param:
    OS << "param";
    named(F.Params, I.Index);
    break;
  case Op::Null:
    OS << "null";
    break;
  case Op::Unknown:
    OS << "unknown";
    record(I.Rec);
    break;
  case Op::Global:
  case Op::Key:
    OS << (I.Code == Op::Key ? "key " : "global ");
    word(I.Text);
    break;
  case Op::Alloc:
    OS << "alloc " << words::AllocKinds[I.Kind];
    record(I.Rec);
    break;
  case Op::Copy:
    OS << "copy";
    reg(I.A);
    break;
  case Op::Join:
    OS << "join ";
    printArgs(I);
    break;
  case Op::Cast:
    OS << "cast";
    reg(I.A);
    record(I.Rec);
    break;
  case Op::Local:
    OS << "var";
    named(F.Locals, I.Index);
    break;
  case Op::Slot:
    OS << "slot";
    reg(I.A);
    record(I.Rec);
    named(Facts.Records[I.Rec.Index].Fields, I.Index);
    break;
  case Op::Load:
    OS << "load";
    reg(I.A);
    break;
  case Op::Call:
    OS << "call";
    if (I.A)
      reg(I.A);
    function(I.Callee);
    printArgs(I);
    break;
  case Op::Invoke:
    OS << "invoke";
    reg(I.A);
    printArgs(I);
    break;
  default:
    break;
  }
  flags(words::InstrFlags, I.Flags);
}

void Printer::printEffect(const Instr &I) {
  static constexpr llvm::StringLiteral Names[] = {
      "return", "delete", "mark",  "if",       "} else", "loop",
      "block",  "}",      "break", "continue", "throw"};
  if (I.Code == Op::Store) {
    OS << "store";
    reg(I.A);
    OS << ',';
    reg(I.B);
    OS << ' ' << words::StoreKinds[I.Kind] << ' '
       << words::Holds[unsigned(I.ValueHold)];
    flags(words::InstrFlags, I.Flags);
    return;
  }
  if (I.Code == Op::Clear) {
    OS << "clear";
    reg(I.A);
    OS << ' ' << words::ClearKinds[I.Kind];
    flags(words::InstrFlags, I.Flags);
    return;
  }
  OS << Names[unsigned(I.Code) - unsigned(Op::Return)];
  if (I.A && I.Code == Op::Return)
    reg(I.A);
  flags(words::InstrFlags, I.Flags);
  if (I.A && I.Code != Op::Return)
    reg(I.A);
  if (!Facts.text(I.Text).empty()) {
    OS << (I.Code == Op::If ? " only " : " ");
    word(I.Text);
  }
}

void print(const TuFacts &Facts, llvm::raw_ostream &OS) {
  Printer(Facts, OS).print();
}

} // namespace refcycle::analyzer
