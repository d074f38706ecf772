// Handles of std and boost are known by name: what owns, what does not.
#include <boost/intrusive_ptr.hpp>
#include <boost/scoped_ptr.hpp>
#include <boost/shared_ptr.hpp>
#include <boost/weak_ptr.hpp>
#include <functional>
#include <memory>
struct T {
  int Uses = 0;
};
inline void intrusive_ptr_add_ref(T *P) { ++P->Uses; }
inline void intrusive_ptr_release(T *P) {
  if (--P->Uses == 0)
    delete P;
}
struct Std {
  std::shared_ptr<T> Shared;
  std::shared_ptr<const T> ToConst;
  std::shared_ptr<T[]> Array;
  std::weak_ptr<T> Weak;
  std::unique_ptr<T> Unique;
  std::unique_ptr<T, void (*)(T *)> Deleter;
  std::reference_wrapper<T> Reference;
  T *Pointer;
  T &Plain;
  const T *const *PointerToPointer;
  std::shared_ptr<int> Number;
};
struct Boost {
  boost::shared_ptr<T> Shared;
  boost::weak_ptr<T> Weak;
  boost::intrusive_ptr<T> Intrusive;
  boost::scoped_ptr<T> Scoped;
};
