// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Immutable values exist once: small integers and interned strings.

#include "refcycle/refcycle.h"

#include <iostream>

using refcycle::intern;

int main() {
  std::cout << std::boolalpha;
  auto a = intern(256), b = intern(256);
  std::cout << "256 is 256: " << is(a, b) << '\n';

  auto s = intern("spam"), t = intern(std::string("sp") + "am");
  std::cout << "'spam' is 'sp' + 'am': " << is(s, t) << '\n';

  auto x = refcycle::make<std::string>("spam");
  std::cout << "an ordinary 'spam' is equal: " << (*x == *s)
            << ", identical: " << is(x, s) << '\n';

  auto info = refcycle::intern_info();
  std::cout << info.live << " values live, " << info.immortal
            << " for ever, found again " << info.hits << " times\n";
  s.reset();
  t.reset();
  std::cout << "without their handles: " << refcycle::intern_info().live
            << " live\n";
}
