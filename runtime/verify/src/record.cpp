// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "record.h"

#include "stacks.h"
#include "used_types.h"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

namespace refcycle::verify {

text_writer &text_writer::operator<<(const char *text) noexcept {
  for (; *text != '\0'; ++text)
    chars.push_back(*text);
  return *this;
}

text_writer &text_writer::operator<<(std::uint64_t number) noexcept {
  char digits[20];
  unsigned count = 0;
  do
    digits[count++] = char('0' + number % 10);
  while ((number /= 10) != 0);
  while (count != 0)
    chars.push_back(digits[--count]);
  return *this;
}

void text_writer::hex(std::uint64_t number) noexcept {
  *this << "0x";
  int shift = 60;
  while (shift != 0 && number >> shift == 0)
    shift -= 4;
  for (; shift >= 0; shift -= 4)
    *this << "0123456789abcdef"[number >> shift & 15];
}

bool append_to_file(const char *path, std::span<const char> text) noexcept {
  int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0)
    return false;
  bool good = true;
  while (good && !text.empty()) {
    ssize_t written = write(file, text.data(), text.size());
    good = written > 0;
    if (good)
      text = text.subspan(std::size_t(written));
  }
  close(file);
  return good;
}

static const char *word_for(proof p) noexcept {
  switch (p) {
  case proof::possible:
    return "possible";
  case proof::structural:
    return "structural";
  case proof::exact:
    return "exact";
  case proof::certified:
    return "certified";
  }
  return "";
}

static void write_type(const snapshot &s, std::uint32_t i, std::uint32_t live,
                       text_writer &out) noexcept {
  const block_type &type = s.types[i];
  address in_module = type.vtable;
  if (const counted_class *c = type.layout; c != nullptr && in_module == 0)
    in_module = c->destructor != 0 ? c->destructor
                : c->release != 0  ? c->release
                                   : c->drop;
  const mapping *module = s.space.find(in_module);
  out << "type\t" << i << '\t' << type.counts->name << '\t'
      << (type.separate ? "separate" : "inside") << '\t' << live << '\t'
      << (module ? s.space.path(*module) : "") << '\t' << type.mangled << '\n';
}

static void write_program(const snapshot &s, text_writer &out) noexcept {
  out << "refcycle-verify\t1\n";
  char path[4096];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  path[length < 0 ? 0 : length] = '\0';
  out << "program\t" << std::uint64_t(getppid()) << '\t' << path << '\n';
  array<std::uint32_t> live;
  live.resize(s.types.size());
  for (const counted &object : s.objects)
    ++live[object.type];
  for (std::uint32_t i = 0; i != s.types.size(); ++i)
    if (live[i] != 0)
      write_type(s, i, live[i], out);
}

/// The module's first mapping is where its offsets count from.
static void write_code(const snapshot &s, address function,
                       text_writer &out) noexcept {
  const mapping *m = s.space.find(function);
  if (m == nullptr || !m->executable || m->kind != region::module)
    return;
  const mapping *first = m;
  while (first != s.space.mappings.begin() && first[-1].path == m->path)
    --first;
  out << s.space.path(*m) << '+' << function - first->start;
}

/// A closure on the heap has its code beside the link to it: std::function
/// keeps two words of storage and then its manager.
static address code_beside(const snapshot &s, address link,
                           std::size_t room) noexcept {
  for (unsigned offset : {16, 8, 24})
    if (offset + 8 <= room && s.space.is_code(word_at(link + offset)))
      return word_at(link + offset);
  return 0;
}

/// A virtual function of an object, or 0: libc++'s closures have some.
static address virtual_function(const snapshot &s, address object) noexcept {
  constexpr unsigned behind_destructors = 2;
  address vtable = word_at(object);
  const mapping *m = s.space.find(vtable);
  address function = vtable + 8 * behind_destructors;
  if (m == nullptr || m->kind != region::module ||
      !s.space.is_readable(function, 8) || !s.space.is_code(word_at(function)))
    return 0;
  return word_at(function);
}

