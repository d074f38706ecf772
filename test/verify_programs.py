#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs ordinary programs with and without the verifier, and compares.

Each must print the same bytes, end with the same status and leave no cycle.
A program that is not installed is named and left out; with none left, the
script fails. Prints the times of both runs.

usage: verify_programs.py --refcycle BINARY [NAME...]
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

SOURCE = """
#include <map>
#include <memory>
#include <regex>
#include <string>
int main() {
  std::map<std::string, std::shared_ptr<std::regex>> all;
  all["a"] = std::make_shared<std::regex>("a+b");
  return std::regex_match("aab", *all["a"]) ? 0 : 1;
}
"""
# Name -> command, in a fresh folder with a.cpp, CMakeLists.txt and build.ninja.
PROGRAMS = {
    "git": ["git", "-C", "repository", "log", "--stat"],
    "git-grep": ["git", "-C", "repository", "grep", "-n", "shared"],
    "cmake": ["cmake", "-S", ".", "-B", "out", "-G", "Ninja"],
    "ninja": ["ninja", "-f", "build.ninja", "-n", "-v"],
    "python3": ["python3", "-c", "import json, re, gc; print(json.dumps({'a': gc.get_count() != 0}))"],
    "gdb": ["gdb", "-nx", "-batch", "-ex", "info functions main", "./a.out"],
    "clang++": ["clang++-22", "-std=c++20", "-O1", "-c", "a.cpp", "-o", "-"],
    "g++": ["g++", "-std=c++20", "-O1", "-S", "a.cpp", "-o", "-"],
    "bash": ["bash", "-c", "for i in 1 2 3; do echo $i | sed s/2/two/; done"],
    "sort": ["sort", "--parallel=2", "a.cpp"],
}


def prepare(folder):
    (folder / "a.cpp").write_text(SOURCE, encoding="utf-8")
    (folder / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.20)\nproject(a CXX)\nadd_executable(a a.cpp)\n", encoding="utf-8")
    (folder / "build.ninja").write_text(
        "rule copy\n  command = cp $in $out\nbuild b.cpp: copy a.cpp\n", encoding="utf-8")
    (folder / "empty.cpp").write_text("int main() { return 0; }\n", encoding="utf-8")
    subprocess.run(["g++", "-g", "empty.cpp"], cwd=folder, check=True)
    if not shutil.which("git"):
        return
    repository = folder / "repository"
    subprocess.run(["git", "init", "-q", repository], check=True)
    shutil.copy(folder / "a.cpp", repository)
    subprocess.run(["git", "-C", repository, "add", "."], check=True)
    subprocess.run(["git", "-C", repository, "-c", "user.name=a", "-c", "user.email=a@b",
                    "commit", "-qm", "one"], check=True)


def run(command, folder):
    shutil.rmtree(folder / "out", ignore_errors=True)
    begin = time.monotonic()
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, timeout=300, check=False)
    return done, time.monotonic() - begin


def without_times(text):
    """CMake prints how long it took; everything else has to be equal."""
    return [line for line in text.splitlines() if b"done (" not in line]


def check(name, command, refcycle, folder):
    plain, plain_time = run(command, folder)
    verified, verified_time = run([refcycle, "verify", "--output=" + str(folder / "report"), "--"] + command, folder)
    problems = []
    if plain.returncode != 0:
        problems.append(f"the plain run ends with {plain.returncode}")
    if without_times(plain.stdout) != without_times(verified.stdout):
        problems.append("prints something else")
    if verified.returncode != 0:
        problems.append(f"verify ends with {verified.returncode}: {verified.stderr.decode()[-400:]}")
    if b"no cycle leaked" not in verified.stderr:
        problems.append("was not checked")
    print(f"{name:10} {plain_time:7.3f} s plain {verified_time:7.3f} s verified  "
          + ("; ".join(problems) or "same"))
    return not problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--refcycle", required=True, type=os.path.abspath)
    parser.add_argument("names", nargs="*", default=[])
    options = parser.parse_args()
    count = bad = 0
    with tempfile.TemporaryDirectory() as directory:
        folder = pathlib.Path(directory)
        prepare(folder)
        for name, command in PROGRAMS.items():
            if options.names and name not in options.names:
                continue
            if not shutil.which(command[0]):
                print(f"{name:10} not installed, left out")
                continue
            count += 1
            bad += not check(name, command, options.refcycle, folder)
    print(f"{count} programs, {bad} behave otherwise")
    sys.exit(1 if bad or not count else 0)


if __name__ == "__main__":
    main()
