// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "login.h"

#include <utility>

namespace chat {

void Prompt::ask(Reply reply) { pending = std::move(reply); }

// Moved out before the call: from here on only this frame keeps the callback.
void Prompt::answer(const std::string &text) {
  if (Reply reply = std::exchange(pending, nullptr))
    reply(text);
}

Login::Login(std::shared_ptr<Prompt> prompt) : prompt(std::move(prompt)) {}

// Looks like Session::start(), but the cycle ends with the answer.
void Login::start() {
  prompt->ask([self = shared_from_this()](const std::string &text) {
    self->user = text;
  });
}

} // namespace chat
