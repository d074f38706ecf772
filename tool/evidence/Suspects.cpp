// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The graph of stored edges. Each edge is a node of its own, so that the
// shortest cycle through a store is the shortest cycle through a node. What is
// stored in or as a base class is written once: "any T" stands between a class
// and its derived ones, so the graph stays linear in the stores.

#include "evidence/Suspects.h"
#include "graph/WitnessPath.h"
#include "llvm/ADT/STLExtras.h"
#include <optional>

namespace refcycle::analyzer {
namespace {

// The best of this many late stores of a component is nearly always the best.
constexpr size_t MaxTries = 16;

class StoredGraph {
public:
  StoredGraph(const ProgramIndex &Index, const std::vector<RawHop> &Witnessed);
  void add(const StoredEdge &E, const StorePlaces *Places);
  void addParts();
  RawSuspects search();

private:
  struct EdgeNode {
    StoredEdge Edge;
    const StorePlaces *Places = nullptr; ///< Null: a part, always there.
    bool Late = false;
  };
  bool isWitnessed(const StoredEdge &E) const;
  NodeId holderNode(TypeEnd End);
  NodeId targetNode(TypeEnd End);
  NodeId edgeNode(const StoredEdge &E, const StorePlaces *Places);
  const EdgeNode *edgeAt(NodeId N) const;
  bool isCounted(NodeId N) const;
  std::vector<NodeId> shortestLateCycle(const Component &C) const;
  RawSuspect describe(const std::vector<NodeId> &Cycle) const;
  std::vector<RecordId> classesOf(const Component &C) const;
  uint32_t recordCount() const {
    return uint32_t(Index.program().Records.size());
  }

