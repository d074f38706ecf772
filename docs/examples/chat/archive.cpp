// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "archive.h"

#include "room.h"

#include <utility>

namespace chat {

void Archive::attach(std::shared_ptr<Room> recorded) {
  room = std::move(recorded);
}

void Archive::append(const std::string &line) { lines.push_back(line); }

std::size_t Archive::size() const { return lines.size(); }

} // namespace chat
