// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "connection.h"

#include <utility>

namespace chat {

void Connection::on_line(LineHandler handler) {
  line_handler = std::move(handler);
}

void Connection::receive(const std::string &line) {
  if (line_handler)
    line_handler(line);
}

} // namespace chat
