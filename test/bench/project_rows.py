#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures whole runs over a project: a copy of the analyzer's own sources.

usage: project_rows.py BUILD JSON

cold: an empty cache; unchanged: the same again; one changed: after a line more in
one source. Seconds are elapsed time, the median of three. Also the size of the
facts of one unit, as they lie in the cache, and linking 10,000 such units.
"""

import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ["base", "config", "facts", "graph", "findings", "link", "evidence", "policy", "report", "cli"]
FLAGS = ["-std=c++20", "-idirafter", "/usr/lib/llvm-22/include", '-DREFCYCLE_VERSION="bench"',
         '-DREFCYCLE_CLANG_RESOURCE_DIR="/"']


def copy_project(work):
    sources = []
    for folder in FOLDERS:
        shutil.copytree(ROOT / "tool" / folder, work / "tool" / folder)
        sources += sorted((work / "tool" / folder).glob("*.cpp"))
    for folder in ("tool/extract", "tool/verify", "checks"):  # Headers only.
        shutil.copytree(ROOT / folder, work / folder)
    sources.remove(work / "tool/config/Models.cpp")  # Includes what the build makes.
    flags = [*FLAGS, f"-I{work}", f"-I{work}/tool"]
    entries = [{"directory": str(work), "file": str(source), "arguments": ["clang++", *flags, "-c", str(source)]}
               for source in sources]
    (work / "compile_commands.json").write_text(json.dumps(entries))
    return sources


def elapsed(command):
    start = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"{command}: {done.stderr[-500:]}")
    return time.monotonic() - start


def runs(refcycle, work, sources):
    """Row name -> seconds."""
    cache = work / "cache"
    seen = {"cold -j2": [], "cold -j1": [], "unchanged": [], "one changed": []}
    for number in range(3):
        command = [refcycle, "-p", work, f"--cache-dir={cache}", "--allow-incomplete"]
        for jobs in ("-j1", "-j2"):
            shutil.rmtree(cache, ignore_errors=True)
            seen[f"cold {jobs}"].append(elapsed([*command, jobs]))
        seen["unchanged"].append(elapsed([*command, "-j2"]))
        with open(sources[len(sources) // 2], "a") as file:
            file.write(f"// {number}\n")
        seen["one changed"].append(elapsed([*command, "-j2"]))
    return {name: statistics.median(values) for name, values in seen.items()}


def main():
    build, output = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    subprocess.run(["cmake", "--build", build, "--target", "refcycle", "bench_units"],
                   stdout=subprocess.DEVNULL, check=True)
    rows = {}

    def row(name, ours, unit, peer, peer_name="the most allowed"):
        rows[name] = {"ours": round(ours, 3), "peer": round(peer, 3), "ratio": round(ours / peer, 4),
                      "peer_name": peer_name, "unit": unit}
        print(f"{name:40} {unit:3} {ours:9.3f} {ours / peer:7.4f}x {peer_name}")

    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder).resolve()
        sources = copy_project(work)
        times = runs(build / "bin/refcycle", work, sources)
        cold = times["cold -j2"]
        row(f"project, {len(sources)} units, cold -j2", cold, "s", times["cold -j1"], "cold -j1")
        row("project, unchanged", times["unchanged"], "s", cold, "cold -j2")
        row("project, one changed", times["one changed"], "s", cold, "cold -j2")
        facts = sorted((work / "cache").glob("*.facts"))
        row("facts of one unit, median", statistics.median(f.stat().st_size for f in facts) / 1000, "kB", 100)
        programs = json.loads(subprocess.check_output([build / "bin/bench_units", *facts]))
        row("read and link 10,000 units, time", programs["10000"]["link_s"], "s", 10)
        row("read and link 10,000 units, memory", programs["10000"]["link_mb"], "MB", 2000)
        for units in (1000, 10000):
            row(f"evidence of {units:,} units", programs[str(units)]["evidence_s"], "s",
                programs["100"]["evidence_s"] * units / 100, "100 units, times as many")
    output.write_text(json.dumps(rows, indent=1, sort_keys=True) + "\n")


main()
