// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Asks a client for its name.

#pragma once

#include <functional>
#include <memory>
#include <string>

namespace chat {

/// A question that is answered once.
class Prompt {
public:
  using Reply = std::function<void(const std::string &)>;

  void ask(Reply reply);
  void answer(const std::string &text);

private:
  Reply pending;
};

class Login : public std::enable_shared_from_this<Login> {
public:
  explicit Login(std::shared_ptr<Prompt> prompt);

  void start();
  const std::string &name() const { return user; }

private:
  std::shared_ptr<Prompt> prompt;
  std::string user;
};

} // namespace chat
