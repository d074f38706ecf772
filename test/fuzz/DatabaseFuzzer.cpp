// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compile databases with any bytes: read or refused, never a crash; and every
// command that is read can be adjusted, to one that no plugin gets into.

#include "extract/AdjustCommand.h"
#include "extract/CompileCommands.h"
#include "clang/Options/Options.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Option/OptTable.h"
#include "llvm/Support/ErrorHandling.h"

using namespace refcycle::analyzer;

using Words = llvm::SmallVector<const char *>;

static llvm::opt::InputArgList parse(const Words &Arguments,
                                     clang::options::ClangVisibility For) {
  unsigned Index = 0, Count = 0;
  return clang::getDriverOptTable().ParseArgs(Arguments, Index, Count,
                                              llvm::opt::Visibility(For));
}

/// As the driver reads the command, and the front end what is handed to it.
static void check(const CompileCommand &Command) {
  namespace options = clang::options;
  AdjustedCommand Adjusted = adjustCommand(Command, {{}, {}, "/none"});
  if (Adjusted.Kind != AdjustedCommand::Verdict::Analyse)
    return;
  Words ForDriver, ForFrontend;
  for (const std::string &Word :
       llvm::ArrayRef(Adjusted.Command.Arguments).drop_front())
    ForDriver.push_back(Word.c_str());
  auto Driver = parse(ForDriver, options::ClangOption);
  for (const std::string &Word : Driver.getAllArgValues(options::OPT_Xclang))
    ForFrontend.push_back(Driver.MakeArgString(Word));
  auto Frontend = parse(ForFrontend, options::CC1Option);
  if (Driver.hasArg(options::OPT_fplugin_EQ, options::OPT_fpass_plugin_EQ,
                    options::OPT_o) ||
      Frontend.hasArg(options::OPT_load, options::OPT_plugin,
                      options::OPT_add_plugin, options::OPT_o))
    llvm::report_fatal_error("it loads or writes something");
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  llvm::StringRef Text(reinterpret_cast<const char *>(Data), Size);
  // Response files are read: not those of this machine.
  if (Text.contains('@') || Text.contains("\\u0040"))
    return 0;
  auto Commands = parseCompileDatabase(Text, "/project");
  if (!Commands) {
    llvm::consumeError(Commands.takeError());
    return 0;
  }
  for (const CompileCommand &Command : *Commands)
    check(Command);
  return 0;
}
