# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""usage: check_ci.py REFCYCLE ROOT PROJECT WORK CXX

Runs the steps of the CI examples and of the pre-commit hook, as far as they need
no service: everything behind `run`, `script` and `entry`.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

refcycle, root, project, work = (pathlib.Path(word).resolve() for word in sys.argv[1:5])
compiler = sys.argv[5]
environment = dict(
    os.environ, PATH=f"{refcycle.parent}:{os.environ['PATH']}", CXX=compiler, CMAKE_GENERATOR="Ninja"
)


def check(condition, what):
    if not condition:
        sys.exit(f"check_ci.py: {what}")


def shell(script, **variables):
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=work, env=environment | variables,
        capture_output=True, text=True,
    )
    return done.returncode, done.stdout, done.stderr


def blocks(text):
    """The scripts behind `run: |`."""
    for found in re.finditer(r"^( +)run: \|\n((?:\1  .*\n)+)", text, re.MULTILINE):
        yield found[2]


def github(event):
    configure, look = blocks((root / "docs/ci/github.yml").read_text())
    status, out, err = shell(configure)
    check(status == 0, out + err)
    summary = work / "summary.md"
    status, out, err = shell(look,
                             GITHUB_EVENT_NAME=event, GITHUB_STEP_SUMMARY=str(summary))
    return status, out, summary.read_text() if summary.exists() else out + err


def main():
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(project, work)
    subprocess.run(["git", "init", "-q"], cwd=work, check=True)
    source = work / "main.cpp"
    clean = "#include <memory>\nstruct Node { std::shared_ptr<Node> next; };\nint main() {\n"
    old = "  auto N = std::make_shared<Node>();\n  N->next = N;\n"
    new = "struct Fresh { std::shared_ptr<Fresh> self; };\n"
    source.write_text(clean + old + "}\n")

    status, out, summary = github("push")
    check(status == 1 and "::error file=main.cpp" in out, (status, out, summary))
    check("1 finding" in summary, summary)
    check((work / ".refcycle/base.txt").exists(), "no state was kept")
    status, out, summary = github("pull_request")
    check(status == 0 and "nothing new" in summary and "::" not in out, (status, out, summary))
    source.write_text(clean + old + "}\n" + new
                      + "void f() { auto F = std::make_shared<Fresh>(); F->self = F; }\n")
    status, out, summary = github("pull_request")
    check(status == 1 and out.count("::error file") == 1 and "Fresh" in out, (status, out, summary))
    check(json.loads((work / "refcycle.sarif").read_text())["version"] == "2.1.0", "no SARIF")

    lines = re.findall(r"^    - (.*)$", (root / "docs/ci/gitlab.yml").read_text(), re.MULTILINE)
    check(len(lines) == 2, lines)
    status, out, err = shell("\n".join(lines))
    check(status == 1 and "warning:" in out, out + err)
    quality = json.loads((work / "gl-code-quality-report.json").read_text())
    check([f["location"]["path"] for f in quality] == ["main.cpp"] * 2, quality)

    (entry,) = re.findall(r"^  entry: (.*)$", (root / ".pre-commit-hooks.yaml").read_text(), re.MULTILINE)
    (work / "head.h").write_text("#pragma once\nstruct Harmless {};\n")
    status, out, err = shell(f"{entry} main.cpp head.h")
    check(status == 1 and out.count("warning:") == 2, out + err)
    status, out, err = shell(f"{entry} head.h")
    check(status == 0 and out + err == "", out + err)


main()
