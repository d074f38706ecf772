#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks that a program is refused, and refused with the words it names.

check_rejected.py SOURCE COMPILER [ARGUMENT...]

The words stand in the source after "// error: ", each on a line of their own.
"""
import re
import subprocess
import sys


def main(source, *command):
    with open(source) as file:
        wanted = re.findall(r"^// error: (.*)$", file.read(), re.M)
    done = subprocess.run([*command, "-fsyntax-only", source],
                          capture_output=True, text=True)
    if done.returncode == 0:
        sys.exit(f"{source} was accepted")
    # Compilers break long messages differently; words are what counts.
    said = " ".join(done.stderr.split())
    missing = [words for words in wanted if words not in said]
    if missing or not wanted:
        sys.exit(f"{source}: no {missing} in\n{done.stderr}")


if __name__ == "__main__":
    main(*sys.argv[1:])
