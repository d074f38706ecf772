// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The invariant of TuFacts, as code that runs: ids resolve, registers are
// defined once and before use, bodies nest.

#include "facts/TuFacts.h"
#include "facts/Remap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/Twine.h"

namespace refcycle::analyzer {
namespace {

/// Collects the first thing that is wrong; everything after it is skipped.
class Verifier {
public:
  explicit Verifier(const TuFacts &Facts) : Facts(Facts) {}
  std::string run();

private:
  void checkTables();
  void checkRecord(const Record &R);
  template <typename FactT> void checkSlot(const FactT &F, const char *What);
  void checkFunction(const Function &F);
  void checkFate(const Function &F, const Param &P);
  void checkInstr(const Function &F, const Instr &I);
  void checkRegisters(const Function &F, const Instr &I);
  void checkNesting(const Instr &I);
  void checkKind(const Instr &I);

  void operator()(StringId Id) {
    inTable(Id.Index, Id.isNone(), Facts.Strings.size(), "string");
  }
  void operator()(RecordId Id) {
    inTable(Id.Index, Id.isNone(), Facts.Records.size(), "record");
  }
  void operator()(FunctionId Id) {
    inTable(Id.Index, Id.isNone(), Facts.Functions.size(), "function");
  }
  void inTable(uint32_t Index, bool None, size_t Size, const char *Table) {
    if (!None && Index >= Size)
      fail(llvm::Twine(Table) + " " + llvm::Twine(Index) + " does not exist");
  }
  void fail(const llvm::Twine &Message) {
    if (Error.empty())
      Error = (Where + ": " + Message).str();
  }

