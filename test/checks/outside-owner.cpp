// An owner that is no part of the cycle takes it apart in its destructor. What
// counts is that the destructor runs, not where the owner lives.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <array>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

//===--- must be reported ---------------------------------------------------===//

// Each number is a class of its own. Destructors of these instances run in
// library code only.
template <int Tag> struct Line : std::enable_shared_from_this<Line<Tag>> {
  std::function<void()> on_text;
  void open() {
    on_text = [self = this->shared_from_this()] {};
  }
  void close() { on_text = nullptr; }
};
void log(int);

/// Breaks nothing.
struct Counter {
  std::shared_ptr<Line<0>> line = std::make_shared<Line<0>>();
  Counter() { line->open(); }
  ~Counter() { log(1); }
};
// CHECK: warning: 'Line<0>' keeps itself alive
// CHECK: [[#@LINE+1]]:{{.*}}at the end of 'owner_that_breaks_nothing'
void owner_that_breaks_nothing() {
  auto counter = std::make_unique<Counter>();
}

/// Nobody deletes the owner.
template <int Tag> struct Handset {
  std::shared_ptr<Line<Tag>> line = std::make_shared<Line<Tag>>();
  Handset() { line->open(); }
  ~Handset() { line->close(); }
  int number = 0;
};
// CHECK: warning: 'Line<1>' keeps itself alive
// CHECK: [[#@LINE+1]]:{{.*}}at the end of 'owner_that_is_released'
void owner_that_is_released() {
  auto owner = std::make_unique<Handset<1>>();
  auto *lost = owner.release();
  log(lost->number);
}

/// The owner ends before the cycle is closed.
template <int Tag> struct Session {
  std::shared_ptr<Line<Tag>> line;
  explicit Session(std::shared_ptr<Line<Tag>> l) : line(std::move(l)) {}
  ~Session() { line->close(); }
};
// CHECK: warning: 'Line<2>' keeps itself alive
void owner_of_another_line() {
  auto line = std::make_shared<Line<2>>();
  auto session = std::make_unique<Session<2>>(std::make_shared<Line<2>>());
  line->open();
}

/// The cycle owns it, so its destructor cannot run.
struct Member;
struct Group : std::enable_shared_from_this<Group> {
  std::shared_ptr<Member> first;
};
struct Member {
  std::shared_ptr<Group> group;
  ~Member() { group->first.reset(); }
};
// CHECK: warning: 'Group' and 'Member' keep each other alive
void owner_on_the_cycle() {
  auto member = std::make_shared<Member>();
  member->group = std::make_shared<Group>();
  member->group->first = member;
}

/// What the cycle owns besides does not end either.
struct Room : std::enable_shared_from_this<Room> {
  std::function<void()> on_enter;
  std::shared_ptr<struct Keeper> keeper;
};
struct Keeper {
  Room *room;
  ~Keeper() { room->on_enter = nullptr; }
};
// CHECK: warning: 'Room' keeps itself alive
void owner_that_the_cycle_owns() {
  auto room = std::make_shared<Room>();
  room->keeper = std::make_shared<Keeper>();
  room->keeper->room = room.get();
  room->on_enter = [room] {};
}

//===--- must stay silent ---------------------------------------------------===//

template <int Tag> struct Call {
  std::shared_ptr<Line<Tag>> line = std::make_shared<Line<Tag>>();
  Call() { line->open(); }
  ~Call() {
    if (line)
      line->close();
  }
  Call(Call &&other) noexcept : line(std::move(other.line)) {}
};

