// A function puts what it makes where its caller says: `T **` is a place, and a
// handle is given as one by its own operator or method, perhaps without its type.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: not %refcycle --quiet %s -- -std=c++20 -DCONTROL | FileCheck %s --check-prefix=CONTROL

#include <map>
#include <utility>

using Result = int;

struct Unknown {
  virtual void AddRef() = 0;
  virtual void Release() = 0;
  virtual Result QueryInterface(int which, void **out) = 0;

protected:
  ~Unknown() = default;
};

template <class... Interfaces> class Counted : public Interfaces... {
public:
  virtual ~Counted() = default;
  void AddRef() override { ++count; }
  void Release() override {
    if (--count == 0)
      delete this;
  }
  Result QueryInterface(int, void **out) override {
    AddRef();
    *out = this;
    return 0;
  }

private:
  unsigned count = 1;
};

template <class T> class ComPtr;
template <class T> class Filled { // What `&handle` gives.
public:
  explicit Filled(ComPtr<T> *handle) : handle(handle) {}
  operator T **() { return handle->ReleaseAndGetAddressOf(); }

private:
  ComPtr<T> *handle;
};

template <class T> class ComPtr {
public:
  ComPtr() = default;
  ComPtr(T *p) : pointer(p) {
    if (pointer)
      pointer->AddRef();
  }
  ComPtr(const ComPtr &other) : ComPtr(other.pointer) {}
  ~ComPtr() { Reset(); }
  ComPtr &operator=(ComPtr other) {
    std::swap(pointer, other.pointer);
    return *this;
  }
  void Reset() {
    if (T *old = std::exchange(pointer, nullptr))
      old->Release();
  }
  T *operator->() const { return pointer; }
  T *Get() const { return pointer; }
  T **GetAddressOf() { return &pointer; }
  T **ReleaseAndGetAddressOf() {
    Reset();
    return &pointer;
  }
  Filled<T> operator&() { return Filled<T>(this); }
  template <class U> Result As(Filled<U> other) const {
    U **out = other;
    return pointer->QueryInterface(0, (void **)out);
  }
  template <class U> Result CopyTo(U **other) const {
    return pointer->QueryInterface(0, (void **)other);
  }

private:
  T *pointer = nullptr;
};

struct Listener : Unknown {
  virtual void changed() = 0;
};
struct Source : Unknown {
  virtual void subscribe(Listener *) = 0;
};
struct Closable : Unknown {
  virtual void close() = 0;
};

//===----------------------------------------------------------------------===//
// Reported
//===----------------------------------------------------------------------===//

#ifndef CONTROL

class File final : public Counted<Source> {
public:
  void subscribe(Listener *listener) override { listeners[++last] = listener; }

private:
  std::map<int, ComPtr<Listener>> listeners;
  int last = 0;
};
class View final : public Counted<Listener> {
public:
  explicit View(Source *source) : source(source) {}
  void changed() override {}

private:
  ComPtr<Source> source;
};
Result openFile(Source **out) {
  if (!out)
    return 1;
  *out = new File;
  return 0;
}
Result openView(Source *source, Listener **out) {
  *out = new View(source);
  return 0;
}
// CHECK: warning: 'File' and 'View' keep each other alive through 'File::listeners' and 'View::source'
void byMethod() {
  ComPtr<Source> file;
  openFile(file.GetAddressOf());
  ComPtr<Listener> view;
  openView(file.Get(), view.GetAddressOf());
  file->subscribe(view.Get());
}

class Socket final : public Counted<Source> {
public:
  void subscribe(Listener *l) override { listener = l; }

private:
  ComPtr<Listener> listener;
};
class Meter final : public Counted<Listener> {
public:
  explicit Meter(Source *source) : source(source) {}
  void changed() override {}

private:
  ComPtr<Source> source;
};
Result openSocket(Source **out) { return *out = new Socket, 0; }
Result openMeter(Source *source, Listener **out) {
  return *out = new Meter(source), 0;
}
// CHECK: warning: 'Meter' and 'Socket' keep each other alive through 'Meter::source' and 'Socket::listener'
void byOperator() {
  ComPtr<Source> socket;
  openSocket(&socket);
  ComPtr<Listener> meter;
  openMeter(socket.Get(), &meter);
  socket->subscribe(meter.Get());
}

#endif

//===----------------------------------------------------------------------===//
// Silent; with CONTROL nobody closes
//===----------------------------------------------------------------------===//

