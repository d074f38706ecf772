// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Assignment, shallow copy, deep copy.

#include "refcycle/refcycle.h"

#include <iostream>

using refcycle::make;
using refcycle::ref;

struct Row {
  std::vector<int> cells;
};
struct Table {
  std::vector<ref<Row>> rows;
  ref<Table> self;
};

int main() {
  std::cout << std::boolalpha;
  auto table = make<Table>();
  auto row = make<Row>();
  row->cells = {1, 2};
  table->rows = {row, row}; // The same row twice.
  table->self = table;      // And a cycle.

  ref<Table> assigned = table;
  auto shallow = copy(table);
  auto deep = deep_copy(table);
  row->cells[0] = 99;

  std::cout << "assigned: same table " << is(assigned, table) << '\n';
  std::cout << "shallow: same table " << is(shallow, table) << ", same rows "
            << is(shallow->rows[0], row) << ", sees "
            << shallow->rows[0]->cells[0] << '\n';
  std::cout << "deep: same table " << is(deep, table) << ", same rows "
            << is(deep->rows[0], row) << ", sees " << deep->rows[0]->cells[0]
            << '\n';
  std::cout << "deep keeps sharing " << is(deep->rows[0], deep->rows[1])
            << " and cycles " << is(deep->self, deep) << '\n';
}
