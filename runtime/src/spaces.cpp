// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pages of one type: making, carving, finding room, giving back. Slots are
// carved a few at a time, so a rare type touches three 4 KiB pages, not
// sixteen.

#include "heaps.h"
#include "pages.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>

namespace refcycle::internal {

// Stands for "no page has room": nothing on its free list, nothing to carve.
static constinit page full_page{};

static std::atomic<std::uint32_t> next_type_id{1};

static std::size_t round_up(std::size_t value, std::size_t unit) {
  return (value + unit - 1) / unit * unit;
}

static constexpr std::size_t most_gap = (head_places - 1) * 64;

/// The start of the memory a page lies in.
static void *block_of(page &p) noexcept {
  return reinterpret_cast<char *>(&p) -
         head_offset(reinterpret_cast<std::uintptr_t>(&p));
}

namespace {

/// Where things are in a page of some type. Offsets and sizes in bytes.
struct page_layout {
  std::size_t stride, capacity, scratch, first, spans;
};

} // namespace

/// For a page whose head lies `gap` bytes into it. Offsets count from the head.
static page_layout lay_out(const type_descriptor &type, std::size_t gap) {
  const std::size_t align = type.alignment;
  page_layout l{};
  l.stride = round_up(sizeof(cell) + type.size, align);
  const std::size_t side = 1 + (type.tracked ? sizeof(std::uint32_t) : 0);
  const std::size_t fixed =
      gap + sizeof(page) + sizeof(std::uint32_t) + align + 8;
  l.capacity = (page_bytes - std::min(fixed, page_bytes)) / (l.stride + side);
  if (l.capacity == 0 || one_object_a_page())
    l.capacity = 1;
  l.scratch = round_up(sizeof(page) + l.capacity, sizeof(std::uint32_t));
  std::size_t end = l.scratch + (side - 1) * l.capacity;
  l.first = round_up(gap + end + sizeof(cell), align) - gap;
  l.spans =
      round_up(gap + l.first + l.capacity * l.stride, page_bytes) / page_bytes;
  return l;
}

static void *reserve_block(const page_layout &l) {
  if (!one_object_a_page())
    return reserve_pages(l.spans);
  std::size_t bytes = most_gap + l.first + l.capacity * l.stride;
  void *block = nullptr;
  if (posix_memalign(&block, page_bytes, bytes) != 0)
    throw std::bad_alloc();
  std::memset(block, 0, bytes);
  return block;
}

/// Of the only object of a page: nobody may touch what lies behind it. Its
/// block is larger than it, because a head may lie up to most_gap further on.
static void guard_end(page &p) noexcept {
  char *end = static_cast<char *>(payload_at(p, 0)) + p.type->size;
  const char *block_end = static_cast<char *>(block_of(p)) + most_gap +
                          lay_out(*p.type, most_gap).first + p.slot_bytes;
  forbid_access(end, static_cast<std::size_t>(block_end - end));
}

static page *make_page(heap &h, const type_descriptor &type) {
  h.pages.reserve(h.pages.size() + 1); // Throws before anything is reserved.
  const std::size_t spans = lay_out(type, most_gap).spans;
  auto *block = static_cast<char *>(reserve_block(lay_out(type, most_gap)));
  const std::size_t gap = head_offset(reinterpret_cast<std::uintptr_t>(block));
  const page_layout l = lay_out(type, gap);
  char *base = block + gap;
  auto *p = ::new (base) page{};
  p->type = &type;
  p->owner = &h;
  p->state = reinterpret_cast<std::uint8_t *>(base + sizeof(page));
  p->first = static_cast<std::uint32_t>(l.first);
  p->slot_bytes = static_cast<std::uint32_t>(l.stride);
  p->capacity = static_cast<std::uint32_t>(l.capacity);
  p->spans = static_cast<std::uint32_t>(spans);
  if (l.capacity > 1)
    p->reciprocal = static_cast<std::uint32_t>(
        ((std::uint64_t{1} << 32) + l.stride - 1) / l.stride);
  p->scratch = &p->untracked_scratch;
  if (type.tracked) {
    p->scratch = reinterpret_cast<std::uint32_t *>(base + l.scratch);
    p->scratch_reciprocal = p->reciprocal;
  }
  p->number = static_cast<std::uint32_t>(h.pages.size());
  h.pages.push_back(p);
  h.reserved_bytes += spans * page_bytes;
  if (one_object_a_page())
    guard_end(*p);
  return p;
}

/// Turns about 4 KiB of untouched slots into free ones, in address order.
static void carve(page &p) noexcept {
  std::uint32_t count = std::max<std::uint32_t>(1, 4096 / p.slot_bytes);
  std::uint32_t end = std::min(p.capacity, p.carved + count);
  void *next = nullptr;
  for (std::uint32_t i = end; i-- > p.carved;) {
    void *payload = payload_at(p, i);
    set_next_free(payload, next);
    forbid_access(payload, p.type->size);
    next = payload;
  }
  p.free = next;
  p.carved = end;
}

static type_space &space_of(const page &p) noexcept {
  return p.owner->spaces[p.type->id.load(std::memory_order_relaxed)];
}

/// The page in use stays when it is empty, or a single object made and dropped
/// in turn would map and unmap one each time.
static void choose_room(type_space &s, page &p) noexcept {
  s.room = &p;
  p.keep = p.spans == 1 && !one_object_a_page();
}

static void link_page(page &p) noexcept {
  type_space &s = space_of(p);
  if (s.room == &full_page) {
    p.next = p.previous = &p;
    choose_room(s, p);
    return;
  }
  p.next = s.room->next;
  p.previous = s.room;
  p.next->previous = p.previous->next = &p;
}

static void unlink_page(page &p) noexcept {
  type_space &s = space_of(p);
  if (p.next == &p) {
    s.room = &full_page;
  } else {
    p.next->previous = p.previous;
    p.previous->next = p.next;
    if (s.room == &p)
      choose_room(s, *p.next);
  }
  p.next = p.previous = nullptr;
  p.keep = false;
}

void give_back_page(page &p) noexcept {
  heap &h = *p.owner;
  if (p.next != nullptr)
    unlink_page(p);
  h.pages.back()->number = p.number;
  h.pages[p.number] = h.pages.back();
  h.pages.pop_back();
  h.reserved_bytes -= std::size_t{p.spans} * page_bytes;
  if (one_object_a_page()) {
    void *block = block_of(p); // The C library looks at none of it.
    std::free(block);
  } else {
    return_pages(block_of(p), p.spans);
  }
}

/// Gives a type its number and the heap a space for it.
static type_space &enter_type(heap &h, const type_descriptor &type) {
  std::uint32_t id = type.id.load(std::memory_order_relaxed);
  if (id == 0) {
    // Two threads may both get here; the loser's number stays unused.
    std::uint32_t mine = next_type_id.fetch_add(1);
    id = type.id.compare_exchange_strong(id, mine) ? mine : id;
  }
  if (id >= h.space_count) {
    std::uint32_t count = std::max(id + 1, 2 * h.space_count);
    auto bigger = std::make_unique<type_space[]>(count);
    std::copy_n(h.spaces, h.space_count, bigger.get());
    std::fill(bigger.get() + h.space_count, bigger.get() + count,
              type_space{&full_page});
    delete[] h.spaces;
    h.spaces = bigger.release();
    h.space_count = count;
  }
  return h.spaces[id];
}

void *take_slot_slowly(heap &h, const type_descriptor &type) {
  read_mailbox(h); // A slow path is a good time: regular, and off the fast one.
  type_space &s = enter_type(h, type);
  while (s.room != &full_page && s.room->free == nullptr &&
         s.room->carved == s.room->capacity)
    unlink_page(*s.room);
  if (s.room == &full_page)
    link_page(*make_page(h, type));
  page &p = *s.room;
  if (p.free == nullptr)
    carve(p);
  void *slot = p.free;
  p.free = next_free(slot);
  ++p.used;
  allow_access(slot, type.size);
  return slot;
}

void free_slot(page &p, void *payload) noexcept {
  free_slot_at(p, slot_index(p, payload), payload, p.type->size);
}

void settle_page(page &p) noexcept {
  if (p.next == nullptr)
    link_page(p);
  if (p.used == 0 && !p.keep)
    give_back_page(p);
}

} // namespace refcycle::internal
