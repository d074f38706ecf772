# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# What structure alone makes of the handles of real libraries. Each file of
# Inputs/real_headers has one field for each handle; its facts are extracted
# with the presets, which say what is right, and with `presets: none`. A library
# that is not installed is named and left out. Prints the table of
# docs/handles.md; --check says whether the page has it and the share is met.

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SOURCES = pathlib.Path(__file__).parent / "Inputs" / "real_headers"
WANTED_SHARE = 0.8
SKIP = 77  # ctest's word for a test that could not run.

# Include folders by pkg-config or glob; where headers stand in /usr/include,
# nothing is needed.
FLAGS = {
    "qt": ["-fPIC", "-I/usr/include/*/qt5", "-I/usr/include/*/qt5/QtCore"],
    "vtk": ["-I/usr/include/vtk-9.*"],
    "itk": ["-I/usr/include/ITK-5.*"],
    "occt": ["-I/usr/include/opencascade"],
    "teuchos": ["-I/usr/include/trilinos"],
    "llvm": ["-I/usr/lib/llvm-22/include"],
    "glib": ["pkg-config glibmm-2.4"],
}
OWNING = {"strong", "unique"}
# A plain pointer keeps nothing alive, as a weak handle does not.
NOT_OWNING = {"weak", "raw"}


def flags_of(library):
    flags = ["-std=c++17"]
    for flag in FLAGS.get(library, []):
        if flag.startswith("pkg-config "):
            shown = subprocess.run(
                ["pkg-config", "--cflags", flag.split()[1]], capture_output=True, text=True
            )
            flags += shown.stdout.split()
        elif "*" in flag:
            root = pathlib.Path("/")
            flags += [f"-I{path}" for path in sorted(root.glob(flag.removeprefix("-I/")))]
        else:
            flags.append(flag)
    return flags


def fields_of(refcycle, library, config):
    """{field: role} as extracted; None if the headers are not there."""
    source = SOURCES / f"{library}.cpp"
    run = subprocess.run(
        [refcycle, "--emit=facts", *config, str(source), "--", *flags_of(library)],
        capture_output=True,
        text=True,
    )
    if "file not found" in run.stdout + run.stderr:
        return None
    if run.returncode:
        sys.exit(f"{source}: {run.stderr}")
    body = re.search(r"^class \S+ name Handles .*?\n(.*?)^}", run.stdout, re.M | re.S)
    return dict(re.findall(r"^  (\w+) (?:no-weak-kind )?(\w+) .*@ ", body.group(1), re.M))


def declared(library):
    """[(field, handle)] in the order of the file."""
    text = (SOURCES / f"{library}.cpp").read_text()
    body = text.split("struct Handles {")[1]
    return [(field, handle) for handle, field in re.findall(r"^  ([\w:]+)<.*> (\w+);", body, re.M)]


def same_kind(preset, structure):
    """Both keep alive, both do not, or both hold callables."""
    return any(preset in kind and structure in kind for kind in (OWNING, NOT_OWNING)) or (
        preset == structure
    )


def table_of(refcycle, folder):
    """The rows, how many handles are recognised, how many there are, and the
    libraries that are not installed."""
    none = pathlib.Path(folder) / "none.yaml"
    none.write_text("presets: none\n")
    rows, good, count, missing = [], 0, 0, []
    for library in sorted(path.stem for path in SOURCES.glob("*.cpp")):
        presets = fields_of(refcycle, library, [])
        if presets is None:
            missing.append(library)
            continue
        structure = fields_of(refcycle, library, [f"--config={none}"])
        for field, handle in declared(library):
            right, seen = presets.get(field), structure.get(field, "nothing")
            if right is None:
                sys.exit(f"{library}: the presets do not know {handle}")
            met = same_kind(right, seen)
            good, count = good + met, count + 1
            rows.append(f"| `{handle}` | {right} | {seen} | {'yes' if met else 'no'} |")
    return rows, good, count, missing


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--refcycle", required=True)
    parser.add_argument("--page", help="the page that has the table")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows, good, count, missing = table_of(shutil.which(arguments.refcycle), folder)
    table = "\n".join(
        ["| handle | preset | structure alone | same |", "|---|---|---|---|", *rows]
    )
    share = f"{good} of {count} handles, {good / count:.0%}"
    print(table, share, sep="\n\n")
    for library in missing:
        print(f"not installed: {library}")
    if good < WANTED_SHARE * count:
        sys.exit(f"structure recognises only {share}")
    if missing:
        return SKIP
    if arguments.page:
        page = pathlib.Path(arguments.page).read_text()
        if table not in page or share not in page:
            sys.exit(f"{arguments.page} does not have this table and '{share}'")
    return 0


if __name__ == "__main__":
    sys.exit(main())
