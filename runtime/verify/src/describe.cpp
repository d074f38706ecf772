// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "describe.h"

#include "attached.h"

// Of whatever C++ library the program has; null in a C program.
extern "C" char *__cxa_demangle(const char *, char *, std::size_t *, int *)
    __attribute__((weak));

namespace refcycle::verify {

/// The first template argument of a class: from `<` to the comma or `>` that
/// belongs to it, without the `*` of classes that keep a pointer.
static std::span<const char> first_argument(const char *name) noexcept {
  const char *from = std::strchr(name, '<');
  if (from == nullptr)
    return {name, std::strlen(name)};
  const char *to = ++from;
  for (int depth = 0; *to != '\0' && (depth != 0 || (*to != ',' && *to != '>'));
       ++to)
    depth += (*to == '<' || *to == '(') - (*to == '>' || *to == ')');
  while (to != from && (to[-1] == '*' || to[-1] == ' '))
    --to;
  return {from, to};
}

static void write_managed(const block_type &type, text_writer &out) noexcept {
  if (is_attached(type)) {
    out << type.mangled;
    return;
  }
  int status = -1;
  char *name = __cxa_demangle == nullptr
                   ? nullptr
                   : __cxa_demangle(type.mangled, nullptr, nullptr, &status);
  if (status != 0 || name == nullptr) {
    out << type.mangled;
    return;
  }
  if (type.layout != nullptr) {
    out << name;
    return;
  }
  for (char c : first_argument(name))
    out << c;
}

/// From the object's start on; through blocks as `+8->+16`.
static void write_offsets(const block_type &type, const block_type &target,
                          const slot_path &p, text_writer &out) noexcept {
  for (unsigned i = type.separate && p.steps > 1; i < p.steps; ++i) {
    unsigned start = i == 0 ? type.counts->payload() : 0;
    // A handle to what has a control block is two words, the slot the second.
    if (i + 1 == p.steps && p.offset[i] >= start + 8 &&
        target.layout == nullptr)
      start += 8;
    out << (i == 0 || (i == 1 && type.separate) ? "+" : "->+")
        << p.offset[i] - start;
  }
}

void describe_group(const snapshot &s, const grouping &all, const group &g,
                    text_writer &out) noexcept {
  for (std::uint32_t h = 0; h != g.hop_count; ++h) {
    const edge_class &e = all.classes[all.hops[g.first_hop + h]];
    write_managed(s.types[e.from], out);
    write_offsets(s.types[e.from], s.types[e.target], e.path, out);
    out << " -> ";
  }
  if (g.hop_count != 0)
    write_managed(s.types[all.classes[all.hops[g.first_hop]].from], out);
  out << ", " << g.instances
      << (g.instances == 1 ? " instance, " : " instances, ") << g.bytes
      << " bytes\n";
}

} // namespace refcycle::verify
