# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""usage: check_deb.py BUILD WORK: the .deb of the tool has what it should, and runs."""

import pathlib
import shutil
import subprocess
import sys

build, work = (pathlib.Path(word).resolve() for word in sys.argv[1:])


def run(*words):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{words}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


if not shutil.which("dpkg-shlibdeps"):
    print("skipped: dpkg-shlibdeps (package dpkg-dev) is not installed")
    sys.exit(77)
shutil.rmtree(work, ignore_errors=True)
work.mkdir(parents=True)
run("cpack", "-G", "DEB", "-D", "CPACK_COMPONENTS_ALL=tool", "-B", work,
    "--config", build / "CPackConfig.cmake")
(package,) = work.glob("refcycle_*.deb")
fields = run("dpkg-deb", "-f", package, "Depends", "Description", "Section")
for wanted in ("libclang-common-22-dev", "libclang-cpp22", "reference cycles", "devel"):
    if wanted not in fields:
        sys.exit(f"the package does not say {wanted}:\n{fields}")
run("dpkg-deb", "-x", package, work / "root")
(program,) = (work / "root").rglob("bin/refcycle")
(work / "a.cpp").write_text(
    "#include <memory>\nstruct N { std::shared_ptr<N> n; };\n"
    "void f() { auto x = std::make_shared<N>(); x->n = x; }\n"
)
done = subprocess.run([program, "a.cpp", "--"], cwd=work, capture_output=True, text=True)
if done.returncode != 1 or "refcycle-keep-alive" not in done.stdout:
    sys.exit(f"the packaged program finds nothing: {done}")
