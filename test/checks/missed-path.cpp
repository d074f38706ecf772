// A cycle that the program breaks by a call is reported when some open way to
// the end of the last handle from outside leaves the call out; that way is named.

// All findings are in one place, so their order says nothing.
// RUN: not %refcycle --quiet %s -- -std=c++20 > %t
// RUN: FileCheck %s < %t
// RUN: grep warning: %t | count 13

#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

// Each number is a class of its own, so that no finding stands for two.
template <int> struct Link {
  std::function<void()> on_data;
  bool open = true;
  void tick() {}
  void fail() { open = false; }
  void close() { on_data = nullptr; }
  void flush() {
    if (!open)
      return; // way-flush
    on_data = nullptr;
  }
  void check(int n) {
    if (n < 0)
      throw std::runtime_error("negative");
  }
};

template <int N> std::shared_ptr<Link<N>> connect() {
  auto link = std::make_shared<Link<N>>();
  link->on_data = [link] { link->tick(); };
  return link;
}

//===--- must be reported ---------------------------------------------------===//

void early_return_in_the_callee(bool drop) {
  auto link = connect<1>();
  if (drop)
    link->fail();
  link->flush();
}
// CHECK-DAG: warning: 'Link<1>' keeps itself alive
// CHECK-DAG: missed-path.cpp:{{.*}}: note: on this way through 'Link<1>::flush' nothing breaks the cycle

void one_branch_only(bool ok) {
  auto link = connect<2>();
  if (ok)
    link->close();
}
// CHECK-DAG: warning: 'Link<2>' keeps itself alive
// CHECK-DAG: missed-path.cpp:[[@LINE-4]]:3: note: on this way through 'one_branch_only' nothing breaks the cycle

void thrown(int n) {
  auto link = connect<3>();
  if (n < 0)
    throw std::runtime_error("negative");
  link->close();
}
// CHECK-DAG: warning: 'Link<3>' keeps itself alive
// CHECK-DAG: missed-path.cpp:[[@LINE-4]]:5: note: at a throw from 'thrown' the last handle from outside is gone

void thrown_by_the_callee(int n) {
  auto link = connect<4>();
  link->check(n);
  link->close();
}
// CHECK-DAG: warning: 'Link<4>' keeps itself alive
// CHECK-DAG: note: at a throw from 'thrown_by_the_callee' the last handle from outside is gone

void caught(int n) {
  auto link = connect<5>();
  try {
    link->check(n);
    link->close();
  } catch (const std::exception &) {
    std::puts("failed");
  }
}
// CHECK-DAG: warning: 'Link<5>' keeps itself alive
// CHECK-DAG: note: on this way through 'caught' nothing breaks the cycle

void one_case(int n) {
  auto link = connect<6>();
  switch (n) {
  case 0:
    link->close();
    break;
  case 1:
    link->close();
    break;
  default:
    break;
  }
}
// CHECK-DAG: warning: 'Link<6>' keeps itself alive
// CHECK-DAG: note: on this way through 'one_case' nothing breaks the cycle

void one_of_many(const std::vector<int> &codes) {
  for (int code : codes) {
    auto link = connect<7>();
    if (code)
      link->close();
  }
}
// CHECK-DAG: warning: 'Link<7>' keeps itself alive
// CHECK-DAG: missed-path.cpp:[[@LINE-5]]:5: note: on this way through 'one_of_many' nothing breaks the cycle

using Links8 = std::map<int, std::shared_ptr<Link<8>>>;
void shut(Links8 &links, int id) {
  auto it = links.find(id);
  if (it != links.end())
    it->second->close();
}
void erased_before_it_is_looked_up(Links8 &links, bool early) {
  auto link = connect<8>();
  links[8] = link;
  if (early)
    links.erase(8);
  shut(links, 8);
}
// CHECK-DAG: warning: 'Link<8>' keeps itself alive
// CHECK-DAG: missed-path.cpp:[[@LINE-4]]:11: note: on this way through 'erased_before_it_is_looked_up' nothing breaks the cycle

