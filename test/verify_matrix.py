#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every way to make a shared pointer, in every library, built in every way.

verify/Inputs/ways.cpp is built once for each cell. When it leaks, each of its
classes must be found, its owning field named as far as the build tells names,
and the fix seen to free all; when it does not, nothing must be reported. A
compiler or library that is not installed is named and left out; with none left,
the script fails.

usage: verify_matrix.py --refcycle BINARY [--library NAME...] [--build NAME...]
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parent / "verify/Inputs/ways.cpp"
CLANG = "clang++-22"
LIBRARIES = {
    "libstdc++": ["g++"],
    "libstdc++-clang": [CLANG],
    "libc++": [CLANG, "-stdlib=libc++"],
    "boost": ["g++", "-DBOOST"],
}
STATIC = ["-static-libstdc++", "-static-libgcc"]
BUILDS = {
    "plain": ["-g"],
    "optimized": ["-g", "-O2"],
    "fixed-address": ["-g", "-no-pie"],
    "no-rtti": ["-g", "-fno-rtti"],
    "stripped": ["-O1", "-s"],
    "static": ["-g", *STATIC],
    "stripped-no-rtti": ["-O1", "-s", "-fno-rtti"],
    "stripped-no-rtti-static": ["-O2", "-s", "-fno-rtti", *STATIC],
}
CLASSES = {"Made", "Separate", "Deleted", "CountedDeleted", "Allocated", "AllocatedBlock", "FromThis",
           "Aliased", "Base", "Wide", "Element", "MadeElement", "Atomic"}
# What Base points to is of this class, and its destructor is the one that runs.
SEEN_AS = {"Derived": "Base"}


def expected(build):
    """What the findings' hops are, as far as the build has names."""
    if "-fno-rtti" in build and "-s" in build:
        return None
    return {name + "::self" if "-g" in build else name for name in CLASSES}


def seen(build, findings):
    names = set()
    for finding in findings:
        hop, = finding["cycle"]
        name = SEEN_AS.get(hop["from"], hop["from"])
        names.add(name + "::" + hop["via"].split(".")[0] if "-g" in build else name)
    return names


def verify(refcycle, program, how):
    report = program.with_name(f"{program.name}-{how}.json")
    done = subprocess.run([refcycle, "verify", "--quiet", "--format=json", "-o", report, "--", program, how],
                          check=False, timeout=300, capture_output=True, text=True)
    wanted = 1 if how == "leak" else 0
    problems = [] if done.returncode == wanted else [f"{how}: exit status {done.returncode}, {done.stderr}"]
    return json.loads(report.read_text(encoding="utf-8"))["findings"], problems


def check(refcycle, compiler, build, program):
    """What is wrong in one cell."""
    subprocess.run(compiler + ["-std=c++20", "-w", *build, "-o", program, SOURCE], check=True)
    leaked, problems = verify(refcycle, program, "leak")
    false, more = verify(refcycle, program, "clean")
    problems += more + ["false: " + finding["message"] for finding in false]
    if len(leaked) != len(CLASSES):
        problems.append(f"{len(leaked)} of {len(CLASSES)} found")
    names = expected(build)
    if names is not None and seen(build, leaked) != names:
        problems.append(f"missing {sorted(names - seen(build, leaked))}, "
                        f"unexpected {sorted(seen(build, leaked) - names)}")
    for finding in leaked:
        if not finding["observed"]["frees"] == finding["observed"]["of"] > 0:
            problems.append("no fix: " + finding["message"])
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--refcycle", required=True, type=os.path.abspath)
    parser.add_argument("--library", nargs="*", default=list(LIBRARIES))
    parser.add_argument("--build", nargs="*", default=list(BUILDS))
    options = parser.parse_args()
    cells = []
    for library in options.library:
        if not shutil.which(LIBRARIES[library][0]):
            print(f"{library}: {LIBRARIES[library][0]} is not installed, left out")
        elif library == "boost" and not os.path.exists("/usr/include/boost/smart_ptr.hpp"):
            print("boost: not installed, left out")
        else:
            cells += [(library, build) for build in options.build]
    bad = 0
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda cell: check(options.refcycle, LIBRARIES[cell[0]], BUILDS[cell[1]],
                                              pathlib.Path(folder) / "-".join(cell)), cells)
        for cell, problems in zip(cells, results):
            bad += bool(problems)
            print(f"{cell[0]:16} {cell[1]:24} " + ("; ".join(problems) or "as expected"))
    print(f"{len(cells)} builds of {len(CLASSES)} ways, {bad} not as expected")
    sys.exit(1 if bad or not cells else 0)


if __name__ == "__main__":
    main()
