// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// CPython's test_copy under the original names. Its cases on pickling hooks
// (__reduce__, __getstate__ and so on) have no counterpart; see
// docs/cpython-cases.md.

#include "Pythonic.h"

namespace refcycle::python {

/// Immutable: a copy of it is itself.
struct Tuple {
  std::vector<any_ref> items;
};
/// Immutable without references, as a tuple of numbers.
struct FrozenSet {
  std::set<int> items;
};
/// Has its own idea of a deep copy.
struct Instance {
  int foo = 0;
  ref<List> log;
};
struct Singular {
  std::unique_ptr<int> only;
};

} // namespace refcycle::python

template <>
struct refcycle::deep_copy_traits<refcycle::python::FrozenSet> {
  static constexpr bool share = true;
};
template <> struct refcycle::deep_copy_traits<refcycle::python::Instance> {
  static ref<python::Instance> deep_copy(const python::Instance &from,
                                         copy_memo &) {
    return make<python::Instance>(from.foo + 1);
  }
};

namespace refcycle::python {
namespace {

using TestCopy = Quiet;

template <class T> const any_ref &item(const ref<T> &list, std::size_t i = 0) {
  return list->items[i];
}

TEST_F(TestCopy, test_exceptions) {
  auto s = make<Singular>();
  try {
    copy(s);
    FAIL();
  } catch (const std::runtime_error &e) {
    EXPECT_STREQ(e.what(), "a refcycle::python::Singular cannot be copied");
  }
}

TEST_F(TestCopy, test_copy_basic) {
  auto x = make<int>(42);
  auto y = copy(x);
  EXPECT_EQ(*x, *y);
  EXPECT_FALSE(is(x, y));
  EXPECT_EQ(copy(ref<int>()), nullptr);
}

/// Counts how often it was copied.
struct Counted {
  int copies = 0;
  Counted() = default;
  Counted(const Counted &other) : copies(other.copies + 1) {}
  REFCYCLE_TRACE(Counted)
};

TEST_F(TestCopy, test_copy_copy) {
  EXPECT_EQ(copy(make<Counted>())->copies, 1);
}

TEST_F(TestCopy, test_copy_cant) {
  EXPECT_THROW(copy(make<Singular>()), copy_error);
}

TEST_F(TestCopy, test_copy_atomic) {
  auto number = intern(42);
  EXPECT_TRUE(is(copy(number), number));
  auto text = intern("text");
  EXPECT_TRUE(is(copy(text), text));
}

TEST_F(TestCopy, test_copy_list) {
  auto x = make<List>();
  x->items = {make<int>(1), make<int>(2)};
  auto y = copy(x);
  EXPECT_EQ(y->items, x->items);
  EXPECT_FALSE(is(x, y));
  EXPECT_TRUE(copy(make<List>())->items.empty());
}

TEST_F(TestCopy, test_copy_tuple) {
  auto x = make<FrozenSet>();
  EXPECT_TRUE(is(copy(x), x));
}

TEST_F(TestCopy, test_copy_frozenset) {
  auto x = make<FrozenSet>(std::set<int>{1, 2, 3});
  EXPECT_TRUE(is(copy(x), x));
}

TEST_F(TestCopy, test_copy_dict) {
  auto x = make<Dict>();
  x->items["foo"] = make<int>(1);
  auto y = copy(x);
  EXPECT_EQ(y->items, x->items);
  EXPECT_FALSE(is(x, y));
}

TEST_F(TestCopy, test_copy_set) {
  auto x = make<std::set<any_ref>>();
  x->insert(make<int>(1));
  auto y = copy(x);
  EXPECT_EQ(*y, *x);
  EXPECT_FALSE(is(x, y));
}

TEST_F(TestCopy, test_copy_bytearray) {
  auto x = make<std::vector<char>>(3, 'x');
  auto y = copy(x);
  (*y)[0] = 'y';
  EXPECT_EQ((*x)[0], 'x');
}

TEST_F(TestCopy, test_copy_inst_vanilla) {
  auto x = make<Object>();
  x->attr["foo"] = make<int>(42);
  auto y = copy(x);
  EXPECT_EQ(y->attr, x->attr);
}

TEST_F(TestCopy, test_copy_inst_copy) {
  // A shallow copy keeps to the copy constructor, whatever deep_copy_traits say.
  auto x = make<Instance>(5);
  EXPECT_EQ(copy(x)->foo, 5);
}

TEST_F(TestCopy, test_copy_slots) {
  struct Slots {
    ref<List> foo;
  };
  auto x = make<Slots>(make<List>());
  EXPECT_TRUE(is(copy(x)->foo, x->foo));
}

struct Base {
  ref<List> items;
  virtual ~Base() = default;
  REFCYCLE_TRACE(Base, items)
};
struct Derived : Base {
  ref<List> foo;
  REFCYCLE_TRACE(Derived, REFCYCLE_BASE(Base), foo)
};

TEST_F(TestCopy, test_copy_list_subclass) {
  // Through a handle to the base class the derived class is copied.
  auto x = make<Derived>();
  x->items = make<List>();
  x->foo = make<List>();
  ref<Base> base = x;
  auto y = ref_cast<Derived>(copy(base));
  ASSERT_TRUE(y);
  EXPECT_TRUE(is(y->foo, x->foo));
  EXPECT_FALSE(is(y, x));
}

TEST_F(TestCopy, test_copy_function) {
  auto x = make<Object>([](Object &) {});
  EXPECT_TRUE(bool(copy(x)->del));
}

struct Watcher {
  weak_ref<Object> watch;
  ref<Object> strong;
};

TEST_F(TestCopy, test_copy_weakref) {
  auto obj = make<Object>();
  auto x = make<Watcher>(weak_ref<Object>(obj));
  EXPECT_TRUE(copy(x)->watch.same_as(x->watch));
}

TEST_F(TestCopy, test_deepcopy_basic) {
  auto x = make<int>(42);
  auto y = deep_copy(x);
  EXPECT_EQ(*y, 42);
  EXPECT_EQ(deep_copy(ref<int>()), nullptr);
}

TEST_F(TestCopy, test_deepcopy_memo) {
  // An object that occurs twice is copied once.
  auto x = make<List>();
  auto inner = make<List>();
  x->items = {inner, inner};
  auto y = deep_copy(x);
  EXPECT_FALSE(is(item(y), item(x)));
  EXPECT_TRUE(is(item(y, 0), item(y, 1)));
}

TEST_F(TestCopy, test_deepcopy_issubclass) {
  auto x = make<Derived>();
  x->items = make<List>();
  auto y = deep_copy(ref<Base>(x));
  EXPECT_TRUE(ref_cast<Derived>(y));
  EXPECT_FALSE(is(y->items, x->items));
}

TEST_F(TestCopy, test_deepcopy_deepcopy) {
  auto x = make<List>();
  x->items = {make<Instance>(1)};
  auto y = deep_copy(x);
  EXPECT_EQ(ref_cast<Instance>(item(y))->foo, 2);
}

TEST_F(TestCopy, test_deepcopy_cant) {
  auto x = make<List>();
  x->items = {make<List>(), make<Singular>()};
  std::size_t before = testing::live_objects();
  EXPECT_THROW(deep_copy(x), copy_error);
  EXPECT_EQ(testing::live_objects(), before);
}

TEST_F(TestCopy, test_deepcopy_atomic) {
  auto number = intern(1000);
  EXPECT_TRUE(is(deep_copy(number), number));
}

TEST_F(TestCopy, test_deepcopy_list) {
  auto x = make<List>();
  auto inner = make<List>();
  inner->items = {make<int>(1)};
  x->items = {inner, make<int>(3)};
  auto y = deep_copy(x);
  auto y_inner = ref_cast<List>(item(y));
  ASSERT_TRUE(y_inner);
  EXPECT_FALSE(is(y_inner, inner));
  EXPECT_EQ(*ref_cast<int>(item(y_inner)), 1);
  EXPECT_FALSE(is(item(y_inner), item(inner)));
}

TEST_F(TestCopy, test_deepcopy_reflexive_list) {
  auto x = make<List>();
  x->items = {x};
  auto y = deep_copy(x);
  EXPECT_FALSE(is(x, y));
  EXPECT_TRUE(is(item(y), y));
  EXPECT_EQ(y->items.size(), 1u);
  x.reset();
  y.reset();
  EXPECT_EQ(collect(), 2u);
}

TEST_F(TestCopy, test_deepcopy_empty_tuple) {
  EXPECT_TRUE(deep_copy(make<Tuple>())->items.empty());
}

TEST_F(TestCopy, test_deepcopy_tuple) {
  auto x = make<Tuple>();
  x->items = {make<List>()};
  auto y = deep_copy(x);
  EXPECT_FALSE(is(item(x), item(y)));
}

TEST_F(TestCopy, test_deepcopy_tuple_of_immutables) {
  auto x = make<Tuple>();
  auto frozen = make<FrozenSet>(std::set<int>{1});
  x->items = {frozen, frozen};
  auto y = deep_copy(x);
  EXPECT_EQ(x->items, y->items);
}

TEST_F(TestCopy, test_deepcopy_reflexive_tuple) {
  auto x = make<Tuple>();
  auto list = make<List>();
  x->items = {list};
  list->items = {x};
  auto y = deep_copy(x);
  EXPECT_FALSE(is(x, y));
  EXPECT_TRUE(is(item(ref_cast<List>(item(y))), y));
  x.reset();
  y.reset();
  list.reset();
  EXPECT_EQ(collect(), 4u);
}

TEST_F(TestCopy, test_deepcopy_dict) {
  auto x = make<Dict>();
  auto inner = make<List>();
  x->items["foo"] = inner;
  auto y = deep_copy(x);
  EXPECT_FALSE(is(y->items["foo"], inner));
}

TEST_F(TestCopy, test_deepcopy_reflexive_dict) {
  auto x = make<Dict>();
  x->items["foo"] = x;
  auto y = deep_copy(x);
  EXPECT_TRUE(is(y->items["foo"], y));
  EXPECT_EQ(y->items.size(), 1u);
  x->items.clear();
  y->items.clear();
}

TEST_F(TestCopy, test_deepcopy_keepalive) {
  copy_memo memo;
  auto x = make<List>();
  weak_ref<List> watch(x);
  deep_copy(x, memo);
  x.reset();
  EXPECT_FALSE(watch.expired()); // The memo still knows its address.
}

TEST_F(TestCopy, test_deepcopy_dont_memo_immutable) {
  copy_memo memo;
  struct Pair {
    interned<int> a, b;
  };
  auto x = make<Pair>(intern(1), intern(2));
  EXPECT_TRUE(is(deep_copy(x, memo)->a, x->a));
  EXPECT_EQ(memo.size(), 1u);
}

TEST_F(TestCopy, test_deepcopy_inst_vanilla) {
  auto x = make<Object>();
  x->attr["foo"] = make<List>();
  auto y = deep_copy(x);
  EXPECT_FALSE(is(y->attr["foo"], x->attr["foo"]));
}

TEST_F(TestCopy, test_deepcopy_inst_deepcopy) {
  auto x = make<Instance>(1, make<List>());
  auto y = deep_copy(x);
  EXPECT_EQ(y->foo, 2);
  EXPECT_FALSE(y->log); // Left out by the type's own copy.
}

TEST_F(TestCopy, test_deepcopy_reflexive_inst) {
  auto x = make<Object>();
  x->attr["foo"] = x;
  auto y = deep_copy(x);
  EXPECT_FALSE(is(y, x));
  EXPECT_TRUE(is(y->attr["foo"], y));
  x->attr.clear();
  y->attr.clear();
}

TEST_F(TestCopy, test_deepcopy_slots) {
  struct Slots {
    std::optional<ref<List>> foo;
    std::variant<int, ref<List>> bar;
    std::array<ref<List>, 2> baz;
    std::pair<int, ref<List>> qux;
  };
  auto list = make<List>();
  auto x = make<Slots>(list, list, std::array<ref<List>, 2>{list, nullptr},
                       std::pair<int, ref<List>>{1, list});
  auto y = deep_copy(x);
  EXPECT_FALSE(is(*y->foo, list));
  EXPECT_TRUE(is(*y->foo, std::get<1>(y->bar)));
  EXPECT_TRUE(is(*y->foo, y->baz[0]));
  EXPECT_TRUE(is(*y->foo, y->qux.second));
}

TEST_F(TestCopy, test_deepcopy_dict_subclass) {
  // Keys are copied too, and the map is put in order again.
  struct Keyed {
    std::map<ref<List>, int> order;
    std::unordered_set<ref<List>> hash;
  };
  auto x = make<Keyed>();
  for (int i = 0; i < 20; ++i) {
    auto key = make<List>();
    x->order[key] = i;
    x->hash.insert(key);
  }
  auto y = deep_copy(x);
  ASSERT_EQ(y->order.size(), 20u);
  for (auto &[key, value] : y->order) {
    EXPECT_FALSE(x->order.contains(key));
    EXPECT_TRUE(y->order.contains(key));
    EXPECT_TRUE(y->hash.contains(key));
  }
}

TEST_F(TestCopy, test_deepcopy_list_subclass) {
  auto x = make<Derived>();
  x->foo = make<List>();
  x->items = x->foo;
  auto y = deep_copy(x);
  EXPECT_TRUE(is(y->foo, y->items));
  EXPECT_FALSE(is(y->foo, x->foo));
}

TEST_F(TestCopy, test_deepcopy_tuple_subclass) {
  auto x = make<Derived>();
  x->items = make<List>();
  x->items->items = {x};
  auto y = deep_copy(x);
  EXPECT_TRUE(is(item(y->items), y));
  x->items.reset();
  y->items.reset();
}

TEST_F(TestCopy, test_deepcopy_function) {
  // Captures are followed as members are.
  struct Button {
    function<any_ref()> on_click;
  };
  auto list = make<List>();
  auto x = make<Button>();
  x->on_click = {with(list), [](ref<List> &l) { return any_ref(l); }};
  auto y = deep_copy(x);
  EXPECT_TRUE(is(x->on_click(), list));
  EXPECT_FALSE(is(y->on_click(), list));
}

TEST_F(TestCopy, test_deepcopy_weakref) {
  auto obj = make<Object>();
  auto x = make<Watcher>(weak_ref<Object>(obj), obj);
  auto y = deep_copy(x);
  EXPECT_TRUE(y->watch.same_as(x->watch));
  EXPECT_FALSE(is(y->strong, obj));
}

TEST_F(TestCopy, test_deepcopy_bound_method) {
  struct Foo {
    function<any_ref()> m;
  };
  auto f = make<Foo>();
  f->m = {with(f), [](ref<Foo> &self) { return any_ref(self); }};
  auto g = deep_copy(f);
  EXPECT_TRUE(is(g->m(), g));
  f->m = nullptr;
  g->m = nullptr;
}

TEST_F(TestCopy, DeepStructuresNeedNoStack) {
  struct Link {
    ref<Link> next;
  };
  ref<Link> head;
  for (int i = 0; i < 1'000'000; ++i)
    head = make<Link>(std::move(head));
  auto second = deep_copy(head);
  std::size_t length = 0;
  for (Link *at = second.get(); at != nullptr; at = at->next.get())
    ++length;
  EXPECT_EQ(length, 1'000'000u);
}

TEST_F(TestCopy, AliasesMoveWithTheirWhole) {
  auto list = make<List>();
  struct Both {
    ref<List> whole;
    alias_ref<std::vector<any_ref>> part;
  };
  auto x = make<Both>(list, alias_ref<std::vector<any_ref>>(list, &list->items));
  auto y = deep_copy(x);
  EXPECT_EQ(y->part.get(), &y->whole->items);
}

} // namespace
} // namespace refcycle::python
