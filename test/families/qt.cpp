// Qt: shared data, guarded pointers, and parents that own their children.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --config=%S/Inputs/none.yaml %s -- -std=c++20 | FileCheck %s --check-prefix=NONE --allow-empty
// NONE-NOT: warning:

#include "Inputs/handles.h"

HANDLE(QSharedPointer, T *data() const; void reset(); void clear(); template <class... A> static QSharedPointer create(A &&...);)
HANDLE(QExplicitlySharedDataPointer, T *data() const; T *take(); void reset();)
HANDLE(QSharedDataPointer, T *data(); const T *constData() const;)
WEAK_HANDLE(QWeakPointer, QSharedPointer<T> toStrongRef() const; QSharedPointer<T> lock() const; T *data() const;)
HANDLE(QPointer, T *data() const; void clear(); operator T *() const;)
UNIQUE_HANDLE(QScopedPointer, T *take(); void reset(T * = nullptr); T *data() const;)
UNIQUE_HANDLE(QScopedArrayPointer)
struct QSharedData {};
template <class T> struct QVector {
  ~QVector();
  void append(const T &);
  QVector &operator<<(const T &);
};
template <class K, class V> struct QHash {
  ~QHash();
  void insert(const K &, const V &);
};
struct QObject {
  explicit QObject(QObject *parent = nullptr);
  virtual ~QObject();
  void setParent(QObject *);
  QObject *parent() const;
};
struct QVariant {
  ~QVariant();
  template <class T> void setValue(const T &);
};

// CHECK: qt.cpp:[[@LINE+1]]:{{.*}} warning: 'shared::{{[AB]}}' and
CYCLE(shared, QSharedPointer)
// CHECK: qt.cpp:[[@LINE+1]]:{{.*}} warning: 'explicitly::{{[AB]}}' and
CYCLE(explicitly, QExplicitlySharedDataPointer)
// CHECK: qt.cpp:[[@LINE+1]]:{{.*}} warning: 'implicitly::{{[AB]}}' and
CYCLE(implicitly, QSharedDataPointer)
// CHECK: qt.cpp:[[@LINE+1]]:{{.*}} warning: 'scoped::{{Root|Leaf}}' and
UNIQUE_CYCLE(scoped, QScopedPointer, QSharedPointer)
// CHECK: qt.cpp:[[@LINE+1]]:{{.*}} warning: 'promoted::Node' keeps itself alive
PROMOTED(promoted, QSharedPointer, QWeakPointer, toStrongRef)
// CHECK: qt.cpp:[[@LINE+1]]:{{.*}} warning: 'locked::Node' keeps itself alive
PROMOTED(locked, QSharedPointer, QWeakPointer, lock)
// CHECK: qt.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'elements::Tree'
ELEMENT(elements, QSharedPointer, QVector, append)
// CHECK: qt.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'streamed::Tree'
ELEMENT(streamed, QSharedPointer, QVector, operator<<)

struct Row {
  QSharedPointer<Row> next;
  QVariant extra;
};
void made() {
  auto a = QSharedPointer<Row>::create(), b = QSharedPointer<Row>::create();
  a->next = b;
  // CHECK: qt.cpp:[[@LINE+1]]:{{.*}} warning: objects of type 'Row'
  b->next = a;
}

WEAK_BACK(back, QSharedPointer, QWeakPointer)
WEAK_BACK(guarded, QSharedPointer, QPointer)
UNIQUE_TREE(tree, QScopedPointer)
OPENED(reset, QSharedPointer, reset())
OPENED(cleared, QSharedPointer, clear())
TAKEN(taken, QExplicitlySharedDataPointer, take())

// A parent deletes its children, which know it by plain pointers.
struct Child : QObject {
  Child(QObject *parent) : QObject(parent), owner(parent) {}
  QObject *owner;
  QPointer<QObject> guard;
};
struct Window : QObject {
  Child *child = new Child(this);
  QVector<Child *> more;
  void add() {
    Child *c = new Child(this);
    c->guard = this;
    c->setParent(this);
    more.append(c);
  }
};
