# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""usage: check_package.py BUILD PROJECT WORK CXX

Installs refcycle from BUILD into WORK, and builds a copy of PROJECT with it:
each translation unit is a build step, and only what changed is done again.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

build, project, work = (pathlib.Path(word).resolve() for word in sys.argv[1:4])
compiler = sys.argv[4]


def run(*words, status=0):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True)
    if done.returncode != status:
        sys.exit(f"{words}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def check(condition, what):
    if not condition:
        sys.exit(f"check_package.py: {what}")


def extracted(output):
    return sorted(re.findall(r"Extracting ownership facts of (\S+)", output))


shutil.rmtree(work, ignore_errors=True)
run("cmake", "--install", build, "--prefix", work / "usr", "--component", "tool")
installed = {str(p.relative_to(work / "usr")) for p in (work / "usr").rglob("*") if p.is_file()}
for name in ("bin/refcycle", "include/refcycle/annotations.h", "share/man/man1/refcycle.1", "share/bash-completion/completions/refcycle"):
    check(name in installed, f"{name} is not installed")

source, out = work / "source", work / "out"
shutil.copytree(project, source)
run("cmake", "-G", "Ninja", "-S", source, "-B", out, f"-DCMAKE_PREFIX_PATH={work}/usr",
    f"-DCMAKE_CXX_COMPILER={compiler}")

# The library by itself has no cycle, the program has one.
output = run("cmake", "--build", out, "--target", "refcycle-check-node")
check(extracted(output) == ["lib/node.cpp", "lib/other.cpp"], output)
output = run("cmake", "--build", out, "--target", "refcycle-check-app", status=1)
check(extracted(output) == ["app/main.cpp"], "the library is extracted once:\n" + output)
report = (out / "report.txt").read_text()
check("'Node' keeps itself alive" in report, report)
sarif = json.loads((out / "report.sarif").read_text())
where = sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
check(where["uri"] in ("app/main.cpp", "lib/node.cpp"), where)

# Nothing changed: only the failing step runs again. A source: that unit. A
# header: those that include it.
output = run("cmake", "--build", out, "--target", "refcycle-check-app", status=1)
check(extracted(output) == [], output)
os.utime(source / "lib/other.cpp")
output = run("cmake", "--build", out, "--target", "refcycle-check-app", status=1)
check(extracted(output) == ["lib/other.cpp"], output)
os.utime(source / "lib/node.h")
output = run("cmake", "--build", out, "--target", "refcycle-check-app", status=1)
check(extracted(output) == ["app/main.cpp", "lib/node.cpp"], output)

# Other flags are another unit.
run("cmake", out, "-DCMAKE_CXX_FLAGS=-DFIXED")
output = run("cmake", "--build", out, "--target", "refcycle-check-app")
check(len(extracted(output)) == 3, output)
output = run("cmake", "--build", out, "--target", "refcycle-check-app")
check("no work to do" in output, output)
