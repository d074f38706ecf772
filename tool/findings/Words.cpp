// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "findings/Words.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/ErrorHandling.h"

namespace refcycle::analyzer {

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

} // namespace refcycle::analyzer
