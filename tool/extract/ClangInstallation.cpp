// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "extract/ClangInstallation.h"
#include "clang/Basic/Version.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace refcycle::analyzer {

std::string resourceDirectory() {
  static char Anchor;
  std::string Self = llvm::sys::fs::getMainExecutable(nullptr, &Anchor);
  llvm::SmallString<256> Beside(llvm::sys::path::parent_path(Self));
  llvm::sys::path::append(Beside, "..", "lib", "clang",
                          CLANG_VERSION_MAJOR_STRING);
  llvm::sys::path::remove_dots(Beside, /*remove_dot_dot=*/true);
  if (llvm::sys::fs::exists(Beside + "/include/stddef.h"))
    return Beside.str().str();
  return REFCYCLE_CLANG_RESOURCE_DIR;
}

std::string clangVersion() { return "clang " CLANG_VERSION_STRING; }

} // namespace refcycle::analyzer
