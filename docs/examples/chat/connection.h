// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A line-based connection to one client.

#pragma once

#include <functional>
#include <string>

namespace chat {

class Connection {
public:
  using LineHandler = std::function<void(const std::string &)>;

  /// Calls handler for every line that arrives from now on.
  void on_line(LineHandler handler);

  void receive(const std::string &line);

private:
  LineHandler line_handler;
};

} // namespace chat
