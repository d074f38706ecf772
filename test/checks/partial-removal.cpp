// Taking one element out of a container leaves the others: where more were put
// in than can have been taken out when the last handle from outside ends, one
// is left, and its cycle with it.

// RUN: not %refcycle --quiet %s -- -std=c++20 > %t
// RUN: FileCheck %s < %t
// RUN: grep warning: %t | count 6

#include <algorithm>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <utility>
#include <vector>

// Each number is a class of its own, so that no finding stands for two.
template <int N> struct Shelf;

template <int N> struct Book {
  int id = 0;
  bool lent = false;
  std::shared_ptr<Shelf<N>> shelf;
};

template <int N> struct Shelf : std::enable_shared_from_this<Shelf<N>> {
  std::vector<std::shared_ptr<Book<N>>> books;
  void add() {
    auto book = std::make_shared<Book<N>>();
    book->shelf = this->shared_from_this();
    books.push_back(book);
  }
  void add_loose() { books.push_back(std::make_shared<Book<N>>()); }
  void add_if(bool wanted) {
    if (wanted)
      add();
  }
  void drop_last() {
    if (!books.empty())
      books.pop_back();
  }
  std::shared_ptr<Book<N>> take_last() {
    auto book = std::move(books.back());
    books.pop_back();
    return book;
  }
  void drop(int id) {
    auto it = std::find_if(books.begin(), books.end(),
                           [id](auto &b) { return b->id == id; });
    if (it != books.end())
      books.erase(it);
  }
  void refill() {
    books.clear();
    add();
    add();
    drop_last();
    drop_last();
  }
  void replace_first() { books[0] = std::make_shared<Book<N>>(); }
  void drop_two() { books.erase(books.begin(), books.begin() + 2); }
  void drop_lent() {
    std::erase_if(books, [](auto &b) { return b->lent; });
  }
  void drop_all_one_by_one() {
    while (!books.empty())
      books.pop_back();
  }
  void drop_the_rest() {
    if (books.empty())
      return;
    books.pop_back();
    drop_the_rest();
  }
};

template <int N> std::shared_ptr<Shelf<N>> two_books() {
  auto shelf = std::make_shared<Shelf<N>>();
  shelf->add();
  shelf->add();
  return shelf;
}

//===--- must be reported ---------------------------------------------------===//

void one_of_two() {
  auto shelf = two_books<1>();
  shelf->drop_last();
}
// CHECK-DAG: warning: 'Book<1>' and 'Shelf<1>' keep each other alive
// CHECK-DAG: note: at the end of 'one_of_two' the last handle from outside is gone, and the cycle is whole

int one_is_handed_out() { // moved out of its element, then popped: one, not two
  auto shelf = two_books<2>();
  auto book = shelf->take_last();
  return book->id;
}
// CHECK-DAG: warning: 'Book<2>' and 'Shelf<2>' keep each other alive

void two_of_three(int id) {
  auto shelf = two_books<3>();
  shelf->add();
  shelf->drop(id);
  shelf->drop(id + 1);
}
// CHECK-DAG: warning: 'Book<3>' and 'Shelf<3>' keep each other alive

template <int N>
struct Calls : std::enable_shared_from_this<Calls<N>> {
  std::map<int, std::function<void(int)>> pending;
  int last = 0, answers = 0;
  void call() { // a number of its own
    const int id = ++last;
    pending.emplace(id, [self = this->shared_from_this()](int) {
      ++self->answers;
    });
  }
  void call(int id) { // whose number may be taken
    pending[id] = [self = this->shared_from_this()](int) { ++self->answers; };
  }
  void answer(int id, int with) {
    auto it = pending.find(id);
    if (it == pending.end())
      return;
    auto done = it->second;
    pending.erase(it);
    done(with);
  }
};
void one_of_two_answered() {
  auto calls = std::make_shared<Calls<4>>();
  calls->call();
  calls->call();
  calls->answer(1, 7);
}
// CHECK-DAG: warning: 'Calls<4>' keeps itself alive

template <int N>
struct Questions : std::enable_shared_from_this<Questions<N>> {
  struct Question {
    int asked;
    std::function<void(int)> done;
  };
  std::map<int, Question> open;
  int last = 0, answers = 0;
  void ask(int at) {
    const int id = ++last;
    open.emplace(id, Question{at, [self = this->shared_from_this()](int) {
                                ++self->answers;
                              }});
  }
  void answer(int id, int with) {
    auto it = open.find(id);
    if (it == open.end())
      return;
    auto question = std::move(it->second);
    open.erase(it);
    question.done(with);
  }
};
void one_of_two_moved_out() { // an object, then its place: one, not two
  auto questions = std::make_shared<Questions<6>>();
  questions->ask(1);
  questions->ask(2);
  questions->answer(1, 7);
}
// CHECK-DAG: warning: 'Questions<6>' keeps itself alive

void added_in_any_case(bool more) {
  auto shelf = two_books<5>();
  shelf->add_if(more);
  shelf->drop_last();
}
// CHECK-DAG: warning: 'Book<5>' and 'Shelf<5>' keep each other alive

//===--- must stay silent ---------------------------------------------------===//