template <int> struct Request {
  std::function<void(int)> on_reply;
  int left = 3;
  void reply(int code) { // another round on the same object
    switch (code) {
    case 0: {
      auto done = std::exchange(on_reply, nullptr);
      done(code);
      break;
    }
    case 1:
      reply(--left > 0 ? 1 : 2);
      break;
    default:
      on_reply(code);
      break;
    }
  }
  void retry(int code) { // whatever round is the last one takes it away
    if (code && --left > 0)
      return retry(code - 1);
    on_reply = nullptr;
  }
  void drain() {
    if (!on_reply)
      return;
    on_reply = nullptr;
    drain();
  }
  void resend(int code) { // each way takes it away, before or behind the call
    if (code) {
      resend(code - 1);
      on_reply = nullptr;
    } else {
      on_reply = nullptr;
    }
  }
};
template <int N> std::shared_ptr<Request<N>> request() {
  auto made = std::make_shared<Request<N>>();
  made->on_reply = [made](int) { ++made->left; };
  return made;
}
void one_case_of_several_rounds(int code) { request<1>()->reply(code); }
// CHECK-DAG: warning: 'Request<1>' keeps itself alive
// CHECK-DAG: note: on this way through 'Request<1>::reply' nothing breaks the cycle

// What is stored in a loop is taken to be stored at least once.
template <int> struct Journal {
  std::vector<std::function<void()>> entries;
  int written = 0;
  void note(std::function<void()> f) { entries.push_back(std::move(f)); }
  void finish(bool ok) {
    if (ok)
      entries.clear();
  }
};
template <int N> void enter(std::shared_ptr<Journal<N>> journal) {
  journal->note([journal] { journal->written++; });
}
void one_end_after_a_loop(const std::vector<int> &rows) {
  auto journal = std::make_shared<Journal<1>>();
  bool ok = true;
  for (int row : rows) {
    if (row < 0) {
      ok = false;
      break;
    }
    enter(journal);
  }
  journal->finish(ok);
}
// CHECK-DAG: warning: 'Journal<1>' keeps itself alive
// CHECK-DAG: note: on this way through 'Journal<1>::finish' nothing breaks the cycle
void one_end_after_rounds(int n, bool ok) {
  auto journal = std::make_shared<Journal<2>>();
  do
    enter(journal);
  while (--n > 0);
  if (ok)
    journal->entries.clear();
}
// CHECK-DAG: warning: 'Journal<2>' keeps itself alive
// CHECK-DAG: missed-path.cpp:[[@LINE-4]]:3: note: on this way through 'one_end_after_rounds' nothing breaks the cycle

// What is called on the elements of a container may leave out the break in each.
template <int N> struct Step1 {
  std::shared_ptr<Step1> pin;
  std::vector<int> input;
  bool failed = false;
  void fail() { failed = true; }
  void run() {
    if (failed)
      return;
    pin.reset();
  }
};
template <class Step> struct Pump {
  std::vector<std::weak_ptr<Step>> ready;
  void drain() {
    while (!ready.empty()) {
      auto next = ready.back().lock();
      ready.pop_back();
      if (next)
        next->run();
    }
  }
  void each() {
    for (auto &weak : ready)
      if (auto step = weak.lock())
        step->run();
  }
};
template <class Step> std::shared_ptr<Step> schedule(Pump<Step> &pump) {
  auto step = std::make_shared<Step>();
  step->pin = step;
  pump.ready.push_back(step);
  return step;
}
void early_return_out_of_a_queue(bool bad) {
  Pump<Step1<1>> pump;
  schedule(pump);
  if (bad)
    schedule(pump)->fail();
  pump.drain();
}
// CHECK-DAG: warning: 'Step1<1>' keeps itself alive
// CHECK-DAG: note: on this way through 'Step1<1>::run' nothing breaks the cycle
void early_return_in_each() {
  Pump<Step1<2>> pump;
  schedule(pump);
  schedule(pump)->fail();
  pump.each();
}
// CHECK-DAG: warning: 'Step1<2>' keeps itself alive
// CHECK-DAG: note: on this way through 'Step1<2>::run' nothing breaks the cycle

