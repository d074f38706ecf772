// A constant or a parameter that is left alone tells which element is meant;
// whatever else stands for a key is not known.

// RUN: %refcycle --emit=facts %s -- -std=c++20 | FileCheck %s

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct T {};
using Ptr = std::shared_ptr<T>;
struct Entry {
  Ptr held;
};
enum Colour { Red, Green };

struct S {
  std::map<std::string, Ptr> named;
  std::map<int, Ptr> numbered;
  std::map<std::pair<int, int>, Ptr> at;
  std::multimap<int, Ptr> groups;
  std::map<std::string, Entry> entries;
  std::vector<Entry> row;
  Entry two[2];

  // CHECK-LABEL: name S::constants(
  void constants(Ptr p) {
    // CHECK: [[K:r[0-9]+]] = key "\"a\""
    // CHECK: store {{.*}} insert strong at [[K]] @ {{.*}}:[[#@LINE+1]]:
    named["a"] = p;
    // CHECK: [[K:r[0-9]+]] = key "\"b\""
    // CHECK: store {{.*}} insert strong at [[K]] @ {{.*}}:[[#@LINE+1]]:
    named.emplace(std::string("b"), p);
    // CHECK: [[K:r[0-9]+]] = key 1
    // CHECK: store {{.*}} insert strong at [[K]] @ {{.*}}:[[#@LINE+1]]:
    numbered[Green] = p;
    // CHECK: [[K:r[0-9]+]] = key "{1,2}"
    // CHECK: store {{.*}} insert strong at [[K]] @ {{.*}}:[[#@LINE+1]]:
    at[{1, 2}] = p;
    // CHECK: [[K:r[0-9]+]] = key "\"a\""
    // CHECK: clear {{.*}} erase one at [[K]] @ {{.*}}:[[#@LINE+1]]:
    named.erase("a");
    static const std::string B = "b";
    // CHECK: [[K:r[0-9]+]] = key "\"b\""
    // CHECK: clear {{.*}} erase one hollow at [[K]] @ {{.*}}:[[#@LINE+1]]:
    named[B] = nullptr;
  }

  // CHECK-LABEL: name S::parameters(
  void parameters(const std::string &name, int id, std::string_view view, Ptr p) {
    // CHECK: [[K:r[0-9]+]] = param name
    // CHECK: store {{.*}} insert strong at [[K]] @ {{.*}}:[[#@LINE+1]]:
    named[name] = p;
    // CHECK: [[K:r[0-9]+]] = param id
    // CHECK: clear {{.*}} erase one at [[K]] @ {{.*}}:[[#@LINE+1]]:
    numbered.erase(id);
    // CHECK: [[K:r[0-9]+]] = param view
    // CHECK: store {{.*}} insert strong at [[K]] @ {{.*}}:[[#@LINE+1]]:
    named[std::string(view)] = p;
    // CHECK: [[N:r[0-9]+]] = param name
    // CHECK: [[I:r[0-9]+]] = key 7
    // CHECK: call {{.*}}([[N]], [[I]], _, {{r[0-9]+}})
    parameters(name, 7, {}, p);
  }

  // CHECK-LABEL: name S::objects(
  void objects(const std::string &name, int i, Ptr p) {
    // CHECK: load {{.*}} element makes of {{.*}}Entry" at
    entries[name].held = p;
    // CHECK: load {{.*}} element exists of {{.*}}Entry" at
    row[3].held = p;
    // CHECK: load {{.*}} element makes of {{.*}}Entry" at
    two[i].held = p;
    // CHECK: load {{.*}} element exists of {{.*}}Entry" @
    for (auto &e : two)
      e.held = p;
    // CHECK: alloc heap {{.*}}Entry" rest
    row.resize(4);
  }

  // CHECK-LABEL: name S::unknown(
  void unknown(int i, std::string name, const int *pointer, Ptr p) {
    ++i;
    // CHECK: store {{.*}} insert strong @ {{.*}}:[[#@LINE+1]]:
    numbered[i] = p;
    // CHECK: store {{.*}} insert strong @ {{.*}}:[[#@LINE+1]]:
    numbered[*pointer] = p;
    // CHECK: store {{.*}} insert strong @ {{.*}}:[[#@LINE+1]]:
    named[name + "!"] = p;
    // CHECK: store {{.*}} insert strong @ {{.*}}:[[#@LINE+1]]:
    groups.emplace(1, p);
    name.append("x");
    // CHECK: clear {{.*}} erase one @ {{.*}}:[[#@LINE+1]]:
    named.erase(name);
    // CHECK: clear {{.*}} erase @ {{.*}}:[[#@LINE+1]]:
    groups.erase(1);
    // CHECK-NOT: exists of
    // CHECK: store {{.*}} assign strong @ {{.*}}:[[#@LINE+2]]:
    for (unsigned n = 0; n != row.size(); ++n)
      row[n].held = p;
  }
};
