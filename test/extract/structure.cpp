// Control flow keeps its shape: branches with what they test, loops, switch, try.

// RUN: %effects | %fold | FileCheck %s

#include <memory>
#include <stdexcept>
struct T {
  std::shared_ptr<T> Next;
  bool Ready = false;
};
[[noreturn]] void die();
void branches(std::shared_ptr<T> P, std::shared_ptr<T> Q) {
  if (P)
    P->Next = Q;
  if (!P)
    return;
  if (P->Next == nullptr)
    P->Next = Q;
  if (P->Ready)
    P->Next = Q;
  else
    P->Next.reset();
  if (auto N = P->Next; N && N->Ready)
    N->Next = Q;
  P->Next = P->Ready ? Q : nullptr;
  P->Ready ? P->Next.reset() : Q->Next.reset();
}
void loops(std::shared_ptr<T> P, std::shared_ptr<T> Q) {
  for (auto I = P; I; I = I->Next)
    I->Next = Q;
  while (P->Next) {
    P = P->Next;
    if (P->Ready)
      continue;
    if (P == Q)
      break;
  }
  do
    P->Next.reset();
  while (P->Next);
}
void cases(int N, std::shared_ptr<T> P) {
  switch (N) {
  case 1:
  case 2:
    P->Next = P;
    break;
  case 3: {
    P->Next.reset();
    return;
  }
  default:
    P->Next = nullptr;
  }
}
void handlers(std::shared_ptr<T> P) {
  try {
    P->Next = P;
    throw std::runtime_error("");
  } catch (const std::exception &E) {
    P->Next.reset();
  } catch (...) {
    die();
  }
}
void logical(std::shared_ptr<T> P) {
  P->Ready && (P->Next = P, true);
  P->Ready || (P->Next = nullptr);
}
void jumps(std::shared_ptr<T> P) {
again:
  P->Next = P;
  if (P->Ready)
    goto again;
}

// CHECK:      class T
// CHECK-NEXT:   Next: strong T

// CHECK:      fn branches(P: value T, Q: value T)
// CHECK-NEXT:   if P {
// CHECK-NEXT:     P.Next = Q [strong]
// CHECK-NEXT:   }
// CHECK-NEXT:   if not P {
// CHECK-NEXT:     return
// CHECK-NEXT:   }
// CHECK-NEXT:   if not P.Next {
// CHECK-NEXT:     P.Next = Q [strong]
// CHECK-NEXT:   }
// CHECK-NEXT:   if {
// CHECK-NEXT:     P.Next = Q [strong]
// CHECK-NEXT:   } else {
// CHECK-NEXT:     clear null P.Next
// CHECK-NEXT:   }
// CHECK-NEXT:   N := P.Next [strong]
// CHECK-NEXT:   if {
// CHECK-NEXT:     N.Next = Q [strong]
// CHECK-NEXT:   }
// CHECK-NEXT:   if {
// CHECK-NEXT:   } else {
// CHECK-NEXT:   }
// CHECK-NEXT:   P.Next = (Q | null) [strong]
// CHECK-NEXT:   if only c:@S@T@FI@Ready {
// CHECK-NEXT:     clear null P.Next
// CHECK-NEXT:   } else {
// CHECK-NEXT:     clear null Q.Next
// CHECK-NEXT:   }

// CHECK:      fn loops(P: value T, Q: value T)
// CHECK-NEXT:   I := P [strong]
// CHECK-NEXT:   loop {
// CHECK-NEXT:     I.Next = Q [strong]
// CHECK-NEXT:     I = I.Next [strong]
// CHECK-NEXT:   }
// CHECK-NEXT:   loop {
// CHECK-NEXT:     P = P.Next [strong]
// CHECK-NEXT:     if {
// CHECK-NEXT:       continue
// CHECK-NEXT:     }
// CHECK-NEXT:     if {
// CHECK-NEXT:       break
// CHECK-NEXT:     }
// CHECK-NEXT:   }
// CHECK-NEXT:   loop {
// CHECK-NEXT:     clear null P.Next
// CHECK-NEXT:   }

// CHECK:      fn cases(N, P: value T)
// CHECK-NEXT:   block {
// CHECK-NEXT:     if maytake mayskip {
// CHECK-NEXT:       P.Next = P [strong]
// CHECK-NEXT:       break
// CHECK-NEXT:     }
// CHECK-NEXT:     if maytake mayskip {
// CHECK-NEXT:       clear null P.Next
// CHECK-NEXT:       return
// CHECK-NEXT:     }
// CHECK-NEXT:     if maytake {
// CHECK-NEXT:       clear null P.Next
// CHECK-NEXT:     }
// CHECK-NEXT:   }

// CHECK:      fn handlers(P: value T)
// CHECK-NEXT:   block try {
// CHECK-NEXT:     P.Next = P [strong]
// CHECK-NEXT:     throw
// CHECK-NEXT:   } else {
// CHECK-NEXT:     if maytake mayskip {
// CHECK-NEXT:       clear null P.Next
// CHECK-NEXT:     } else {
// CHECK-NEXT:       die()
// CHECK-NEXT:       throw ends
// CHECK-NEXT:     }
// CHECK-NEXT:   }

// CHECK:      fn logical(P: value T)
// CHECK-NEXT:   if {
// CHECK-NEXT:     P.Next = P [strong]
// CHECK-NEXT:   }
// CHECK-NEXT:   if {
// CHECK-NEXT:     clear null P.Next
// CHECK-NEXT:   }

// CHECK:      fn jumps(P: value T)
// CHECK-NEXT:   P.Next = P [strong]
