// A user-written function wrapper is a callable slot that owns its closure.
#include <memory>
#include <utility>
template <typename> class Callback;
template <typename R, typename... As> class Callback<R(As...)> {
  struct Base {
    virtual ~Base() = default;
    virtual R call(As... Args) = 0;
  };
  template <typename F> struct Impl : Base {
    F Fn;
    Impl(F Fn) : Fn(std::move(Fn)) {}
    R call(As... Args) override { return Fn(Args...); }
  };
  std::unique_ptr<Base> Held;

public:
  Callback() = default;
  template <typename F> Callback(F Fn) : Held(new Impl<F>(std::move(Fn))) {}
  R operator()(As... Args) { return Held->call(Args...); }
};
struct Button : std::enable_shared_from_this<Button> {
  Callback<void(int)> OnClick;
  void setup() {
    OnClick = [Self = shared_from_this()](int) {};
  }
  void click() { OnClick(1); }
};
