// A class that counts references to itself is an object, whatever it converts
// to: that it copies a handle with itself makes it no handle.

// RUN: not %refcycle --quiet %s -- -std=c++20 -I%S/Inputs | FileCheck %s --implicit-check-not=warning:

#include "counting.h"

struct NativeBuffer;

struct Device : BornFree {
  int number = 0;
};

/// Counts by handle.
template <class T> class Ref {
public:
  Ref() = default;
  Ref(T *P) : P(P) {
    if (P)
      P->grabIt();
  }
  Ref(const Ref &O) : Ref(O.P) {}
  ~Ref() {
    if (P)
      P->dropIt();
  }
  Ref &operator=(Ref O) {
    std::swap(P, O.P);
    return *this;
  }
  T *operator->() const { return P; }

private:
  T *P = nullptr;
};

/// Two fields: as small as a handle.
struct Buffer : BornFree {
  explicit Buffer(Ref<Device> D) : device(D) {}
  operator NativeBuffer *() const { return native; }

  NativeBuffer *native = nullptr;
  Ref<Device> device;
};

struct Mesh;
struct VertexBuffer : Buffer {
  using Buffer::Buffer;
  // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: note: 'VertexBuffer' owns 'Mesh' through 'user'
  Ref<Mesh> user;
};
struct Mesh : BornFree {
  // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: note: 'Mesh' owns 'VertexBuffer' through 'vertices'
  Ref<VertexBuffer> vertices;
};

void build(Ref<Device> D) {
  Ref<Mesh> mesh(new Mesh);
  Ref<VertexBuffer> buffer(new VertexBuffer(D));
  mesh->vertices = buffer;
  // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: warning: 'Mesh' and 'VertexBuffer' keep each other alive
  buffer->user = mesh;
}
