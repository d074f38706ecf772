// Globals, static members and static locals are places; their initialisers run.

// RUN: %effects | %fold | FileCheck %s

#include <functional>
#include <map>
#include <memory>
#include <vector>
struct T {
  std::shared_ptr<T> Next;
  static std::shared_ptr<T> Instance;
  inline static std::vector<std::shared_ptr<T>> All;
  T();
  explicit T(std::shared_ptr<T>);
};
std::shared_ptr<T> T::Instance = std::make_shared<T>();
static std::function<void()> Hook = [P = T::Instance] {};
namespace ns {
std::map<int, std::shared_ptr<T>> Table;
T Object{T::Instance};
thread_local std::shared_ptr<T> PerThread;
} // namespace ns
T &single() {
  static T Only(T::Instance);
  static std::shared_ptr<T> Other = std::make_shared<T>();
  Other->Next = T::Instance;
  return Only;
}
void stores(std::shared_ptr<T> P) {
  T::Instance = P;
  T::All.push_back(P);
  ns::Table[1] = P;
  ns::PerThread = P;
  Hook = nullptr;
  ns::Object.Next = P;
  single().Next = P;
  extern std::shared_ptr<T> Elsewhere;
  Elsewhere = P;
}

// CHECK:      class T
// CHECK-NEXT:   Next: strong T

// CHECK:      closure (initialiser of Hook)#1 in (initialiser of Hook) local
// CHECK-NEXT:   P: capture strong T

// CHECK:      fn (initialiser of T::All)() addressed
// CHECK-NEXT:   global T::All := null [strong]

// CHECK:      fn (initialiser of T::Instance)() addressed
// CHECK-NEXT:   T::T(new T)
// CHECK-NEXT:   global T::Instance := new T [strong]

// CHECK:      fn (initialiser of Hook)() addressed internal
// CHECK-NEXT:   (initialiser of Hook)#1.P := global T::Instance [strong]
// CHECK-NEXT:   global Hook := (initialiser of Hook)#1 [value]

// CHECK:      fn (initialiser of ns::Table)() addressed
// CHECK-NEXT:   global ns::Table := null [strong]

// CHECK:      fn (initialiser of ns::Object)() addressed
// CHECK-NEXT:   T::T(T, global T::Instance)
// CHECK-NEXT:   global ns::Object := T [value]

// CHECK:      fn (initialiser of ns::PerThread)() addressed
// CHECK-NEXT:   global ns::PerThread := null [strong]

// CHECK:      fn single()
// CHECK-NEXT:   T::T(T, global T::Instance)
// CHECK-NEXT:   global single::Only := T [value]
// CHECK-NEXT:   T::T(new T'2)
// CHECK-NEXT:   global single::Other := new T'2 [strong]
// CHECK-NEXT:   global single::Other.Next = global T::Instance [strong]
// CHECK-NEXT:   return global single::Only

// CHECK:      fn stores(P: value T)
// CHECK-NEXT:   global T::Instance = P [strong]
// CHECK-NEXT:   global T::All += P [strong]
// CHECK-NEXT:   global ns::Table += P [strong]
// CHECK-NEXT:   global ns::PerThread = P [strong]
// CHECK-NEXT:   clear null global Hook
// CHECK-NEXT:   global ns::Object.Next = P [strong]
// CHECK-NEXT:   single()
// CHECK-NEXT:   single().Next = P [strong]
// CHECK-NEXT:   global Elsewhere = P [strong]
