// What is asked to be one class and then another is one of them: a finding names
// no member that its class has not.

// RUN: not %refcycle --quiet --min-confidence=possible %s -- -std=c++20 | FileCheck %s --implicit-check-not=warning: --implicit-check-not=Printer

#include <memory>

struct Sink {
  virtual ~Sink() = default;
};
struct File {
  std::shared_ptr<Sink> To;
};
struct Printer : Sink {
  std::shared_ptr<int> Page;
};
struct Relay : Sink {
  std::shared_ptr<File> Feed;
};

//===--- must be reported ---------------------------------------------------===//

void attach(const std::shared_ptr<Sink> &S, const std::shared_ptr<File> &F) {
  F->To = S;
  if (auto P = std::dynamic_pointer_cast<Printer>(S))
    P->Page = std::make_shared<int>(1);
  else if (auto R = std::dynamic_pointer_cast<Relay>(S))
    // CHECK: [[@LINE+1]]:{{[0-9]+}}: warning: 'File' and 'Relay' keep each other alive through 'File::To' and 'Relay::Feed'
    R->Feed = F;
}

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

/// What only a printer has does not make a relay of it, and no relay is made.
struct Reader {
  std::shared_ptr<Sink> To;
};
struct Paper : Sink {
  std::shared_ptr<int> Page;
};
struct Pipe : Sink {
  std::shared_ptr<Reader> From;
};
void attach() {
  auto P = std::make_shared<Paper>();
  auto R = std::make_shared<Reader>();
  R->To = P;
  std::shared_ptr<Sink> S = P;
  if (auto Q = std::dynamic_pointer_cast<Pipe>(S))
    Q->From = R;
}

/// An object that is both: a class of the program derives from them.
struct Left : virtual Sink {
  std::weak_ptr<Reader> From;
};
struct Right : virtual Sink {
  std::weak_ptr<Reader> Back;
};
struct Both : Left, Right {};
void join(const std::shared_ptr<Sink> &S, const std::shared_ptr<Reader> &R) {
  R->To = S;
  if (auto L = std::dynamic_pointer_cast<Left>(S))
    L->From = R;
  if (auto Q = std::dynamic_pointer_cast<Right>(S))
    Q->Back = R;
}

} // namespace quiet
