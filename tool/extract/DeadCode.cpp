// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shrinks a written body before it leaves extraction: most of what C++ code
// loads is never stored, and facts should stay in the kilobytes.

#include "extract/BodyWalker.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {

/// Has no effect but its result.
static bool isPure(const Instr &I) {
  switch (I.Code) {
  case Op::This:
  case Op::Param:
  case Op::Null:
  case Op::Unknown:
  case Op::Global:
  case Op::Alloc:
  case Op::Copy:
  case Op::Join:
  case Op::Key:
  case Op::Cast:
  case Op::Local:
  case Op::Slot:
  case Op::Load:
    return true;
  default:
    return false;
  }
}

static void removeUnusedValues(Function &F) {
  llvm::BitVector Used(F.Registers);
  auto Use = [&Used](RegId R) {
    if (R)
      Used.set(R.Index);
  };
  std::vector<Instr> Kept;
  // Backwards: a value is needed when something behind it needs it.
  for (Instr &I : llvm::reverse(F.Body)) {
    if (isPure(I) && (!I.Dst || !Used.test(I.Dst.Index)))
      continue;
    Use(I.A);
    Use(I.B);
    llvm::for_each(I.Args, Use);
    Kept.push_back(std::move(I));
  }
  std::reverse(Kept.begin(), Kept.end());
  F.Body = std::move(Kept);
}

static bool opensStructure(const Instr &I) {
  return I.Code == Op::If || I.Code == Op::Loop || I.Code == Op::Block;
}

static void removeEmptyStructure(Function &F) {
  std::vector<Instr> Kept;
  for (Instr &I : F.Body) {
    if (I.Code == Op::End && !Kept.empty()) {
      if (Kept.back().Code == Op::Else)
        Kept.pop_back();
      if (!Kept.empty() && opensStructure(Kept.back())) {
        Kept.pop_back();
        continue;
      }
    }
    Kept.push_back(std::move(I));
  }
  F.Body = std::move(Kept);
}

/// A flag counts where it decides whether something is taken away: on the way
/// that needs it, or behind the other one, which goes on with the next round.
static void forgetOtherFlags(Function &F) {
  struct OpenBlock {
    Instr *Start = nullptr;
    bool NeedsFlag = false; ///< Here: the part up to Else, or the other.
    bool Decides = false;
  };
  llvm::SmallVector<OpenBlock, 8> Open;
  for (Instr &I : F.Body) {
    if (opensStructure(I))
      Open.push_back({&I, !I.has(InstrFlag::Negated)});
    if (I.Code == Op::Else)
      Open.back().NeedsFlag = !Open.back().NeedsFlag;
    for (OpenBlock &B : Open)
      B.Decides |= I.Code == (B.NeedsFlag ? Op::Clear : Op::Continue);
    if (I.Code != Op::End)
      continue;
    OpenBlock B = Open.pop_back_val();
    if (B.Decides || !B.Start->Text)
      continue;
    B.Start->Text = StringId();
    B.Start->Flags &= ~uint16_t(InstrFlag::Negated);
  }
}

static bool hasEffect(const Instr &I) {
  switch (I.Code) {
  case Op::Store:
  case Op::Clear:
  case Op::Call:
  case Op::Invoke:
  case Op::Delete:
  case Op::Mark:
  case Op::Alloc:
    return true;
  case Op::Return:
    return bool(I.A);
  case Op::Throw:
    return !I.has(InstrFlag::Ends);
  default:
    return false;
  }
}

/// Gives the registers that are left dense numbers again.
static void renumber(Function &F) {
  std::vector<uint32_t> NewIndex(F.Registers, RegId::NoneIndex);
  uint32_t Next = 0;
  for (const Instr &I : F.Body)
    if (I.Dst)
      NewIndex[I.Dst.Index] = Next++;
  auto Rename = [&NewIndex](RegId &R) {
    if (R)
      R.Index = NewIndex[R.Index];
  };
  for (Instr &I : F.Body) {
    Rename(I.Dst);
    Rename(I.A);
    Rename(I.B);
    llvm::for_each(I.Args, Rename);
  }
  F.Registers = Next;
}

void removeDeadCode(Function &F) {
  removeUnusedValues(F);
  removeEmptyStructure(F);
  forgetOtherFlags(F);
  if (llvm::none_of(F.Body, hasEffect))
    F.Body.clear();
  removeUnusedValues(F); // Conditions of removed branches.
  renumber(F);
}

} // namespace refcycle::analyzer
