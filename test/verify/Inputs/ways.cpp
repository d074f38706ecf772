// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every way to make a shared pointer, for verify_matrix.py. `leak`: an object
// of each class owns itself; else it knows itself by a weak pointer, and all of
// them are freed but for one that a global holds.

#ifdef BOOST
#include <boost/enable_shared_from_this.hpp>
#include <boost/make_shared.hpp>
#include <boost/shared_ptr.hpp>
#include <boost/smart_ptr/atomic_shared_ptr.hpp>
#include <boost/weak_ptr.hpp>
namespace lib = boost;
#else
#include <memory>
namespace lib = std;
#endif
#include <atomic>
#include <cstdlib>
#include <new>
#include <string_view>

namespace {

bool leak = false;

#define HANDLES(T)                                                             \
  lib::shared_ptr<T> self;                                                     \
  lib::weak_ptr<T> back

template <typename T, typename Pointer>
void close(T &object, const Pointer &pointer) {
  if (leak)
    object.self = pointer;
  else
    object.back = pointer;
}

} // namespace

struct Made {
  HANDLES(Made);
};
struct Separate {
  HANDLES(Separate);
  ~Separate() {}
};
struct Deleted {
  HANDLES(Deleted);
};
/// A deleter with a state of its own, in front of the pointer.
struct CountedDeleted {
  HANDLES(CountedDeleted);
};
struct Deleter {
  long *count;
  void operator()(CountedDeleted *p) const {
    ++*count;
    delete p;
  }
};
struct Allocated {
  HANDLES(Allocated);
  char before[24];
};
/// Given to an allocator with the deleter.
struct AllocatedBlock {
  HANDLES(AllocatedBlock);
};
struct FromThis : lib::enable_shared_from_this<FromThis> {
  HANDLES(FromThis);
};
struct Aliased {
  int value = 0;
  lib::shared_ptr<int> self;
  lib::weak_ptr<int> back;
};
struct Base {
  HANDLES(Base);
  virtual ~Base() {}
};
struct Derived : Base {
  int more = 0;
};
struct alignas(64) Wide {
  HANDLES(Wide);
};
struct Element {
  HANDLES(Element[]);
  int value = 0;
};
struct MadeElement {
  HANDLES(MadeElement[]);
  int value = 0;
};

struct Atomic {
#ifdef BOOST
  boost::atomic_shared_ptr<Atomic> self;
#elif defined(__cpp_lib_atomic_shared_ptr)
  std::atomic<std::shared_ptr<Atomic>> self;
#else
  std::shared_ptr<Atomic> self;
#endif
  lib::weak_ptr<Atomic> back;
};

namespace {

/// With a state, which the control block keeps.
template <typename T> struct Allocator {
  using value_type = T;
  long *bytes;

  explicit Allocator(long *bytes) : bytes(bytes) {}
  template <typename U>
  Allocator(const Allocator<U> &other) : bytes(other.bytes) {}
  T *allocate(std::size_t count) {
    *bytes += long(count * sizeof(T));
    return static_cast<T *>(std::malloc(count * sizeof(T)));
  }
  void deallocate(T *p, std::size_t count) {
    *bytes -= long(count * sizeof(T));
    std::free(p);
  }
  template <typename U> bool operator==(const Allocator<U> &other) const {
    return bytes == other.bytes;
  }
  template <typename U> bool operator!=(const Allocator<U> &other) const {
    return bytes != other.bytes;
  }
};

long deleted = 0, allocated = 0;
lib::shared_ptr<Made> held;

template <typename T> void close_plain(T *object) {
  lib::shared_ptr<T> pointer(object);
  close(*pointer, pointer);
}

void make_single() {
  auto made = lib::make_shared<Made>();
  close(*made, made);
  close_plain(new Separate);
  lib::shared_ptr<Deleted> with_deleter(new Deleted,
                                        [](Deleted *p) { delete p; });
  close(*with_deleter, with_deleter);
  lib::shared_ptr<CountedDeleted> counted(new CountedDeleted,
                                          Deleter{&deleted});
  close(*counted, counted);
  auto together =
      lib::allocate_shared<Allocated>(Allocator<Allocated>(&allocated));
  close(*together, together);
  lib::shared_ptr<AllocatedBlock> block(
      new AllocatedBlock, [](AllocatedBlock *p) { delete p; },
      Allocator<AllocatedBlock>(&allocated));
  close(*block, block);
  auto wide = lib::make_shared<Wide>();
  close(*wide, wide);
  lib::shared_ptr<Base> base(new Derived);
  close(*base, base);
}

void make_others() {
  auto from_this = lib::make_shared<FromThis>();
  close(*from_this, from_this->shared_from_this());
  auto aliased = lib::make_shared<Aliased>();
  close(*aliased, lib::shared_ptr<int>(aliased, &aliased->value));
  lib::shared_ptr<Element[]> elements(new Element[3]);
  close(elements[1], elements);
  auto made_elements = lib::make_shared<MadeElement[]>(3);
  close(made_elements[1], made_elements);
  auto atomic = lib::make_shared<Atomic>();
  if (!leak)
    atomic->back = atomic;
#if defined(BOOST) || defined(__cpp_lib_atomic_shared_ptr)
  else
    atomic->self.store(atomic);
#else
  else
    std::atomic_store(&atomic->self, atomic);
#endif
}

} // namespace

int main(int count, char **words) {
  leak = count > 1 && std::string_view(words[1]) == "leak";
  make_single();
  make_others();
  held = lib::make_shared<Made>();
  held->self = held;
  return 0;
}