/// Of the closure that step \p i of a path leads into, or that its slot lies
/// in.
static address closure_code(const snapshot &s, const slot_path &p,
                            unsigned i) noexcept {
  address link = p.start[i] + p.offset[i];
  if (address code = code_beside(s, link, p.size[i] - p.offset[i]))
    return code;
  if (i + 1 != p.steps)
    return p.size[i + 1] < 8 ? 0 : virtual_function(s, p.start[i + 1]);
  // In a std::function of libc++ there is room for one handle: two words, of
  // which the slot is the second, behind the virtual table.
  return p.offset[i] < 16 ? 0 : virtual_function(s, link - 16);
}

static void write_path(const snapshot &s, const slot_path &p,
                       text_writer &out) noexcept {
  for (unsigned i = 0; i != p.steps; ++i) {
    out << '\t' << p.offset[i] << '/' << p.size[i] << '/';
    if (address code = closure_code(s, p, i))
      write_code(s, code, out);
  }
}

/// Does a call end here?
static bool is_return_address(const snapshot &s, address a) noexcept {
  if (!s.space.is_code(a) || !s.space.is_code(a - 7))
    return false;
  auto byte = [&](int i) {
    return *reinterpret_cast<const unsigned char *>(a + i);
  };
  auto is_indirect = [&](int i) {
    return byte(i) == 0xff && (byte(i + 1) & 0x38) == 0x10;
  };
  return byte(-5) == 0xe8 || is_indirect(-2) || is_indirect(-3) ||
         is_indirect(-6) || is_indirect(-7);
}

static void write_stack(const snapshot &s, const edge_class &e,
                        text_writer &out) noexcept {
  unsigned step = s.types[e.from].separate && e.path.steps > 1;
  const block *b = find_block(s.blocks, e.path.start[step]);
  const allocation_stack *stack = b == nullptr ? nullptr : stack_of(b->start);
  for (unsigned i = 0; stack != nullptr && i != stack->count; ++i)
    if (is_return_address(s, stack->words[i])) {
      out << '\t';
      write_code(s, stack->words[i] - 1, out);
    }
}

static void write_group(const snapshot &s, const grouping &all, std::uint32_t i,
                        text_writer &out) noexcept {
  const group &g = all.groups[i];
  out << "group\t" << i << '\t'
      << (!g.dead      ? "held"
          : g.attended ? "attended"
                       : "dead")
      << '\t' << word_for(g.degree) << '\t' << g.instances << '\t' << g.objects
      << '\t' << g.bytes << '\t' << std::uint64_t(g.outside < 0 ? 0 : g.outside)
      << '\t' << g.sample_objects << '\n';
  for (std::uint32_t c = 0; c != g.class_count; ++c) {
    const edge_class &e = all.classes[g.first_class + c];
    out << "edge\t" << i << '\t' << c << '\t' << e.from << '\t' << e.target
        << '\t' << e.count << '\t';
    if (e.tried)
      out << e.freed;
    else
      out << '-';
    write_path(s, e.path, out);
    out << '\n';
    if (e.tried_alone != 0)
      out << "alone\t" << i << '\t' << c << '\t' << e.edges << '\t'
          << e.tried_alone << '\t' << e.enough << '\t' << e.most_freed << '\t'
          << g.largest_objects << '\n';
    if (stacks != nullptr && e.path.steps != 0) {
      out << "stack\t" << i << '\t' << c;
      write_stack(s, e, out);
      out << '\n';
    }
  }
  for (std::uint32_t h = 0; h != g.hop_count; ++h)
    out << "hop\t" << i << '\t' << all.hops[g.first_hop + h] - g.first_class
        << '\n';
}

static void write_failed(const snapshot &s, const trial &t,
                         text_writer &out) noexcept {
  array<std::uint32_t> failed;
  failed.resize(s.types.size());
  for (std::size_t i = 0; i != t.failed.size(); ++i)
    failed[s.objects[i].type] += t.failed[i] && !s.objects[i].guessed;
  for (std::uint32_t i = 0; i != failed.size(); ++i)
    if (failed[i] != 0)
      out << "failed\t" << i << '\t' << failed[i] << '\n';
}

