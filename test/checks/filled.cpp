// Elements that come into a container without being put in one by one: copied
// from another one, or made by its size.

// RUN: not %refcycle --quiet %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <vector>

//===--- must be reported ---------------------------------------------------===//

struct Team {
  std::vector<std::shared_ptr<Team>> members;
};
void copied() {
  auto team = std::make_shared<Team>();
  std::vector<std::shared_ptr<Team>> drawn{team};
  // CHECK: filled.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Team' keeps itself alive
  std::copy(drawn.begin(), drawn.end(), std::back_inserter(team->members));
}

struct Crew {
  std::vector<std::shared_ptr<Crew>> members;
};
void copied_range() {
  auto crew = std::make_shared<Crew>();
  std::vector<std::shared_ptr<Crew>> drawn{crew};
  // CHECK: filled.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Crew' keeps itself alive
  std::ranges::copy(drawn, std::back_inserter(crew->members));
}

struct Port {
  std::function<void()> on_data;
};
struct Switch : std::enable_shared_from_this<Switch> {
  std::vector<Port> ports;
  void start() {
    ports.resize(4);
    // CHECK: filled.cpp:[[@LINE+1]]:{{[0-9]+}}: warning: 'Switch' keeps itself alive
    ports[1].on_data = [self = shared_from_this()] {};
  }
};

//===--- must stay silent ---------------------------------------------------===//

struct Watcher { // copies of weak handles
  std::vector<std::weak_ptr<Watcher>> others;
};
void copied_weak() {
  auto watcher = std::make_shared<Watcher>();
  std::vector<std::shared_ptr<Watcher>> all{watcher};
  std::copy(all.begin(), all.end(), std::back_inserter(watcher->others));
}

struct Book { // copied out of it, into a local variable
  std::vector<std::shared_ptr<Book>> cited;
};
void copied_out() {
  auto book = std::make_shared<Book>();
  std::vector<std::shared_ptr<Book>> known{book};
  std::copy(book->cited.begin(), book->cited.end(), std::back_inserter(known));
}

struct Band { // cleared after that
  std::vector<std::shared_ptr<Band>> members;
};
void copied_and_cleared() {
  auto band = std::make_shared<Band>();
  std::vector<std::shared_ptr<Band>> drawn{band};
  std::copy(drawn.begin(), drawn.end(), std::back_inserter(band->members));
  band->members.clear();
}

struct Sensor { // numbers
  std::vector<int> values;
};
void copied_numbers() {
  auto sensor = std::make_shared<Sensor>();
  std::vector<int> read{1, 2};
  std::copy(read.begin(), read.end(), std::back_inserter(sensor->values));
}

struct Hub : std::enable_shared_from_this<Hub> { // resized to nothing again
  std::vector<Port> ports;
  void start() {
    ports.resize(4);
    ports[1].on_data = [self = shared_from_this()] {};
  }
  void stop() { ports.resize(0); }
};

struct Patch : std::enable_shared_from_this<Patch> { // emptied one by one
  std::vector<Port> ports;
  void start() {
    ports.resize(4);
    ports[1].on_data = [self = shared_from_this()] {};
  }
  void stop() {
    for (Port &port : ports)
      port.on_data = nullptr;
  }
};

struct Panel : std::enable_shared_from_this<Panel> { // a weak handle
  std::vector<Port> ports;
  void start() {
    ports.resize(4);
    ports[1].on_data = [self = weak_from_this()] {};
  }
};

int main() {
  copied();
  copied_range();
  std::make_shared<Switch>()->start();
  copied_weak();
  copied_out();
  copied_and_cleared();
  copied_numbers();
  auto hub = std::make_shared<Hub>();
  hub->start();
  hub->stop();
  auto patch = std::make_shared<Patch>();
  patch->start();
  patch->stop();
  std::make_shared<Panel>()->start();
}
