// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "verify/StopPlaces.h"
#include "base/ProjectPath.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/DebugInfo/DWARF/DWARFContext.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/Path.h"

namespace refcycle::analyzer {

using llvm::DWARFDebugLine;
using llvm::DWARFDie;
using llvm::StringRef;

namespace {
class StopFinder {
public:
  StopFinder(const StoreLines &Stores, StringRef Root)
      : Stores(Stores), Root(Root) {}

  void addUnit(llvm::DWARFUnit &Unit, const DWARFDebugLine::LineTable &Table);
  std::vector<uint64_t> places() const { return {Found.begin(), Found.end()}; }

private:
  std::vector<bool> storesByFile(const DWARFDebugLine::LineTable &Table,
                                 StringRef Folder) const;
  void addBehind(const DWARFDebugLine::LineTable &Table, size_t Row,
                 uint64_t FunctionEnd);

  const StoreLines &Stores;
  StringRef Root;
  std::set<uint64_t> Found;
};
} // namespace

/// The end of the function that has this address; 0: none.
static uint64_t functionEnd(llvm::DWARFUnit &Unit, uint64_t Address) {
  DWARFDie Die = Unit.getSubroutineForAddress(Address);
  while (Die && Die.getTag() != llvm::dwarf::DW_TAG_subprogram)
    Die = Die.getParent();
  uint64_t Low, High, Section;
  return Die && Die.getLowAndHighPC(Low, High, Section) ? High : 0;
}

/// The next two statements of other lines, and the last of the function: one of
/// them is reached first, whichever way the function takes.
void StopFinder::addBehind(const DWARFDebugLine::LineTable &Table, size_t Row,
                           uint64_t FunctionEnd) {
  unsigned Line = Table.Rows[Row].Line, Next = 0;
  uint64_t Last = 0;
  for (size_t I = Row + 1; I < Table.Rows.size(); ++I) {
    const DWARFDebugLine::Row &R = Table.Rows[I];
    if (R.EndSequence || R.Address.Address >= FunctionEnd)
      break;
    if (!R.IsStmt || R.Line == Line || R.Line == 0)
      continue;
    Last = R.Address.Address;
    if (Next++ < 2)
      Found.insert(Last);
  }
  if (Last != 0)
    Found.insert(Last);
}

std::vector<bool>
StopFinder::storesByFile(const DWARFDebugLine::LineTable &Table,
                         StringRef Folder) const {
  std::vector<bool> Result;
  for (uint64_t I = 0; I <= Table.Prologue.FileNames.size(); ++I) {
    std::string Name;
    bool Wanted = Table.getFileNameByIndex(
        I, Folder,
        llvm::DILineInfoSpecifier::FileLineInfoKind::AbsoluteFilePath, Name);
    if (Wanted) {
      llvm::SmallString<256> Plain(Name);
      llvm::sys::path::remove_dots(Plain, /*remove_dot_dot=*/true);
      Name = projectPath(Plain, Root);
      auto At = Stores.lower_bound({Name, 0});
      Wanted = At != Stores.end() && At->first == Name;
    }
    Result.push_back(Wanted);
  }
  return Result;
}

void StopFinder::addUnit(llvm::DWARFUnit &Unit,
                         const DWARFDebugLine::LineTable &Table) {
  const char *Folder = Unit.getCompilationDir();
  StringRef In = Folder ? Folder : "";
  std::vector<bool> Wanted = storesByFile(Table, In);
  for (size_t I = 0; I != Table.Rows.size(); ++I) {
    const DWARFDebugLine::Row &R = Table.Rows[I];
    if (!R.IsStmt || R.EndSequence || R.File >= Wanted.size() ||
        !Wanted[R.File])
      continue;
    std::string Name;
    Table.getFileNameByIndex(
        R.File, In,
        llvm::DILineInfoSpecifier::FileLineInfoKind::AbsoluteFilePath, Name);
    llvm::SmallString<256> Plain(Name);
    llvm::sys::path::remove_dots(Plain, /*remove_dot_dot=*/true);
    if (Stores.count({projectPath(Plain, Root), R.Line}))
      addBehind(Table, I, functionEnd(Unit, R.Address.Address));
  }
}

std::vector<uint64_t> stopPlaces(const std::string &Program,
                                 const StoreLines &Stores, StringRef Root) {
  if (Stores.empty())
    return {};
  auto File = llvm::object::ObjectFile::createObjectFile(Program);
  if (!File) { // A script, for example.
    llvm::consumeError(File.takeError());
    return {};
  }
  // What is wrong with the debug information costs stops, nothing else.
  auto Ignore = [](llvm::Error E) { llvm::consumeError(std::move(E)); };
  auto Context = llvm::DWARFContext::create(
      *File->getBinary(), llvm::DWARFContext::ProcessDebugRelocations::Process,
      nullptr, "", Ignore, Ignore);
  StopFinder Finder(Stores, Root);
  for (const auto &Unit : Context->compile_units())
    if (const auto *Table = Context->getLineTableForUnit(Unit.get()))
      Finder.addUnit(*Unit, *Table);
  return Finder.places();
}

} // namespace refcycle::analyzer
