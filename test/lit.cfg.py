# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Configures lit: every .cpp and .test below test/ is a test, but for the
# folders named in excludes. The build folder's lit.site.cfg.py comes first.

import os

import lit.formats

config.name = "refcycle"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".cpp", ".test"]
config.excludes = ["CMakeLists.txt", "Inputs", "bench", "fuzz", "golden", "package", "runtime", "unit"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.build_dir, "test")

# refcycle, FileCheck, not, count and split-file are called by their plain names.
config.environment["PATH"] = os.pathsep.join(
    [config.tool_dir, config.llvm_tools_dir, os.environ["PATH"]]
)
config.substitutions += [
    # The facts of one file, in the words of Inputs/effects.py; flags may follow.
    ("%effects", "%refcycle --emit=facts %s -- -std=c++20"),
    ("%fold", "%python %S/Inputs/effects.py"),
    ("%refcycle", os.path.join(config.tool_dir, "refcycle")),
    ("%clangxx", os.path.join(config.llvm_tools_dir, "clang++")),
    ("%tidy_module", os.path.join(config.build_dir, "lib", "librefcycle_tidy.so")),
    ("%runtime", os.path.join(config.build_dir, "runtime", "librefcycle.a")),
    ("%libdir", os.path.join(config.build_dir, "lib")),
    ("%root", os.path.dirname(config.test_source_root)),
    ("%inputs", os.path.join(config.test_source_root, "Inputs")),
    ("%python", config.python),
]

# The leak checker must find what is kept only by registers and stack slots;
# the options of a sanitized refcycle are the caller's.
for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
    if name in os.environ:
        config.environment[name] = os.environ[name]
config.environment["LSAN_OPTIONS"] = "use_stacks=0:use_registers=0"

# What a test REQUIRES; without it the test is a named skip.
for feature, path in {
    "asio-examples": "/usr/share/doc/libasio-dev/examples/cpp11",
    "beast-examples": "/usr/share/doc/libboost1.74-doc/examples/libs/beast/example",
    "boost-smart-ptr": "/usr/include/boost/smart_ptr.hpp",
    "clang-apply-replacements": "/usr/lib/llvm-22/bin/clang-apply-replacements",
    "pseudo-terminals": "/dev/pts/ptmx",
    "libcxx": "/usr/lib/llvm-22/include/c++/v1/memory",
    "clang-tidy": "/usr/lib/llvm-22/bin/clang-tidy",
    "man": "/usr/bin/man",
}.items():
    if os.path.exists(path):
        config.available_features.add(feature)
# Not with sanitizers, which the loading program would have to bring along.
if os.path.exists(os.path.join(config.build_dir, "lib", "librefcycle_tidy.so")) and not config.sanitized:
    config.available_features.add("tidy-module")
if os.environ.get("REFCYCLE_FULL"):
    config.available_features.add("full")
if config.sanitized:
    config.available_features.add("sanitized")
if config.lsan_works:
    config.available_features.add("lsan")
