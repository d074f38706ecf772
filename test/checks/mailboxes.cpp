// What a round of a loop puts into containers from which rounds take elements may be
// taken out by a later round: actors that answer each other until all is quiet.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:
// RUN: not %refcycle --quiet --min-confidence=definite %s -- -std=c++20 | FileCheck %s --check-prefix=DEFINITE

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

template <class Tag> class Actor {
public:
  struct Message {
    std::shared_ptr<Actor> from;
    std::string text;
  };
  void tell(Message m) { inbox.push_back(std::move(m)); }
  bool step(const std::shared_ptr<Actor> &self) {
    if (inbox.empty())
      return false;
    Message m = std::move(inbox.front());
    inbox.pop_front();
    if (m.text == "ping")
      m.from->tell({self, "pong"});
    return true;
  }

private:
  // CHECK: warning: {{.*}}'Actor<Left>
  std::deque<Message> inbox;
};
template <class Tag> class System {
public:
  std::shared_ptr<Actor<Tag>> spawn() {
    actors.push_back(std::make_shared<Actor<Tag>>());
    return actors.back();
  }
  void run() {
    for (bool busy = true; busy;) {
      busy = false;
      for (auto &actor : actors)
        busy = actor->step(actor) || busy;
    }
  }

private:
  std::vector<std::shared_ptr<Actor<Tag>>> actors;
};

// Reported: nobody takes the messages.
struct Left;
void leaveMessages() {
  System<Left> system;
  auto a = system.spawn(), b = system.spawn();
  a->tell({b, "ping"});
  b->tell({a, "ping"});
}

// Reported, for sure: rounds take nothing out, though new objects begin empty.
struct Chapter {
  explicit Chapter(int number) : number(number) {}
  int number;
  std::shared_ptr<Chapter> book;
  std::vector<std::shared_ptr<Chapter>> parts;
};
void book(int chapters) {
  std::shared_ptr<Chapter> last;
  for (int i = 0; i != chapters; ++i) {
    auto chapter = std::make_shared<Chapter>(i);
    if (i % 3 == 0 || !last) {
      last = chapter;
      continue;
    }
    last->parts.push_back(chapter);
    // CHECK: :[[@LINE+2]]:19: warning: objects of type 'Chapter' keep each other alive
    // DEFINITE: :[[@LINE+1]]:19: warning: objects of type 'Chapter' keep each other alive
    chapter->book = last;
  }
}

// Silent: all rounds together take them.
struct Quiet;
void runUntilQuiet() {
  System<Quiet> system;
  auto a = system.spawn(), b = system.spawn();
  a->tell({b, "ping"});
  b->tell({a, "ping"});
  system.run();
}

// The same in one function, without an end that is tested by name.
struct Node {
  std::vector<std::shared_ptr<Node>> pending;
};
void handRound() {
  auto a = std::make_shared<Node>(), b = std::make_shared<Node>();
  a->pending.push_back(b);
  for (int left = 9; left != 0; --left) {
    if (!a->pending.empty()) {
      a->pending.pop_back();
      if (left > 2)
        b->pending.push_back(a);
    }
    if (!b->pending.empty()) {
      b->pending.pop_back();
      if (left > 3)
        a->pending.push_back(b);
    }
  }
}
