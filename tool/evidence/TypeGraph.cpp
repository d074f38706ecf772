// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The type graph of a linked program: fields become edges, base fields are
// copied down, handles to a base reach what was converted to them.

#include "evidence/TypeGraph.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {
namespace {

class TypeGraph {
public:
  explicit TypeGraph(const LinkedProgram &P) : P(P) {}
  OwnershipGraph build(llvm::ArrayRef<HiddenEdge> Hidden);

private:
  void addFieldsOf(uint32_t Holder, const Record &Declaring);
  void addField(uint32_t Holder, const Field &F);
  std::vector<RecordId> withBases(RecordId Id) const;

  const LinkedProgram &P;
  std::vector<std::vector<RecordId>> Converted; ///< Base -> derived.
  OwnershipGraph::Builder B;
};

} // namespace

OwnershipGraph TypeGraph::build(llvm::ArrayRef<HiddenEdge> Hidden) {
  Converted.resize(P.Records.size());
  for (const Conversion &C : P.Conversions)
    if (C.Base != C.Derived)
      Converted[C.Base.Index].push_back(C.Derived);
  for (const Record &R : P.Records)
    B.addNode(P.text(R.Name));
  for (uint32_t I = 0; I != P.Records.size(); ++I)
    for (RecordId Declaring : withBases({I}))
      addFieldsOf(I, P.Records[Declaring.Index]);
  for (const HiddenEdge &E : Hidden)
    B.addEdge({E.From.Index}, {E.To.Index}, EdgeKind(E.Kind), P.text(E.Field));
  return B.build();
}

/// The record and all its bases, each once. Bases of bases without recursion:
/// the depth of a hierarchy is the user's choice.
std::vector<RecordId> TypeGraph::withBases(RecordId Id) const {
  std::vector<RecordId> All{Id};
  for (size_t Next = 0; Next != All.size(); ++Next)
    for (RecordId Base : P.Records[All[Next].Index].Bases)
      if (!llvm::is_contained(All, Base))
        All.push_back(Base);
  return All;
}

void TypeGraph::addFieldsOf(uint32_t Holder, const Record &Declaring) {
  for (const Field &F : Declaring.Fields)
    addField(Holder, F);
}

void TypeGraph::addField(uint32_t Holder, const Field &F) {
  static_assert(uint8_t(Hold::Strong) == uint8_t(EdgeKind::Strong) &&
                    uint8_t(Hold::Raw) == uint8_t(EdgeKind::Raw),
                "Hold and EdgeKind are the same scale");
  for (const Leaf &L : F.Leaves) {
    if (L.Pointee.isNone())
      continue;
    EdgeKind Kind = EdgeKind(L.Kind);
    B.addEdge({Holder}, {L.Pointee.Index}, Kind, P.text(F.Name));
    if (L.Kind == Hold::Value)
      continue; // An object by value is exactly of its type.
    for (RecordId Derived : Converted[L.Pointee.Index])
      B.addEdge({Holder}, {Derived.Index}, Kind, P.text(F.Name));
  }
}

OwnershipGraph buildOwnershipGraph(const LinkedProgram &Program,
                                   llvm::ArrayRef<HiddenEdge> Hidden) {
  return TypeGraph(Program).build(Hidden);
}

} // namespace refcycle::analyzer