static void write_used(const snapshot &s, text_writer &out) noexcept {
  for (const watched_type &w : watched_types()) {
    bool live =
        std::any_of(s.objects.begin(), s.objects.end(), [&](const counted &c) {
          return s.types[c.type].vtable == w.type.vtable;
        });
    out << "used\t" << (w.used || live ? "yes" : "no") << '\t' << w.type.mangled
        << '\n';
  }
}

namespace {

/// A field that was seen to hold a weak handle.
struct weak_field {
  std::uint32_t from, target;
  slot_path path;
};

/// Who has a block: by what objects free together with themselves.
class block_owners {
public:
  block_owners(const snapshot &s, const trial &t) noexcept : s(s), owned(s, t) {
    by_block.resize(s.blocks.size());
    for (const freed_block &f : t.freed)
      if (const block *b = find_block(s.blocks, f.start))
        claim(b - s.blocks.begin(), f.from);
  }

  /// False if no object has the slot, or more than one may.
  bool find(std::uint32_t slot, weak_field &into) const noexcept {
    std::uint32_t owner = by_block[s.slots[slot].block];
    if (owner == 0)
      owner = object_around(s.slots[slot]);
    if (owner == 0 || owner == shared)
      return false;
    into.path = owned.path_to(owner - 1, s.slots[slot].at);
    into.from = s.objects[owner - 1].type;
    into.target = s.objects[s.slots[slot].target].type;
    return into.path.steps != 0;
  }

private:
  static constexpr std::uint32_t shared = ~std::uint32_t(0);

  void claim(std::ptrdiff_t block, std::uint32_t object) noexcept {
    std::uint32_t &owner = by_block[std::size_t(block)];
    owner = owner == 0 || owner == object + 1 ? object + 1 : shared;
  }

  /// The object in front of the slot, in the same block; plus one. A pool has
  /// many in one.
  std::uint32_t object_around(const slot &of) const noexcept {
    auto after =
        std::upper_bound(s.objects.begin(), s.objects.end(), of.at,
                         [](address a, const counted &c) { return a < c.at; });
    if (after == s.objects.begin() || after[-1].block != of.block)
      return 0;
    return std::uint32_t(after - s.objects.begin());
  }

  const snapshot &s;
  ownership owned;
  array<std::uint32_t> by_block; ///< An object plus one; 0: nobody's.
};

} // namespace

/// Elements of one container are alike, wherever they lie in their blocks.
static bool is_alike(const weak_field &a, const weak_field &b) noexcept {
  return a.from == b.from && a.target == b.target &&
         a.path.steps == b.path.steps &&
         std::equal(a.path.offset,
                    a.path.offset + std::min<unsigned>(a.path.steps, 2u),
                    b.path.offset);
}

/// More are not looked for: it is a remark, and each costs a pass.
static constexpr unsigned most_weak_fields = 256;

static void write_weak(const snapshot &s, const trial &t,
                       text_writer &out) noexcept {
  array<weak_field> seen;
  block_owners owners_of(s, t);
  for (std::uint32_t i = 0;
       i < t.weak.size() && seen.size() != most_weak_fields; ++i) {
    weak_field field{};
    if (!t.weak[i] || !owners_of.find(i, field))
      continue;
    if (std::any_of(seen.begin(), seen.end(),
                    [&](const weak_field &w) { return is_alike(w, field); }))
      continue;
    seen.push_back(field);
    out << "weak\t" << field.from << '\t' << field.target;
    write_path(s, field.path, out);
    out << '\n';
  }
}

void write_record(const snapshot &s, const trial &t, const grouping &g,
                  text_writer &out) noexcept {
  write_program(s, out);
  write_failed(s, t, out);
  write_used(s, out);
  if (!watched_types().empty())
    write_weak(s, t, out);
  for (std::uint32_t i = 0; i != g.groups.size(); ++i)
    write_group(s, g, i, out);
  for (const combined_fix &f : g.fixes)
    out << "fix\t" << f.group << '\t' << f.target << '\t' << f.freed << '\n';
  out << "done\n";
}

} // namespace refcycle::verify
