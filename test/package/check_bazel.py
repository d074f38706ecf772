# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""usage: check_bazel.py REFCYCLE ROOT WORK

Builds a copy of test/package/bazel/project offline, each action in a sandbox, and
sees that a changed header extracts again what includes it and nothing else.
"""

import pathlib
import re
import shutil
import subprocess
import sys

refcycle, root, work = (pathlib.Path(word).resolve() for word in sys.argv[1:])
if not shutil.which("bazel"):
    print("skipped: bazel (package bazel-bootstrap) is not installed")
    sys.exit(77)

sample = root / "test/package/bazel"
subprocess.run(["chmod", "-R", "u+w", work], stderr=subprocess.DEVNULL)
shutil.rmtree(work, ignore_errors=True)
shutil.copytree(sample / "project", work / "project")
# What Bazel's own toolchains load from other repositories, which nobody can fetch here.
STUBS = {
    "rules_cc/cc": "cc_binary cc_library cc_proto_library cc_toolchain cc_toolchain_suite",
    "rules_java/java": "java_binary java_import java_library java_plugin java_runtime java_test "
                       "java_toolchain java_package_configuration",
    "remote_coverage_tools/": "",
}
local = ""
for place, names in STUBS.items():
    name, package = place.split("/")
    folder = work / "stubs" / place
    folder.mkdir(parents=True)
    (work / "stubs" / name / "WORKSPACE").touch()
    (folder / "BUILD.bazel").write_text(
        'filegroup(name = "coverage_report_generator", visibility = ["//visibility:public"])\n')
    (folder / "defs.bzl").write_text("".join(f"{n} = native.{n}\n" for n in names.split()))
    local += f'local_repository(name = "{name}", path = "{work}/stubs/{name}")\n'
(work / "project/WORKSPACE").write_text(local + f"""
local_repository(name = "refcycle_rules", path = "{root}/packaging/bazel")
load("@refcycle_rules//:refcycle.bzl", "refcycle_repository")
refcycle_repository(name = "refcycle", program = "{refcycle}")
""")


def bazel(*words, status=0):
    done = subprocess.run(
        ["bazel", f"--output_user_root={work}/root", *words], cwd=work / "project",
        capture_output=True, text=True,
    )
    if done.returncode != status:
        sys.exit(f"bazel {words}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def check(condition, what):
    if not condition:
        sys.exit(f"check_bazel.py: {what}")


def test(target, status):
    """The report of the test, and which sources were extracted for it."""
    output = bazel("test", "--jobs=2", "--spawn_strategy=linux-sandbox",
                   "--test_output=all", "--nocache_test_results", f"--explain={work}/explain.txt",
                   "--verbose_explanations", target, status=status)
    why = (work / "explain.txt").read_text()
    done = {pathlib.Path(found).name
            for found in re.findall(r"Executing action 'Extracting ownership facts of (\S+)'", why)}
    return output + why, done


try:
    report, done = test("//app:lib_cycles", 0)
    check(done == {"node.cpp", "other.cpp"}, (done, report))
    report, done = test("//app:app_cycles", 3)  # Bazel's status for a failing test.
    check(done == {"main.cpp"}, (done, report))
    check("app/main.cpp:5" in report or "lib/node.cpp" in report, report)
    check("'Node' keeps itself alive" in report, report)

    header = work / "project/lib/private.h"
    header.write_text(header.read_text() + "// more\n")
    report, done = test("//app:app_cycles", 3)
    check(done == {"node.cpp"}, (done, report))
    source = work / "project/app/main.cpp"
    source.write_text(source.read_text().replace("  N->link(N);\n", ""))
    report, done = test("//app:app_cycles", 0)
    check(done == {"main.cpp"}, (done, report))
finally:
    bazel("shutdown")
