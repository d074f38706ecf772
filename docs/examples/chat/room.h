// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A room: who is in it, what may be said in it, and where it is written down.

#pragma once

#include "filter.h"

#include <memory>
#include <string>
#include <vector>

namespace chat {

class Archive;
class Session;

class Room : public std::enable_shared_from_this<Room> {
public:
  explicit Room(std::shared_ptr<const Filter> filter);

  void record();
  void join(std::shared_ptr<Session> session);
  void post(const std::string &line);

private:
  std::shared_ptr<const Filter> filter;
  std::vector<std::shared_ptr<Session>> sessions;
  std::shared_ptr<Archive> archive;
};

} // namespace chat
