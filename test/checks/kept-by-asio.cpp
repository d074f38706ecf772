// Asio and Beast keep a few callables for as long as the stream lives; those of
// an operation are let go of when it is done.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <functional>
#include <memory>

namespace boost {
namespace asio {
namespace ssl {
template <class Next> class stream {
public:
  template <class F> void set_verify_callback(F f);
  template <class F> void async_handshake(int type, F f);
};
} // namespace ssl
} // namespace asio
namespace beast {
namespace websocket {
template <class Next> class stream {
public:
  void control_callback(std::function<void(int)> f);
  void control_callback();
  template <class F> void async_read(F f);
};
} // namespace websocket
} // namespace beast
} // namespace boost
struct Socket {};

//===--- must be reported ---------------------------------------------------===//

struct Request : std::enable_shared_from_this<Request> {
  boost::asio::ssl::stream<Socket &> stream;
  void handshake() {
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: 'Request' keeps itself alive
    stream.set_verify_callback(
        [self = shared_from_this()](bool, int) { return self->verify(); });
    stream.async_handshake(0, [self = shared_from_this()] {});
  }
  bool verify();
};
struct Chat : std::enable_shared_from_this<Chat> {
  boost::beast::websocket::stream<Socket> socket;
  void open() {
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: 'Chat' keeps itself alive
    socket.control_callback([self = shared_from_this()](int) {});
  }
};

// The stream is not a part of it, but owned.
struct Lazy : std::enable_shared_from_this<Lazy> {
  std::unique_ptr<boost::asio::ssl::stream<Socket &>> stream;
  void handshake() {
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: 'Lazy' keeps itself alive
    stream->set_verify_callback(
        [self = shared_from_this()](bool, int) { return true; });
  }
};
// The owner of the stream has it set.
struct Line {
  std::unique_ptr<boost::asio::ssl::stream<Socket &>> stream;
  template <class F> void handshake(const F &verify) {
    stream->set_verify_callback(verify);
  }
};
struct Call : std::enable_shared_from_this<Call> {
  std::shared_ptr<Line> line = std::make_shared<Line>();
  void start() {
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: 'Call' keeps itself alive
    line->handshake([self = shared_from_this()](bool, int) { return true; });
  }
};

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

struct Chat : std::enable_shared_from_this<Chat> {
  boost::beast::websocket::stream<Socket> socket;
  void open() {
    socket.control_callback([weak = weak_from_this()](int) {});
    socket.async_read([self = shared_from_this()] {});
  }
};

struct Lazy : std::enable_shared_from_this<Lazy> {
  std::unique_ptr<boost::asio::ssl::stream<Socket &>> stream;
  void handshake() {
    stream->set_verify_callback([weak = weak_from_this()](bool, int) {
      return !weak.expired();
    });
    stream->async_handshake(0, [self = shared_from_this()] {});
  }
};
// The stream is somebody else's.
struct Borrower : std::enable_shared_from_this<Borrower> {
  boost::asio::ssl::stream<Socket &> *stream = nullptr;
  void handshake() {
    stream->set_verify_callback(
        [self = shared_from_this()](bool, int) { return true; });
  }
};
struct Guest : std::enable_shared_from_this<Guest> {
  void handshake(boost::asio::ssl::stream<Socket &> &stream) {
    stream.set_verify_callback(
        [self = shared_from_this()](bool, int) { return true; });
  }
};

} // namespace quiet
