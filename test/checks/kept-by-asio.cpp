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

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

struct Chat : std::enable_shared_from_this<Chat> {
  boost::beast::websocket::stream<Socket> socket;
  void open() {
    socket.control_callback([weak = weak_from_this()](int) {});
    socket.async_read([self = shared_from_this()] {});
  }
};

} // namespace quiet