  const TuFacts &Facts;
  std::string Where = "facts";
  std::string Error;
  std::vector<bool> Defined; ///< Registers of the current function.
  std::vector<Op> Open;      ///< Blocks of the current function.
};

} // namespace

std::string Verifier::run() {
  checkTables();
  for (const Record &R : Facts.Records)
    checkRecord(R);
  for (const Function &F : Facts.Functions)
    if (Error.empty())
      checkFunction(F);
  Where = "facts";
  for (const Conversion &C : Facts.Conversions) {
    (*this)(C.Derived);
    (*this)(C.Base);
    if (C.Derived.isNone() || C.Base.isNone())
      fail("conversion without a record");
  }
  for (const CountFact &C : Facts.Counts) {
    visitCountIds(C, [this](auto Id) { (*this)(Id); });
    bool OfClass = C.Event == CountEvent::Born || C.Event == CountEvent::Shared;
    if (OfClass ? C.Object.isNone() : C.In.isNone())
      fail("a count of nothing");
  }
  for (const UseFact &U : Facts.Uses) {
    visitUseIds(U, [this](auto Id) { (*this)(Id); });
    checkSlot(U, "a use");
    if (U.Lines.empty())
      fail("a use on no line");
  }
  for (const RewriteFact &R : Facts.Rewrites) {
    visitRewriteIds(R, [this](auto Id) { (*this)(Id); });
    checkSlot(R, "a rewrite");
  }
  for (const FileContent &C : Facts.Contents)
    (*this)(C.File);
  for (const SourceSuppression &S : Facts.Suppressions) {
    (*this)(S.File);
    (*this)(S.Check);
  }
  for (const SourceAcceptance &A : Facts.Accepted)
    for (StringId Id :
         {A.Where.File, A.Check, A.Reason, A.Expires, A.Type, A.Field, A.File})
      (*this)(Id);
  for (const SourceProblem &P : Facts.Problems) {
    (*this)(P.Where.File);
    (*this)(P.Message);
  }
  return Error;
}

/// Does it name a slot that there is?
template <typename FactT>
void Verifier::checkSlot(const FactT &F, const char *What) {
  if (F.Object.isNone() ||
      (Error.empty() && F.Slot >= Facts.Records[F.Object.Index].Fields.size()))
    fail(std::string(What) + " of no slot");
}

void Verifier::checkTables() {
  if (Facts.Strings.empty() || !Facts.Strings[0].empty())
    fail("string 0 is not the empty string");
  llvm::StringSet<> Seen;
  for (const std::string &S : Facts.Strings)
    if (!Seen.insert(S).second)
      return fail("string '" + S + "' stands twice");
}

void Verifier::checkRecord(const Record &R) {
  if (!Error.empty())
    return;
  Where = "record";
  visitRecordIds(R, [this](auto Id) { (*this)(Id); });
  if (!Error.empty())
    return;
  Where = "record '" + Facts.text(R.Key) + "'";
  if (Facts.text(R.Key).empty())
    fail("no key");
  if (uint8_t(R.Kind) > uint8_t(RecordKind::Frame))
    fail("unknown kind");
  for (RecordId Base : R.Bases)
    if (Base.isNone())
      fail("base without a record");
  for (const Field &F : R.Fields)
    for (const Leaf &L : F.Leaves)
      if (uint8_t(L.Kind) > uint8_t(Hold::Strong))
        fail("unknown hold of field '" + Facts.text(F.Name) + "'");
}

void Verifier::checkFunction(const Function &F) {
  Where = "function";
  visitFunctionIds(F, [this](auto Id) { (*this)(Id); });
  if (!Error.empty())
    return;
  Where = "function '" + Facts.text(F.Key) + "'";
  if (Facts.text(F.Key).empty())
    fail("no key");
  for (const Param &P : F.Params)
    checkFate(F, P);
  // A register is defined by an instruction, so more are damage, and would
  // make us reserve memory for nothing.
  if (F.Registers > F.Body.size())
    return fail("more registers than instructions");
  if (!F.has(FunctionFlag::HasBody) && !F.Body.empty())
    fail("a body, but not the flag");
  Defined.assign(F.Registers, false);
  Open.clear();
  for (const Instr &I : F.Body)
    if (Error.empty())
      checkInstr(F, I);
  if (!Open.empty())
    fail("block without end");
}

void Verifier::checkFate(const Function &F, const Param &P) {
  if (P.Fate != ParamFate::Kept)
    return;
  if (P.KeptIn.isNone() || Facts.Records[P.KeptIn.Index].Fields.size() != 1)
    fail("a parameter that is kept in no slot");
  for (uint32_t Keeper : P.Keepers)
    if (Keeper > F.Params.size() && Keeper != Param::Outside)
      fail("keeper " + llvm::Twine(Keeper) + " does not exist");
}

void Verifier::checkInstr(const Function &F, const Instr &I) {
  if (uint8_t(I.Code) > uint8_t(Op::Throw))
    return fail("unknown operation");
  checkRegisters(F, I);
  checkNesting(I);
  checkKind(I);
  if (I.Code == Op::Param && I.Index >= F.Params.size())
    fail("parameter " + llvm::Twine(I.Index) + " does not exist");
  if (I.Code == Op::Local && I.Index >= F.Locals.size())
    fail("local " + llvm::Twine(I.Index) + " does not exist");
  if (I.Code == Op::Slot &&
      (I.Rec.isNone() || I.Rec.Index >= Facts.Records.size() ||
       I.Index >= Facts.Records[I.Rec.Index].Fields.size()))
    fail("field " + llvm::Twine(I.Index) + " does not exist");
  if (I.Code == Op::Call && I.Callee.isNone())
    fail("call of nothing");
}

void Verifier::checkRegisters(const Function &F, const Instr &I) {
  auto Use = [&](RegId R) {
    if (R && (R.Index >= F.Registers || !Defined[R.Index]))
      fail("register " + llvm::Twine(R.Index) + " is not defined");
  };
  Use(I.A);
  Use(I.B);
  for (RegId R : I.Args)
    Use(R);
  if (I.Dst.isNone())
    return;
  if (I.Dst.Index >= F.Registers)
    return fail("register " + llvm::Twine(I.Dst.Index) + " is out of range");
  if (Defined[I.Dst.Index])
    fail("register " + llvm::Twine(I.Dst.Index) + " is defined twice");
  Defined[I.Dst.Index] = true;
}

void Verifier::checkNesting(const Instr &I) {
  switch (I.Code) {
  case Op::If:
  case Op::Loop:
  case Op::Block:
    // A try block has its handlers behind an else.
    Open.push_back(I.has(InstrFlag::Try) ? Op::If : I.Code);
    return;
  case Op::Else:
    if (Open.empty() || Open.back() != Op::If)
      return fail("else without if");
    Open.back() = Op::Else;
    return;
  case Op::End:
    if (Open.empty())
      return fail("end without block");
    Open.pop_back();
    return;
  case Op::Break:
    if (!llvm::is_contained(Open, Op::Loop) &&
        !llvm::is_contained(Open, Op::Block))
      fail("break outside of loop and block");
    return;
  case Op::Continue:
    if (!llvm::is_contained(Open, Op::Loop))
      fail("continue outside of loop");
    return;
  default:
    return;
  }
}

void Verifier::checkKind(const Instr &I) {
  unsigned Last = 0;
  if (I.Code == Op::Alloc)
    Last = unsigned(AllocKind::Temporary);
  if (I.Code == Op::Store)
    Last = unsigned(StoreKind::Insert);
  if (I.Code == Op::Clear)
    Last = unsigned(ClearKind::MoveOut);
  if (I.Kind > Last)
    fail("unknown kind of operation");
  if (uint8_t(I.ValueHold) > uint8_t(Hold::Strong))
    fail("unknown hold of a value");
}

std::string verify(const TuFacts &Facts) { return Verifier(Facts).run(); }

} // namespace refcycle::analyzer
