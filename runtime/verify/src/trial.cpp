// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "trial.h"

#include "sandbox.h"

#include <algorithm>
#include <tuple>

namespace refcycle::verify {

namespace {

/// Added to weak counts: no weak handle that goes frees a control block.
constexpr std::int64_t weak_bias = 1 << 24;

/// A virtual table of ours in place of a program's.
struct table {
  address offset_to_top, typeinfo;
  address functions[vtable_slots];
  address original[vtable_slots]; ///< The program's functions.
  const family *counts;
};

enum class event : std::uint32_t {
  released, ///< value: index of the slot.
  freed,    ///< value: address.
  /// Of an object that is counted without a control block: handles to it were
  /// given up, fewer than there are words that may be one. value: its index,
  /// and how many above.
  unclear,
};

struct entry {
  std::uint32_t from;
  event what;
  address value;
};

/// What comes out of the sandbox. Shared memory.
struct log {
  std::size_t count;
  std::size_t room;
  entry *entries;
  bool *failed;          ///< By object.
  bool *disturbed;       ///< By object.
  bool *weak;            ///< By slot.
  bool *found;           ///< By slot: see find_which().
  bool *delisted;        ///< By object.
  std::uint32_t current; ///< The object that is being destroyed.
  bool sandboxed;
};

// One of each per process: signal handlers and hooks have no argument to carry
// them in.
log *shared_log = nullptr;
const snapshot *prepared = nullptr;
char *decoys = nullptr;
std::size_t decoys_bytes = 0;
std::size_t decoy_bytes = 16; ///< Of one: its virtual table and its counts.

void record(event what, address value) noexcept {
  if (shared_log->count != shared_log->room)
    shared_log->entries[shared_log->count++] = {shared_log->current, what,
                                                value};
}

const table &table_of(address object) noexcept {
  return *reinterpret_cast<const table *>(word_at(object) -
                                          offsetof(table, functions));
}

/// Stands for "the object must go": somebody gave up a strong handle. The weak
/// count goes down next; what it says shall be the weak handles alone.
void on_dispose(void *object) {
  auto at = address(object);
  const family &f = *table_of(at).counts;
  // Called by who gave nothing up: a guess, and no control block.
  if (owners(f, at) != 0)
    return;
  set_owners(f, at, 1);
  write_count(at + f.weak, f.width, read_count(at + f.weak, f.width) + 1);
  address offset = at - address(decoys);
  // A handle outside of the heap leads to no decoy; no object owns it.
  if (offset < decoys_bytes)
    record(event::released, offset / decoy_bytes);
}

/// Stands for "the control block must go".
void on_destroy(void *) {}

/// Stands for what reads on behind the counts, such as get_deleter(): asks the
/// control block that a decoy stands for.
template <unsigned slot> void *ask_original(void *object, const void *type) {
  address offset = address(object) - address(decoys);
  if (offset < decoys_bytes)
    object = reinterpret_cast<void *>(
        prepared->objects[prepared->slots[offset / decoy_bytes].target].at);
  // Its table is one of ours, too.
  address function = table_of(address(object)).original[slot];
  return reinterpret_cast<void *(*)(void *, const void *)>(function)(object,
                                                                     type);
}

void on_free(void *p) noexcept { record(event::freed, address(p)); }

} // namespace

// -------------------------------------------------------------- preparation

/// All functions but the destructors.
static void ask_originals(table &t) noexcept {
  static_assert(vtable_slots == 8);
  t.functions[3] = address(&ask_original<3>);
  t.functions[4] = address(&ask_original<4>);
  t.functions[5] = address(&ask_original<5>);
  t.functions[6] = address(&ask_original<6>);
  t.functions[7] = address(&ask_original<7>);
}

static array<table> make_tables(const snapshot &s) noexcept {
  array<table> tables;
  tables.resize(s.types.size());
  for (std::size_t i = 0; i != tables.size(); ++i) {
    const block_type &type = s.types[i];
    if (type.layout != nullptr)
      continue;
    const family &f = *type.counts;
    table &t = tables[i];
    t.counts = &f;
    t.offset_to_top = word_at(type.vtable - 16);
    t.typeinfo = word_at(type.vtable - 8);
    for (unsigned slot = 0; slot != vtable_slots; ++slot)
      // The table may be the last thing of its segment.
      if (s.space.is_readable(type.vtable + 8 * slot, 8))
        t.original[slot] = word_at(type.vtable + 8 * slot);
    std::copy(t.original, t.original + vtable_slots, t.functions);
    ask_originals(t);
    t.functions[dispose_slot] = address(&on_dispose);
    t.functions[destroy_slot(f)] = address(&on_destroy);
  }
  return tables;
}

/// No virtual function of such an object tells when a handle goes. So its count
/// is set to a high number, and read after each destructor.
static bool counts_itself(const snapshot &s, const counted &object) noexcept {
  return s.types[object.type].layout != nullptr;
}

static std::int64_t bias_of(const snapshot &s, const counted &object) noexcept {
  return s.family_of(object).width == 2 ? 1 << 12 : 1 << 24;
}

static void watch(const array<table> &tables, const snapshot &s,
                  const counted &object, address at) noexcept {
  const family &f = s.family_of(object);
  set_word(at, address(tables[object.type].functions));
  set_owners(f, at, 1);
  // A decoy had none.
  write_count(at + f.weak, f.width,
              weak_bias + read_count(at + f.weak, f.width));
}

static void reserve_decoys(const snapshot &s) noexcept {
  for (const block_type &type : s.types)
    if (type.layout == nullptr && type.counts->payload() > decoy_bytes)
      decoy_bytes = 32;
  decoys_bytes = s.slots.size() * decoy_bytes;
  decoys = static_cast<char *>(map_pages(decoys_bytes + decoy_bytes));
  if (decoys == nullptr)
    decoys_bytes = 0;
}

/// A count block may have more counts, of weak handles or of all; what compares
/// them finds none that has grown alone.
static void raise_other_counts(const snapshot &s,
                               const counted &object) noexcept {
  const family &f = s.family_of(object);
  const handle_class *handle = s.types[object.type].handle;
  if (handle == nullptr)
    return;
  for (address a = object.at; a + f.width <= object.at + handle->block_size;
       a += f.width) {
    std::int64_t n = read_count(a, f.width);
    bool is_pointer = s.space.is_readable(word_at(a & ~address(7)), 1);
    if (a != object.at + f.strong && n > 0 && n <= most_owners && !is_pointer)
      write_count(a, f.width, n + bias_of(s, object));
  }
}

/// Which counts of an object are raised.
enum class raised : std::uint8_t { owners, all };

static void watch_object(const array<table> &tables, const snapshot &s,
                         const counted &object, raised counts) noexcept {
  if (!counts_itself(s, object))
    return watch(tables, s, object, object.at);
  if (counts == raised::all)
    raise_other_counts(s, object);
  set_owners(s.family_of(object), object.at, bias_of(s, object));
}

static void redirect(const array<table> &tables, const snapshot &s,
                     const slot &from, address decoy) noexcept {
  const counted &target = s.objects[from.target];
  if (counts_itself(s, target))
    return;
  watch(tables, s, target, decoy);
  set_word(from.at, decoy);
}

/// All pages of objects and slots will be written to. The kernel copies a row
/// of them in less time than it takes to fault for each.
static void copy_pages(const snapshot &s) noexcept {
  page_row row;
  const counted *object = s.objects.begin();
  const slot *from = s.slots.begin();
  while (object != s.objects.end() || from != s.slots.end())
    if (from == s.slots.end() ||
        (object != s.objects.end() && object->at < from->at))
      row.add((object++)->at);
    else
      row.add((from++)->at);
  row.copy();
}

/// In the order of their addresses: each page needs to be in the cache once.
static void prepare(const array<table> &tables, const snapshot &s,
                    raised counts = raised::owners) noexcept {
  prepared = &s;
  copy_pages(s);
  reserve_decoys(s);
  const counted *object = s.objects.begin();
  for (std::size_t i = 0; i * decoy_bytes < decoys_bytes; ++i) {
    for (; object != s.objects.end() && object->at < s.slots[i].at; ++object)
      watch_object(tables, s, *object, counts);
    redirect(tables, s, s.slots[i], address(decoys + i * decoy_bytes));
  }
  for (; object != s.objects.end(); ++object)
    watch_object(tables, s, *object, counts);
}

// -------------------------------------------------------------- in the sandbox

namespace {

/// Handles that destroying one object gave up, to objects that count
/// themselves: told by their counts, and looked for in the blocks that went
/// with the object.
class given_up {
public:
  /// \p first_entry: of the log, from where on it may tell of this object.
  given_up(const snapshot &s, std::uint32_t from,
           std::size_t first_entry) noexcept
      : s(s), from(from), first_entry(first_entry) {}

