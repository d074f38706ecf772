// JUCE: counted objects, weak references, arrays that own.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

namespace juce {
HANDLE(ReferenceCountedObjectPtr, T *get() const; void reset();)
HANDLE(WeakReference, T *get() const;)
struct Component {
  HANDLE(SafePointer, T *getComponent() const;)
};
UNIQUE_HANDLE(ScopedPointer, T *release(); T *get() const;)
struct ReferenceCountedObject {};
template <class T> struct Array {
  ~Array();
  void add(const T &);
  void clear();
};
template <class T> struct ReferenceCountedArray {
  ~ReferenceCountedArray();
  T *add(T *);
};
} // namespace juce

//===--- must be reported ---------------------------------------------------===//

// CHECK: juce.cpp:[[@LINE+1]]:{{.*}} warning: 'counted::{{[AB]}}' and
CYCLE(counted, juce::ReferenceCountedObjectPtr)
// CHECK: juce.cpp:[[@LINE+1]]:{{.*}} warning: 'scoped::{{Root|Leaf}}' and
UNIQUE_CYCLE(scoped, juce::ScopedPointer, juce::ReferenceCountedObjectPtr)
// CHECK: juce.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'elements::Tree'
ELEMENT(elements, juce::ReferenceCountedObjectPtr, juce::Array, add)

//===--- must stay silent ---------------------------------------------------===//

WEAK_BACK(back, juce::ReferenceCountedObjectPtr, juce::WeakReference)
WEAK_BACK(safe, juce::ReferenceCountedObjectPtr, juce::Component::SafePointer)
UNIQUE_TREE(tree, juce::ScopedPointer)
OPENED(reset, juce::ReferenceCountedObjectPtr, reset())
OPENED(null, juce::ReferenceCountedObjectPtr, operator=(nullptr))

struct Tree : juce::ReferenceCountedObject {
  juce::Array<juce::ReferenceCountedObjectPtr<Tree>> kids;
  Tree *up;
};
void grow(const juce::ReferenceCountedObjectPtr<Tree> &t) {
  juce::ReferenceCountedObjectPtr<Tree> kid(new Tree);
  kid->up = t.get();
  t->kids.add(kid);
}
