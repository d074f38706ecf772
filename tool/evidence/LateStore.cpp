// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The closing-store rule: which stores can complete a cycle. When one becomes
// complete, one store was last, and at that moment its left object was already
// referred to and its right one already referred on. So a store into an object
// that nobody knows, of an object that holds nothing, or of something that was
// reached from the left object, is not the one; every other store is late.

#include "evidence/BodyWalk.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {

/// Does any slot that keeps alive refer to \p N?
bool BodyWalk::isReferred(NodeIndex N) const {
  for (const auto &[At, S] : State.entries())
    if (At.Holder != Nodes.frame())
      for (const HeapEdge &E : S.Edges)
        if (E.Target == N && !E.Gone)
          return true;
  return llvm::is_contained(Escaped, N);
}

/// Does \p N hold nothing?
bool BodyWalk::isUnlinked(NodeIndex N) const {
  if (llvm::is_contained(Escaped, N))
    return false;
  for (const auto &[At, S] : State.entries())
    if (At.Holder == N)
      for (const HeapEdge &E : S.Edges)
        if (E.Target != NullNode && !E.Gone && owns(E.Kind))
          return false;
  return true;
}

/// Was \p To loaded from \p From over owning slots only?
bool BodyWalk::leadsTo(NodeIndex From, NodeIndex To) const {
  while (Nodes[To].Kind == NodeKind::Placeholder && owns(impliedHold(To))) {
    To = Nodes[To].From.Holder;
    if (To == From)
      return true;
  }
  return false;
}

/// A store closes a cycle only if its left object is already referred to and
/// its right one already refers on; see analyzer.md 4. Called before the store.
bool BodyWalk::isLate(Place To, const NodeSet &Values) const {
  NodeIndex Root = freshRoot(To.Holder);
  bool FreshHolder = Root != NullNode && !isReferred(Root);
  for (NodeIndex N : Values) {
    if (N == NullNode)
      continue;
    if (N == To.Holder)
      return true;
    bool FreshTarget = Nodes[N].Kind == NodeKind::Alloc && isUnlinked(N);
    if (!FreshHolder && !FreshTarget && !leadsTo(To.Holder, N))
      return true;
  }
  return false;
}

} // namespace refcycle::analyzer
