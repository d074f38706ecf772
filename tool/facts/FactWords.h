// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The words of the text format of facts, one table for both directions.

#ifndef REFCYCLE_FACTS_FACTWORDS_H
#define REFCYCLE_FACTS_FACTWORDS_H

#include "facts/Fact.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <optional>

namespace refcycle::analyzer::words {

using Word = llvm::StringLiteral;

/// Position is value.
inline constexpr Word Holds[] = {"raw", "weak", "value", "unique", "strong"};
inline constexpr Word RecordKinds[] = {"class", "closure", "bind", "frame"};
inline constexpr Word AllocKinds[] = {"heap", "stack", "temp"};
inline constexpr Word StoreKinds[] = {"init", "assign", "insert"};
inline constexpr Word ClearKinds[] = {"null", "empty", "erase", "moveout"};
inline constexpr Word ParamModes[] = {"value", "place", "none"};

inline constexpr Word ParamFates[] = {"open", "noescape", "kept"};

inline constexpr Word CountEvents[] = {
    "born",        "returns-born",    "retained",   "dropped",
    "overwritten", "doubled",         "unbalanced", "parked",
    "unparked",    "released",        "entrusted",  "given-back",
    "mislaid",     "self-retained",   "shared",     "owns-self",
    "owned-twice", "returns-counted", "unreleased", "starts"};

inline constexpr Word RewriteKinds[] = {"declares", "uses", "blocks"};

/// Position is the number of the bit.
inline constexpr Word FieldFlags[] = {
    "container", "function",   "erased",    "capture",      "base", "acyclic",
    "owning",    "non-owning", "reference", "no-weak-kind", "whole"};
inline constexpr Word RecordFlags[] = {"system",  "incomplete", "polymorphic",
                                       "local",   "cell",       "variant",
                                       "promised"};
inline constexpr Word InstrFlags[] = {
    "virtual", "element", "not",    "copied", "maytake", "mayskip", "try",
    "ends",    "one",     "hollow", "exists", "makes",   "rest"};
inline constexpr Word FunctionFlags[] = {
    "body",     "static",   "ctor",          "dtor", "virtual",
    "system",   "internal", "addressed",     "main", "coroutine",
    "deferred", "header",   "called-in-time"};

inline std::optional<unsigned> find(llvm::ArrayRef<Word> Table,
                                    llvm::StringRef Text) {
  for (unsigned I = 0; I != Table.size(); ++I)
    if (Table[I] == Text)
      return I;
  return std::nullopt;
}

} // namespace refcycle::analyzer::words

#endif
