// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "layouts.h"

#include "elf_file.h"
#include "typeinfo.h"

#include <algorithm>
#include <cstdlib>

namespace refcycle::verify {

namespace {

/// A function that gives up a reference, by name.
struct named_release {
  std::uint32_t of, offset; ///< A class; where its argument points.
  const char *symbol;       ///< Or the class of handles whose destructor it is.
  std::uint32_t object_at;  ///< In such a handle.
  bool is_handle;
};

// ------------------------------------------------------------------ the file

/// One line, cut into words in place.
class text_line {
public:
  /// Takes the line off the front of \p text.
  explicit text_line(std::span<char> &text) noexcept {
    std::size_t length =
        std::size_t(std::find(text.begin(), text.end(), '\n') - text.begin());
    bad = length == text.size();
    char *from = text.data();
    for (std::size_t i = 0; !bad && i <= length; ++i) {
      if (text[i] != '\t' && i != length)
        continue;
      text[i] = '\0';
      if (count != most)
        words[count++] = from;
      from = text.data() + i + 1;
    }
    text = text.subspan(bad ? text.size() : length + 1);
  }

  bool begins(const char *kind) noexcept {
    next = 1;
    return count != 0 && std::strcmp(words[0], kind) == 0;
  }
  const char *word() noexcept {
    bad |= next >= count;
    return bad ? "" : words[next++];
  }
  std::uint32_t number() noexcept {
    char *end = nullptr;
    const char *text = word();
    unsigned long value = std::strtoul(text, &end, 10);
    bad |= end == text || *end != '\0' || value > 1u << 30;
    return std::uint32_t(value);
  }
  bool is_bad() const noexcept { return bad; }

private:
  static constexpr unsigned most = 9;
  const char *words[most];
  unsigned count = 0, next = 0;
  bool bad = false;
};

family read_counts(text_line &line) noexcept {
  family f{"layout", "", {}, 0, family::no_count, 0, 1};
  f.strong = std::int32_t(line.number());
  f.width = std::uint8_t(line.number());
  return f;
}

/// Lines about one class follow it, those of one kind behind each other.
void add_offset(layouts &into, slice counted_class::*kind,
                text_line &line) noexcept {
  slice &of = into.classes.back().*kind;
  if (of.count++ == 0)
    of.first = std::uint32_t(into.offsets.size());
  into.offsets.push_back(line.number());
}

void add_class(layouts &into, text_line &line) noexcept {
  counted_class c{};
  c.mangled = line.word();
  c.size = line.number();
  c.polymorphic = std::strcmp(line.word(), "polymorphic") == 0;
  c.counts = read_counts(line);
  c.destructor_slot = line.number();
  c.members.first = std::uint32_t(into.members.size());
  into.classes.push_back(c);
}

void add_handle(layouts &into, text_line &line) noexcept {
  handle_class h{};
  h.pointee = line.word();
  h.object_at = line.number();
  h.block_at = line.number();
  h.block_size = line.number();
  h.counts = read_counts(line);
  if (h.block_size != 0)
    into.handles.push_back(h);
}

void add_line(layouts &into, array<named_release> &releases,
              text_line &line) noexcept {
  if (line.begins("class"))
    return add_class(into, line);
  if (line.begins("handle"))
    return add_handle(into, line);
  if (into.classes.empty())
    return;
  counted_class &last = into.classes.back();
  if (line.begins("entry"))
    add_offset(into, &counted_class::entries, line);
  else if (line.begins("pointer"))
    add_offset(into, &counted_class::pointers, line);
  else if (line.begins("bool"))
    add_offset(into, &counted_class::bools, line);
  else if (line.begins("member")) {
    std::uint32_t offset = line.number();
    into.members.push_back({offset, line.word()});
    ++last.members.count;
  } else if (line.begins("release")) {
    std::uint32_t offset = line.number();
    releases.push_back({std::uint32_t(into.classes.size() - 1), offset,
                        line.word(), 0, false});
  } else if (line.begins("drop")) {
    std::uint32_t offset = line.number(), object_at = line.number();
    releases.push_back({std::uint32_t(into.classes.size() - 1), offset,
                        line.word(), object_at, true});
  }
}

/// False if it is none, or was cut short.
bool read_layouts(std::span<char> text, layouts &into,
                  array<named_release> &releases) noexcept {
  text_line first(text);
  if (!first.begins("refcycle-layouts") || first.number() != 1)
    return false;
  for (;;) {
    text_line line(text);
    if (line.begins("end"))
      return !line.is_bad();
    add_line(into, releases, line);
    if (line.is_bad())
      return false;
  }
}

// --------------------------------------------------------------- the program

/// Functions and virtual tables that are wanted, by name.
class wanted_symbols {
public:
  explicit wanted_symbols(std::size_t classes) noexcept {
    names.resize(classes * 3 * 512);
  }

