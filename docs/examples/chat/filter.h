// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which lines a room refuses: a tree of words. A Filter owns Filters, so the
// types could form a cycle; the objects cannot, since every node is built on
// finished ones and never changes.

#pragma once

#include <memory>
#include <string>
#include <utility>

namespace chat {

struct Filter {
  std::string word; // Of a leaf; empty in a node that has two parts.
  std::shared_ptr<const Filter> left, right;
};

inline std::shared_ptr<const Filter> contains(std::string word) {
  return std::make_shared<Filter>(Filter{std::move(word), nullptr, nullptr});
}

inline std::shared_ptr<const Filter>
either(std::shared_ptr<const Filter> left,
       std::shared_ptr<const Filter> right) {
  return std::make_shared<Filter>(
      Filter{"", std::move(left), std::move(right)});
}

inline bool matches(const Filter &filter, const std::string &line) {
  if (filter.left)
    return matches(*filter.left, line) || matches(*filter.right, line);
  return line.find(filter.word) != std::string::npos;
}

} // namespace chat
