// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The identity and the order of findings.

#include "findings/Finding.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"
#include <tuple>

namespace refcycle::analyzer {

/// The hops, rotated so that the smallest sequence comes first. Cycles are
/// short, so trying every rotation is cheap.
static std::string canonicalHops(const std::vector<Hop> &Cycle) {
  std::string Best;
  for (size_t Start = 0; Start != Cycle.size(); ++Start) {
    std::string Text;
    for (size_t I = 0; I != Cycle.size(); ++I) {
      const Hop &H = Cycle[(Start + I) % Cycle.size()];
      Text += H.StableFrom.empty() ? H.From : H.StableFrom;
      Text += "::" + H.Via + "\n";
    }
    if (Best.empty() || Text < Best)
      Best = std::move(Text);
  }
  return Best;
}

/// `(lambda at a.cpp:3:7)` is called by where it stands, which edits change.
static std::string withoutPlaces(llvm::StringRef Message) {
  constexpr llvm::StringLiteral Before = "(lambda at ";
  std::string Text;
  for (size_t At; (At = Message.find(Before)) != llvm::StringRef::npos;) {
    Text += (Message.take_front(At) + "(lambda").str();
    Message =
        Message.drop_front(std::min(Message.find(')', At), Message.size()));
  }
  return Text + Message.str();
}

std::string fingerprint(const Finding &F, unsigned Copy) {
  // A leak without a cycle has only its message, which names Class::member.
  std::string Text = F.Check + "\n";
  Text += F.Cycle.empty() ? withoutPlaces(F.Message) : canonicalHops(F.Cycle);
  if (Copy > 1)
    Text += "\n" + std::to_string(Copy);
  return llvm::utohexstr(llvm::xxh3_64bits(Text), /*LowerCase=*/true,
                         /*Width=*/16);
}

bool reportsBefore(const Finding &A, const Finding &B) {
  return std::tie(A.Loc, A.Check, A.Id) < std::tie(B.Loc, B.Check, B.Id);
}

} // namespace refcycle::analyzer