  /// Slots of the object that lead to such an object, by target.
  void find_slots(array<std::uint32_t> &into) const noexcept {
    const counted &object = s.objects[from];
    slots_in(object.at, into);
    slots_in(object.body, into);
    for (std::size_t i = first_entry; i != shared_log->count; ++i) {
      const entry &e = shared_log->entries[i];
      if (e.from == from && e.what == event::freed)
        slots_in(e.value, into);
    }
    std::sort(into.begin(), into.end(), [&](auto a, auto b) {
      return std::tie(s.slots[a].target, a) < std::tie(s.slots[b].target, b);
    });
    into.resize(
        std::size_t(std::unique(into.begin(), into.end()) - into.begin()));
  }

  void log() noexcept {
    array<std::uint32_t> &mine = reused();
    mine.clear();
    find_slots(mine);
    for (std::size_t i = 0; i != mine.size();) {
      std::uint32_t target = s.slots[mine[i]].target;
      std::size_t end = i;
      while (end != mine.size() && s.slots[mine[end]].target == target)
        ++end;
      log_target(target, std::span(mine).subspan(i, end - i));
      i = end;
    }
    if (counts_itself(s, s.objects[from]))
      log_self();
  }

private:
  /// It is asked for each object, and memory of ours never goes back.
  static array<std::uint32_t> &reused() noexcept {
    static array<std::uint32_t> slots;
    return slots;
  }

