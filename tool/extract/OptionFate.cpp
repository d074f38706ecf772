// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "extract/OptionFate.h"
#include "clang/Options/Options.h"

namespace refcycle::analyzer {

using llvm::StringRef;
namespace options = clang::options;

static constexpr StringRef AloudPrefixes[] = {
    "-fapinotes",
    "-fbuild-session",
    "-fbuiltin-module-map",
    "-fcuda",
    "-fcxx-modules",
    "-fexec-charset",
    "-fgpu",
    "-fhip",
    "-fimplicit-module",
    "-finput-charset",
    "-fmodule",
    "-fno-modules",
    "-fopenmp-targets",
    "-fpass-plugin",
    "-fplugin",
    "-fprebuilt-module",
    "-fsycl",
    "-fsystem-module",
};

/// Code generation, profiles and diagnostics: of no meaning to a parser, but
/// able to stop it (missing profile, wrong target) or to write files.
static constexpr StringRef QuietPrefixes[] = {
    "-fansi-escape-codes",
    "-fauto-profile",
    "-fbasic-block",
    "-fcaret-diagnostics",
    "-fcf-protection",
    "-fcolor-diagnostics",
    "-fcoverage",
    "-fcrash-diagnostics",
    "-fcs-profile",
    "-fdebug",
    "-fdepfile",
    "-fdiagnostics",
    "-fdirectives-only",
    "-fdump",
    "-fembed-",
    "-ferror-limit",
    "-fintegrated",
    "-flto",
    "-fmcdc",
    "-fmemory-profile",
    "-fmessage-length",
    "-fminimize-whitespace",
    "-fno-caret",
    "-fno-color",
    "-fno-diagnostics",
    "-fno-integrated",
    "-fno-lto",
    "-fno-profile",
    "-fno-sanitize",
    "-foffload",
    "-foptimization-record",
    "-fpatchable",
    "-fproc-stat",
    "-fprofile",
    "-frandom-seed",
    "-frewrite",
    "-fsanitize",
    "-fsave-",
    "-fsemantic-interposition",
    "-fshow",
    "-fsplit-",
    "-fstack-usage",
    "-ftest-coverage",
    "-fthin",
    "-ftime",
    "-fuse-ld",
    "-fveclib",
    "-fverbose-asm",
    "-fwhole-program",
    "-fxray",
    "-fzero-call-used-regs",
};

static constexpr unsigned KeptIds[] = {
    options::OPT_B,
    options::OPT_D,
    options::OPT_F,
    options::OPT_U,
    options::OPT__sysroot_EQ,
    options::OPT_ansi,
    options::OPT_embed_dir_EQ,
    options::OPT_gcc_install_dir_EQ,
    options::OPT_gcc_toolchain,
    options::OPT_pthread,
    options::OPT_pthreads,
    options::OPT_stdlib_EQ,
    options::OPT_target,
    options::OPT_undef,
    options::OPT_vfsoverlay,
    options::OPT_working_directory,
};

/// Groups and single options, by what clang's table calls them.
static constexpr unsigned QuietIds[] = {
    options::OPT_Action_Group,
    options::OPT_DebugInfo_Group,
    options::OPT_Diag_Group,
    options::OPT_Link_Group,
    options::OPT_M_Group,
    options::OPT_StaticAnalyzer_Group,
    options::OPT_W_Group,
    options::OPT_d_Group,
    options::OPT_pedantic_Group,
    options::OPT_C,
    options::OPT_CC,
    options::OPT_H,
    options::OPT_P,
    options::OPT_Qunused_arguments,
    options::OPT_Wa_COMMA,
    options::OPT_Xassembler,
    options::OPT__serialize_diags,
    options::OPT_canonical_prefixes,
    options::OPT_dumpdir,
    options::OPT_no_canonical_prefixes,
    options::OPT_nodefaultlibs,
    options::OPT_nolibc,
    options::OPT_nostdlibxx,
    options::OPT_o,
    options::OPT_p,
    options::OPT_pg,
    options::OPT_pipe,
    options::OPT_resource_dir,
    options::OPT_rtlib_EQ,
    options::OPT_save_stats_EQ,
    options::OPT_save_temps_EQ,
    options::OPT_shared_libgcc,
    options::OPT_static_libgcc,
    options::OPT_static_libstdcxx,
    options::OPT_unwindlib_EQ,
    options::OPT_v,
    options::OPT_w,
};

static bool isOneOf(const llvm::opt::Option &Option,
                    llvm::ArrayRef<unsigned> Ids) {
  return llvm::any_of(Ids, [&](unsigned Id) { return Option.matches(Id); });
}

Fate fateOfFeature(StringRef Word) {
  if (startsWithOneOf(Word, AloudPrefixes))
    return Fate::Aloud;
  return startsWithOneOf(Word, QuietPrefixes) ? Fate::Quiet : Fate::Keep;
}

Fate fateOf(const llvm::opt::Option &Option, StringRef Word) {
  if (Option.getID() == options::OPT_UNKNOWN) // gcc's, nvcc's, a newer clang's.
    return Fate::Aloud;
  if (isOneOf(Option, QuietIds))
    return Fate::Quiet;
  if (Word.starts_with("-f"))
    return fateOfFeature(Word);
  bool Seen = isOneOf(Option, KeptIds) ||
              Option.matches(options::OPT_IncludePath_Group) ||
              Option.matches(options::OPT_m_Group) ||
              Option.matches(options::OPT_O_Group);
  return Seen ? Fate::Keep : Fate::Aloud;
}

} // namespace refcycle::analyzer
