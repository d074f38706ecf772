// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// CPython's test_weakref, the part on weak dictionaries, under the original
// names; and test_copy's cases for them.

#include "Pythonic.h"

#include "refcycle/weak_map.h"

#include <algorithm>
#include <set>

namespace refcycle::python {
namespace {

struct Thing {
  int arg;
  ref<Thing> loop;
};

using Values = weak_value_map<int, Thing>;
using Keys = weak_key_map<Thing, int>;

class MappingTestCase : public Quiet {
protected:
  static constexpr int count = 10;
  std::vector<ref<Thing>> objects;

  Values make_values() {
    Values map;
    for (int i = 0; i < count; ++i) {
      objects.push_back(make<Thing>(i));
      map.set(i, objects.back());
    }
    return map;
  }
  Keys make_keys() {
    Keys map;
    for (int i = 0; i < count; ++i) {
      objects.push_back(make<Thing>(i));
      map.set(objects.back(), i);
    }
    return map;
  }
};

TEST_F(MappingTestCase, test_weak_keyed_len_cycles) {
  Keys map;
  for (int i = 0; i < 20; ++i) {
    auto thing = make<Thing>(i);
    thing->loop = thing;
    map.set(thing, i);
  }
  EXPECT_EQ(map.size(), 20u);
  collect();
  EXPECT_EQ(map.size(), 0u);
}

TEST_F(MappingTestCase, test_weak_valued_len_cycles) {
  Values map;
  for (int i = 0; i < 20; ++i) {
    auto thing = make<Thing>(i);
    thing->loop = thing;
    map.set(i, thing);
  }
  EXPECT_EQ(map.size(), 20u);
  collect();
  EXPECT_TRUE(map.empty());
}

TEST_F(MappingTestCase, test_weak_keyed_len_race) {
  gc::enable();
  gc::set_threshold(3, 2, 1);
  Keys map;
  std::size_t last = 0;
  for (int i = 0; i < 500; ++i) {
    auto thing = make<Thing>(i);
    thing->loop = thing;
    map.set(thing, i);
    last = map.size();
    EXPECT_GE(last, 1u);
    EXPECT_LE(last, 40u); // Garbage keys leave while we add.
  }
}

TEST_F(MappingTestCase, test_weak_valued_len_race) {
  gc::enable();
  gc::set_threshold(3, 2, 1);
  Values map;
  for (int i = 0; i < 500; ++i) {
    auto thing = make<Thing>(i);
    thing->loop = thing;
    map.set(i, thing);
    EXPECT_GE(map.size(), 1u);
    EXPECT_LE(map.size(), 40u);
  }
}

TEST_F(MappingTestCase, test_weak_values) {
  Values map = make_values();
  for (auto &o : objects) {
    EXPECT_EQ(weak_count(o), 1u);
    EXPECT_TRUE(is(map.get(o->arg), o));
  }
  EXPECT_EQ(map.items().size(), 10u);
  objects.erase(objects.begin());
  EXPECT_EQ(map.size(), 9u);
  objects.clear();
  EXPECT_EQ(map.size(), 0u);
  EXPECT_FALSE(map.contains(1));
}

TEST_F(MappingTestCase, test_weak_keys) {
  Keys map = make_keys();
  for (auto &o : objects) {
    EXPECT_EQ(weak_count(o), 1u);
    EXPECT_EQ(*map.get(o), o->arg);
  }
  auto keys = map.keys();
  EXPECT_TRUE(std::is_permutation(keys.begin(), keys.end(), objects.begin(),
                                  objects.end()));
  keys.clear();
  objects.pop_back();
  EXPECT_EQ(map.size(), 9u);
  objects.clear();
  EXPECT_EQ(map.size(), 0u);
  EXPECT_FALSE(map.contains(make<Thing>(1)));
}

TEST_F(MappingTestCase, test_weak_keyed_iters) {
  Keys map = make_keys();
  std::set<int> seen;
  map.for_each([&](const ref<Thing> &key, int value) {
    EXPECT_EQ(key->arg, value);
    seen.insert(value);
  });
  EXPECT_EQ(seen.size(), 10u);
}

TEST_F(MappingTestCase, test_weak_valued_iters) {
  Values map = make_values();
  std::set<int> seen;
  map.for_each([&](int key, const ref<Thing> &value) {
    EXPECT_EQ(value->arg, key);
    seen.insert(key);
  });
  EXPECT_EQ(seen.size(), 10u);
}

TEST_F(MappingTestCase, test_weak_keys_destroy_while_iterating) {
  Keys map = make_keys();
  std::size_t visited = 0;
  map.for_each([&](const ref<Thing> &, int) {
    ++visited;
    objects.clear(); // All others die now; their entries go afterwards.
  });
  EXPECT_EQ(visited, 1u);
  EXPECT_EQ(map.size(), 0u);
}

TEST_F(MappingTestCase, test_weak_values_destroy_while_iterating) {
  Values map = make_values();
  std::size_t visited = 0;
  map.for_each([&](int, const ref<Thing> &) {
    ++visited;
    objects.clear();
  });
  EXPECT_EQ(visited, 1u);
  EXPECT_TRUE(map.items().empty());
}

TEST_F(MappingTestCase, test_make_weak_keyed_dict_from_weak_keyed_dict) {
  Keys map = make_keys(), second = map;
  EXPECT_EQ(second.size(), 10u);
  EXPECT_EQ(*second.get(objects[3]), 3);
  map.clear();
  EXPECT_EQ(second.size(), 10u);
}

TEST_F(MappingTestCase, test_make_weak_valued_dict_from_weak_valued_dict) {
  Values map = make_values(), second = map;
  EXPECT_TRUE(is(second.get(3), objects[3]));
  objects.clear();
  EXPECT_TRUE(map.empty());
  EXPECT_TRUE(second.empty());
}

TEST_F(MappingTestCase, test_weak_valued_dict_popitem) {
  Values map;
  auto a = make<Thing>(1), b = make<Thing>(2);
  map.set(1, a);
  map.set(2, b);
  auto first = map.popitem();
  ASSERT_TRUE(first);
  EXPECT_TRUE(is(first->second, first->first == 1 ? a : b));
  EXPECT_EQ(map.size(), 1u);
  EXPECT_TRUE(map.popitem());
  EXPECT_FALSE(map.popitem());
}

TEST_F(MappingTestCase, test_weak_keyed_dict_popitem) {
  Keys map;
  auto a = make<Thing>(1), b = make<Thing>(2);
  map.set(a, 1);
  map.set(b, 2);
  auto first = map.popitem();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->first->arg, first->second);
  EXPECT_EQ(map.size(), 1u);
  EXPECT_TRUE(map.popitem());
  EXPECT_FALSE(map.popitem());
}

TEST_F(MappingTestCase, test_weak_valued_dict_setdefault) {
  Values map;
  auto a = make<Thing>(1), b = make<Thing>(2);
  EXPECT_TRUE(is(map.setdefault(7, a), a));
  EXPECT_TRUE(is(map.setdefault(7, b), a));
  a.reset();
  EXPECT_TRUE(is(map.setdefault(7, b), b));
}

TEST_F(MappingTestCase, test_weak_keyed_dict_setdefault) {
  Keys map;
  auto a = make<Thing>(1);
  EXPECT_EQ(map.setdefault(a, 1), 1);
  EXPECT_EQ(map.setdefault(a, 2), 1);
}

TEST_F(MappingTestCase, test_weak_valued_dict_update) {
  Values map = make_values(), other;
  auto extra = make<Thing>(99);
  other.set(99, extra);
  other.set(3, extra);
  map.update(other);
  EXPECT_EQ(map.size(), 11u);
  EXPECT_TRUE(is(map.get(3), extra));
}

TEST_F(MappingTestCase, test_weak_keyed_dict_update) {
  Keys map = make_keys(), other;
  other.set(objects[0], 100);
  map.update(other);
  EXPECT_EQ(map.size(), 10u);
  EXPECT_EQ(*map.get(objects[0]), 100);
}

TEST_F(MappingTestCase, test_weak_keyed_delitem) {
  Keys map = make_keys();
  EXPECT_TRUE(map.erase(objects[0]));
  EXPECT_FALSE(map.erase(objects[0]));
  EXPECT_EQ(map.size(), 9u);
  EXPECT_EQ(weak_count(objects[0]), 0u);
}

TEST_F(MappingTestCase, test_weak_valued_delitem) {
  Values map = make_values();
  EXPECT_TRUE(map.erase(0));
  EXPECT_FALSE(map.erase(0));
  EXPECT_EQ(map.size(), 9u);
}

TEST_F(MappingTestCase, test_weak_keyed_bad_delitem) {
  Keys map;
  auto stranger = make<Thing>(1);
  EXPECT_FALSE(map.erase(stranger));
  EXPECT_EQ(map.get(stranger), nullptr);
  EXPECT_FALSE(map.pop(stranger));
}

TEST_F(MappingTestCase, test_weak_keyed_cascading_deletes) {
  // The value of each entry holds the key of the next.
  weak_key_map<Thing, ref<Thing>> map;
  auto first = make<Thing>(0);
  {
    ref<Thing> last = first;
    for (int i = 1; i < 100; ++i) {
      auto next = make<Thing>(i);
      map.set(last, next);
      last = next;
    }
  }
  EXPECT_EQ(map.size(), 99u);
  first.reset();
  EXPECT_EQ(map.size(), 0u);
}

TEST_F(MappingTestCase, test_remove_closure) {
  // A callback that outlives its map has nothing to do.
  auto thing = make<Thing>(1);
  {
    Values map;
    map.set(1, thing);
  }
  EXPECT_EQ(weak_count(thing), 0u);
  thing.reset();
}

TEST_F(MappingTestCase, ReplacedEntryIsNotForgottenWithTheOldObject) {
  Values map;
  auto old = make<Thing>(1), young = make<Thing>(2);
  map.set(1, old);
  map.set(1, young);
  old.reset();
  EXPECT_TRUE(is(map.get(1), young));
}

TEST_F(MappingTestCase, ValuesOfWeakKeysAreTraced) {
  struct Owner {
    weak_key_map<Thing, ref<Owner>> map;
  };
  auto key = make<Thing>(1);
  auto owner = make<Owner>();
  owner->map.set(key, owner);
  owner.reset();
  EXPECT_EQ(collect(), 1u);
}

struct Registry {
  Values by_number;
  weak_key_map<Thing, ref<List>> notes;
};

TEST_F(MappingTestCase, test_copy_weakvaluedict) {
  auto thing = make<Thing>(1);
  auto registry = make<Registry>();
  registry->by_number.set(1, thing);
  auto second = copy(registry);
  EXPECT_TRUE(is(second->by_number.get(1), thing));
  thing.reset();
  EXPECT_TRUE(second->by_number.empty());
}

TEST_F(MappingTestCase, test_copy_weakkeydict) {
  auto thing = make<Thing>(1);
  auto registry = make<Registry>();
  registry->notes.set(thing, make<List>());
  auto second = copy(registry);
  EXPECT_TRUE(is(*second->notes.get(thing), *registry->notes.get(thing)));
}

TEST_F(MappingTestCase, test_deepcopy_weakvaluedict) {
  auto thing = make<Thing>(1);
  auto registry = make<Registry>();
  registry->by_number.set(1, thing);
  auto second = deep_copy(registry);
  EXPECT_TRUE(is(second->by_number.get(1), thing));
}

TEST_F(MappingTestCase, test_deepcopy_weakkeydict) {
  auto thing = make<Thing>(1);
  auto registry = make<Registry>();
  registry->notes.set(thing, make<List>());
  auto second = deep_copy(registry);
  ASSERT_TRUE(second->notes.contains(thing));
  EXPECT_FALSE(is(*second->notes.get(thing), *registry->notes.get(thing)));
}

} // namespace
} // namespace refcycle::python
