// The function wrappers of Abseil.

#include <absl/cleanup/cleanup.h>
#include <absl/functional/any_invocable.h>

struct Handles {
  absl::AnyInvocable<void()> invocable;
};