// Another interface of the same object, got without its type.
class Channel final : public Counted<Source, Closable> {
public:
  void AddRef() override { Counted::AddRef(); }
  void Release() override { Counted::Release(); }
  Result QueryInterface(int i, void **o) override {
    return Counted::QueryInterface(i, o);
  }
  void subscribe(Listener *l) override { listener = l; }
  void close() override { listener.Reset(); }

private:
  ComPtr<Listener> listener;
};
class Gauge final : public Counted<Listener> {
public:
  explicit Gauge(Source *source) : source(source) {}
  void changed() override {}

private:
  ComPtr<Source> source;
};
Result openChannel(Source **out) { return *out = new Channel, 0; }
Result openGauge(Source *source, Listener **out) {
  return *out = new Gauge(source), 0;
}
// CONTROL: warning: 'Channel' and 'Gauge' keep each other alive
void closesByOtherInterface() {
  ComPtr<Source> channel;
  openChannel(&channel);
  ComPtr<Listener> gauge;
  openGauge(channel.Get(), &gauge);
  channel->subscribe(gauge.Get());
#ifndef CONTROL
  ComPtr<Closable> closable;
  channel->QueryInterface(7, (void **)closable.GetAddressOf());
  closable->close();
#endif
}

// The same by a method of the handle.
class Port final : public Counted<Source, Closable> {
public:
  void AddRef() override { Counted::AddRef(); }
  void Release() override { Counted::Release(); }
  Result QueryInterface(int i, void **o) override {
    return Counted::QueryInterface(i, o);
  }
  void subscribe(Listener *l) override { listener = l; }
  void close() override { listener.Reset(); }

private:
  ComPtr<Listener> listener;
};
class Probe final : public Counted<Listener> {
public:
  explicit Probe(Source *source) : source(source) {}
  void changed() override {}

private:
  ComPtr<Source> source;
};
Result openPort(Source **out) { return *out = new Port, 0; }
Result openProbe(Source *source, Listener **out) {
  return *out = new Probe(source), 0;
}
// CONTROL: warning: 'Port' and 'Probe' keep each other alive
void closesByMethodOfHandle() {
  ComPtr<Source> port;
  openPort(&port);
  ComPtr<Listener> probe;
  openProbe(port.Get(), &probe);
  port->subscribe(probe.Get());
#ifndef CONTROL
  ComPtr<Closable> closable;
  port.As(&closable);
  closable->close();
#endif
}

// Into a plain pointer.
class Cable final : public Counted<Source, Closable> {
public:
  void AddRef() override { Counted::AddRef(); }
  void Release() override { Counted::Release(); }
  Result QueryInterface(int i, void **o) override {
    return Counted::QueryInterface(i, o);
  }
  void subscribe(Listener *l) override { listener = l; }
  void close() override { listener.Reset(); }

private:
  ComPtr<Listener> listener;
};
class Lamp final : public Counted<Listener> {
public:
  explicit Lamp(Source *source) : source(source) {}
  void changed() override {}

private:
  ComPtr<Source> source;
};
Result openCable(Source **out) { return *out = new Cable, 0; }
Result openLamp(Source *source, Listener **out) {
  return *out = new Lamp(source), 0;
}
// CONTROL: warning: 'Cable' and 'Lamp' keep each other alive
void closesByPointer() {
  ComPtr<Source> cable;
  openCable(&cable);
  ComPtr<Listener> lamp;
  openLamp(cable.Get(), &lamp);
  cable->subscribe(lamp.Get());
#ifndef CONTROL
  Closable *closable = nullptr;
  cable.CopyTo(&closable);
  closable->close();
  closable->Release();
#endif
}

// What is put there takes the place of what was there.
class Page final : public Counted<Source> {
public:
  void subscribe(Listener *l) override { listener = l; }
  Result replace(Listener **out) {
    *out = nullptr;
    return 0;
  }
  void drop() { replace(listener.GetAddressOf()); }

private:
  ComPtr<Listener> listener;
};
class Reader final : public Counted<Listener> {
public:
  explicit Reader(Source *source) : source(source) {}
  void changed() override {}

private:
  ComPtr<Source> source;
};
Result openPage(Page **out) { return *out = new Page, 0; }
Result openReader(Page *page, Listener **out) {
  return *out = new Reader(page), 0;
}
// CONTROL: warning: 'Page' and 'Reader' keep each other alive
void replaced() {
  ComPtr<Page> page;
  openPage(&page);
  ComPtr<Listener> reader;
  openReader(page.Get(), &reader);
  page->subscribe(reader.Get());
#ifndef CONTROL
  page->drop();
#endif
}

// One object of many, in a plain array.
struct Slot {
  Slot *other = nullptr;
};
void link(Slot **slots) {
  slots[0]->other = slots[1];
  slots[1]->other = slots[0];
}
