// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "room.h"

#include "archive.h"
#include "session.h"

#include <utility>

namespace chat {

Room::Room(std::shared_ptr<const Filter> filter) : filter(std::move(filter)) {}

// Half of the other bug; archive.cpp has the other half.
void Room::record() {
  archive = std::make_shared<Archive>();
  archive->attach(shared_from_this());
}

void Room::join(std::shared_ptr<Session> session) {
  sessions.push_back(std::move(session));
}

void Room::post(const std::string &line) {
  if (archive && !matches(*filter, line))
    archive->append(line);
}

} // namespace chat
