// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "facts/ClassLayout.h"
#include "llvm/ADT/STLExtras.h"

namespace refcycle::analyzer {

template <typename T>
static void unite(std::vector<T> &Into, const std::vector<T> &More) {
  Into.insert(Into.end(), More.begin(), More.end());
  llvm::sort(Into);
  Into.erase(llvm::unique(Into), Into.end());
}

static void uniteClass(ClassLayout &Into, ClassLayout Other) {
  if (!Into.CountWidth && Other.CountWidth)
    std::swap(Into, Other);
  unite(Into.Entries, Other.Entries);
  unite(Into.Handles, Other.Handles);
  unite(Into.Releases, Other.Releases);
  unite(Into.Destructors, Other.Destructors);
}

void addLayouts(CountLayouts &Into, CountLayouts Unit) {
  for (ClassLayout &New : Unit.Classes) {
    auto At = llvm::lower_bound(Into.Classes, New,
                                [](const ClassLayout &A, const ClassLayout &B) {
                                  return A.Mangled < B.Mangled;
                                });
    if (At == Into.Classes.end() || At->Mangled != New.Mangled)
      Into.Classes.insert(At, std::move(New));
    else
      uniteClass(*At, std::move(New));
  }
  unite(Into.Handles, Unit.Handles);
}

static void printClass(const ClassLayout &C, llvm::raw_ostream &OS) {
  OS << "class\t" << C.Mangled << '\t' << C.Size << '\t'
     << (C.Polymorphic ? "polymorphic" : "plain") << '\t' << C.CountAt << '\t'
     << C.CountWidth << '\t' << C.DestructorSlot << '\n';
  for (uint32_t Offset : C.Entries)
    OS << "entry\t" << Offset << '\n';
  for (uint32_t Offset : C.Pointers)
    OS << "pointer\t" << Offset << '\n';
  for (uint32_t Offset : C.Bools)
    OS << "bool\t" << Offset << '\n';
  for (const HandleAt &H : C.Handles)
    OS << "member\t" << H.Offset << '\t' << H.Pointee << '\n';
  for (const ReleaseFunction &R : C.Releases)
    OS << "release\t" << R.Offset << '\t' << R.Symbol << '\n';
  for (const HandleDestructor &D : C.Destructors)
    OS << "drop\t" << D.Offset << '\t' << D.ObjectAt << '\t' << D.Handle
       << '\n';
}

void printLayouts(const CountLayouts &Layouts, llvm::raw_ostream &OS) {
  OS << "refcycle-layouts\t1\n";
  for (const ClassLayout &C : Layouts.Classes)
    printClass(C, OS);
  for (const HandleLayout &H : Layouts.Handles)
    OS << "handle\t" << H.Pointee << '\t' << H.ObjectAt << '\t' << H.BlockAt
       << '\t' << H.BlockSize << '\t' << H.CountAt << '\t' << H.CountWidth
       << '\t' << H.Name << '\n';
  OS << "end\n";
}

} // namespace refcycle::analyzer
