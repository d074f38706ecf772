// Objects that are counted without a control block that the verifier knows:
// handles of the program's own, found by the layouts that the analyzer writes.

// RUN: refcycle layouts --quiet -o %t.layouts %s -- -std=c++20
// RUN: %clangxx -std=c++20 -g %s -o %t && not refcycle verify --quiet --layouts=%t.layouts -- %t | FileCheck %s
// RUN: %clangxx -std=c++20 -g -O2 %s -o %t && not refcycle verify --quiet --layouts=%t.layouts -- %t | FileCheck %s
// RUN: g++ -std=c++20 -g %s -o %t && not refcycle verify --quiet --layouts=%t.layouts -- %t | FileCheck %s
// RUN: g++ -std=c++20 -g -O2 %s -o %t && not refcycle verify --quiet --layouts=%t.layouts -- %t | FileCheck %s
// RUN: %clangxx -std=c++20 -g -fno-rtti %s -o %t && not refcycle verify --quiet --layouts=%t.layouts -- %t | FileCheck %s

// The same programs, mended.
// RUN: %clangxx -std=c++20 -g -DMENDED %s -o %t && refcycle verify --layouts=%t.layouts -- %t 2>&1 | FileCheck %s --check-prefix=MENDED
// RUN: g++ -std=c++20 -g -O2 -DMENDED %s -o %t && refcycle verify --layouts=%t.layouts -- %t 2>&1 | FileCheck %s --check-prefix=MENDED
// MENDED: refcycle: no cycle leaked
// MENDED-NOT: {{.}}

// Without layouts, the std::shared_ptr among them is known: it keeps itself
// alive through something.
// RUN: %clangxx -std=c++20 -g %s -o %t && not refcycle verify --quiet -- %t | grep warning: | FileCheck %s --check-prefix=WITHOUT
// WITHOUT: warning: View::model -> {{.*}} -> Model::view -> View, 1 instance
// WITHOUT-NOT: warning:

// In a stripped program without symbols, classes with virtual functions are
// known by their tables.
// RUN: %clangxx -std=c++20 -s %s -o %t && not refcycle verify --quiet --layouts=%t.layouts -- %t | FileCheck %s --check-prefix=STRIPPED
// STRIPPED-DAG: warning: Widget::+{{[0-9]+}} -> Widget, 1 instance
// STRIPPED-DAG: warning: com::Button::+{{[0-9]+}} -> com::Button, 1 instance

// RUN: %python %inputs/exit_code.py 2 refcycle verify --layouts=%s -- true 2>&1 | FileCheck %s --check-prefix=BAD
// BAD: refcycle: error: {{.*}}layouts.cpp': no layouts of version 1; make them with refcycle layouts

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#ifdef MENDED
constexpr bool leak = false;
#else
constexpr bool leak = true;
#endif

// ---- born with one reference, no virtual functions
template <class T> class Counted {
public:
  void ref() const { ++count; }
  void unref() const {
    if (--count == 0)
      delete static_cast<const T *>(this);
  }

private:
  mutable unsigned count = 1;
};
template <class T> class Ptr {
public:
  Ptr() = default;
  explicit Ptr(T *p, bool adopt = false) : p(p) {
    if (p && !adopt)
      p->ref();
  }
  Ptr(const Ptr &o) : Ptr(o.p) {}
  Ptr &operator=(Ptr o) {
    std::swap(p, o.p);
    return *this;
  }
  ~Ptr() {
    if (p)
      p->unref();
  }
  T *operator->() const { return p; }
  T *get() const { return p; }

private:
  T *p = nullptr;
};
template <class T> Ptr<T> make() { return Ptr<T>(new T, true); }

// CHECK-DAG: warning: Tree::children -> Tree::parent -> Tree, 1 instance, {{.*}}; making Tree::parent weak frees all
struct Tree : Counted<Tree> {
  std::string name = "a name that is too long for the string itself";
  Ptr<Tree> parent;
  std::vector<Ptr<Tree>> children;
};

// CHECK-DAG: warning: Job::done -> {{(\(lambda\)::job -> )?}}Job, 1 instance, {{.*}} weak frees all
struct Job : Counted<Job> {
  std::function<void()> done;
  int left = 0;
};

// A cycle through a std::shared_ptr, too.
// CHECK-DAG: warning: {{Model::view -> View::model -> Model|View::model -> Model::view -> View}}, 1 instance, {{.*}} weak frees all
struct View;
struct Model : Counted<Model> {
  std::shared_ptr<View> view;
};
struct View {
  Ptr<Model> model;
};

