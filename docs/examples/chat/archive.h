// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What was said in a room.

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace chat {

class Room;

class Archive {
public:
  void attach(std::shared_ptr<Room> recorded);
  void append(const std::string &line);
  std::size_t size() const;

private:
  std::shared_ptr<Room> room;
  std::vector<std::string> lines;
};

} // namespace chat
