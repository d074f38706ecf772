// Elements that nobody was seen putting in are there all the same: an access by
// a key makes one, a size makes many, and an array has all of its own.

// RUN: not %refcycle --quiet %s -- -std=c++20 > %t
// RUN: FileCheck %s < %t
// RUN: grep warning: %t | count 12

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

// Each number is a class of its own, so that no finding stands for two.
template <int N> struct Room;
template <int N> struct Door {
  std::shared_ptr<Room<N>> to;
  std::function<void()> opened;
  std::vector<std::shared_ptr<Room<N>>> seen_from;
};
template <int N> struct Room {
  std::map<std::string, Door<N>> doors;
  std::unordered_map<int, Door<N>> numbered;
  std::vector<Door<N>> row, sized;
  Door<N> pair[2];
  std::array<Door<N>, 3> three;
  std::unique_ptr<Door<N>[]> owned;
  explicit Room(int doors = 0) : sized(doors) {}
  Door<N> &door(const std::string &name) {
    auto &made = doors[name];
    made.opened = [] {};
    return made;
  }
};
template <int N> auto room() { return std::make_shared<Room<N>>(); }

//===--- must be reported ---------------------------------------------------===//

void made_by_its_key() {
  auto r = room<1>();
  r->doors["north"].to = r;
}
// CHECK-DAG: warning: 'Door<1>' and 'Room<1>' keep each other alive

void made_by_its_number() {
  auto r = room<2>();
  auto &d = r->numbered[7];
  d.opened = [r] {};
}
// CHECK-DAG: warning: 'Room<2>' keeps itself alive

void made_in_a_method() {
  auto r = room<3>();
  r->door("north").seen_from.push_back(r);
}
// CHECK-DAG: warning: 'Door<3>' and 'Room<3>' keep each other alive

void made_by_a_constructor_that_takes_a_size() {
  auto r = std::make_shared<Room<4>>(4);
  r->sized[2].to = r;
}
// CHECK-DAG: warning: 'Door<4>' and 'Room<4>' keep each other alive

void made_by_resizing() {
  auto r = room<5>();
  r->row.resize(2);
  for (auto &d : r->row)
    d.opened = [r] {};
}
// CHECK-DAG: warning: 'Room<5>' keeps itself alive

void of_an_array() {
  auto r = room<6>();
  r->pair[1].to = r;
}
// CHECK-DAG: warning: 'Door<6>' and 'Room<6>' keep each other alive

void of_all_of_an_array() {
  auto r = room<7>();
  for (auto &d : r->three)
    d.to = r;
}
// CHECK-DAG: warning: 'Door<7>' and 'Room<7>' keep each other alive

void of_an_array_with_an_owner() {
  auto r = room<8>();
  r->owned = std::make_unique<Door<8>[]>(3);
  r->owned[0].to = r;
}
// CHECK-DAG: warning: 'Door<8>' and 'Room<8>' keep each other alive

void of_an_array_that_new_makes() {
  auto r = room<9>();
  r->owned.reset(new Door<9>[3]);
  r->owned[1].opened = [r] {};
}
// CHECK-DAG: warning: 'Room<9>' keeps itself alive

void at_an_index_that_is_computed(int i) {
  auto r = room<10>();
  r->three[i % 3].to = r;
}
// CHECK-DAG: warning: 'Door<10>' and 'Room<10>' keep each other alive

void through_a_method() {
  auto r = room<11>(), next = room<11>();
  r->door("north").to = next;
  next->door("south").to = r;
}
// CHECK-DAG: warning: 'Door<11>' and 'Room<11>' keep each other alive

void the_other_is_emptied() {
  auto r = room<12>();
  r->pair[0].to = r;
  r->pair[1].to = r;
  r->pair[1].to = nullptr;
}
// CHECK-DAG: warning: 'Door<12>' and 'Room<12>' keep each other alive

//===--- must stay silent ---------------------------------------------------===//

void there_are_none() {
  auto r = room<21>();
  for (auto &d : r->row)
    d.to = r;
}
void what_was_looked_for_is_not_there() {
  auto r = room<22>();
  if (auto it = r->doors.find("north"); it != r->doors.end())
    it->second.to = r;
}
void what_another_key_has(int) {
  auto r = room<23>(), next = room<23>();
  r->doors["north"].to = next;
  if (auto back = r->doors["south"].to)
    back->doors["south"].to = r;
}
void what_another_element_has() {
  auto r = room<24>(), next = room<24>();
  r->pair[0].to = next;
  if (auto back = r->pair[1].to)
    back->pair[1].to = r;
}
void what_another_of_those_made_has() {
  auto r = std::make_shared<Room<25>>(2), next = std::make_shared<Room<25>>(2);
  r->sized[0].to = next;
  if (auto back = r->sized[1].to)
    back->sized[1].to = r;
}
void emptied_itself() {
  auto r = room<26>();
  r->doors["north"].to = r;
  r->doors["north"].to = nullptr;
}
void erased() {
  auto r = room<27>();
  r->doors["north"].opened = [r] {};
  r->doors.erase("north");
}
void replaced() {
  auto r = room<28>();
  r->doors["north"].to = r;
  r->doors["north"] = {};
}
void all_of_a_map_emptied() {
  auto r = room<29>();
  r->doors["north"].to = r;
  r->doors["south"].to = r;
  for (auto &[name, d] : r->doors)
    d.to.reset();
}
void all_of_an_array_emptied() {
  auto r = room<30>();
  r->pair[0].to = r;
  r->pair[1].to = r;
  for (int i = 0; i != 2; ++i)
    r->pair[i].to.reset();
}
void all_cleared() {
  auto r = room<31>();
  r->row.resize(3);
  r->row[1].to = r;
  r->row.clear();
}
void the_owner_let_go() {
  auto r = room<32>();
  r->owned = std::make_unique<Door<32>[]>(2);
  r->owned[1].to = r;
  r->owned.reset();
}
void filled_with_nothing() {
  auto r = room<33>();
  r->three[1].opened = [r] {};
  r->three.fill({});
}
void of_a_variable() {
  auto r = room<34>();
  Door<34> doors[2];
  doors[0].to = r;
  std::map<int, Door<34>> more;
  more[1].to = r;
}
void a_weak_one() {
  auto r = room<35>();
  std::weak_ptr<Room<35>> weak = r;
  r->doors["north"].opened = [weak] {};
}
void emptied_by_its_method() {
  auto r = room<36>();
  r->door("north").opened = [r] {};
  r->door("north");
}

int main() {
  made_by_its_key();
  made_by_its_number();
  made_in_a_method();
  made_by_a_constructor_that_takes_a_size();
  made_by_resizing();
  of_an_array();
  of_all_of_an_array();
  of_an_array_with_an_owner();
  of_an_array_that_new_makes();
  at_an_index_that_is_computed(1);
  through_a_method();
  the_other_is_emptied();
  there_are_none();
  what_was_looked_for_is_not_there();
  what_another_key_has(1);
  what_another_element_has();
  what_another_of_those_made_has();
  emptied_itself();
  erased();
  replaced();
  all_of_a_map_emptied();
  all_of_an_array_emptied();
  all_cleared();
  the_owner_let_go();
  filled_with_nothing();
  of_a_variable();
  a_weak_one();
  emptied_by_its_method();
}
