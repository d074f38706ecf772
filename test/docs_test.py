#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the commands of README.md and docs/, and compares what they print.

In a fence tagged `console` a line "$ CMD" is a command, "> " continues it, and
the lines up to the next command are its output, stderr included; a line of
"..." stands for any lines. A fence tagged `LANG file=NAME` is written to NAME.
All fences of a page share one scratch copy of tool/run and docs/examples, so a
later fence uses what an earlier one made. Commands that must not run, such as
installing a package, belong into a fence tagged `sh`.

usage: docs_test.py --refcycle BINARY [--update] [PAGE...]
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^```(?P<tag>\w+)(?P<args>[^\n]*)\n(?P<body>.*?)^```$", re.M | re.S)
END = "--docs-test-end-of-command--"


def commands_of(body):
    """[(command as typed, expected lines)] of one console fence."""
    result = []
    for line in body.splitlines():
        if line.startswith("$ "):
            result.append(([line], []))
        elif line.startswith("> ") and result and not result[-1][1]:
            result[-1][0].append(line)
        elif result:
            result[-1][1].append(line)
        else:
            raise ValueError(f"output before the first command: {line}")
    return result


def run(commands, directory, environment):
    """Runs the commands in one shell; the lines that each of them printed."""
    script = ""
    for typed, _ in commands:
        script += "\n".join(line[2:] for line in typed)
        # A subshell restores $?, so that "$ echo $?" shows the command's own.
        script += f"\nstatus=$?; printf '\\n{END}\\n'; (exit $status)\n"
    shell = subprocess.run(
        ["bash", "-c", "exec 2>&1\n" + script], cwd=directory, env=environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, timeout=600, check=False)
    printed = shell.stdout.split(f"\n{END}\n")
    return [text.rstrip("\n").splitlines() for text in printed[: len(commands)]]


def matches(expected, actual):
    if not expected:
        return not actual
    if expected[0] == "...":
        return any(matches(expected[1:], actual[i:]) for i in range(len(actual) + 1))
    return bool(actual) and expected[0] == actual[0] and matches(expected[1:], actual[1:])


def scratch_copy(directory):
    for name in ("tool/run", "cmake/setup.sh", "docs/examples"):
        source, target = ROOT / name, pathlib.Path(directory, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        elif source.exists():
            shutil.copy(source, target)


def check_page(page, environment):
    """(text with true output, differences, commands run)."""
    text, differences, count, new, last = page.read_text(encoding="utf-8"), [], 0, [], 0
    with tempfile.TemporaryDirectory() as directory:
        scratch_copy(directory)
        for fence in FENCE.finditer(text):
            name = re.search(r"\bfile=(\S+)", fence["args"])
            if name:
                pathlib.Path(directory, name[1]).write_text(fence["body"], encoding="utf-8")
            if fence["tag"] != "console":
                continue
            commands, body = commands_of(fence["body"]), []
            for (typed, expected), actual in zip(commands, run(commands, directory, environment)):
                count += 1
                good = matches(expected, actual)
                body += typed + (expected if good else actual)
                if not good:
                    differences.append("\n".join(
                        typed + [f"  documented: {line}" for line in expected]
                        + [f"  printed:    {line}" for line in actual]))
            new += [text[last:fence.start("body")], "".join(line + "\n" for line in body)]
            last = fence.end("body")
    return "".join(new) + text[last:], differences, count


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--refcycle", required=True, type=pathlib.Path)
    parser.add_argument("--update", action="store_true", help="write the true output into the pages")
    parser.add_argument("pages", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    binary = options.refcycle.resolve()
    environment = dict(os.environ, PATH=f"{binary.parent}{os.pathsep}{os.environ['PATH']}",
                       REFCYCLE=str(binary))
    pages = options.pages or [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    failed = total = 0
    for page in pages:
        if not page.exists():
            continue
        text, differences, count = check_page(page, environment)
        total += count
        failed += len(differences)
        for difference in differences:
            print(f"{page}:\n{difference}\n")
        if options.update and differences:
            page.write_text(text, encoding="utf-8")
    print(f"{total} commands run, {failed} print something else than documented")
    sys.exit(1 if failed and not options.update else 0)


if __name__ == "__main__":
    main()
