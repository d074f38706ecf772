# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Measures the verifier, and prints one row per promise.
#
#   verify_rows.py --refcycle BINARY --library FILE [--json FILE] [--rounds N]
#                  [--real PLAIN SANITIZED [ARGUMENT...]]
#
# --real measures a whole verified run of somebody's program, too: the program
# built without and with AddressSanitizer, and what to run it with.
#
# Programs of a row run in turn, `rounds` times over; the median counts. CPU time
# of a process with all it starts, but for the check itself, whose pause is wall
# time. The ratio is ours / peer, and a row's peer_name says what it may be.

import argparse
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROUNDS_OF_WORK = "400000"


def cpu_seconds(command, environment=None):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=dict(os.environ, **(environment or {})), check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def medians(contestants, rounds):
    seen = {name: [] for name in contestants}
    for round_number in range(rounds + 1):
        for name, run in contestants.items():
            value = run()
            if round_number:  # The first one fills the page cache.
                seen[name].append(value)
    return {name: statistics.median(values) for name, values in seen.items()}


def row(ours, peer, peer_name, unit):
    return {"ours": round(ours, 3), "peer": round(peer, 3), "ratio": round(ours / peer, 3),
            "peer_name": peer_name, "unit": unit}


def build(folder):
    """Plain and with AddressSanitizer."""
    include = HERE.parents[1] / "runtime/verify/include"
    for name, flags in {"plain": [], "asan": ["-fsanitize=address"]}.items():
        subprocess.run(["g++", "-std=c++20", "-O2", "-g", *flags, f"-I{include}", "-o",
                        folder / name, HERE / "verify_work.cpp"], check=True)


def idle_environment(options):
    return {"LD_PRELOAD": options.library, "REFCYCLE_VERIFY": "off"}


def idle_run(options, name, command):
    """The library loaded and no check made, against the plain run."""
    run = medians({"plain": lambda: cpu_seconds(command),
                   "loaded": lambda: cpu_seconds(command, idle_environment(options))}, options.rounds)
    return f"verify_idle_{name}", row(run["loaded"], run["plain"], "plain run; at most 1.15", "s")


def whole_runs(options, name, plain, sanitized):
    """The program with the check at its end, against its peers; each does all of the work."""
    verified = [options.refcycle, "verify", "--quiet", "--fail-on=never", "--", *plain]
    whole = {"ours": lambda: cpu_seconds(verified),
             "asan": lambda: cpu_seconds(sanitized, {"ASAN_OPTIONS": "detect_leaks=0"})}
    if shutil.which("valgrind"):
        whole["valgrind"] = lambda: cpu_seconds(["valgrind", "-q", "--leak-check=full", *plain])
    run = medians(whole, min(options.rounds, 3))
    yield f"verify_{name}_asan", row(run["ours"], run["asan"], "the same in an ASan build; at most 1", "s")
    if "valgrind" in run:
        yield f"verify_{name}_valgrind", row(run["ours"], run["valgrind"], "the same under valgrind; at most 0.2", "s")


def rows(options, folder):
    build(folder)
    plain, asan = str(folder / "plain"), str(folder / "asan")
    preload = idle_environment(options)
    compile_line = ["clang++-22", "-std=c++20", "-O1", "-c", str(HERE / "verify_work.cpp"), "-o",
                    str(folder / "work.o"), f"-I{HERE.parents[1]}/runtime/verify/include"]
    yield idle_run(options, "work", [plain, "work", ROUNDS_OF_WORK])
    yield idle_run(options, "clang", compile_line)
    yield from whole_runs(options, "work", [plain, "work", ROUNDS_OF_WORK], [asan, "work", ROUNDS_OF_WORK])
    if options.real:
        sample, sanitized, *words = options.real
        yield idle_run(options, "real", [sample, *words])
        yield from whole_runs(options, "real", [sample, *words], [sanitized, *words])

    def check(what, count):
        done = subprocess.run([plain, what, count], env=dict(os.environ, **preload), check=True,
                              stdout=subprocess.PIPE, text=True)
        return float(done.stdout)
    pause = medians({"check": lambda: check("check", "100000"), "heap": lambda: check("heap", "1"),
                     "fork": lambda: check("fork", "1")}, options.rounds)
    yield "verify_check_100k", row(pause["check"], 25.0, "100,000 control blocks; 25 ms at most", "ms")
    yield "verify_check_heap", row(pause["heap"], 1000.0, "1 GB of other blocks; a second at most", "ms")
    yield "verify_fork_per_gb", row(pause["fork"], pause["heap"], "the whole check of 1 GB, of which it is a part", "ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--refcycle", required=True, type=os.path.abspath)
    parser.add_argument("--library", required=True, type=os.path.abspath)
    parser.add_argument("--json", metavar="FILE", help="write the rows there")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--real", nargs=argparse.REMAINDER, metavar="PROGRAM",
                        help="the last option: PLAIN SANITIZED [ARGUMENT...]")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        found = dict(rows(options, pathlib.Path(directory)))
    for name, values in found.items():
        print(f"{name:24} {values['ours']:9} {values['unit']}  ratio {values['ratio']:7}  {values['peer_name']}")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
