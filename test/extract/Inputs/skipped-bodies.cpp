// What a library calls with the user's types, for skipped-bodies.test.
#include <algorithm>
#include <any>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

struct Node : std::enable_shared_from_this<Node> {
  std::vector<std::shared_ptr<Node>> Kids;
  std::weak_ptr<Node> Parent;
  std::function<void()> OnChange = [this] { Kids.clear(); };
  void add(std::shared_ptr<Node> Kid) {
    Kid->Parent = shared_from_this();
    Kids.push_back(std::move(Kid));
  }
};
struct Defaults { // Constructed by make_shared only.
  std::shared_ptr<Node> Made = std::make_shared<Node>();
};
struct Derived : Defaults {
  using Defaults::Defaults;
  explicit Derived(std::shared_ptr<Node> P) : Other(std::move(P)) {}
  Defaults Inner;
  std::shared_ptr<Node> Other;
};
struct Inherits : Derived {
  using Derived::Derived;
  std::shared_ptr<Node> More = std::make_shared<Node>();
};
template <typename T> struct Box { // Instantiated by the library only.
  std::shared_ptr<T> Held;
  Box(std::shared_ptr<T> P) { set(P); }
  Box(const Box &O) { set(O.Held); }
  void set(std::shared_ptr<T> P) { Held = std::move(P); }
  bool operator<(const Box &O) const { return Held < O.Held; }
};
struct Visitor {
  std::shared_ptr<Node> Last;
  template <typename T> void operator()(T &Each) { Last = Each; }
};
struct Less {
  bool operator()(const std::shared_ptr<Node> &A,
                  const std::shared_ptr<Node> &B) const {
    A->Parent = B;
    return A < B;
  }
};
template <typename F> auto later(F Fn) {
  return std::async(std::launch::deferred, [Fn]() mutable { Fn(); });
}

void factories(std::shared_ptr<Node> P) {
  auto A = std::make_shared<Defaults>();
  auto B = std::make_unique<Derived>();
  auto C = std::make_shared<Inherits>(P);
  auto D = std::make_shared<Box<Node>>(P);
  std::vector<Box<Node>> All;
  All.emplace_back(P);
  All.push_back(Box<Node>(P));
  std::sort(All.begin(), All.end());
  std::optional<Box<Node>> Maybe(std::in_place, P);
  std::map<int, Derived> Map;
  Map.try_emplace(1, P);
  Map[2].Other = P;
}
void algorithms(std::vector<std::shared_ptr<Node>> &All,
                std::shared_ptr<Node> P) {
  std::for_each(All.begin(), All.end(), [P](auto &Each) { Each->Parent = P; });
  std::for_each(All.begin(), All.end(), Visitor());
  std::sort(All.begin(), All.end(), Less());
  std::sort(All.begin(), All.end(), [](auto &A, auto &B) { return A < B; });
  std::transform(All.begin(), All.end(), All.begin(), [&P](auto Each) {
    Each->add(P);
    return Each;
  });
  std::variant<int, std::shared_ptr<Node>> V = P;
  std::visit(
      [P](auto &Each) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(Each)>, int>)
          Each->add(P);
      },
      V);
}
void callables(std::shared_ptr<Node> P) {
  P->OnChange = [P, Again = std::function<void(int)>([P](auto) { P->add(P); })] {
    Again(1);
  };
  std::thread([P](auto Given) { Given->add(P); }, P).join();
  later([P] { P->add(P); }).get();
  std::function<void(std::shared_ptr<Node>)> F = [](auto Given) {
    Given->OnChange = [Given] {};
  };
  std::any Any = std::make_any<Box<Node>>(P);
}
