// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "connection.h"
#include "login.h"
#include "room.h"
#include "session.h"

#include <iostream>
#include <memory>

int main() {
  using namespace chat;

  auto prompt = std::make_shared<Prompt>();
  auto login = std::make_shared<Login>(prompt);
  login->start();
  prompt->answer("ada");

  auto room = std::make_shared<Room>(
      either(contains("spam"), either(contains("eggs"), contains("ham"))));
  room->record();

  auto connection = std::make_shared<Connection>();
  auto session = std::make_shared<Session>(connection, room);
  session->start();
  room->join(session);
  connection->receive(login->name() + " says hello");
  std::cout << "good bye, " << login->name() << '\n';
}