  void slots_in(address around, array<std::uint32_t> &into) const noexcept {
    const block *b = find_block(s.blocks, around);
    if (b == nullptr)
      return;
    for (const slot &each : s.slots_in(*b))
      if (counts_itself(s, s.objects[each.target]))
        into.push_back(s.number_of(each));
  }

  void change(std::uint32_t i, std::int64_t by) const noexcept {
    const family &f = s.family_of(s.objects[i]);
    set_owners(f, s.objects[i].at, owners(f, s.objects[i].at) + by);
  }

  void log_target(std::uint32_t target,
                  std::span<const std::uint32_t> slots) noexcept {
    const counted &to = s.objects[target];
    std::int64_t full = target == from ? 0 : bias_of(s, to);
    std::int64_t gone = full - owners(s.family_of(to), to.at);
    if (gone <= 0)
      return;
    if (std::size_t(gone) < slots.size()) {
      record(event::unclear, target | address(gone) << 32);
      change(target, gone);
      return;
    }
    for (std::uint32_t slot : slots)
      record(event::released, slot);
    change(target, std::int64_t(slots.size()));
  }

  /// What is left over was given up by something that is not the object's.
  void log_self() noexcept {
    const counted &self = s.objects[from];
    shared_log->delisted[from] = owners(s.family_of(self), self.at) < 0;
    change(from, bias_of(s, self));
  }

