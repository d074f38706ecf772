// An algorithm calls what it is given with elements of its range, in whatever
// form it is given: what a method takes away is gone.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

template <int> struct Door;
template <int Kind> struct Room {
  std::shared_ptr<Door<Kind>> door;
  void close() { door.reset(); }
  void paint() const {}
};
template <int Kind> struct Door {
  std::shared_ptr<Room<Kind>> room;
};

template <int Kind> struct House {
  std::vector<std::shared_ptr<Room<Kind>>> rooms;
  void add() {
    auto room = std::make_shared<Room<Kind>>();
    room->door = std::make_shared<Door<Kind>>();
    room->door->room = room;
    // CHECK: calls-of-elements.cpp:[[@LINE-1]]:{{[0-9]+}}: warning: 'Door<1>' and 'Room<1>' keep each other alive
    rooms.push_back(room);
  }
};

void paints(House<1> &house) {
  std::for_each(house.rooms.begin(), house.rooms.end(), std::mem_fn(&Room<1>::paint));
}
void wrapped(House<2> &house) {
  std::for_each(house.rooms.begin(), house.rooms.end(), std::mem_fn(&Room<2>::close));
}
void named(House<3> &house) {
  std::ranges::for_each(house.rooms, &Room<3>::close);
}
void shut(const std::shared_ptr<Room<4>> &room) { room->close(); }
void freely(House<4> &house) {
  std::for_each(house.rooms.begin(), house.rooms.end(), shut);
}
void bound(House<5> &house) {
  std::for_each(house.rooms.begin(), house.rooms.end(), std::bind(&Room<5>::close, std::placeholders::_1));
}

int main() {
  House<1> painted;
  painted.add();
  paints(painted);
  House<2> second;
  second.add();
  wrapped(second);
  House<3> third;
  third.add();
  named(third);
  House<4> fourth;
  fourth.add();
  freely(fourth);
  House<5> fifth;
  fifth.add();
  bound(fifth);
}
