// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "session.h"

#include "connection.h"
#include "room.h"

#include <utility>

namespace chat {

Session::Session(std::shared_ptr<Connection> connection,
                 std::weak_ptr<Room> room)
    : connection(std::move(connection)), room(std::move(room)) {}

// The bug: the session owns the connection, the connection keeps the lambda,
// and the lambda keeps the session. Nothing in this file shows the second hop.
void Session::start() {
  connection->on_line([self = shared_from_this()](const std::string &line) {
    self->say(line);
  });
}

void Session::say(const std::string &line) {
  if (auto target = room.lock())
    target->post(line);
}

} // namespace chat
