// Counting by free functions, as libraries with a C interface have it: one adds
// to a number in its argument, another takes away and frees at zero. Where the
// bodies are elsewhere, a pair of names for one type stands for them.

// RUN: not %refcycle --quiet --checks=refcycle-unbalanced-retain %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <cstdlib>
#include <vector>

struct doc {
  int users;
  int pages;
  std::vector<doc *> parts;
};
doc *doc_make(int pages) { return new doc{1, pages, {}}; }
doc *doc_share(doc *d) {
  ++d->users;
  return d;
}
void doc_leave(doc *d) {
  if (--d->users > 0)
    return;
  for (doc *part : d->parts)
    doc_leave(part);
  delete d;
}
void doc_add(doc *to, doc *part) { to->parts.push_back(doc_share(part)); }

/// From malloc, with its count in a header.
struct header {
  unsigned count;
};
struct buffer {
  header head;
  char *bytes;
};
buffer *buffer_make() {
  auto *b = static_cast<buffer *>(std::malloc(sizeof(buffer)));
  b->head.count = 1;
  b->bytes = nullptr;
  return b;
}
void buffer_hold(buffer *b) { b->head.count += 1; }
void buffer_let_go(buffer *b) {
  unsigned left = --b->head.count;
  if (left == 0) {
    std::free(b->bytes);
    std::free(b);
  }
}

struct image; // Of a library.
extern "C" {
image *image_ref(image *);
void image_unref(image *);
int image_width(const image *);
}

bool check(int);

//===--- must be reported ---------------------------------------------------===//

doc *parse(const int *pages, int number) {
  doc *all = doc_make(0);
  for (int i = 0; i < number; ++i) {
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the count taken on 'one' is not released on every path in 'parse' [refcycle-unbalanced-retain]
    doc *one = doc_make(pages[i]);
    if (!check(one->pages)) {
      doc_leave(all);
      // CHECK: [[@LINE+1]]:{{[0-9]+}}: note: it is not released on the way that ends here
      return nullptr;
    }
    doc_add(all, one);
    doc_leave(one);
  }
  return all;
}
int shared(doc *d) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the count taken on 'd' is not released on every path in 'shared'
  doc_share(d);
  if (!check(d->pages))
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: note: it is not released on the way that ends here
    return -1;
  doc_leave(d);
  return 0;
}
bool fill() {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the count taken on 'b' is not released on every path in 'fill'
  buffer *b = buffer_make();
  if (!check(1))
    return false;
  buffer_let_go(b);
  return true;
}
bool ofALibrary(image *i) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the count taken on 'i' is not released on every path in 'ofALibrary'
  image_ref(i);
  if (!check(2))
    return false;
  image_unref(i);
  return true;
}
int secondName(doc *d) {
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the count taken on 'own' is not released on every path in 'secondName'
  doc *own = doc_share(d);
  if (!check(own->pages))
    return -1;
  doc_leave(own);
  return 0;
}

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

doc *everyPath(int pages) {
  doc *d = doc_make(pages);
  if (!check(d->pages)) {
    doc_leave(d);
    return nullptr;
  }
  return d;
}
void putAway(doc *into, int pages) {
  doc *d = doc_make(pages);
  if (!check(pages)) {
    doc_leave(d);
    return;
  }
  into->parts.push_back(d);
}
void passedOn(int pages) {
  void queue(doc *);
  doc *d = doc_make(pages);
  if (check(pages))
    queue(d);
  else
    doc_leave(d);
}
void sharedIntoAList(doc *d, std::vector<doc *> &all) {
  all.push_back(doc_share(d));
  if (!check(d->pages))
    return;
  doc *again = doc_share(d);
  doc_leave(again);
}
doc *borrowed(std::vector<doc *> &all) {
  doc *first = all.front(); // Somebody else's count.
  if (!check(first->pages))
    return nullptr;
  all.erase(all.begin());
  doc_leave(first);
  return nullptr;
}
void cleanedUpAtTheEnd(int pages) {
  doc *d = doc_make(pages);
  int width = 0;
  if (!check(pages))
    goto done;
  width = d->pages;
  check(width);
done:
  if (d)
    doc_leave(d);
}

int shownByALibrary(image *i) {
  image_ref(i);
  if (!check(image_width(i))) // It may keep the count.
    return 0;
  image_unref(i);
  return 1;
}

/// A part of the object is given away, and with it the way to the object.
struct link {
  link *next;
};
struct job {
  int users = 1;
  link waiting;
};
job *job_make() { return new job; }
void job_hold(job *j) { ++j->users; }
void job_drop(job *j) {
  if (--j->users == 0)
    delete j;
}
void enqueue(link *);
void enqueued(bool now) {
  job *j = job_make();
  if (now) {
    job_drop(j);
    return;
  }
  enqueue(&j->waiting);
}

/// A number of something else: nothing is freed at its end.
struct door {
  int open;
};
void door_open(door *d) { ++d->open; }
void door_close(door *d) {
  if (--d->open == 0)
    check(0);
}
void opened(door *d) {
  door_open(d);
  if (!check(1))
    return;
  door_close(d);
}
/// Freed, but nothing counts up what is counted down.
struct round {
  int left;
};
void round_start(round *r) { r->left = 3; }
void round_end(round *r) {
  if (--r->left == 0)
    delete r;
}
void played(round *r) {
  round_start(r);
  if (!check(1))
    return;
  round_end(r);
}
/// One of a pair of names, without the other.
struct view;
void view_ref(view *);
void view_show(view *);
void viewed(view *v) {
  view_ref(v);
  view_show(v);
}
/// A pair for two types.
struct left_t;
struct right_t;
void side_ref(left_t *);
void side_unref(right_t *);
void sides(left_t *l, right_t *r) {
  side_ref(l);
  if (!check(1))
    return;
  side_unref(r);
}

} // namespace quiet
