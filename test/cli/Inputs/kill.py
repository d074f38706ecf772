# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""usage: kill.py REFCYCLE: kills runs over 50 units at random moments.

Fails unless each next run takes from the cache what the killed one finished,
and reports what a run without a cache reports.
"""

import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import time

UNITS, ROUNDS, SEED = 50, 20, 5
HEADER = """
template <typename T> struct Ref {
  T *p;
  Ref(T *q = nullptr) : p(q) { if (p) ++p->count; }
  Ref(const Ref &o) : p(o.p) { if (p) ++p->count; }
  Ref &operator=(const Ref &o) { if (o.p) ++o.p->count; drop(); p = o.p; return *this; }
  ~Ref() { drop(); }
  void drop() { if (p && --p->count == 0) delete p; }
  T *operator->() const { return p; }
};
template <int N> struct Node { int count = 0; Ref<Node> next; };
"""


def check(condition, what):
    if not condition:
        sys.exit(f"kill.py: {what}")


def command(tool, *options):
    sources = [f"u{n}.cpp" for n in range(UNITS)]
    return [tool, "--format=json", "-j2", *options, *sources, "--", "-std=c++17"]


def finished_units(cache):
    return len(list(cache.glob("llvmcache-*.files")))


def run_and_kill(tool, cache, seconds):
    """True if it was still running."""
    run = subprocess.Popen(
        command(tool, f"--cache-dir={cache}"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(seconds)
    killed = run.poll() is None
    run.send_signal(signal.SIGKILL)
    run.wait()
    return killed


def main(tool):
    pathlib.Path("ref.h").write_text(HEADER)
    for n in range(UNITS):
        body = f"void f{n}() {{ Ref<Node<{n}>> N(new Node<{n}>); N->next = N; }}\n"
        pathlib.Path(f"u{n}.cpp").write_text('#include "ref.h"\n' + body)
    start = time.monotonic()
    wanted = subprocess.run(command(tool), capture_output=True)
    span = time.monotonic() - start
    check(wanted.stdout.count(b'"check"') == UNITS, "the plain run finds too little")

    chance = random.Random(SEED)
    kills, reused = 0, 0
    cache = pathlib.Path("cache")
    for _ in range(ROUNDS):
        shutil.rmtree(cache, ignore_errors=True)
        kills += run_and_kill(tool, cache, chance.uniform(0.02, 0.9) * span)
        time.sleep(0.05)  # Its workers end with it, but not in no time.
        known = finished_units(cache)
        after = subprocess.run(command(tool, f"--cache-dir={cache}"), capture_output=True)
        check(after.stdout == wanted.stdout, "the report differs after a kill")
        taken = int(re.search(rb"(\d+) of 50 translation units from the cache", after.stderr)[1])
        check(taken == known, f"{known} units were finished, {taken} were taken")
        reused += taken
    check(kills >= ROUNDS // 2, f"only {kills} runs were still running when killed")
    check(reused > UNITS, f"only {reused} units were taken from the cache")


main(sys.argv[1])
