// Handles without bodies, so that nothing but a model tells what they do, and
// small programs that use them. Each program stands in a namespace of its own
// and on one line of the test, where a report has to point.

#ifndef HANDLES_H
#define HANDLES_H

/// The class template Name; more members may follow in the braces.
#define HANDLE(Name, ...)                                                      \
  template <class T> struct Name {                                             \
    Name();                                                                    \
    Name(T *);                                                                 \
    Name(const Name &);                                                        \
    template <class U> Name(const U &);                                        \
    ~Name();                                                                   \
    Name &operator=(const Name &);                                             \
    T *operator->() const;                                                     \
    T &operator*() const;                                                      \
    __VA_ARGS__                                                                \
  };

#define UNIQUE_HANDLE(Name, ...)                                               \
  template <class T> struct Name {                                             \
    Name();                                                                    \
    explicit Name(T *);                                                        \
    Name(Name &&);                                                             \
    ~Name();                                                                   \
    Name &operator=(Name &&);                                                  \
    T *operator->() const;                                                     \
    T &operator*() const;                                                      \
    __VA_ARGS__                                                                \
  };

/// Without operators: it has to be promoted.
#define WEAK_HANDLE(Name, ...)                                                 \
  template <class T> struct Name {                                             \
    Name();                                                                    \
    template <class U> Name(const U &);                                        \
    Name(const Name &);                                                        \
    ~Name();                                                                   \
    Name &operator=(const Name &);                                             \
    __VA_ARGS__                                                                \
  };

/// An owner of a callable with the given signature.
#define CALLABLE(Name, ...)                                                    \
  template <class S> struct Name;                                              \
  template <class R, class... A> struct Name<R(A...)> {                        \
    Name();                                                                    \
    template <class F> Name(F);                                                \
    Name(const Name &);                                                        \
    ~Name();                                                                   \
    Name &operator=(const Name &);                                             \
    R operator()(A...) const;                                                  \
    __VA_ARGS__                                                                \
  };

//===--- must be reported ---------------------------------------------------===//

/// Two objects hold each other.
#define CYCLE(Case, Strong)                                                    \
  namespace Case {                                                             \
  struct B;                                                                    \
  struct A {                                                                   \
    Strong<B> b;                                                               \
  };                                                                           \
  struct B {                                                                   \
    Strong<A> a;                                                               \
  };                                                                           \
  void close(const Strong<A> &x, const Strong<B> &y) {                         \
    x->b = y;                                                                  \
    y->a = x;                                                                  \
  }                                                                            \
  }

/// The sole owner of an object that holds its owner.
#define UNIQUE_CYCLE(Case, Unique, Strong)                                     \
  namespace Case {                                                             \
  struct Root;                                                                 \
  struct Leaf {                                                                \
    Strong<Root> root;                                                         \
  };                                                                           \
  struct Root {                                                                \
    Unique<Leaf> leaf;                                                         \
  };                                                                           \
  void close(const Strong<Root> &r) {                                          \
    r->leaf = Unique<Leaf>(new Leaf);                                          \
    r->leaf->root = r;                                                         \
  }                                                                            \
  }

/// A weak handle is made an owner, and that is stored.
#define PROMOTED(Case, Strong, Weak, lock)                                     \
  namespace Case {                                                             \
  struct Node {                                                                \
    Strong<Node> self;                                                         \
  };                                                                           \
  void close(const Strong<Node> &n) {                                          \
    Weak<Node> w(n);                                                           \
    n->self = w.lock();                                                        \
  }                                                                            \
  }

/// An object owns a callable that owns the object.
#define CLOSURE(Case, Strong, Function)                                        \
  namespace Case {                                                             \
  struct Job {                                                                 \
    Function<void()> done;                                                     \
  };                                                                           \
  void close(const Strong<Job> &j) {                                           \
    j->done = [j] { (void)j; };                                                \
  }                                                                            \
  }

/// An element holds the object that holds the container.
#define ELEMENT(Case, Strong, Container, insert)                               \
  namespace Case {                                                             \
  struct Tree {                                                                \
    Container<Strong<Tree>> kids;                                              \
    Strong<Tree> up;                                                           \
  };                                                                           \
  void close(const Strong<Tree> &t, const Strong<Tree> &kid) {                 \
    kid->up = t;                                                               \
    t->kids.insert(kid);                                                       \
  }                                                                            \
  }

//===--- must stay silent ---------------------------------------------------===//

/// The way back is weak.
#define WEAK_BACK(Case, Strong, Weak)                                          \
  namespace Case {                                                             \
  struct B;                                                                    \
  struct A {                                                                   \
    Strong<B> b;                                                               \
  };                                                                           \
  struct B {                                                                   \
    Weak<A> a;                                                                 \
  };                                                                           \
  void close(const Strong<A> &x, const Strong<B> &y) {                         \
    x->b = y;                                                                  \
    y->a = x;                                                                  \
  }                                                                            \
  }

/// Sole owners downwards, plain pointers upwards.
#define UNIQUE_TREE(Case, Unique)                                              \
  namespace Case {                                                             \
  struct Tree {                                                                \
    Unique<Tree> kid;                                                          \
    Tree *up;                                                                  \
  };                                                                           \
  void grow(Tree &t) {                                                         \
    t.kid = Unique<Tree>(new Tree);                                            \
    t.kid->up = &t;                                                            \
  }                                                                            \
  }

/// The cycle is opened again before anybody can lose it. The rest is how.
#define OPENED(Case, Strong, ...)                                              \
  namespace Case {                                                             \
  struct B;                                                                    \
  struct A {                                                                   \
    Strong<B> b;                                                               \
  };                                                                           \
  struct B {                                                                   \
    Strong<A> a;                                                               \
  };                                                                           \
  void open(const Strong<A> &x, const Strong<B> &y) {                          \
    x->b = y;                                                                  \
    y->a = x;                                                                  \
    x->b.__VA_ARGS__;                                                          \
  }                                                                            \
  }

/// The same, where a method gives the pointer out of the handle.
#define TAKEN(Case, Strong, ...)                                               \
  namespace Case {                                                             \
  struct B;                                                                    \
  struct A {                                                                   \
    Strong<B> b;                                                               \
  };                                                                           \
  struct B {                                                                   \
    Strong<A> a;                                                               \
  };                                                                           \
  auto take(const Strong<A> &x, const Strong<B> &y) {                          \
    x->b = y;                                                                  \
    y->a = x;                                                                  \
    return x->b.__VA_ARGS__;                                                   \
  }                                                                            \
  }

#endif
