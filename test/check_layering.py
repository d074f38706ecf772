#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Fails when an #include breaks the dependency rule of docs/ARCHITECTURE.md.

The link lines say the same; this also sees headers, which link nothing.
usage: check_layering.py [ROOT]
"""

import pathlib
import re
import sys

# Layer -> the layers it may include, besides itself.
ALLOWED = {
    "base": "",
    "config": "base",
    "facts": "base",
    "graph": "base",
    "findings": "base",
    "extract": "base config facts",
    "link": "base config facts graph",
    "evidence": "base facts graph",
    "checks": "base graph findings evidence",
    "policy": "base config graph findings",
    "report": "base graph findings",
    "verify": "base facts findings",
    "tidy": "base config facts findings extract link evidence checks policy",
    "cli": "base config facts graph findings extract link evidence checks policy report verify",
    "main": "base cli",
    "runtime": "",
}
# Library -> the layers that may see it. Checks read values: no streams, no files.
SEES = {
    r"clang(-c)?/": ["extract", "tidy"],
    r"clang-tidy/": ["tidy"],
    r"yaml-cpp/": ["config"],
    r"llvm(-c)?/": [layer for layer in ALLOWED if layer != "runtime"],
    r"([io]?f|io|o)stream$|llvm/Support/(raw_ostream|FileSystem|MemoryBuffer)\.h": [
        layer for layer in ALLOWED if layer != "checks"
    ],
}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)', re.MULTILINE)


def layer_of(root, path):
    parts = path.relative_to(root).parts
    if parts[0] != "tool":
        return parts[0]
    return parts[1] if len(parts) > 2 else path.stem


def included_layer(root, path, include):
    """The layer whose file `include` names, or None if it is none of ours."""
    for base in (path.parent, root / "tool", root):
        found = (base / include).resolve()
        if found.is_file() and found.is_relative_to(root):
            return layer_of(root, found)
    return None


def violations(root, path):
    layer = layer_of(root, path)
    for include in INCLUDE.findall(path.read_text(encoding="utf-8")):
        target = included_layer(root, path, include)
        if target is None:
            if any(re.match(lib, include) and layer not in seers for lib, seers in SEES.items()):
                yield f"{path.relative_to(root)}: {layer} must not include <{include}>"
        elif target != layer and target not in ALLOWED.get(layer, "").split():
            yield f"{path.relative_to(root)}: {layer} must not include {include} of {target}"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__ + "/../..").resolve()
    files = [
        path
        for top in ("tool", "checks", "runtime")
        for path in sorted((root / top).rglob("*"))
        if path.suffix in (".h", ".cpp") and "integration" not in path.parts
    ]
    found = [text for path in files for text in violations(root, path)]
    print("\n".join(found + [f"{len(files)} files, {len(found)} violations"]))
    sys.exit(1 if found or not files else 0)


if __name__ == "__main__":
    main()