//===--- must stay silent ---------------------------------------------------===//

void ends_after_a_loop(const std::vector<int> &rows) {
  auto journal = std::make_shared<Journal<10>>();
  for (int row : rows)
    if (row >= 0)
      enter(journal);
  journal->entries.clear();
}
void stored_for_some_only(const std::vector<int> &rows, bool on) {
  auto journal = std::make_shared<Journal<11>>();
  for (int row : rows)
    if (on && row)
      enter(journal);
  if (on)
    journal->entries.clear();
}
void noted_in_a_loop(const std::vector<int> &rows) {
  auto journal = std::make_shared<Journal<12>>();
  bool any = false;
  for (int row : rows) {
    any |= row > 0;
    enter(journal);
  }
  if (any)
    journal->entries.clear();
}
void looped_on_one_way_only(const std::vector<int> &rows, bool on) {
  auto journal = std::make_shared<Journal<13>>();
  if (on)
    for (int row : rows)
      if (row)
        enter(journal);
  journal->finish(on);
}
void emptied_if_there_is_any(const std::vector<int> &rows) {
  auto journal = std::make_shared<Journal<14>>();
  for (int row : rows)
    if (row)
      enter(journal);
  if (!journal->entries.empty())
    journal->entries.clear();
}

template <int N> struct Step2 : Step1<N> { // again as long as it is not done
  std::shared_ptr<Step2> pin;
  Pump<Step2> *pump = nullptr;
  std::weak_ptr<Step2> self;
  void run() {
    if (this->failed) {
      pump->ready.push_back(self);
      return;
    }
    pin.reset();
  }
};
void put_back_into_the_queue() {
  Pump<Step2<10>> pump;
  auto step = schedule(pump);
  step->self = step;
  step->pump = &pump;
  step->fail();
  pump.drain();
}
template <int N> struct Step3 : Step1<N> { // only one of them is meant
  std::shared_ptr<Step3> pin;
  int number = 0;
  void answer(int n) {
    if (n != number)
      return;
    pin.reset();
  }
  void run() { pin.reset(); }
};
template <class Step> void answer(Pump<Step> &pump, int n) {
  for (auto &weak : pump.ready)
    if (auto step = weak.lock())
      step->answer(n);
}
void picked_by_its_number(int n) {
  Pump<Step3<10>> pump;
  schedule(pump)->number = n;
  answer(pump, n);
}
void picked_by_the_loop(int n) {
  Pump<Step3<11>> pump;
  schedule(pump)->number = n;
  for (auto &weak : pump.ready)
    if (auto step = weak.lock(); step && step->number == n)
      step->run();
}
void all_in_the_queue() {
  Pump<Step3<12>> pump;
  schedule(pump);
  schedule(pump);
  pump.drain();
}
void once_more() {
  Pump<Step1<13>> pump;
  schedule(pump);
  schedule(pump)->fail();
  pump.each();
  pump.drain();
}

void the_last_round(int code) { request<2>()->retry(code); }
void emptied_in_rounds() { request<3>()->drain(); }
void in_every_round(int code) { request<4>()->resend(code); }

template <int> struct Once {
  std::function<void()> on_data;
  bool closed = false, started = false;
  int left = 3;
  void tick() {}
  void start(std::shared_ptr<Once> self) {
    started = true;
    on_data = [self] { self->tick(); };
  }
  bool is_open() const { return !closed; }
  void close() { // the flag that only this function sets
    if (closed)
      return;
    closed = true;
    on_data = nullptr;
  }
  void shut() { // the same behind a getter
    if (!is_open())
      return;
    closed = true;
    on_data = nullptr;
  }
  void stop() { // what start() sets, together with the handler
    if (!started)
      return;
    on_data = nullptr;
  }
  void drop() { // there is nothing to take away
    if (on_data)
      on_data = nullptr;
  }
  void count() {
    if (--left == 0)
      on_data = nullptr;
  }
};

