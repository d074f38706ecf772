// Counts that free functions keep, as boost::intrusive_ptr asks for.

// RUN: not %refcycle --quiet --checks=refcycle-adopt %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <boost/intrusive_ptr.hpp>
#include <vector>

//===--- must be reported ---------------------------------------------------===//

class Frame {
public:
  explicit Frame(int) {}

private:
  friend void intrusive_ptr_add_ref(Frame *F) { ++F->users; }
  friend void intrusive_ptr_release(Frame *F) {
    if (--F->users == 0)
      delete F;
  }
  int users = 1;
};
struct Reader {
  std::vector<boost::intrusive_ptr<Frame>> frames;
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the new 'Frame' starts with a count of one, and 'Reader::frames' takes another in 'Reader::read'{{.*}}[refcycle-adopt]
  void read() { frames.push_back(new Frame(1)); }
};

namespace net {
struct Link {
  unsigned links{1};
};
inline void intrusive_ptr_add_ref(Link *L) { L->links += 1; }
inline void intrusive_ptr_release(Link *L) {
  if ((L->links -= 1) == 0)
    delete L;
}
} // namespace net
// CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: the new 'net::Link' starts with a count of one{{.*}}in 'makeLink'
boost::intrusive_ptr<net::Link> makeLink() { return new net::Link; }

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

boost::intrusive_ptr<Frame> adopted() {
  return boost::intrusive_ptr<Frame>(new Frame(2), false);
}
void givenBack() {
  Frame *F = new Frame(3);
  boost::intrusive_ptr<Frame> kept(F);
  intrusive_ptr_release(F);
}
void givenBackThroughHandle() {
  boost::intrusive_ptr<Frame> kept(new Frame(4));
  intrusive_ptr_release(kept.get());
}

// Starts at zero.
class Fresh {
  friend void intrusive_ptr_add_ref(Fresh *F) { ++F->users; }
  friend void intrusive_ptr_release(Fresh *F) {
    if (--F->users == 0)
      delete F;
  }
  int users = 0;
};
boost::intrusive_ptr<Fresh> fresh() { return new Fresh; }

// The start depends on the constructor.
class Chosen {
public:
  Chosen() = default;
  explicit Chosen(int Start) : users(Start) {}

private:
  friend void intrusive_ptr_add_ref(Chosen *C) { ++C->users; }
  friend void intrusive_ptr_release(Chosen *C) {
    if (--C->users == 0)
      delete C;
  }
  int users = 1;
};
boost::intrusive_ptr<Chosen> chosen() { return new Chosen(0); }

// The number that starts at one is not the count.
class Numbered {
  friend void intrusive_ptr_add_ref(Numbered *N) { ++N->users; }
  friend void intrusive_ptr_release(Numbered *N) {
    if (--N->users == 0)
      delete N;
  }
  friend void older(Numbered *N) { --N->version; }
  int users = 0;
  int version = 1;
};
boost::intrusive_ptr<Numbered> numbered() { return new Numbered; }

// Where the count is released is not known here.
class Opaque {
  friend void intrusive_ptr_add_ref(Opaque *O);
  friend void intrusive_ptr_release(Opaque *O);
  int users = 1;
};
boost::intrusive_ptr<Opaque> opaque() { return new Opaque; }

} // namespace quiet
