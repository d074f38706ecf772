// Members that hold counts by raw pointers: what was there is overwritten, or
// the list is emptied, and nothing gives the counts back.

// RUN: not %refcycle --quiet --checks=refcycle-unbalanced-retain %s -- -std=c++20 -I%S/Inputs | FileCheck %s --implicit-check-not=warning:

#include "counting.h"
#include <cstddef>
#include <vector>

struct Style : BornFree {
  int width() const;
};

//===--- must be reported ---------------------------------------------------===//

class Text {
public:
  ~Text() {
    if (style)
      style->dropIt();
  }
  void setStyle(Style *S) {
    if (S == style)
      return;
    if (S)
      S->grabIt();
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: 'Text::setStyle' replaces a counted pointer and never releases the old object [refcycle-unbalanced-retain]
    style = S;
    width = S ? S->width() : 0;
  }

private:
  Style *style = nullptr;
  int width = 0;
};

class Styles {
public:
  ~Styles() { clear(); }
  void add(Style *S) {
    S->grabIt();
    all.push_back(S);
  }
  void removeLast() {
    all.back()->dropIt();
    all.pop_back();
  }
  // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: 'Styles::clear' takes an object out of 'Styles::all' and does not release the count
  void clear() { all.clear(); }

private:
  std::vector<Style *> all;
};

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

/// Releases the old one, in each order and by a method.
class Releases {
public:
  ~Releases() {
    if (style)
      style->dropIt();
  }
  void setFirst(Style *S) {
    if (style)
      style->dropIt();
    S->grabIt();
    style = S;
  }
  void setLast(Style *S) {
    Style *old = style;
    S->grabIt();
    style = S;
    if (old)
      old->dropIt();
  }
  void setByMethod(Style *S) {
    reset();
    S->grabIt();
    style = S;
  }
  void setOnce(Style *S) {
    if (!style) {
      S->grabIt();
      style = S;
    }
  }
  void reset() {
    if (style)
      style->dropIt();
    style = nullptr;
  }

private:
  Style *style = nullptr;
};
/// Whoever starts it does so once.
class Started {
public:
  explicit Started(Style *S) { init(S); }
  ~Started() {
    if (style)
      style->dropIt();
  }
  void open(Style *S) {
    S->grabIt();
    style = S;
  }

private:
  void init(Style *S) {
    S->grabIt();
    style = S;
  }
  Style *style = nullptr;
};
/// Does not count, and does not release.
class Looks {
public:
  void setStyle(Style *S) { style = S; }

private:
  Style *style = nullptr;
};
/// Counted for a list, and the member only knows the last one.
class Last {
public:
  ~Last() {
    for (Style *S : all)
      S->dropIt();
  }
  void setLast(Style *S) {
    S->grabIt();
    all.push_back(S);
    last = S;
  }

private:
  std::vector<Style *> all;
  Style *last = nullptr;
};

class Emptied {
public:
  ~Emptied() {
    for (Style *S : all)
      S->dropIt();
  }
  void add(Style *S) {
    S->grabIt();
    all.push_back(S);
  }
  void clear() {
    for (Style *S : all)
      S->dropIt();
    all.clear();
  }
  void byIndex() {
    for (std::size_t I = 0; I < all.size(); ++I)
      all[I]->dropIt();
    all.clear();
  }
  void inAMethod() {
    dropAll();
    all.clear();
  }
  void movedOut() {
    std::vector<Style *> old = all;
    all.clear();
    for (Style *S : old)
      S->dropIt();
  }
  void swapped(std::vector<Style *> &other) {
    other.swap(all);
    all.clear();
  }

private:
  void dropAll();
  std::vector<Style *> all;
};
/// No count stands in it.
class Watches {
public:
  void add(Style *S) { all.push_back(S); }
  void clear() { all.clear(); }

private:
  std::vector<Style *> all;
};

/// Whoever gets the whole object may release what is in it.
class Handed {
public:
  ~Handed() {
    if (style)
      style->dropIt();
  }
  void setStyle(Style *S) {
    releaseStyleOf(this);
    S->grabIt();
    style = S;
  }

private:
  friend void releaseStyleOf(Handed *);
  Style *style = nullptr;
};
/// Another function gives back the counts, and then empties the list.
class InTwoSteps {
public:
  ~InTwoSteps() { reset(); }
  void add(Style *S) {
    S->grabIt();
    all.push_back(S);
  }
  void reset() {
    for (Style *S : all)
      S->dropIt();
    wipe();
  }

private:
  void wipe() { all.clear(); }
  std::vector<Style *> all;
};
class ShowsItsList {
public:
  ~ShowsItsList() {
    for (Style *S : items())
      S->dropIt();
    wipe();
  }
  void add(Style *S) {
    S->grabIt();
    all.push_back(S);
  }
  std::vector<Style *> &items() { return all; }
  void wipe() { all.clear(); }

private:
  std::vector<Style *> all;
};
class CallsForEach {
public:
  ~CallsForEach() {
    each([](Style *S) { S->dropIt(); });
    wipe();
  }
  void add(Style *S) {
    S->grabIt();
    all.push_back(S);
  }
  template <class Function> void each(Function F) {
    for (Style *S : all)
      F(S);
  }
  void wipe() { all.clear(); }

private:
  std::vector<Style *> all;
};

} // namespace quiet
