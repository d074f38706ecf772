# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Measures the runtime against its peers, and prints one row per promise.
#
#   runtime_rows.py [--json FILE] [--build DIR] [--rounds N] [--only NAME...]
#
# Builds the programs of runtime/ with CMake, runs all programs of a group in
# turn, `rounds` times over, and takes the median of each number: what slows
# the machine down for a while slows all of them. A ratio is how many times
# better ours is (peer / ours). Rows never fail: a missed ratio is a fact for
# docs/performance.md, and a missing peer is a row that says so.

import argparse
import dataclasses
import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = HERE / "runtime"

PEER_NAMES = {
    "alloc_glibc": "glibc malloc",
    "alloc_mimalloc": "mimalloc (libmimalloc-dev)",
    "alloc_tcmalloc": "tcmalloc (libgoogle-perftools-dev)",
    "alloc_jemalloc": "jemalloc (libjemalloc-dev)",
    "alloc_pmr": "std::pmr::unsynchronized_pool_resource",
    "alloc_boost_pool": "boost::pool (libboost-dev), one size",
    "handle_shared_ptr": "std::shared_ptr",
    "handle_shared_ptr@clang": "std::shared_ptr (libstdc++), both by clang",
    "handle_intrusive": "boost::intrusive_ptr (libboost-dev)",
    "handle_local_shared": "boost::local_shared_ptr (libboost-dev)",
    "cycles_boehm": "Boehm collector (libgc-dev)",
    "cycles_python": "CPython",
}
MALLOCS = ["alloc_glibc", "alloc_mimalloc", "alloc_tcmalloc", "alloc_jemalloc"]


@dataclasses.dataclass
class Row:
    """One promise: `metric` of program `ours` against the best of `peers`."""

    name: str
    ours: str
    metric: str
    peers: list
    reach: float
    workload: str
    unit: str = "ns"


ROWS = [
    Row("alloc_batch_inline", "alloc_pool_inline", "batch", MALLOCS, 1.8,
        "allocate 4096 x 48 bytes, free them; ours inlined and sized"),
    Row("alloc_batch_call", "alloc_pool_calls", "batch", MALLOCS, 1.1,
        "the same; ours called in a shared library, free without a size"),
    Row("alloc_churn_inline", "alloc_pool_inline", "churn", MALLOCS, 1.3,
        "replace random ones of 100,000 live blocks of 16 to 256 bytes"),
    Row("alloc_churn_call", "alloc_pool_calls", "churn", MALLOCS, 1.0,
        "the same; ours called in a shared library, free without a size"),
    Row("alloc_churn_glibc", "alloc_pool_inline", "churn", ["alloc_glibc"], 3.5,
        "the same, inlined, against glibc alone"),
    Row("alloc_remote_call", "alloc_pool_calls", "remote", MALLOCS, 1.0,
        "one thread allocates, another frees"),
    Row("alloc_pmr_batch", "alloc_pool_pmr", "batch", ["alloc_pmr"], 8.0,
        "batch through std::pmr::memory_resource"),
    Row("alloc_pmr_churn", "alloc_pool_pmr", "churn", ["alloc_pmr"], 8.0,
        "churn through std::pmr::memory_resource"),
    Row("alloc_batch_boost_pool", "alloc_pool_inline", "batch",
        ["alloc_boost_pool"], 1.0, "batch against an inlined single-size pool"),
    Row("handle_copy_threads", "handle_refcycle", "copy_threads",
        ["handle_shared_ptr"], 10.0,
        "pass by value to a function, after a thread has run"),
    Row("handle_copy_single", "handle_refcycle", "copy_single",
        ["handle_shared_ptr"], 3.5,
        "pass by value to a function, no thread was ever started"),
    Row("handle_copy_threads_clang", "handle_refcycle@clang", "copy_threads",
        ["handle_shared_ptr@clang"], 10.0,
        "pass by value to a function, after a thread has run; by clang"),
    Row("handle_copy_single_clang", "handle_refcycle@clang", "copy_single",
        ["handle_shared_ptr@clang"], 3.5,
        "pass by value to a function, no thread was ever started; by clang"),
    Row("handle_copy_intrusive", "handle_refcycle", "copy_single",
        ["handle_intrusive"], 1.0, "the same against plain counting"),
    Row("handle_make", "handle_refcycle", "make", ["handle_shared_ptr"], 3.0,
        "make and drop a tracked object with two handles"),
    Row("handle_make_clang", "handle_refcycle@clang", "make",
        ["handle_shared_ptr@clang"], 3.0,
        "make and drop a tracked object with two handles; by clang"),
    Row("handle_bytes", "handle_refcycle", "bytes", ["handle_shared_ptr"], 1.5,
        "resident bytes per object with two handles", "bytes"),
    Row("handle_bytes_cpython", "handle_refcycle", "bytes", ["cycles_python"],
        1.5, "the same; CPython by sys.getsizeof", "bytes"),
    Row("cycles_churn_cpython", "cycles_refcycle", "churn", ["cycles_python"],
        7.0, "automatic collection of two-object cycles, interpreter included"),
    Row("cycles_churn_boehm", "cycles_refcycle", "churn", ["cycles_boehm"],
        12.0, "automatic collection of two-object cycles, nothing else alive"),
    Row("cycles_churn_1m_boehm", "cycles_refcycle", "churn_1m",
        ["cycles_boehm"], 12.0,
        "automatic collection of two-object cycles beside 1,000,000 objects"),
    Row("cycles_full_10k_cpython", "cycles_refcycle", "full_10k",
        ["cycles_python"], 3.0, "full collection, 10,000 live objects"),
    Row("cycles_full_1m_cpython", "cycles_refcycle", "full_1m",
        ["cycles_python"], 4.5,
        "full collection, 1,000,000 live objects, random edges"),
    Row("cycles_full_1m_boehm", "cycles_refcycle", "full_1m",
        ["cycles_boehm"], 5.0,
        "full collection, 1,000,000 live objects, random edges"),
    Row("cycles_full_1m_local_cpython", "cycles_refcycle", "full_1m_local",
        ["cycles_python"], 3.0,
        "full collection, 1,000,000 live objects, near edges"),
]


