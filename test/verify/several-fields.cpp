// Where it takes several fields to free all, each is said, with the way on which
// it lies, even if the cycle that is shown has only one of them.

// RUN: %clangxx -std=c++20 -g %s -o %t && not refcycle verify --quiet -- %t | FileCheck %s
// RUN: g++ -std=c++20 -g -O2 %s -o %t && not refcycle verify --quiet -- %t | FileCheck %s

#include <functional>
#include <memory>
#include <vector>

// CHECK: warning: Room::members -> Session::room -> Room, 1 instance, {{.*}}; making (lambda)::self and Room::members weak frees all
// CHECK-NEXT: note: 'Room' owns 'Session' through 'members'; make this one weak
// CHECK-NEXT: note: 'Session' owns 'Room' through 'room'{{$}}
// CHECK-NEXT: several-fields.cpp:[[# @LINE + 12]]:{{.*}} note: 'Session::on_close -> (lambda)::self' leads to 'Session', too; make it weak as well
// CHECK-NOT: {{.}}
struct Session;
struct Room {
  std::vector<std::shared_ptr<Session>> members;
};
struct Session : std::enable_shared_from_this<Session> {
  std::shared_ptr<Room> room;
  std::function<void()> on_close;

  void join(std::shared_ptr<Room> to) {
    room = to;
    on_close = [self = shared_from_this()] {};
    room->members.push_back(shared_from_this());
  }
};

int main() {
  auto room = std::make_shared<Room>();
  for (int i = 0; i != 3; ++i)
    std::make_shared<Session>()->join(room);
}
