// C code whose structs begin with the counted one, as if it were a base.

// RUN: not %refcycle --quiet --checks=refcycle-unbalanced-retain,refcycle-adopt %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <cstdlib>

struct object {
  int users;
  void (*dispose)(object *);
};
void object_init(object *o, void (*dispose)(object *)) {
  o->users = 1;
  o->dispose = dispose;
}
object *object_ref(object *o) {
  if (o)
    ++o->users;
  return o;
}
void object_unref(object *o) {
  if (o && --o->users == 0) {
    o->dispose(o);
    std::free(o);
  }
}

struct icon {
  object base;
  int size;
};
static void icon_dispose(object *) {}
icon *icon_new(int size) {
  icon *i = static_cast<icon *>(std::calloc(1, sizeof(icon)));
  object_init(&i->base, icon_dispose);
  i->size = size;
  return i;
}
struct panel {
  object base;
  icon *image;
  int width;
};
static void panel_dispose(object *o) {
  panel *p = reinterpret_cast<panel *>(o);
  if (p->image)
    object_unref(&p->image->base);
}
panel *panel_new(int width) {
  panel *p = static_cast<panel *>(std::malloc(sizeof(panel)));
  object_init(&p->base, panel_dispose);
  p->width = width;
  p->image = nullptr;
  return p;
}
void panel_set_icon(panel *p, icon *i) {
  if (p->image == i)
    return;
  if (p->image)
    object_unref(&p->image->base);
  p->image = i;
  if (i)
    object_ref(&i->base);
}
bool check(int);

//===--- must be reported ---------------------------------------------------===//

panel *kept_twice() {
  panel *p = panel_new(3);
  icon *i = icon_new(16);
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: {{.*}} [refcycle-adopt]
  panel_set_icon(p, i);
  return p;
}
int one_path() {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the count taken on 'i' is not released on every path in 'one_path' [refcycle-unbalanced-retain]
  icon *i = icon_new(16);
  if (!check(i->size))
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: note: it is not released on the way that ends here
    return -1;
  object_unref(&i->base);
  return 0;
}
int counted_by_hand(icon *i) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the count taken on 'i' is not released on every path in 'counted_by_hand'
  object_ref(&i->base);
  if (!check(i->size))
    return -1;
  object_unref(&i->base);
  return 0;
}
int by_cast() {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the count taken on 'i' is not released on every path in 'by_cast'
  icon *i = icon_new(16);
  if (!check(i->size))
    return -1;
  object_unref(reinterpret_cast<object *>(i));
  return 0;
}

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

panel *kept_once() {
  panel *p = panel_new(3);
  icon *i = icon_new(16);
  panel_set_icon(p, i);
  object_unref(&i->base);
  return p;
}
int each_path() {
  icon *i = icon_new(16);
  int result = check(i->size) ? 0 : -1;
  object_unref(&i->base);
  return result;
}
object *given_back(int size) {
  icon *i = icon_new(size);
  if (!check(size)) {
    object_unref(&i->base);
    return nullptr;
  }
  return &i->base;
}
void stored(object **list, int size) {
  icon *i = icon_new(size);
  if (check(size))
    list[0] = &i->base;
  else
    object_unref(&i->base);
}
void queued(int size) {
  void queue(object *);
  icon *i = icon_new(size);
  if (check(size))
    queue(&i->base);
  else
    object_unref(&i->base);
}
/// The setter takes over the count.
void panel_take_icon(panel *p, icon *i) {
  if (p->image)
    object_unref(&p->image->base);
  p->image = i;
}
panel *taken() {
  panel *p = panel_new(3);
  icon *i = icon_new(16);
  panel_take_icon(p, i);
  return p;
}

/// Floating: the first who counts it owns it.
struct floating {
  int users;
};
struct label {
  floating base;
  int length;
};
void floating_init(floating *f) { f->users = 0; }
void floating_ref(floating *f) { ++f->users; }
void floating_unref(floating *f) {
  if (--f->users <= 0)
    std::free(f);
}
label *label_new() {
  label *l = static_cast<label *>(std::malloc(sizeof(label)));
  floating_init(&l->base);
  return l;
}
struct form {
  label *title;
};
void form_set_title(form *f, label *l) {
  floating_ref(&l->base);
  f->title = l;
}
void titled(form *f) { form_set_title(f, label_new()); }
void titled_later(form *f) {
  label *l = label_new();
  form_set_title(f, l);
}

/// The counted struct is not the first: its address is not the object's.
struct wrapped {
  int number;
  object inner;
};
wrapped *wrapped_new() {
  auto *w = static_cast<wrapped *>(std::malloc(sizeof(wrapped)));
  object_init(&w->inner, icon_dispose);
  return w;
}
int wraps() {
  wrapped *w = wrapped_new();
  if (!check(w->number))
    return -1;
  object_unref(&w->inner);
  return 0;
}
/// The object stands on the stack.
int on_the_stack() {
  icon i;
  object_init(&i.base, icon_dispose);
  return check(i.base.users) ? 1 : 0;
}

} // namespace quiet
