// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "report/Words.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/ErrorHandling.h"

namespace refcycle::analyzer {

using llvm::StringRef;

llvm::StringRef wordFor(Confidence Level) {
  switch (Level) {
  case Confidence::Possible:
    return "possible";
  case Confidence::Probable:
    return "probable";
  case Confidence::Definite:
    return "definite";
  }
  llvm_unreachable("not a confidence");
}

llvm::StringRef wordFor(HopKind Kind) {
  switch (Kind) {
  case HopKind::Strong:
    return "strong";
  case HopKind::Unique:
    return "unique";
  case HopKind::Value:
    return "value";
  case HopKind::Closure:
    return "closure";
  case HopKind::Base:
    return "base";
  case HopKind::Erased:
    return "erased";
  }
  llvm_unreachable("not a kind of hop");
}

llvm::StringRef wordFor(BreakClass Class) {
  switch (Class) {
  case BreakClass::Dead:
    return "dead";
  case BreakClass::Owner:
    return "owner";
  case BreakClass::Self:
    return "self";
  case BreakClass::Protocol:
    return "protocol";
  case BreakClass::KeepAlive:
    return "keep-alive";
  }
  llvm_unreachable("not a class of break");
}

static bool isLambda(StringRef Type) { return Type.starts_with("(lambda"); }

/// Things without a name of their own are called by what they are, since the
/// note stands at their place already.
static std::string nameOf(StringRef Type) {
  if (isLambda(Type))
    return "the lambda";
  if (Type.starts_with("("))
    return ("the " + Type.drop_front().split(" at ").first.rtrim(')')).str();
  return ("'" + Type + "'").str();
}

std::string describeHop(const Hop &H) {
  std::string From = nameOf(H.From), To = nameOf(H.To);
  std::string Via = "'" + H.Via + "'";
  if (StringRef(H.From).starts_with("("))
    return From + (isLambda(H.From) ? " captures " : " holds ") + Via +
           (H.Kind == HopKind::Value ? ", and with it " : ", an owner of ") +
           To;
  switch (H.Kind) {
  case HopKind::Base:
    return From + " has the base " + To;
  case HopKind::Value:
    return From + " contains " + To + " in " + Via;
  case HopKind::Strong:
  case HopKind::Unique:
  case HopKind::Closure:
  case HopKind::Erased:
    return From + " owns " + To + " through " + Via;
  }
  return "";
}

} // namespace refcycle::analyzer