void both() {
  auto shelf = two_books<21>();
  shelf->drop_last();
  shelf->drop(1);
}
void both_moved_out() {
  auto questions = std::make_shared<Questions<45>>();
  questions->ask(1);
  questions->ask(2);
  questions->answer(1, 7);
  questions->answer(2, 7);
}
void the_only_one_moved_out() {
  auto questions = std::make_shared<Questions<46>>();
  questions->ask(1);
  questions->answer(1, 7);
}
void both_handed_out() {
  auto shelf = two_books<22>();
  auto last = shelf->take_last();
  auto first = shelf->take_last();
}
void the_only_one() {
  auto shelf = std::make_shared<Shelf<23>>();
  shelf->add();
  shelf->drop_last();
}
void one_by_one() { two_books<24>()->drop_all_one_by_one(); }
void one_by_one_from_outside() {
  auto shelf = two_books<25>();
  for (int i = 0; i < 2; ++i)
    shelf->drop_last();
}
void one_by_one_by_recursion() { two_books<26>()->drop_the_rest(); }
void a_range() { two_books<27>()->drop_two(); }
void as_many_as_match() {
  auto shelf = two_books<28>();
  for (auto &book : shelf->books)
    book->lent = true;
  shelf->drop_lent();
}
void one_then_all() {
  auto shelf = two_books<29>();
  shelf->drop_last();
  shelf->books.clear();
}
void one_then_moved_away() {
  auto shelf = two_books<30>();
  shelf->drop_last();
  auto rest = std::move(shelf->books);
}
void perhaps_added(bool second) {
  auto shelf = std::make_shared<Shelf<31>>();
  shelf->add();
  shelf->add_if(second);
  shelf->drop_last();
}
void the_other_leads_nowhere() {
  auto shelf = std::make_shared<Shelf<32>>();
  shelf->add_loose();
  shelf->add();
  shelf->drop_last();
}
void the_other_lets_go_itself() {
  auto shelf = two_books<33>();
  shelf->drop_last();
  shelf->books.front()->shelf = nullptr;
}
void the_other_was_replaced() {
  auto shelf = two_books<37>();
  shelf->replace_first();
  shelf->drop_last();
}
void filled_and_emptied_by_the_callee() { two_books<38>()->refill(); }
void each_of_several() {
  std::vector<std::shared_ptr<Shelf<39>>> shelves{two_books<39>(),
                                                  two_books<39>()};
  for (auto &shelf : shelves)
    shelf->books.clear();
}
void the_same_number_twice() {
  auto calls = std::make_shared<Calls<34>>();
  calls->call(1);
  calls->call(1);
  calls->answer(1, 7);
}
void all_answered() {
  auto calls = std::make_shared<Calls<35>>();
  calls->call();
  calls->call();
  calls->answer(1, 7);
  calls->answer(2, 8);
}

std::vector<std::shared_ptr<Shelf<36>>> library;
void or_known_to_others() {
  auto shelf = two_books<36>();
  library.push_back(shelf);
  shelf->drop_last();
}

// A handle that is removed from a list goes from every place in it.
struct Topic : std::enable_shared_from_this<Topic> {
  std::list<std::shared_ptr<Topic>> related;
  void relate(const std::shared_ptr<Topic> &other) {
    related.push_back(other);
    related.push_back(other);
  }
  void forget(const std::shared_ptr<Topic> &other) { related.remove(other); }
};
void related_twice() {
  auto topic = std::make_shared<Topic>();
  topic->relate(topic);
  topic->forget(topic);
}

// All that have the key go at once.
struct Feed : std::enable_shared_from_this<Feed> {
  std::multimap<int, std::function<void()>> readers;
  int last = 0;
  void add() {
    const int id = ++last;
    readers.emplace(id, [self = shared_from_this()] {});
  }
  void drop(int id) { readers.erase(id); }
};
void by_key_of_many() {
  auto feed = std::make_shared<Feed>();
  feed->add();
  feed->add();
  feed->drop(1);
}

// An element that is a container takes all its own with it.
struct Bus : std::enable_shared_from_this<Bus> {
  std::map<int, std::vector<std::function<void()>>> lines;
  void board() {
    lines[1].push_back([self = shared_from_this()] {});
  }
  void stop() { lines.erase(1); }
};
void a_line_of_two() {
  auto bus = std::make_shared<Bus>();
  bus->board();
  bus->board();
  bus->stop();
}

// Each guard takes out what it put in.
struct Source : std::enable_shared_from_this<Source> {
  std::list<std::function<void()>> readers;
};
struct Reader {
  std::shared_ptr<Source> source;
  std::list<std::function<void()>>::iterator at;
  explicit Reader(std::shared_ptr<Source> s) : source(std::move(s)) {
    source->readers.push_back([keep = source] {});
    at = std::prev(source->readers.end());
  }
  ~Reader() { source->readers.erase(at); }
};
void two_readers() {
  auto source = std::make_shared<Source>();
  Reader first(source), second(source);
}

int main(int n, char **) {
  one_of_two();
  one_is_handed_out();
  two_of_three(n);
  one_of_two_answered();
  one_of_two_moved_out();
  added_in_any_case(n);
  both();
  both_moved_out();
  the_only_one_moved_out();
  both_handed_out();
  the_only_one();
  one_by_one();
  one_by_one_from_outside();
  one_by_one_by_recursion();
  a_range();
  as_many_as_match();
  one_then_all();
  one_then_moved_away();
  perhaps_added(n);
  the_other_leads_nowhere();
  the_other_lets_go_itself();
  the_other_was_replaced();
  filled_and_emptied_by_the_callee();
  each_of_several();
  the_same_number_twice();
  all_answered();
  or_known_to_others();
  related_twice();
  by_key_of_many();
  a_line_of_two();
  two_readers();
}
