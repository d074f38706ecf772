// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Words for objects, slots and hops.

#include "Wording.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {

std::string quoted(const std::string &Text) { return "'" + Text + "'"; }

std::string functionName(llvm::StringRef Function) {
  bool IsLambda = Function.starts_with("(lambda at ") &&
                  Function.ends_with(")::operator()");
  return IsLambda ? "a lambda" : quoted(Function.str());
}

std::string objectName(const EvidenceHop &H) {
  switch (H.Holder) {
  case ObjectShape::Closure:
    return "the lambda";
  case ObjectShape::Bind:
    return "the bind object";
  case ObjectShape::Frame:
    return "the coroutine frame";
  case ObjectShape::ControlBlock:
    return "the control block";
  case ObjectShape::Cell:
  case ObjectShape::Class:
    break;
  }
  return quoted(H.From);
}

const EvidenceHop &after(const CycleWitness &W, size_t I) {
  return W.Hops[(I + 1) % W.Hops.size()];
}

const EvidenceHop &before(const CycleWitness &W, size_t I) {
  return W.Hops[(I + W.Hops.size() - 1) % W.Hops.size()];
}

std::string deleterBehind(const EvidenceHop &H) {
  return "the deleter of what " + quoted(H.From + "::" + H.Via) + " holds";
}

bool isCallable(const EvidenceHop &H) {
  return H.Holder == ObjectShape::Closure || H.Holder == ObjectShape::Bind;
}

size_t captureHop(const CycleWitness &W) {
  size_t First = W.Hops.size();
  for (size_t I = 0; I != W.Hops.size(); ++I)
    if (isCallable(W.Hops[I])) {
      First = std::min(First, I);
      if (!isCallable(after(W, I)))
        return I;
    }
  return First;
}

std::string listOf(llvm::ArrayRef<std::string> Words) {
  std::vector<std::string> Once;
  for (const std::string &Word : Words)
    if (!llvm::is_contained(Once, Word))
      Once.push_back(Word);
  std::string Text;
  for (size_t I = 0; I != Once.size(); ++I) {
    if (I)
      Text += I + 1 == Once.size() ? " and " : ", ";
    Text += Once[I];
  }
  return Text;
}

/// Does its class stand in the program?
static bool hasName(const EvidenceHop &H) {
  return H.Holder == ObjectShape::Class || H.Holder == ObjectShape::Cell;
}

std::vector<std::string> classesOf(const CycleWitness &W) {
  std::vector<std::string> Names;
  for (const EvidenceHop &H : W.Hops)
    if (hasName(H))
      Names.push_back(quoted(H.From));
  return Names;
}

static std::string slotName(const EvidenceHop &H) {
  if (hasName(H))
    return quoted(H.Declaring + "::" + H.Via);
  return quoted(H.Via) + " of " + objectName(H);
}

std::string suspicion(const CycleWitness &W) {
  std::vector<std::string> Slots;
  for (const EvidenceHop &H : W.Hops)
    Slots.push_back(slotName(H));
  std::vector<std::string> Classes = classesOf(W);
  bool One = llvm::all_equal(Classes);
  return (One ? "objects of type " : "") + listOf(Classes) +
         " may keep each other alive through " + listOf(Slots);
}

} // namespace refcycle::analyzer