void in_a_unique_ptr() { auto call = std::make_unique<Call<10>>(); }
void in_a_shared_ptr() { auto call = std::make_shared<Call<11>>(); }
void in_an_optional() {
  std::optional<Call<12>> call;
  call.emplace();
}
void in_a_vector() {
  std::vector<Call<13>> calls;
  calls.emplace_back();
}
void handles_in_a_vector() {
  std::vector<std::unique_ptr<Call<14>>> calls;
  calls.push_back(std::make_unique<Call<14>>());
}
void in_a_list() {
  std::list<Call<15>> calls;
  calls.emplace_back();
}
void in_a_map() {
  std::map<int, std::unique_ptr<Call<16>>> calls;
  calls[1] = std::make_unique<Call<16>>();
}
void in_an_array() { std::array<Call<17>, 1> calls; }
std::unique_ptr<Call<18>> make_call() { return std::make_unique<Call<18>>(); }
void from_a_factory() { auto call = make_call(); }
std::shared_ptr<Call<19>> share_call() {
  auto call = std::make_shared<Call<19>>();
  log(2);
  return call;
}
void from_a_sharing_factory() { auto call = share_call(); }

struct Desk {
  Call<20> call;
};
void member_of_what_a_handle_owns() { auto desk = std::make_shared<Desk>(); }
struct Office {
  std::unique_ptr<Call<21>> call = std::make_unique<Call<21>>();
};
void handle_in_what_a_handle_owns() { auto office = std::make_unique<Office>(); }
struct Company {
  std::shared_ptr<Call<22>> call = std::make_shared<Call<22>>();
  std::shared_ptr<Call<22>> again = call;
};
void shared_in_what_a_handle_owns() {
  auto company = std::make_shared<Company>();
  auto same = company;
}
void in_a_static() {
  static auto call = std::make_unique<Call<23>>();
}
std::unique_ptr<Call<24>> global_call;
void in_a_global() { global_call = std::make_unique<Call<24>>(); }

void owner_that_is_taken_over() {
  auto *raw = new Call<25>;
  std::unique_ptr<Call<25>> call(raw);
}
void owner_that_is_deleted() {
  auto *raw = new Call<26>;
  delete raw;
}
void owner_that_a_handle_is_reset_to() {
  std::unique_ptr<Call<27>> call;
  call.reset(new Call<27>);
}
void dispose(Call<28> *call) { delete call; }
void owner_that_is_deleted_elsewhere() {
  auto *raw = new Call<28>;
  dispose(raw);
}

void fill(std::unique_ptr<Call<29>> &call) { call.reset(new Call<29>); }
void owner_that_a_callee_fills_in() {
  std::unique_ptr<Call<29>> call;
  fill(call);
}

/// The line is somebody else's: the owner ends in a callee.
void talk(std::shared_ptr<Line<30>> line) {
  auto session = std::make_unique<Session<30>>(line);
  line->open();
}
void owner_in_a_callee() {
  auto line = std::make_shared<Line<30>>();
  talk(line);
}
void talk_shared(std::shared_ptr<Line<31>> line) {
  std::vector<std::shared_ptr<Session<31>>> sessions;
  sessions.push_back(std::make_shared<Session<31>>(line));
  line->open();
}
void shared_owner_in_a_callee() {
  auto line = std::make_shared<Line<31>>();
  talk_shared(line);
}
struct Talk {
  std::shared_ptr<Session<32>> session;
};
void talk_deep(std::shared_ptr<Line<32>> line) {
  auto talk = std::make_unique<Talk>();
  talk->session = std::make_shared<Session<32>>(line);
  line->open();
}
void owner_deep_in_a_callee() {
  auto line = std::make_shared<Line<32>>();
  talk_deep(line);
}
/// An owner that is given back ends in the caller.
std::unique_ptr<Session<33>> begin(std::shared_ptr<Line<33>> line) {
  auto session = std::make_unique<Session<33>>(line);
  line->open();
  return session;
}
void owner_given_back() {
  auto line = std::make_shared<Line<33>>();
  auto session = begin(line);
}
/// An owner that was handed out may end whenever its new owner likes.
void adopt(std::unique_ptr<Session<34>>);
void owner_handed_out() {
  auto line = std::make_shared<Line<34>>();
  line->open();
  adopt(std::make_unique<Session<34>>(line));
}
