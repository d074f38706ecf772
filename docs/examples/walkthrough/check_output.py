#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares a walk-through program's output with what the document shows.

check_output.py DOCUMENT NAME PROGRAM [--update]

The document shows the output of 01_names in the first fenced block after the
line that links to 01_names.cpp. With --update the block is rewritten instead.
"""
import re
import subprocess
import sys


def main(document, name, program, *flags):
    printed = subprocess.run([program], capture_output=True, text=True,
                             check=True).stdout
    with open(document) as file:
        text = file.read()
    block = re.compile(r"(\(examples/walkthrough/" + re.escape(name) +
                       r"\.cpp\).*?```\n)(.*?)(```\n)", re.DOTALL)
    found = block.search(text)
    if not found:
        sys.exit(f"{document}: no output block for {name}")
    if "--update" in flags:
        new = text[:found.start(2)] + printed + text[found.end(2):]
        with open(document, "w") as file:
            file.write(new)
    elif found.group(2) != printed:
        sys.exit(f"{document} shows for {name}:\n{found.group(2)}\n"
                 f"but it prints:\n{printed}")


if __name__ == "__main__":
    main(*sys.argv[1:])
