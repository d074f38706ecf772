// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "verify/StopPlaces.h"
#include "base/ProjectPath.h"
#include "verify/DebugTypes.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/DebugInfo/DWARF/DWARFContext.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/Path.h"
#include <map>

namespace refcycle::analyzer {

using llvm::DWARFDebugLine;
using llvm::DWARFDie;
using llvm::StringRef;

namespace {
/// One translation unit.
class StopFinder {
public:
  StopFinder(llvm::DWARFUnit &Unit, const DWARFDebugLine::LineTable &Table,
             const StoreLines &Stores, StringRef Root)
      : Unit(Unit), Table(Table), Stores(Stores), Root(Root) {}

  void run(std::set<uint64_t> &Found);

private:
  using Rows = std::map<unsigned, std::set<uint64_t>>; ///< By line.

  const std::set<unsigned> &storesIn(uint64_t File);
  void addFunction(uint64_t Low, uint64_t High, std::set<uint64_t> &Found);

  llvm::DWARFUnit &Unit;
  const DWARFDebugLine::LineTable &Table;
  const StoreLines &Stores;
  StringRef Root;
  std::map<uint64_t, std::set<unsigned>> ByFile; ///< Lines of stores.
};
} // namespace

const std::set<unsigned> &StopFinder::storesIn(uint64_t File) {
  auto [Entry, New] = ByFile.try_emplace(File);
  std::string Path = New ? filePath(Unit, File) : "";
  if (!Path.empty()) {
    llvm::SmallString<256> Plain(Path);
    llvm::sys::path::remove_dots(Plain, /*remove_dot_dot=*/true);
    std::string Name = projectPath(Plain, Root);
    for (auto At = Stores.lower_bound({Name, 0});
         At != Stores.end() && At->first == Name; ++At)
      Entry->second.insert(At->second);
  }
  return Entry->second;
}

/// The two lines that follow a store, and the last address of the function that
/// does: whichever way the function takes, it comes by one of them.
static void addBehind(unsigned Store,
                      const std::map<unsigned, std::set<uint64_t>> &Rows,
                      std::set<uint64_t> &Found) {
  uint64_t Last = 0;
  unsigned Lines = 0;
  for (auto I = Rows.upper_bound(Store); I != Rows.end(); ++I) {
    if (Lines++ < 2)
      Found.insert(I->second.begin(), I->second.end());
    Last = std::max(Last, *I->second.rbegin());
  }
  if (Last != 0)
    Found.insert(Last);
}

/// The function has code of lines in front of a store and behind it: then it,
/// or what is inlined into it, has the store, even if optimisation has left no
/// row of its line.
void StopFinder::addFunction(uint64_t Low, uint64_t High,
                             std::set<uint64_t> &Found) {
  std::vector<uint32_t> Indices;
  Table.lookupAddressRange({Low, llvm::object::SectionedAddress::UndefSection},
                           High - Low, Indices);
  std::map<uint64_t, Rows> Files;
  for (uint32_t I : Indices) {
    const DWARFDebugLine::Row &R = Table.Rows[I];
    // The first row may have begun in front of the function.
    if (!R.EndSequence && R.Address.Address >= Low && R.Line != 0 &&
        !storesIn(R.File).empty())
      Files[R.File][R.Line].insert(R.Address.Address);
  }
  for (const auto &[File, Lines] : Files)
    for (unsigned Store : storesIn(File))
      if (Lines.begin()->first <= Store)
        addBehind(Store, Lines, Found);
}

void StopFinder::run(std::set<uint64_t> &Found) {
  bool Wanted = false;
  for (const DWARFDebugLine::Row &R : Table.Rows)
    Wanted |= !storesIn(R.File).empty();
  if (!Wanted)
    return;
  for (const llvm::DWARFDebugInfoEntry &Entry : Unit.dies()) {
    DWARFDie Die(&Unit, &Entry);
    uint64_t Low, High, Section;
    if (Die.getTag() == llvm::dwarf::DW_TAG_subprogram &&
        Die.getLowAndHighPC(Low, High, Section) && Low < High)
      addFunction(Low, High, Found);
  }
}

std::vector<uint64_t> stopPlaces(const std::string &Module,
                                 const StoreLines &Stores, StringRef Root) {
  auto File = llvm::object::ObjectFile::createObjectFile(Module);
  if (!File) { // A script, for example.
    llvm::consumeError(File.takeError());
    return {};
  }
  // What is wrong with the debug information costs stops, nothing else.
  auto Ignore = [](llvm::Error E) { llvm::consumeError(std::move(E)); };
  auto Context = llvm::DWARFContext::create(
      *File->getBinary(), llvm::DWARFContext::ProcessDebugRelocations::Process,
      nullptr, "", Ignore, Ignore);
  std::set<uint64_t> Found;
  for (const auto &Unit : Context->compile_units())
    if (const auto *Table = Context->getLineTableForUnit(Unit.get())) {
      Unit->getUnitDIE(/*ExtractUnitDIEOnly=*/false);
      StopFinder(*Unit, *Table, Stores, Root).run(Found);
    }
  return {Found.begin(), Found.end()};
}

} // namespace refcycle::analyzer