  void add(const char *name, address *into) noexcept {
    all.push_back({name, into});
  }

  /// `_ZN` MANGLED `D1Ev`: a nested name has its own brackets, and a local one
  /// stands behind its function's.
  void add_destructor(const char *mangled, const char *which,
                      address *into) noexcept {
    std::size_t length = std::strlen(mangled);
    if (used + length + 16 > names.size())
      return;
    char *name = names.begin() + used, *at = name;
    auto put = [&](const char *text, std::size_t size) {
      std::memcpy(at, text, size);
      at += size;
    };
    put("_Z", 2);
    if (mangled[0] == 'N' && mangled[length - 1] == 'E') {
      put(mangled, length - 1);
    } else if (const char *local = local_name(mangled)) {
      put(mangled, std::size_t(local - mangled));
      put("N", 1);
      put(local, std::strlen(local));
    } else {
      put("N", 1);
      put(mangled, length);
    }
    put(which, 5); // With its zero.
    used += std::size_t(at - name);
    add(name, into);
  }

  void add_table(const char *mangled, address *into) noexcept {
    std::size_t length = std::strlen(mangled);
    if (used + length + 5 > names.size())
      return;
    char *name = names.begin() + used;
    std::memcpy(name, "_ZTV", 4);
    std::memcpy(name + 4, mangled, length + 1);
    used += length + 5;
    add(name, into);
  }

  void sort() noexcept {
    std::sort(all.begin(), all.end(),
              [](auto &a, auto &b) { return std::strcmp(a.name, b.name) < 0; });
  }

  /// The first definition counts, as it does for the dynamic linker.
  void define(const char *name, address at) noexcept {
    auto found = std::lower_bound(
        all.begin(), all.end(), name,
        [](const one &w, const char *n) { return std::strcmp(w.name, n) < 0; });
    for (; found != all.end() && std::strcmp(found->name, name) == 0; ++found)
      if (*found->into == 0)
        *found->into = at;
  }

private:
  /// Of `Z1fvE5Local`, what stands behind the function; null: no local class.
  static const char *local_name(const char *mangled) noexcept {
    if (mangled[0] != 'Z')
      return nullptr;
    const char *end = mangled + std::strlen(mangled);
    for (const char *at = mangled; (at = std::strchr(at, 'E')) != nullptr;) {
      char *name = nullptr;
      unsigned long length = std::strtoul(++at, &name, 10);
      if (name != at && std::size_t(end - name) >= length &&
          (name[length] == '\0' || name[length] == '_'))
        return at;
    }
    return nullptr;
  }