  const snapshot &s;
  std::uint32_t from;
  std::size_t first_entry;
};

} // namespace

static bool dispose(const snapshot &s, const counted &object) noexcept {
  const block_type &type = s.types[object.type];
  if (type.layout != nullptr)
    return destroy_object(type, object.at, object.body);
  address function = word_at(type.vtable + 8 * dispose_slot);
  reinterpret_cast<void (*)(void *)>(function)(
      reinterpret_cast<void *>(object.at));
  return true;
}

/// The compiler left no function that destroys such an object alone; but its
/// handles are known, those that lie in it directly.
static void give_up_members(const snapshot &s, const counted &object) noexcept {
  for (const member_handle &m :
       s.known.members_of(*s.types[object.type].layout)) {
    for (const slot &each : s.slots_in({object.body + m.offset, 1}))
      if (counts_itself(s, s.objects[each.target]))
        record(event::released, s.number_of(each));
  }
}

/// Weak handles to an object that it gave up itself: they went with it.
static std::int64_t weak_within(const snapshot &s, std::uint32_t i,
                                std::size_t first_entry) noexcept {
  const family &f = s.family_of(s.objects[i]);
  std::int64_t count = 0;
  auto look = [&](const block *b) {
    if (b == nullptr)
      return;
    for (const slot &each : s.slots_in(*b)) {
      address decoy = address(decoys) + s.number_of(each) * decoy_bytes;
      count +=
          each.target == i && read_count(decoy + f.weak, f.width) < weak_bias;
    }
  };
  look(&s.blocks[s.objects[i].block]);
  for (std::size_t e = first_entry; e != shared_log->count; ++e)
    if (shared_log->entries[e].what == event::freed)
      look(find_block(s.blocks, shared_log->entries[e].value));
  return count;
}

/// The object has gone; its control block goes as well, and with it a deleter
/// or an allocator that may own something. But not while a weak handle from
/// elsewhere needs it.
static void dispose_rest(const snapshot &s, std::uint32_t i,
                         std::size_t first_entry) noexcept {
  const counted &object = s.objects[i];
  const block_type &type = s.types[object.type];
  if (!type.keeps)
    return;
  const family &f = *type.counts;
  std::int64_t weak =
      read_count(object.at + f.weak, f.width) - weak_bias - f.first;
  if (weak != weak_within(s, i, first_entry))
    return;
  address table = word_at(object.at);
  address function = word_at(type.vtable + 8 * destroy_slot(f));
  reinterpret_cast<void (*)(void *)>(function)(
      reinterpret_cast<void *>(object.at));
  set_word(object.at, table); // Others may ask it yet.
}

/// Nobody owns it any more: so its destructor finds its count.
static void forget_owners(const snapshot &s, const counted &object) noexcept {
  if (counts_itself(s, object))
    set_owners(s.family_of(object), object.at, 0);
}

static void destroy(const snapshot &s, std::uint32_t i) noexcept {
  const counted &object = s.objects[i];
  shared_log->current = i;
  std::size_t first_entry = shared_log->count;
  given_up handles(s, i, first_entry);
  forget_owners(s, object);
  bool could = true;
  shared_log->failed[i] = !run_guarded([&] {
    could = dispose(s, object);
    dispose_rest(s, i, first_entry);
  });
  if (s.has_layouts())
    handles.log();
  if (!could)
    give_up_members(s, object);
}

/// A count that is not the one we set: the program took or gave a handle where
/// we could not see it.
static void check_counts(const snapshot &s) noexcept {
  for (std::size_t i = 0; i != s.objects.size(); ++i) {
    const counted &object = s.objects[i];
    std::int64_t set = counts_itself(s, object) ? bias_of(s, object) : 1;
    if (owners(s.family_of(object), object.at) != set)
      shared_log->disturbed[i] = true;
  }
  for (std::size_t i = 0; i * decoy_bytes < decoys_bytes; ++i) {
    auto decoy = address(decoys + i * decoy_bytes);
    if (word_at(decoy) == 0)
      continue; // None was laid out: the target counts itself.
    const family &f = *table_of(decoy).counts;
    if (owners(f, decoy) != 1)
      shared_log->disturbed[s.slots[i].target] = true;
    if (read_count(decoy + f.weak, f.width) < weak_bias)
      shared_log->weak[i] = true;
  }
}

/// Runs \p run in a sandbox that starts from what this process has prepared.
template <typename Run>
static bool in_sandbox(const snapshot &s, Run run) noexcept {
  pid_t child = quiet_fork();
  if (child != 0)
    return child > 0 && wait_for(child);
  if (!enter_sandbox(s.space, on_free))
    end_process(false);
  shared_log->sandboxed = true;
  run();
  end_process(true);
}

// ------------------------------------------------------------------ two passes

/// More failures of one type in a row, and the rest of it is not tried again.
static constexpr unsigned most_failures = 8;

/// An object that failed among the others is destroyed first in a sandbox of
/// its own: there its neighbours are still whole.
static void retry_failed(const snapshot &s) noexcept {
  array<std::uint8_t> failures;
  failures.resize(s.types.size());
  for (std::uint32_t i = 0; i != s.objects.size(); ++i) {
    std::uint8_t &row = failures[s.objects[i].type];
    if (!shared_log->failed[i] || row == most_failures)
      continue;
    bool ended = in_sandbox(s, [&] { destroy(s, i); });
    // A sandbox that died had no time to say so.
    shared_log->failed[i] |= !ended;
    row = shared_log->failed[i] ? row + 1 : 0;
  }
}

static bool has_failed(const snapshot &s) noexcept {
  return std::any_of(shared_log->failed, shared_log->failed + s.objects.size(),
                     [](bool failed) { return failed; });
}

/// What an object logged before it failed is taken back; it gets another
/// chance.
static void take_back_failed() noexcept {
  entry *end = std::remove_if(
      shared_log->entries, shared_log->entries + shared_log->count,
      [&](const entry &e) { return shared_log->failed[e.from]; });
  shared_log->count = std::size_t(end - shared_log->entries);
}

/// Each sandbox lays out its own tables and decoys, so that this process keeps
/// the program as it was.
static void destroy_in_turn(const snapshot &s,
                            std::span<const bool> apart) noexcept {
  for (std::uint32_t next = 0; next < s.objects.size();) {
    bool ended = in_sandbox(s, [&] {
      array<table> tables = make_tables(s);
      prepare(tables, s);
      for (std::uint32_t i = next; i != s.objects.size(); ++i)
        if (!apart[i])
          destroy(s, i);
      check_counts(s);
    });
    if (ended || !shared_log->sandboxed)
      return;
    // The sandbox died, and the object in turn with it.
    shared_log->failed[shared_log->current] = true;
    next = shared_log->current + 1;
  }
}

/// One layout serves all that get another chance: a process of its own has it,
/// and each of their sandboxes is a fork of that.
static bool retry(const snapshot &s) noexcept {
  if (!has_failed(s))
    return true;
  take_back_failed();
  pid_t child = quiet_fork();
  if (child == 0) {
    array<table> tables = make_tables(s);
    prepare(tables, s, raised::all);
    retry_failed(s);
    end_process(true);
  }
  return child > 0 && wait_for(child);
}

// ------------------------------------------------------------ which word it
// was

/// Leads words to copies of what they point to, and back.
static address copy_of(const snapshot &s, std::uint32_t slot) noexcept {
  const counted &target = s.objects[s.slots[slot].target];
  const block &b = s.blocks[target.block];
  auto *copy = static_cast<char *>(map_pages(b.size));
  if (copy == nullptr)
    return 0;
  std::memcpy(copy, reinterpret_cast<void *>(b.start), b.size);
  return address(copy) + (target.at - b.start);
}

/// Some of the words of object \p from that point to \p target are handles:
/// those whose copy of it is counted down when the object goes.
static void find_which(const snapshot &s, std::uint32_t from,
                       std::uint32_t target) noexcept {
  shared_log->current = from;
  const family &f = s.family_of(s.objects[target]);
  array<std::uint32_t> slots;
  array<address> copies;
  for (std::uint32_t i = 0; i != s.slots.size(); ++i)
    if (s.slots[i].target == target)
      slots.push_back(i);
  std::int64_t full = bias_of(s, s.objects[target]);
  for (std::uint32_t i : slots) {
    address at = s.slots[i].at, copy = copy_of(s, i);
    if (copy != 0) {
      set_owners(f, copy, full);
      set_word(at, copy + (word_at(at) - s.objects[target].at));
    }
    copies.push_back(copy);
  }
  forget_owners(s, s.objects[from]);
  std::size_t entries = shared_log->count;
  run_guarded([&] { dispose(s, s.objects[from]); });
  shared_log->count = entries; // It was told before.
  for (std::size_t i = 0; i != slots.size(); ++i)
    if (copies[i] != 0 && owners(f, copies[i]) < full)
      shared_log->found[slots[i]] = true;
}

/// If that does not come out even, any of the words will do: how many handles
/// there are is certain, and where they lie is not.
static void settle(const snapshot &s, const entry &e) noexcept {
  auto target = std::uint32_t(e.value);
  std::size_t count = e.value >> 32, found = 0;
  array<std::uint32_t> slots;
  shared_log->current = e.from;
  given_up(s, e.from, 0).find_slots(slots);
  for (std::uint32_t i : slots)
    found += s.slots[i].target == target && shared_log->found[i];
  for (std::uint32_t i : slots) {
    if (s.slots[i].target != target || count == 0 ||
        (found == count && !shared_log->found[i]))
      continue;
    record(event::released, i);
    --count;
  }
  if (found != std::size_t(e.value >> 32))
    shared_log->disturbed[target] = true;
}

/// A sandbox for each object of which it is asked.
static void find_unclear(const snapshot &s) noexcept {
  std::size_t count = shared_log->count;
  for (std::size_t i = 0; i != count; ++i) {
    entry e = shared_log->entries[i];
    if (e.what != event::unclear)
      continue;
    in_sandbox(s, [&] {
      array<table> tables = make_tables(s);
      prepare(tables, s);
      find_which(s, e.from, std::uint32_t(e.value));
    });
    settle(s, e);
    std::memset(shared_log->found, 0, s.slots.size());
  }
}

// ------------------------------------------------------------------ knock-out

bool still_gives_up(const snapshot &s, const owned_edge &edge,
                    address link) noexcept {
  shared_log->count = 0;
  shared_log->failed[edge.from] = false;
  bool ended = in_sandbox(s, [&] {
    array<table> tables = make_tables(s);
    prepare(tables, s);
    set_word(link, 0);
    destroy(s, edge.from);
  });
  if (!ended || shared_log->failed[edge.from])
    return true;
  std::span<const entry> log(shared_log->entries, shared_log->count);
  return std::any_of(log.begin(), log.end(), [&](const entry &e) {
    return e.what == event::unclear ||
           (e.what == event::released && e.value == edge.slot);
  });
}

// ------------------------------------------------------------------- results

namespace {

/// Cuts shared memory into arrays.
class shared_memory {
public:
  explicit shared_memory(std::size_t bytes)
      : at(static_cast<char *>(map_pages(bytes, true))) {}
  bool is_valid() const noexcept { return at != nullptr; }
  template <typename T> T *take(std::size_t count) noexcept {
    auto *taken = reinterpret_cast<T *>(at);
    at += (count * sizeof(T) + 15) & ~std::size_t(15);
    return taken;
  }

private:
  char *at;
};

} // namespace

static bool make_log(const snapshot &s) noexcept {
  std::size_t objects = s.objects.size(), slots = s.slots.size();
  // Each slot and block can be given up once; the rest is for handles that lie
  // elsewhere and for retries.
  std::size_t room = 2 * (slots + s.blocks.size() + objects) + 4096;
  shared_memory memory(sizeof(log) + room * sizeof(entry) + 3 * objects +
                       2 * slots + 256);
  if (!memory.is_valid())
    return false;
  shared_log = memory.take<log>(1);
  shared_log->room = room;
  shared_log->entries = memory.take<entry>(room);
  shared_log->failed = memory.take<bool>(objects);
  shared_log->disturbed = memory.take<bool>(objects);
  shared_log->weak = memory.take<bool>(slots);
  shared_log->found = memory.take<bool>(slots);
  shared_log->delisted = memory.take<bool>(objects);
  return true;
}

static void forget_log(const snapshot &s) noexcept {
  shared_log->count = 0;
  std::memset(shared_log->failed, 0, s.objects.size());
  std::memset(shared_log->disturbed, 0, s.objects.size());
  std::memset(shared_log->delisted, 0, s.objects.size());
  std::memset(shared_log->weak, 0, s.slots.size());
}

/// A destructor that stopped half way may have given up handles that nobody can
/// tell from those of others: next time it stays apart.
static void add_failed(std::span<const bool> apart,
                       array<bool> &into) noexcept {
  into.assign(apart);
  for (std::size_t i = 0; i != into.size(); ++i)
    into[i] |= shared_log->failed[i];
}

static void read_log(const snapshot &s, trial &into) noexcept {
  into.edges.reserve(shared_log->count);
  for (const entry &e : std::span(shared_log->entries, shared_log->count)) {
    if (e.what == event::freed)
      into.freed.push_back({e.from, e.value});
    else if (e.what == event::released)
      into.edges.push_back(
          {e.from, s.slots[e.value].target, std::uint32_t(e.value)});
  }
  into.failed.assign({shared_log->failed, s.objects.size()});
  into.disturbed.assign({shared_log->disturbed, s.objects.size()});
  into.weak.assign({shared_log->weak, s.slots.size()});
  if (s.has_layouts())
    into.delisted.assign({shared_log->delisted, s.objects.size()});
}

trial_status destroy_all(const snapshot &s, std::span<const bool> apart,
                         trial &into) noexcept {
  into.clear();
  if (!make_log(s))
    return trial_status::no_sandbox;
  destroy_in_turn(s, apart);
  array<bool> alone;
  if (s.has_layouts() && has_failed(s)) {
    add_failed(apart, alone);
    forget_log(s);
    destroy_in_turn(s, apart = alone);
  }
  for (std::size_t i = 0; i != apart.size(); ++i)
    shared_log->failed[i] |= apart[i]; // What a chance alone is given to.
  if (!shared_log->sandboxed || !retry(s))
    return trial_status::no_sandbox;
  find_unclear(s);
  read_log(s, into);
  return trial_status::done;
}

} // namespace refcycle::verify