  const ProgramIndex &Index;
  std::map<SlotKey, std::vector<const RawHop *>> Witnessed;
  std::vector<std::vector<RecordId>> Converted; ///< Base -> derived.
  std::map<RecordId, NodeId> Holders, Targets;
  std::map<uint32_t, EdgeNode> EdgeNodes; ///< By node.
  OwnershipGraph::Builder B;
  OwnershipGraph G;
};

} // namespace

StoredGraph::StoredGraph(const ProgramIndex &Index,
                         const std::vector<RawHop> &Hops)
    : Index(Index), Converted(Index.program().Records.size()) {
  for (const RawHop &H : Hops)
    Witnessed[H.Slot].push_back(&H);
  for (const Conversion &C : Index.program().Conversions)
    if (C.Base != C.Derived)
      Converted[C.Base.Index].push_back(C.Derived);
  for (uint32_t I = 0; I != recordCount(); ++I)
    B.addNode("");
}

/// Two problems that share a hop are one, and a witness tells more of it.
bool StoredGraph::isWitnessed(const StoredEdge &E) const {
  auto It = Witnessed.find(E.Slot);
  return It != Witnessed.end() && llvm::any_of(It->second, [&](auto *H) {
           return Index.isSameOrBase(E.From.Rec, H->From) &&
                  (Index.isSameOrBase(E.To.Rec, H->To) ||
                   Index.isSameOrBase(H->To, E.To.Rec));
         });
}

/// Derived objects have the slots of their bases.
NodeId StoredGraph::holderNode(TypeEnd End) {
  if (End.Exact)
    return {End.Rec.Index};
  auto [It, New] = Holders.try_emplace(End.Rec);
  if (!New)
    return It->second;
  It->second = B.addNode("");
  B.addEdge({End.Rec.Index}, It->second, EdgeKind::Value, "");
  for (RecordId Derived : Index.derivedFrom(End.Rec))
    B.addEdge({Derived.Index}, It->second, EdgeKind::Value, "");
  return It->second;
}

/// A handle to a base reaches what is converted to it, in one step or several.
NodeId StoredGraph::targetNode(TypeEnd End) {
  if (End.Exact)
    return {End.Rec.Index};
  auto [It, New] = Targets.try_emplace(End.Rec);
  if (!New)
    return It->second;
  NodeId Node = It->second = B.addNode("");
  B.addEdge(Node, {End.Rec.Index}, EdgeKind::Value, "");
  for (RecordId Derived : Converted[End.Rec.Index])
    B.addEdge(Node, targetNode({Derived, false}), EdgeKind::Value, "");
  return Node;
}

NodeId StoredGraph::edgeNode(const StoredEdge &E, const StorePlaces *Places) {
  NodeId N = B.addNode("");
  bool Late = Places && llvm::any_of(*Places, [](auto &P) { return P.second; });
  EdgeNodes[N.Index] = {E, Places, Late};
  return N;
}

void StoredGraph::add(const StoredEdge &E, const StorePlaces *Places) {
  if (isWitnessed(E))
    return;
  NodeId From = holderNode(E.From), To = targetNode(E.To);
  NodeId Node = edgeNode(E, Places);
  B.addEdge(From, Node, EdgeKind(E.Kind), "");
  B.addEdge(Node, To, EdgeKind::Value, "");
}

/// A part is there without any store.
void StoredGraph::addParts() {
  const std::vector<Record> &Records = Index.program().Records;
  for (uint32_t R = 0; R != Records.size(); ++R)
    for (uint32_t F = 0; F != Records[R].Fields.size(); ++F)
      for (const Leaf &L : Records[R].Fields[F].Leaves)
        if (L.Kind == Hold::Value && L.Pointee)
          add({{{R}, false}, {L.Pointee, true}, {{R}, F}, L.Kind}, nullptr);
}

const StoredGraph::EdgeNode *StoredGraph::edgeAt(NodeId N) const {
  auto It = EdgeNodes.find(N.Index);
  return It == EdgeNodes.end() ? nullptr : &It->second;
}

bool StoredGraph::isCounted(NodeId N) const {
  const EdgeNode *E = edgeAt(N);
  return E && E->Edge.Kind == Hold::Strong;
}

/// Starts with the late store. Cycles with a counted hop come first: sole
/// owners alone cannot form one.
std::vector<NodeId> StoredGraph::shortestLateCycle(const Component &C) const {
  std::vector<NodeId> Best;
  bool BestCounted = false;
  size_t Tries = 0;
  for (NodeId N : C) {
    const EdgeNode *E = edgeAt(N);
    if (!E || !E->Late || ++Tries > MaxTries)
      continue;
    std::vector<NodeId> Cycle;
    for (const Edge &Step : shortestCycleThrough(G, N, C))
      Cycle.push_back(Step.From);
    bool Counted = llvm::any_of(Cycle, [&](NodeId M) { return isCounted(M); });
    if (Best.empty() || Counted > BestCounted ||
        (Counted == BestCounted && Cycle.size() < Best.size())) {
      Best = std::move(Cycle);
      BestCounted = Counted;
    }
  }
  return Best;
}

/// From the store's node around to it again: what lies between two edges names
/// the class that is the target of one and the holder of the next.
RawSuspect StoredGraph::describe(const std::vector<NodeId> &Cycle) const {
  RawSuspect S;
  std::optional<RecordId> Class;
  for (NodeId N : llvm::concat<const NodeId>(
           Cycle, llvm::ArrayRef<NodeId>(Cycle).take_front(1))) {
    if (N.Index < recordCount())
      Class = RecordId{N.Index};
    const EdgeNode *E = edgeAt(N);
    if (!E)
      continue;
    if (!S.Hops.empty())
      S.Hops.back().To = *Class;
    RecordId From = Class.value_or(E->Edge.From.Rec);
    S.Hops.push_back({From, {}, E->Edge.Slot, E->Edge.Kind, true, {}});
    S.Places.push_back(E->Places);
  }
  S.Hops.front().From = S.Hops.back().From; // Seen only when it came again.
  S.Hops.pop_back();
  S.Places.pop_back();
  return S;
}

std::vector<RecordId> StoredGraph::classesOf(const Component &C) const {
  std::vector<RecordId> Classes;
  for (NodeId N : C)
    if (N.Index < recordCount())
      Classes.push_back({N.Index});
  return Classes;
}

RawSuspects StoredGraph::search() {
  G = B.build();
  RawSuspects Found;
  for (const Component &C : findOwningComponents(G)) {
    if (llvm::none_of(C, [&](NodeId N) { return isCounted(N); }))
      continue;
    std::vector<NodeId> Cycle = shortestLateCycle(C);
    if (Cycle.empty())
      Found.Discharged.push_back(classesOf(C));
    else
      Found.Late.push_back(describe(Cycle));
  }
  return Found;
}

RawSuspects findSuspects(const ProgramIndex &Index, const StoreTable &Stores,
                         const std::vector<RawHop> &Witnessed) {
  StoredGraph Graph(Index, Witnessed);
  for (const auto &[Edge, Places] : Stores.edges())
    Graph.add(Edge, &Places);
  Graph.addParts();
  return Graph.search();
}

} // namespace refcycle::analyzer
