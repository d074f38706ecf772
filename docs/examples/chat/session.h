// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One client's presence in one room.

#pragma once

#include <memory>
#include <string>

namespace chat {

class Connection;
class Room;

class Session : public std::enable_shared_from_this<Session> {
public:
  Session(std::shared_ptr<Connection> connection, std::weak_ptr<Room> room);

  void start();

private:
  void say(const std::string &line);

  std::shared_ptr<Connection> connection;
  std::weak_ptr<Room> room; // The room owns its sessions, not they the room.
};

} // namespace chat
