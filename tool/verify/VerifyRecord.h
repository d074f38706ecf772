// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the library in the verified program wrote down, as plain values: types
// are mangled, fields are offsets. The format stands in
// runtime/verify/src/record.h.

#ifndef REFCYCLE_VERIFY_VERIFYRECORD_H
#define REFCYCLE_VERIFY_VERIFYRECORD_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// A function of a module, by its address in the file.
struct CodeRef {
  std::string Module;
  uint64_t Offset = 0;
};

/// One block on the way to a slot.
struct PathStep {
  uint64_t Offset = 0; ///< Of the link to the next block; of the slot at last.
  uint64_t BlockSize = 0;
  std::optional<CodeRef> Code; ///< What stands beside it, as in std::function.
};

/// Of classes that have no control block, but a layout that the analyzer wrote.
inline constexpr llvm::StringLiteral LayoutFamily = "layout";
/// Of refcycle's own handles; such classes have names as in source.
inline constexpr llvm::StringLiteral OwnFamily = "refcycle";

/// Control blocks, or counted objects, of one class.
struct BlockType {
  std::string Family;
  bool Separate = false; ///< The object lies outside of its control block.
  uint64_t Live = 0;
  std::string Module;
  std::string Mangled; ///< typeinfo name of the control block or class.

  /// The count lies in the object, or belongs to it: there is no control block.
  bool countsItself() const {
    return Family == LayoutFamily || Family == OwnFamily;
  }
};

/// What single edges of a class did, taken away one by one.
struct AloneTrial {
  uint64_t Edges = 0;     ///< Of the class, in the largest instance.
  uint64_t Tried = 0;     ///< Of these.
  uint64_t Enough = 0;    ///< Of these, how many freed the whole instance.
  uint64_t MostFreed = 0; ///< Objects, by one of them.
  uint64_t Objects = 0;   ///< In that instance.
};

struct EdgeClass {
  unsigned From = 0, To = 0;     ///< Keys of VerifyRecord::Types.
  uint64_t Count = 0;            ///< Such edges in one instance.
  std::optional<uint64_t> Freed; ///< Objects that die without them.
  std::optional<AloneTrial> Alone;
  /// Where an object that has it was allocated, innermost first; if asked for.
  std::vector<CodeRef> Stack;
  std::vector<PathStep> Path; ///< Empty: where the handle lies is not known.
};

enum class Proof : uint8_t { Possible, Structural, Exact, Certified };

/// Knots of objects that look alike.
struct KnotGroup {
  bool Dead = false;
  bool Attended = false; ///< Dead, but a collector may come for it.
  Proof Degree = Proof::Possible;
  uint64_t Instances = 0, Objects = 0, Bytes = 0;
  uint64_t Outside = 0;         ///< Handles from outside, in all instances.
  uint64_t SampleObjects = 0;   ///< Objects of the instance that was tried.
  std::optional<uint64_t> Kept; ///< Instances that a second look found.
  std::vector<EdgeClass> Edges;
  std::vector<unsigned> Hops; ///< The witness: indices into Edges.
  /// By type: objects that die without all edges that lead to it. For knots
  /// that no single class of edges would free.
  std::map<unsigned, uint64_t> FreedWithout;
};

struct VerifyRecord {
  uint64_t Pid = 0;
  uint64_t Check = 0; ///< Its number within the process; in the file's name.
  std::string Program;
  std::map<unsigned, BlockType> Types;
  std::vector<KnotGroup> Groups;
  std::map<unsigned, uint64_t> Failed; ///< By type: destructors that could not
                                       ///< be run to their end.
  std::map<std::string, bool> Used;    ///< By class of control block, if asked
                                       ///< for: was there ever one?
  std::vector<EdgeClass> Weak;         ///< Fields seen to hold weak handles.
  bool Done = false;                   ///< The check came to its end.
  bool Looked = false;                 ///< And there was a second look.
};

/// The error names the line. A record that was cut short is one without Done.
llvm::Expected<VerifyRecord> parseVerifyRecord(llvm::StringRef Text);

} // namespace refcycle::analyzer

#endif