def cmake(directory, settings, targets):
    """Configures and builds some targets, or all when none is named."""
    ninja = ["-G", "Ninja"] if shutil.which("ninja") else []
    quiet = {"check": True, "stdout": subprocess.DEVNULL}
    subprocess.run(["cmake", *ninja, "-S", SOURCES, "-B", directory,
                    "-DCMAKE_BUILD_TYPE=Release", *settings], **quiet)
    target = ["--target", *targets] if targets else []
    subprocess.run(["cmake", "--build", directory, "--parallel", "2", *target],
                   **quiet)


def clang_program():
    """A clang++, or None."""
    return shutil.which("clang++-22") or shutil.which("clang++")


def build(directory):
    """Builds all programs whose peers are installed, and those named
    `program@clang` a second time, since handles are a matter of code that the
    compiler inlines."""
    cmake(directory, ["-DCMAKE_CXX_COMPILER=g++"], [])
    if clang_program():
        cmake(pathlib.Path(directory) / "clang",
              [f"-DCMAKE_CXX_COMPILER={clang_program()}"],
              ["handle_refcycle", "handle_shared_ptr"])


def python_program():
    """The system's interpreter: a distribution's build, not a local one."""
    for name in ("/usr/bin/python3", "python3"):
        if shutil.which(name):
            return [name, str(SOURCES / "cycles.py")]
    return None


def command_of(program, directory):
    """How to run a program; None when its peer is missing."""
    if program == "cycles_python":
        return python_program()
    name, _, compiler = program.partition("@")
    path = pathlib.Path(directory) / compiler / name
    return [str(path)] if path.exists() else None


def run_once(command):
    """The `name value` lines a program prints."""
    text = subprocess.run(command, check=True, capture_output=True,
                          text=True).stdout
    return {name: float(value)
            for name, value in (line.split() for line in text.splitlines())}


def measure(programs, directory, rounds):
    """Medians of every number of every program that is there."""
    commands = {p: command_of(p, directory) for p in programs}
    samples = {p: {} for p, c in commands.items() if c}
    for _ in range(rounds):
        for program, numbers in samples.items():
            for name, value in run_once(commands[program]).items():
                numbers.setdefault(name, []).append(value)
    return {p: {n: statistics.median(v) for n, v in numbers.items()}
            for p, numbers in samples.items()}


def make_row(row, medians):
    """The row as the caller wants it, or why there is none."""
    fixed = {"unit": row.unit, "reach": row.reach, "workload": row.workload}
    if row.ours not in medians:
        return {**fixed, "skipped": f"{row.ours} was not built"}
    present = [p for p in row.peers if p in medians]
    missing = [PEER_NAMES[p] for p in row.peers if p not in medians]
    if not present:
        return {**fixed, "skipped": "not installed: " + ", ".join(missing)}
    best = min(present, key=lambda p: medians[p][row.metric])
    ours, peer = medians[row.ours][row.metric], medians[best][row.metric]
    result = {"ours": round(ours, 3), "peer": round(peer, 3),
              "ratio": round(peer / ours, 3), "peer_name": PEER_NAMES[best],
              **fixed}
    if missing:
        result["not_compared"] = missing
    return result


def runtime_rows(directory, rounds=5, only=()):
    """Builds, measures, and returns the rows by name."""
    rows = [r for r in ROWS if not only or r.name in only]
    build(directory)
    programs = dict.fromkeys(p for r in rows for p in [r.ours, *r.peers])
    groups = {}
    for program in programs:
        groups.setdefault(program.split("_")[0], []).append(program)
    medians = {}
    for group in groups.values():
        medians.update(measure(group, directory, rounds))
    return {r.name: make_row(r, medians) for r in rows}


def print_rows(rows):
    print(f"{'row':30} {'ours':>9} {'peer':>9} {'ratio':>7} {'reach':>6}  peer")
    for name, r in rows.items():
        if "skipped" in r:
            print(f"{name:30} skipped: {r['skipped']}")
            continue
        mark = " " if r["ratio"] >= r["reach"] else "!"
        print(f"{name:30} {r['ours']:9.2f} {r['peer']:9.2f} {r['ratio']:6.2f}x"
              f" {r['reach']:5.1f}{mark} {r['peer_name']} [{r['unit']}]")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", metavar="FILE", help="write the rows there")
    parser.add_argument("--build", metavar="DIR", help="keep the build there")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=(), metavar="NAME")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        rows = runtime_rows(options.build or scratch, options.rounds,
                            options.only)
    print_rows(rows)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(rows, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
