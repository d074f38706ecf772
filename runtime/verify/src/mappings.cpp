// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "mappings.h"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

namespace refcycle::verify {

array<char> read_file(const char *path) noexcept {
  array<char> text;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return text;
  char part[16384];
  for (ssize_t got; (got = read(file, part, sizeof part)) > 0;) {
    std::size_t old = text.size();
    text.resize(old + std::size_t(got));
    std::memcpy(text.begin() + old, part, std::size_t(got));
  }
  close(file);
  return text;
}

namespace {

/// One line: "start-end rwxp offset device inode   path".
class line_reader {
public:
  line_reader(const char *from, const char *to) : at(from), end(to) {}

  std::uint64_t hex() noexcept {
    std::uint64_t value = 0;
    for (; at != end; ++at) {
      if (*at >= '0' && *at <= '9')
        value = value * 16 + unsigned(*at - '0');
      else if (*at >= 'a' && *at <= 'f')
        value = value * 16 + unsigned(*at - 'a' + 10);
      else
        break;
    }
    return value;
  }
  char next() noexcept { return at == end ? '\0' : *at++; }
  void skip_word() noexcept {
    while (at != end && *at != ' ')
      ++at;
    while (at != end && *at == ' ')
      ++at;
  }
  std::span<const char> rest() const noexcept { return {at, end}; }

private:
  const char *at, *end;
};

} // namespace

static region kind_of(std::span<const char> path) noexcept {
  auto starts = [&](const char *word) {
    std::size_t length = std::strlen(word);
    return path.size() >= length && std::memcmp(path.data(), word, length) == 0;
  };
  if (path.empty() || starts("[heap]") || starts("[anon:"))
    return region::anonymous;
  if (starts("[stack]"))
    return region::stack;
  return path[0] == '/' ? region::file : region::other;
}

static std::uint32_t store_path(address_space &space,
                                std::span<const char> path) noexcept {
  if (path.empty())
    return 0;
  // Segments of one module follow each other.
  if (!space.mappings.empty() && space.mappings.back().path != 0) {
    const char *last = space.path(space.mappings.back());
    if (std::strlen(last) == path.size() &&
        std::memcmp(last, path.data(), path.size()) == 0)
      return space.mappings.back().path;
  }
  auto at = std::uint32_t(space.paths.size());
  for (char c : path)
    space.paths.push_back(c);
  space.paths.push_back('\0');
  return at;
}

static void read_line(const char *from, const char *to,
                      address_space &into) noexcept {
  line_reader line(from, to);
  mapping m{};
  m.start = line.hex();
  line.next();
  m.end = line.hex();
  line.next();
  m.readable = line.next() == 'r';
  m.writable = line.next() == 'w';
  m.executable = line.next() == 'x';
  m.shared = line.next() == 's';
  line.next();
  m.file_offset = line.hex();
  line.next();
  line.skip_word(); // device
  line.skip_word(); // inode
  m.kind = kind_of(line.rest());
  m.path = store_path(into, line.rest());
  into.mappings.push_back(m);
}

/// A file with an executable segment is a module. Data files may be huge, and
/// reading one that was cut short in the meantime ends the process.
static void mark_modules(array<mapping> &mappings) noexcept {
  for (mapping *first = mappings.begin(); first != mappings.end();) {
    bool module = false;
    mapping *last = first;
    for (; last != mappings.end() && last->path == first->path; ++last)
      module |= last->executable;
    for (; first != last; ++first)
      if (module && first->kind == region::file)
        first->kind = region::module;
  }
}

bool read_address_space(address_space &into) noexcept {
  into.paths.push_back('\0');
  array<char> text = read_file("/proc/self/maps");
  for (const char *from = text.begin(); from < text.end();) {
    const char *to =
        std::find(from, static_cast<const char *>(text.end()), '\n');
    read_line(from, to, into);
    from = to + 1;
  }
  mark_modules(into.mappings);
  return !into.mappings.empty();
}

const mapping *address_space::find(address a) const noexcept {
  auto after =
      std::upper_bound(mappings.begin(), mappings.end(), a,
                       [](address x, const mapping &m) { return x < m.start; });
  if (after == mappings.begin() || !after[-1].contains(a))
    return nullptr;
  return &after[-1];
}

} // namespace refcycle::verify
