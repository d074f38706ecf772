// A member that several classes inherit is one member: one edit ends the cycles
// through all of them, so they are one finding. Other members are another one.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: %refcycle --quiet --fail-on=never %s -- -std=c++20 | grep warning: | count 3

#include <memory>

struct Player;
struct State {
  virtual ~State() = default;
  std::shared_ptr<Player> player;
};
struct Idle : State {};
struct Playing : State {};
struct Paused : State {
  std::shared_ptr<Player> previous;
};
struct Player {
  std::shared_ptr<State> state;
};
template <typename T> struct Node {
  std::shared_ptr<Node> up;
  std::shared_ptr<Node> down;
  T value{};
};

// CHECK: warning: {{.*}} keep each other alive through 'State::player' and 'Player::state'
void idle() {
  auto player = std::make_shared<Player>();
  player->state = std::make_shared<Idle>();
  player->state->player = player;
}
void playing() {
  auto player = std::make_shared<Player>();
  player->state = std::make_shared<Playing>();
  player->state->player = player;
}
// CHECK: warning: 'Paused' and 'Player' keep each other alive through 'Paused::previous' and 'Player::state'
void paused() {
  auto player = std::make_shared<Player>();
  auto state = std::make_shared<Paused>();
  player->state = state;
  state->previous = player;
}
// CHECK: warning: objects of type 'Node<char>' keep each other alive
template <typename T> void link() {
  auto top = std::make_shared<Node<T>>();
  auto bottom = std::make_shared<Node<T>>();
  top->down = bottom;
  bottom->up = top;
}
template void link<int>();
template void link<char>();
