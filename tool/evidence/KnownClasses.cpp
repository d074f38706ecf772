// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is known of the classes of a heap's objects: from where they were made,
// from declarations, and from code that uses them.

#include "evidence/BodyWalk.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {

/// Code that treats an object as a \p Rec knows what it is.
void BodyWalk::learnType(NodeIndex N, RecordId Rec) {
  HeapNode &Node = Nodes[N];
  if (N == NullNode || Rec.isNone() || Node.Kind == NodeKind::Alloc)
    return;
  if (Node.Rec.isNone() || Index.isSameOrBase(Node.Rec, Rec))
    Node.Rec = Rec;
}

/// Is its class known, and no derived one?
bool BodyWalk::isOfExactClass(NodeIndex N) const {
  RecordId Rec = Nodes[N].Rec;
  return Rec &&
         (Nodes[N].Kind == NodeKind::Alloc || impliedHold(N) == Hold::Value ||
          Index.derivedFrom(Rec).empty());
}

/// A new object is of its class and of no class that derives from that or from
/// a common base: a cast to one of those fails.
bool BodyWalk::isNewAndNo(RecordId Class, NodeIndex N) const {
  RecordId Rec = Nodes[N].Rec;
  if (Nodes[N].Kind != NodeKind::Alloc || !Rec ||
      Index.isSameOrBase(Class, Rec))
    return false;
  return Index.isSameOrBase(Rec, Class) ||
         llvm::any_of(Index.basesOf(Class), [&](RecordId Base) {
           return Index.isSameOrBase(Base, Rec);
         });
}

/// What the declaration of `this`, of a parameter or of the one kind of handle
/// in a member says that \p N is; none if it says nothing.
static RecordId declaredClass(const HeapNodes &Nodes, const ProgramIndex &Index,
                              const Function &F, NodeIndex N) {
  const HeapNode &Node = Nodes[N];
  switch (Node.Kind) {
  case NodeKind::This:
    return F.Class;
  case NodeKind::Param:
    return F.Params[Node.Index].Type;
  case NodeKind::Placeholder:
    break;
  default:
    return {};
  }
  Place From = Node.From;
  if (From.Slot == SlotKey::element() &&
      Nodes[From.Holder].Kind == NodeKind::Placeholder)
    From = Nodes[From.Holder].From;
  const Field *Fd = From.Slot.isField()
                        ? Index.field(From.Slot.Declaring, From.Slot.Field)
                        : nullptr;
  return Fd && Fd->Leaves.size() == 1 ? Fd->Leaves[0].Pointee : RecordId();
}

/// Can no object be of both classes, which have a common base? What a virtual
/// call of the base brings here is that of all who implement it.
static bool areDistinct(const ProgramIndex &Index, RecordId A, RecordId B) {
  if (Index.isSameOrBase(A, B) || Index.isSameOrBase(B, A))
    return false;
  auto IsA = [&](RecordId R) { return Index.isSameOrBase(A, R); };
  auto IsBaseOfB = [&](RecordId R) { return Index.isSameOrBase(R, B); };
  return llvm::any_of(Index.basesOf(A), IsBaseOfB) &&
         llvm::none_of(Index.derivedFrom(B), IsA);
}

bool BodyWalk::canBe(RecordId Class, NodeIndex N) const {
  RecordId Rec = Nodes[N].Rec;
  return !isNewAndNo(Class, N) && !(Rec && areDistinct(Index, Class, Rec));
}

/// The objects among several whose members code uses as those of a \p Class.
/// What a map's element is stands for its key and for its value: where one of
/// the objects surely is a \p Class, those that surely are none are not meant.
/// A pointer to a handle may point to a member of something; what that member
/// holds is not the handle.
NodeSet BodyWalk::thoseThatAre(RecordId Class, NodeSet Set) const {
  if (Class && Index[Class].has(RecordFlag::Cell))
    llvm::erase_if(Set, [&](NodeIndex N) {
      return Nodes[N].Rec && Nodes[N].Rec != Class;
    });
  if (Class)
    llvm::erase_if(Set, [&](NodeIndex N) {
      RecordId Declared = declaredClass(Nodes, Index, F, N);
      return isNewAndNo(Class, N) ||
             (Declared && areDistinct(Index, Class, Declared));
    });
  auto IsOne = [&](NodeIndex N) {
    return Nodes[N].Rec && Index.isSameOrBase(Class, Nodes[N].Rec);
  };
  if (Set.size() > 1 && Class != Index.controlBlock())
    llvm::erase_if(Set, [&](NodeIndex N) { return isControlBlock(N); });
  if (Class && Set.size() > 1 && llvm::any_of(Set, IsOne))
    llvm::erase_if(Set,
                   [&](NodeIndex N) { return !IsOne(N) && isOfExactClass(N); });
  return Set;
}

} // namespace refcycle::analyzer