template <int N> std::shared_ptr<Once<N>> begin() {
  auto once = std::make_shared<Once<N>>();
  once->start(once);
  return once;
}

void idempotent() { begin<1>()->close(); }
void getter() { begin<2>()->shut(); }
void started() { begin<3>()->stop(); }
void emptied() { begin<4>()->drop(); }
void counted() { begin<5>()->count(); }
void polled() {
  auto once = begin<6>();
  while (once->on_data)
    once->count();
}

struct Step : std::enable_shared_from_this<Step> {
  std::function<void()> next;
  void start() {
    next = [self = shared_from_this()] {};
  }
  bool advance(int n) {
    if (n < 3)
      return false;
    next = nullptr;
    return true;
  }
};
void repeated() { // a later round takes what an earlier one left
  auto step = std::make_shared<Step>();
  step->start();
  for (int n = 0; !step->advance(n); ++n) {
  }
}

struct Guard {
  std::shared_ptr<Link<20>> link;
  ~Guard() { link->close(); }
};
void guarded(int n) {
  auto link = connect<20>();
  Guard guard{link};
  if (n < 0)
    throw std::runtime_error("negative");
}

/// What a commit guard tests at its end goes with what was done before.
template <int N> class Work {
public:
  explicit Work(std::shared_ptr<Link<N>> l) : link(std::move(l)) {}
  ~Work() {
    if (!done)
      link->close();
  }
  void put(int n) { link->check(n); }
  void commit() {
    link->close();
    done = true;
  }

private:
  std::shared_ptr<Link<N>> link;
  bool done = false;
};
template <int N> void transfer(std::shared_ptr<Link<N>> link, int n) {
  Work<N> work(link);
  link->on_data = [link] { link->tick(); };
  if (n > 100)
    throw std::range_error("too much");
  work.put(n);
  work.commit();
}
void rolled_back(int n) {
  auto link = std::make_shared<Link<28>>();
  try {
    transfer(link, n);
  } catch (const std::range_error &) {
    std::puts("rejected");
  }
}
void committed_or_thrown(int n) {
  auto link = std::make_shared<Link<29>>();
  transfer(link, 1);
  transfer(link, n);
}
class Scoped { // told to do nothing where nothing is left to do
public:
  explicit Scoped(Link<30> &l) : link(l) {}
  ~Scoped() {
    if (armed)
      link.close();
  }
  void dismiss() { armed = false; }

private:
  Link<30> &link;
  bool armed = true;
};
void dismissed(int n) {
  auto link = connect<30>();
  Scoped guard(*link);
  link->check(n);
  link->close();
  guard.dismiss();
}

void together(bool on) { // the store and the break depend on the same thing
  auto once = std::make_shared<Once<7>>();
  if (on)
    once->start(once);
  if (on)
    once->close();
}

void on_every_way(int n) {
  auto link = connect<21>();
  if (n) {
    link->close();
    return;
  }
  link->close();
}

void in_every_case(int n) {
  auto link = connect<22>();
  switch (n) {
  case 0:
    link->close();
    break;
  default:
    link->close();
  }
}

enum class Side { Left, Right };
void all_cases_are_covered(Side side) {
  auto link = connect<23>();
  switch (side) {
  case Side::Left:
    link->close();
    break;
  case Side::Right:
    link->close();
    break;
  }
}

void caught_and_closed(int n) {
  auto link = connect<24>();
  try {
    link->check(n);
  } catch (const std::exception &) {
    std::puts("failed");
  }
  link->close();
}

void thrown_again(int n) {
  auto link = connect<25>();
  try {
    link->check(n);
  } catch (...) {
    link->close();
    throw;
  }
  link->close();
}

