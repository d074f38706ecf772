// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How evidence grows with the program: generated classes with setters, closures
// and callers, 1,000 and 10,000 functions. Prints one line of JSON; the peer is
// the time for 100 functions, times as many.

#include "evidence/Evidence.h"
#include "facts/FactsText.h"
#include "link/Linker.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <chrono>

using namespace refcycle::analyzer;

// A class takes four functions: a setter, a body of a closure, one that
// subscribes, and one that calls them on new objects.
static std::string classText(unsigned I, unsigned Count) {
  std::string N = std::to_string(I);
  std::string Next = std::to_string((I + 1) % Count);
  std::string C = "C" + N, L = "L" + N;
  return "class " + C + " { next strong C" + Next +
         "; cb function }\nclosure " + L + " invoke " + L + ".call creator " +
         C + "::subscribe { self capture strong " + C + " }\nfn " + L +
         ".call() of " + L + " deferred { }\nfn " + C + "::set(n value C" +
         Next + ") of " + C + " {\n r0 = this\n r1 = param n\n r2 = slot r0 " +
         C + " next\n store r2, r1\n}\nfn " + C + "::subscribe() of " + C +
         " {\n r0 = this\n r1 = alloc temp " + L + "\n r2 = slot r1 " + L +
         " self\n store r2, r0 init\n r3 = slot r0 " + C +
         " cb\n store r3, r1 value\n}\nfn make" + N +
         "() {\n r0 = alloc heap " + C + "\n r1 = alloc heap C" + Next +
         "\n call r0 " + C + "::set(r1)\n call r0 " + C +
         "::subscribe()\n return r0\n}\n";
}

static double secondsFor(unsigned Functions) {
  unsigned Count = Functions / 4;
  std::string Text;
  for (unsigned I = 0; I != Count; ++I)
    Text += classText(I, Count);
  Linker Link;
  Link.add(llvm::cantFail(parseFacts(Text)));
  LinkedProgram Program = Link.finish();
  auto Start = std::chrono::steady_clock::now();
  Evidence E = gatherEvidence(Program);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - Start)
      .count();
}

static double bestOf(unsigned Runs, unsigned Functions) {
  double Best = secondsFor(Functions);
  while (--Runs)
    Best = std::min(Best, secondsFor(Functions));
  return Best;
}

int main() {
  double PerFunction = bestOf(20, 100) / 100;
  const char *Separator = "{";
  for (unsigned Functions : {1000u, 10000u}) {
    double Seconds = bestOf(3, Functions);
    double Linear = PerFunction * Functions;
    llvm::outs() << Separator << "\"evidence " << Functions
                 << " functions\": {\"ours\": " << llvm::format("%.4f", Seconds)
                 << ", \"peer\": " << llvm::format("%.4f", Linear)
                 << ", \"ratio\": " << llvm::format("%.3f", Seconds / Linear)
                 << ", \"peer_name\": \"100 functions, times as many\""
                 << ", \"unit\": \"s\"}";
    Separator = ", ";
  }
  llvm::outs() << "}\n";
}