// ---- free functions, a count that is atomic and not at the beginning
class Object {
public:
  virtual ~Object() = default;
  friend void intrusive_ptr_add_ref(const Object *o) { o->uses.fetch_add(1); }
  friend void intrusive_ptr_release(const Object *o) {
    if (o->uses.fetch_sub(1) == 1)
      delete o;
  }

private:
  mutable std::atomic<int> uses{0};
};
template <class T> class IntrusivePtr {
public:
  IntrusivePtr() = default;
  IntrusivePtr(T *p) : px(p) {
    if (px)
      intrusive_ptr_add_ref(px);
  }
  IntrusivePtr(const IntrusivePtr &o) : IntrusivePtr(o.px) {}
  IntrusivePtr &operator=(const IntrusivePtr &o) {
    IntrusivePtr copy(o);
    std::swap(px, copy.px);
    return *this;
  }
  ~IntrusivePtr() {
    if (px)
      intrusive_ptr_release(px);
  }
  T *operator->() const { return px; }

private:
  T *px = nullptr;
};

// CHECK-DAG: warning: Widget::slots -> Widget, 1 instance, {{.*}} weak frees all
struct Widget : Object {
  std::map<int, IntrusivePtr<Object>> slots;
};

// ---- virtual AddRef and Release, reached through the second of two bases
namespace com {
struct Unknown {
  virtual void AddRef() = 0;
  virtual void Release() = 0;

protected:
  ~Unknown() = default;
};
struct Paints {
  virtual void paint() {}
};
struct Clickable : Unknown {
  virtual void click() {}
};
template <class T> class Com {
public:
  Com() = default;
  Com(T *p) : p(p) {
    if (p)
      p->AddRef();
  }
  Com(const Com &o) : Com(o.p) {}
  Com &operator=(Com o) {
    std::swap(p, o.p);
    return *this;
  }
  ~Com() {
    if (p)
      p->Release();
  }
  T *operator->() const { return p; }

private:
  T *p = nullptr;
};
// CHECK-DAG: warning: com::Button::self -> com::Button, 1 instance, {{.*}} weak frees all
class Button final : public Paints, public Clickable {
public:
  void AddRef() override { ++refs; }
  void Release() override {
    if (--refs == 0)
      delete this;
  }
  Com<Clickable> self;

private:
  ~Button() = default;
  unsigned long refs = 0;
};
} // namespace com

// ---- a count in a block of its own
template <class T> class Lease {
public:
  Lease() = default;
  explicit Lease(T *t) : thing(t), tenants(new long(1)) {}
  Lease(const Lease &o) : thing(o.thing), tenants(o.tenants) {
    if (tenants)
      ++*tenants;
  }
  Lease &operator=(Lease o) {
    std::swap(thing, o.thing);
    std::swap(tenants, o.tenants);
    return *this;
  }
  ~Lease() {
    if (tenants && --*tenants == 0) {
      delete thing;
      delete tenants;
    }
  }
  T *operator->() const { return thing; }

private:
  T *thing = nullptr;
  long *tenants = nullptr;
};
// CHECK-DAG: warning: {{House::garden -> Garden::house -> House|Garden::house -> House::garden -> Garden}}, 1 instance, {{.*}} weak frees all
struct Garden;
struct House {
  std::string address = "somewhere";
  Lease<Garden> garden;
};
struct Garden {
  int trees = 3;
  Lease<House> house;
};

// An object that takes itself out of another's list when it goes: the list
// owns the handle, though.
// CHECK-DAG: warning: {{Subject::handlers -> (\(lambda\)::strong -> )?Watcher::subject -> Subject|Watcher::subject -> Subject::handlers -> (\(lambda\)::strong -> )?Watcher}}, 1 instance, {{.*}} weak frees all
struct Subject : Object {
  std::map<int, std::function<void()>> handlers;
};
struct Watcher : Object {
  IntrusivePtr<Subject> subject{new Subject};
  ~Watcher() { subject->handlers.erase(1); }
};

int main() {
  auto root = make<Tree>();
  root->children.push_back(make<Tree>());
  if (leak)
    root->children[0]->parent = root;

  auto job = make<Job>();
  if (leak)
    job->done = [job, a = 1, b = 2, c = 3] { job->left += a + b + c; };

  auto model = make<Model>();
  model->view = std::make_shared<View>();
  if (leak)
    model->view->model = model;

  IntrusivePtr<Widget> widget(new Widget);
  if (leak)
    widget->slots[1] = IntrusivePtr<Object>(widget.operator->());

  com::Com<com::Button> button(new com::Button);
  if (leak)
    button->self = com::Com<com::Clickable>(button.operator->());

  Lease<House> house(new House);
  house->garden = Lease<Garden>(new Garden);
  if (leak)
    house->garden->house = house;

  IntrusivePtr<Watcher> watcher(new Watcher);
  if (leak)
    watcher->subject->handlers[1] = [strong = watcher, a = 1, b = 2] {
      (void)a, (void)b;
    };
}