  struct one {
    const char *name;
    address *into;
  };
  array<one> all;
  array<char> names;
  std::size_t used = 0;
};

template <typename Visit>
void for_each_module(const address_space &space, Visit visit) noexcept {
  auto all = std::span<const mapping>(space.mappings);
  for (std::size_t i = 0; i != all.size(); ++i)
    if (all[i].kind == region::module &&
        (i == 0 || all[i].path != all[i - 1].path))
      visit(all[i]);
}

void find_symbols(const address_space &space, layouts &into,
                  std::span<const named_release> releases) noexcept {
  wanted_symbols wanted(into.classes.size() + releases.size());
  array<address> base_destructors, found_releases, base_releases;
  base_releases.resize(releases.size());
  base_destructors.resize(into.classes.size());
  found_releases.resize(releases.size());
  for (std::size_t i = 0; i != into.classes.size(); ++i) {
    counted_class &c = into.classes[i];
    wanted.add_destructor(c.mangled, "D1Ev", &c.destructor);
    wanted.add_destructor(c.mangled, "D2Ev", &base_destructors[i]);
    wanted.add_table(c.mangled, &c.vtable);
  }
  for (std::size_t i = 0; i != releases.size(); ++i)
    if (releases[i].is_handle) {
      wanted.add_destructor(releases[i].symbol, "D1Ev", &found_releases[i]);
      wanted.add_destructor(releases[i].symbol, "D2Ev", &base_releases[i]);
    } else {
      wanted.add(releases[i].symbol, &found_releases[i]);
    }
  wanted.sort();
  for_each_module(space, [&](const mapping &first) {
    elf_file file(space.path(first));
    if (file.is_valid())
      file.for_each_symbol(first.start, [&](const char *name, address at) {
        if (name[0] == '_' && name[1] == 'Z')
          wanted.define(name, at);
      });
  });
  for (std::size_t i = 0; i != into.classes.size(); ++i) {
    counted_class &c = into.classes[i];
    if (c.destructor == 0)
      c.destructor = base_destructors[i];
    if (c.vtable != 0)
      c.vtable += 16;
  }
  for (std::size_t i = 0; i != releases.size(); ++i) {
    const named_release &r = releases[i];
    counted_class &c = into.classes[r.of];
    address found =
        found_releases[i] != 0 ? found_releases[i] : base_releases[i];
    if (found != 0 && r.is_handle && c.drop == 0) {
      c.drop = found;
      c.drop_at = r.offset;
      c.drop_object_at = r.object_at;
    } else if (found != 0 && !r.is_handle && c.release == 0) {
      c.release = found;
      c.release_at = r.offset;
    }
  }
}

/// A stripped program has no symbols, but still typeinfo.
void find_tables(const address_space &space, layouts &into) noexcept {
  array<counted_class *> wanted;
  for (counted_class &c : into.classes)
    if (c.polymorphic && c.vtable == 0)
      wanted.push_back(&c);
  if (wanted.empty())
    return;
  std::sort(wanted.begin(), wanted.end(), [](auto *a, auto *b) {
    return std::strcmp(a->mangled, b->mangled) < 0;
  });
  for (const mapping &m : space.mappings) {
    if (m.kind != region::module || !m.readable || m.executable || m.shared)
      continue;
    typeinfo_reader read(space);
    for (address a = m.start; a + 8 * 3 <= m.end; a += 8) {
      if (word_at(a) != 0 || word_at(a + 8) < 4096 ||
          !space.is_code(word_at(a + 16)))
        continue;
      const char *name = read.name(word_at(a + 8));
      if (name == nullptr)
        continue;
      auto found = std::lower_bound(wanted.begin(), wanted.end(), name,
                                    [](counted_class *c, const char *n) {
                                      return std::strcmp(c->mangled, n) < 0;
                                    });
      if (found != wanted.end() && std::strcmp((*found)->mangled, name) == 0)
        (*found)->vtable = a + 16;
    }
  }
}

} // namespace

bool find_layouts(const address_space &space, layouts &into) noexcept {
  const char *path = std::getenv("REFCYCLE_VERIFY_LAYOUTS");
  if (path == nullptr)
    return true;
  array<char> text = read_file(path);
  array<named_release> releases;
  if (!read_layouts({text.begin(), text.size()}, into, releases)) {
    into.classes.clear();
    into.handles.clear();
    return false;
  }
  find_symbols(space, into, releases);
  find_tables(space, into);
  return true;
}

/// A handle of the class goes, whose object and count these are.
static void drop_handle(const block_type &type, address at,
                        address object) noexcept {
  const counted_class &c = *type.layout;
  address handle[8] = {};
  auto put = [&](std::uint32_t offset, address word) {
    if (offset / 8 < std::size(handle))
      handle[offset / 8] = word;
  };
  put(c.drop_object_at, object + c.drop_at);
  if (type.handle != nullptr)
    put(type.handle->block_at, at);
  reinterpret_cast<void (*)(address *)>(c.drop)(handle);
}

bool destroy_object(const block_type &type, address at,
                    address object) noexcept {
  using function = void (*)(address);
  const counted_class &c = *type.layout;
  if (c.polymorphic && c.destructor_slot != 0)
    return reinterpret_cast<function>(
               word_at(word_at(object) + 8 * (c.destructor_slot - 1)))(object),
           true;
  if (c.destructor != 0)
    return reinterpret_cast<function>(c.destructor)(object), true;
  if (c.release == 0 && c.drop == 0)
    return false;
  set_owners(*type.counts, at, 1);
  if (c.release != 0)
    reinterpret_cast<function>(c.release)(object + c.release_at);
  else
    drop_handle(type, at, object);
  return true;
}

} // namespace refcycle::verify
