// What a map gives out is its key or its value; only the one that has the
// member that is used is meant.

// RUN: not %refcycle --quiet --min-confidence=possible %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning:

#include <map>
#include <memory>
#include <string>

//===--- must be reported ---------------------------------------------------===//

struct Name {
  std::string text;
  bool operator<(const Name &O) const { return text < O.text; }
};
struct Registry;
struct Service {
  // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: note: 'Service' owns 'Registry' through 'registry'
  std::shared_ptr<Registry> registry;
};
struct Registry : std::enable_shared_from_this<Registry> {
  std::map<Name, std::shared_ptr<Service>> services;
  void add(const Name &N) {
    auto made = std::make_shared<Service>();
    auto place = services.insert(std::make_pair(N, made));
    // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: warning: 'Registry' and 'Service' keep each other alive through 'Registry::services' and 'Service::registry'
    place.first->second->registry = shared_from_this();
  }
};

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

struct Identity {
  Name name;
};
struct Destination {
  std::shared_ptr<Identity> identity = std::make_shared<Identity>();
  const Name &nameOf() const { return identity->name; }
};
struct Tunnel {
  void moveTo(std::shared_ptr<Destination> D) { destination = D; }
  std::shared_ptr<Destination> destination;
};
/// The name is a part of what the destination owns, and the key of the tunnel;
/// only the tunnel has a destination.
struct Forwards {
  std::map<std::pair<Name, int>, std::shared_ptr<Tunnel>> all;
  void add(std::shared_ptr<Destination> D, int Port) {
    auto tunnel = std::make_shared<Tunnel>();
    auto place = all.insert(
        std::make_pair(std::make_pair(D->nameOf(), Port), tunnel));
    if (!place.second)
      place.first->second->moveTo(D);
  }
  void direct(std::shared_ptr<Destination> D, int Port) {
    auto tunnel = std::make_shared<Tunnel>();
    auto place = all.emplace(std::make_pair(D->nameOf(), Port), tunnel);
    place.first->second->destination = D;
  }
};

} // namespace quiet
