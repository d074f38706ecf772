#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs somebody's tests of shared pointers with and without the verifier.

Each source of the folder is a program of its own, compiled with what it asks
for in the words of DejaGnu (dg-options) or libc++ (ADDITIONAL_COMPILE_FLAGS).
What is only to be compiled is left out; what does not compile, or fails by
itself, is counted and left out; the rest must print the same bytes, end with the
same status, and leave no cycle but those it is expected to. Fails if one does
not, or if none could be run. NAME is a source, from FOLDER, without its suffix.

usage: verify_suite.py --refcycle BINARY [--cycles NAME]... [--times NAME]...
                       [--jobs N] [--pattern GLOB]... FOLDER
                       -- COMPILER [ARGUMENTS]
"""

import argparse
import concurrent.futures
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile


def run(command, folder):
    return subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, timeout=300, check=False)


def cycles_in(report):
    findings = json.loads(report.read_text(encoding="utf-8"))["findings"]
    return [finding["message"] for finding in findings]


def is_program(source):
    """Else a test of the compiler's messages, or of what is to compile."""
    text = source.read_text(encoding="utf-8", errors="replace")
    return (not re.search(r"\.(compile|verify|fail)\.", source.name)
            and not re.search(r"dg-do (compile|preprocess)|dg-error", text))


def own_flags(source):
    text = source.read_text(encoding="utf-8", errors="replace")
    found = re.findall(r'dg-(?:additional-)?options "([^"]*)"', text)
    found += re.findall(r"ADDITIONAL_COMPILE_FLAGS(?:\([^)]*\))?: *(.*)", text)
    return [word for words in found for word in shlex.split(words)]


def name_of(source, arguments):
    return source.relative_to(arguments.folder).with_suffix("").as_posix()


def check(source, arguments, folder):
    """One word for what became of it, and what is wrong."""
    name = name_of(source, arguments)
    program = folder / name.replace("/", "-")
    if run(arguments.compiler + own_flags(source) + [str(source.resolve()), "-o", str(program)],
           folder).returncode != 0:
        return "not built", []
    plain = run([program], folder)
    if plain.returncode != 0:
        return "failed alone", []
    report = program.with_name(program.name + ".json")
    verified = run([arguments.refcycle, "verify", "--quiet", "--fail-on=never", "--format=json",
                    "-o", str(report), "--", str(program)], folder)
    program.unlink()
    wrong = []
    if verified.returncode != 0:
        wrong.append(f"status {verified.returncode}: {verified.stderr.decode()[-200:]}")
    same = verified.stdout == plain.stdout and verified.stderr == plain.stderr
    if not same and name not in arguments.times:
        wrong.append("other output")
    cycles = cycles_in(report) if report.exists() else []
    if bool(cycles) != (name in arguments.cycles):
        wrong.append("cycles: " + "; ".join(cycles) if cycles else "its cycle was not found")
    return "run", wrong


def main():
    words = sys.argv[1:]
    split = words.index("--") if "--" in words else len(words)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--refcycle", required=True)
    parser.add_argument("--cycles", action="append", default=[], help="a test that leaks one on purpose")
    parser.add_argument("--times", action="append", default=[], help="a test that prints how long it took")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--pattern", action="append", help="of the sources' names; default: *.cpp")
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args(words[:split])
    arguments.refcycle = str(pathlib.Path(arguments.refcycle).resolve())
    arguments.compiler = words[split + 1:]
    sources = sorted({source for pattern in arguments.pattern or ["*.cpp"]
                      for source in arguments.folder.glob(pattern) if is_program(source)})
    counts = {"run": 0, "not built": 0, "failed alone": 0}
    failures = 0
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        results = pool.map(lambda source: check(source, arguments, pathlib.Path(folder)), sources)
        for source, (state, wrong) in zip(sources, results):
            counts[state] += 1
            failures += bool(wrong)
            if state == "failed alone":
                print(f"{name_of(source, arguments)}: fails by itself")
            for what in wrong:
                print(f"{name_of(source, arguments)}: {what}")
    print(f"{counts['run']} run, {failures} of them different; {counts['not built']} did not compile, "
          f"{counts['failed alone']} fail by themselves")
    return 0 if counts["run"] and not failures else 1


if __name__ == "__main__":
    sys.exit(main())