std::map<int, std::shared_ptr<Link<26>>> known;
void or_kept_by_others(bool keep) {
  auto link = connect<26>();
  if (keep)
    known[26] = link;
  else
    link->close();
}

using Links27 = std::map<int, std::shared_ptr<Link<27>>>;
void shut(Links27 &links, int id) {
  auto it = links.find(id);
  if (it == links.end())
    return;
  it->second->close();
  links.erase(it);
}
void looked_up_before_it_is_erased() {
  Links27 links;
  auto link = connect<27>();
  links[27] = link;
  shut(links, 27);
}

struct Server : std::enable_shared_from_this<Server> {
  std::function<void()> on_data;
  bool start(int port) {
    if (port < 0)
      return false;
    on_data = [self = shared_from_this()] {};
    return true;
  }
  void stop() { on_data = nullptr; }
};
void not_started(int port) { // there is nothing to stop
  auto server = std::make_shared<Server>();
  if (!server->start(port))
    return;
  server->stop();
}

struct Retry : std::enable_shared_from_this<Retry> {
  std::function<void()> next;
  int tries = 0;
  void start() {
    next = [self = shared_from_this()] { self->again(); };
  }
  void again() {
    if (++tries > 3) {
      next = nullptr;
      return;
    }
  }
  void pump() {
    while (next) {
      auto job = next;
      job();
    }
  }
};
void pumped() { // the handler is called until it is gone
  auto retry = std::make_shared<Retry>();
  retry->start();
  retry->pump();
}

// Each way takes away another hop.
namespace either {
struct Leaf;
struct Stem {
  std::shared_ptr<Leaf> leaf;
};
struct Leaf {
  std::shared_ptr<Stem> stem;
};
void pick(bool leafFirst) {
  auto stem = std::make_shared<Stem>();
  stem->leaf = std::make_shared<Leaf>();
  stem->leaf->stem = stem;
  if (leafFirst)
    stem->leaf->stem.reset();
  else
    stem->leaf.reset();
}
// Also where one of them is left early.
struct Bud;
struct Twig {
  std::shared_ptr<Bud> bud;
};
struct Bud {
  std::shared_ptr<Twig> twig;
};
void drop(Twig &twig, bool budFirst) {
  if (budFirst) {
    twig.bud->twig.reset();
    return;
  }
  twig.bud.reset();
}
void prune(bool budFirst) {
  auto twig = std::make_shared<Twig>();
  twig->bud = std::make_shared<Bud>();
  twig->bud->twig = twig;
  drop(*twig, budFirst);
}
} // namespace either

int main(int n, char **) {
  not_started(n);
  pumped();
  early_return_in_the_callee(n);
  one_branch_only(n);
  try {
    thrown(n);
    thrown_by_the_callee(n);
  } catch (...) {
  }
  caught(n);
  one_case(n);
  one_of_many({n});
  one_case_of_several_rounds(n);
  one_end_after_a_loop({n});
  one_end_after_rounds(n, n > 1);
  early_return_out_of_a_queue(n);
  early_return_in_each();
  ends_after_a_loop({n});
  stored_for_some_only({n}, n);
  noted_in_a_loop({n});
  looped_on_one_way_only({n}, n);
  emptied_if_there_is_any({n});
  put_back_into_the_queue();
  picked_by_its_number(n);
  picked_by_the_loop(n);
  all_in_the_queue();
  once_more();
  the_last_round(n);
  emptied_in_rounds();
  in_every_round(n);
  Links8 links;
  erased_before_it_is_looked_up(links, n);
  idempotent();
  getter();
  started();
  emptied();
  counted();
  polled();
  repeated();
  guarded(n);
  try {
    rolled_back(n);
    committed_or_thrown(n);
    dismissed(n);
  } catch (...) {
  }
  together(n);
  on_every_way(n);
  in_every_case(n);
  all_cases_are_covered(Side(n));
  caught_and_closed(n);
  thrown_again(n);
  or_kept_by_others(n);
  looked_up_before_it_is_erased();
  either::pick(n);
  either::prune(n);
}
