// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The classes of one module as its debug information has them, by name; and its
// functions, by address.

#ifndef REFCYCLE_VERIFY_DEBUGTYPES_H
#define REFCYCLE_VERIFY_DEBUGTYPES_H

#include "base/SourceRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/DebugInfo/DWARF/DWARFContext.h"
#include "llvm/Object/ObjectFile.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// A closure type; closures have no names of their own.
struct ClosureType {
  std::string Function; ///< That it stands in; canonical, without parameters.
  llvm::DWARFDie Die;
};

/// A data member of a class, or of a base of it.
struct MemberAt {
  llvm::DWARFDie Owner;
  llvm::DWARFDie Member;
  uint64_t Offset = 0; ///< What is left of the offset asked for, within it.
};

class DebugTypes {
public:
  /// Null if the file is no module. One without debug information has no types.
  static std::unique_ptr<DebugTypes> load(const std::string &Path);

  /// A complete class; \p Name in any spelling. Invalid if unknown.
  llvm::DWARFDie find(llvm::StringRef Name) const;

  /// The member that covers \p Offset; bases are looked into.
  std::optional<MemberAt> memberAt(llvm::DWARFDie Class, uint64_t Offset) const;

  /// What a member's or template parameter's type is, through typedefs and
  /// qualifiers, as a complete class where there is one.
  llvm::DWARFDie typeOf(llvm::DWARFDie Entity) const;

  uint64_t sizeOf(llvm::DWARFDie Type) const;
  /// In bytes, at least 1; of classes that of their members and bases.
  uint64_t alignmentOf(llvm::DWARFDie Type) const;

  /// Of the closures in \p Function (empty: anywhere), those that have a member
  /// at \p Offset, in the order of their places.
  std::vector<llvm::DWARFDie> closuresWith(llvm::StringRef Function,
                                           uint64_t Offset) const;

  /// Demangled; empty if no symbol covers it. \p Offset from the start of the
  /// module in memory.
  std::string functionAt(uint64_t Offset) const;

  std::string nameOf(llvm::DWARFDie Class) const;

private:
  std::optional<MemberAt> ownMemberAt(llvm::DWARFDie Class,
                                      uint64_t Offset) const;
  void addVirtualBases(llvm::DWARFDie Class,
                       std::vector<llvm::DWARFDie> &Into) const;

  explicit DebugTypes(
      llvm::object::OwningBinary<llvm::object::ObjectFile> File);

  void index(llvm::DWARFDie Scope, const std::string &Prefix,
             const std::string &Function);
  void indexSymbols();

  struct Symbol {
    uint64_t Start, Size;
    std::string Name;
  };

  llvm::object::OwningBinary<llvm::object::ObjectFile> File;
  std::unique_ptr<llvm::DWARFContext> Context;
  llvm::StringMap<llvm::DWARFDie> Classes;         ///< By canonicalName().
  llvm::StringMap<llvm::DWARFDie> ClassesByLookup; ///< Without parameters.
  std::vector<ClosureType> Closures;
  std::vector<Symbol> Symbols; ///< Sorted by start.
  uint64_t LoadBase = 0;
};

/// What addresses in the file have more than offsets in memory: of programs
/// that are not relocatable. 0 if the file cannot be read.
uint64_t loadBaseOf(const llvm::object::ObjectFile &File);

/// The absolute path of a file in the line table of a unit; empty: not there.
std::string filePath(llvm::DWARFUnit &Unit, uint64_t Index);

/// Where a member is declared.
SourceRef declarationOf(llvm::DWARFDie Die);

} // namespace refcycle::analyzer

#endif
