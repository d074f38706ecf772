// A header that is not there ends neither the unit nor its templates: the
// element type of the map is still known.
//
// RUN: not %refcycle --project-root=%S %s -- -std=c++17 2>&1 | FileCheck %s

#include "not/there.h"

#include <map>
#include <memory>
#include <string>

struct Hall;

struct Guest {
  std::shared_ptr<Hall> Home;
};

struct Hall : std::enable_shared_from_this<Hall> {
  void welcome(const std::string &Name) {
    auto G = std::make_shared<Guest>();
    G->Home = shared_from_this();
    Guests.emplace(Name, G);
  }
  std::map<std::string, std::shared_ptr<Guest>> Guests;
};

// CHECK: missing-header.cpp:[[@LINE-5]]:{{.*}} warning: {{.*}}'Guest' and 'Hall'{{.*}} keep each other alive
// CHECK: analysed as far as it compiles: {{.*}}'not/there.h' file not found
