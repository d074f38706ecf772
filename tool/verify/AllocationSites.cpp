// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "verify/AllocationSites.h"
#include "verify/DebugTypes.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/DebugInfo/Symbolize/Symbolize.h"

namespace refcycle::analyzer {

using llvm::StringRef;

struct AllocationSites::Symbols {
  llvm::symbolize::LLVMSymbolizer Symbolizer;
  llvm::StringMap<uint64_t> LoadBases;

  uint64_t loadBase(const std::string &Module) {
    auto [Entry, New] = LoadBases.try_emplace(Module, 0);
    if (!New)
      return Entry->second;
    auto File = llvm::object::ObjectFile::createObjectFile(Module);
    if (File)
      Entry->second = loadBaseOf(*File->getBinary());
    else
      llvm::consumeError(File.takeError());
    return Entry->second;
  }
};

AllocationSites::AllocationSites() : Known(new Symbols) {}
AllocationSites::~AllocationSites() = default;

/// Of the compiler and the system: what allocates there, does so for somebody.
static bool isLibrary(StringRef File) {
  return File.starts_with("/usr/") || File.contains("/include/c++/");
}

static std::string withoutParameters(StringRef Function) {
  return Function.take_until([](char C) { return C == '('; }).str();
}

std::optional<AllocationSite>
AllocationSites::find(llvm::ArrayRef<CodeRef> Stack) {
  for (const CodeRef &Code : Stack) {
    StringRef Module = Code.Module;
    if (Module.starts_with("/usr/lib") || Module.starts_with("/lib"))
      continue;
    auto Frames = Known->Symbolizer.symbolizeInlinedCode(
        Code.Module, {Known->loadBase(Code.Module) + Code.Offset,
                      llvm::object::SectionedAddress::UndefSection});
    if (!Frames) {
      llvm::consumeError(Frames.takeError()); // A module that is gone.
      continue;
    }
    for (uint32_t I = 0; I != Frames->getNumberOfFrames(); ++I) {
      const llvm::DILineInfo &Frame = Frames->getFrame(I);
      if (Frame.Line != 0 && !isLibrary(Frame.FileName) &&
          Frame.FileName != llvm::DILineInfo::BadString)
        return AllocationSite{withoutParameters(Frame.FunctionName),
                              {Frame.FileName, Frame.Line, Frame.Column}};
    }
  }
  return std::nullopt;
}

} // namespace refcycle::analyzer
