// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The findings of the analyzer, read back from its JSON report, and what runs
// of the program say of each. The document is kept as it is but for the keys
// that a run answers, so that newer reports pass through unharmed.

#ifndef REFCYCLE_VERIFY_STATICFINDINGS_H
#define REFCYCLE_VERIFY_STATICFINDINGS_H

#include "findings/Finding.h"
#include "verify/StopPlaces.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <map>
#include <set>
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// What one run showed, in the words of reports.
struct RunFacts {
  std::vector<Finding> Leaked;
  std::vector<Finding> Held;
  /// Closed at some time: by a check before the last one, or by the last one,
  /// and gone when the program ended.
  std::vector<Finding> Closed;
  /// Classes some of whose objects could not be destroyed in the last check:
  /// whether these leaked is not known.
  std::set<std::string> Unclear;
  /// Some process had no check at its end: what became of anything there is not
  /// known.
  bool Unfinished = false;
  /// By managed class: was there ever an object? Classes that no known family
  /// of shared pointers manages are missing.
  std::map<std::string, bool> Used;
  /// `Class::field` of fields that held weak handles, in some object.
  std::set<std::string> Weak;
};

/// `Class::field` without namespaces of libraries and template arguments; the
/// spelling in which static and dynamic hops meet.
std::string hopKey(llvm::StringRef Class, llvm::StringRef Field);

class StaticFindings {
public:
  /// Fails on anything but a report of version 1.
  static llvm::Expected<StaticFindings> parse(llvm::StringRef Json);

  /// Where objects of the findings get their handles.
  StoreLines stores() const;

  /// Sets the status of each finding: confirmed, refuted, not observed, not
  /// exercised, or static if no run can tell. \p KeepStronger: a status of an
  /// earlier run in the document stays if it says more. Returns the leaks that
  /// no finding predicted, each with a note that says what was lacking.
  std::vector<Finding> match(const RunFacts &Run, bool KeepStronger);

  /// One line for each finding: its place, status and message.
  void printText(llvm::raw_ostream &OS) const;
  /// The document, with \p Missed appended to its findings.
  void printJson(llvm::json::Array Missed, llvm::raw_ostream &OS) const;

private:
  explicit StaticFindings(llvm::json::Object Root) : Root(std::move(Root)) {}

  llvm::json::Array &findings() { return *Root.getArray("findings"); }
  const llvm::json::Array &findings() const {
    return *Root.getArray("findings");
  }

  llvm::json::Object Root;
};

} // namespace refcycle::analyzer

#endif
