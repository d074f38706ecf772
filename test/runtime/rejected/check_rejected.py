#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks that a program is refused, and refused with the sentence it names.

check_rejected.py SOURCE COMPILER [ARGUMENT...]

The sentence stands in the source after "// error: ".
"""
import re
import subprocess
import sys


def main(source, *command):
    with open(source) as file:
        wanted = re.search(r"^// error: (.*)$", file.read(), re.M).group(1)
    done = subprocess.run([*command, "-fsyntax-only", source],
                          capture_output=True, text=True)
    if done.returncode == 0:
        sys.exit(f"{source} was accepted")
    # Compilers break long messages differently; words are what counts.
    if wanted not in " ".join(done.stderr.split()):
        sys.exit(f"{source}: no '{wanted}' in\n{done.stderr}")


if __name__ == "__main__":
    main(*sys.argv[1:])
