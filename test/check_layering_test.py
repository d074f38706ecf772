#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check_layering.py accepts what the rule allows and rejects what it forbids."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).parent / "check_layering.py"
HEADERS = ["tool/base/Ids.h", "tool/extract/Extractor.h", "tool/graph/Graph.h", "checks/Check.h"]


def check(path, text):
    """Exit status for a small tree to which one file is added."""
    with tempfile.TemporaryDirectory() as root:
        for name, content in [(header, "") for header in HEADERS] + [(path, text)]:
            file = pathlib.Path(root, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
        run = subprocess.run([sys.executable, SCRIPT, root], stdout=subprocess.DEVNULL)
        return run.returncode


class Layering(unittest.TestCase):
    def test_allowed(self):
        for path, text in [
            ("tool/graph/A.cpp", '#include "base/Ids.h"\n#include "Graph.h"\n'),
            ("tool/extract/A.cpp", '#include "clang/AST/Decl.h"\n'),
            ("tool/config/A.cpp", "#include <yaml-cpp/yaml.h>\n"),
            ("tool/cli/A.cpp", '#include "checks/Check.h"\n#include "extract/Extractor.h"\n'),
            ("tool/main.cpp", '#include "llvm/Support/InitLLVM.h"\n'),
            ("checks/A.cpp", '#include "graph/Graph.h"\n#include "llvm/ADT/STLExtras.h"\n'),
            ("runtime/src/a.cpp", "#include <vector>\n"),
        ]:
            with self.subTest(path=path, text=text):
                self.assertEqual(check(path, text), 0)

    def test_forbidden(self):
        for path, text in [
            ("tool/base/A.h", '#include "graph/Graph.h"\n'),
            ("tool/graph/A.cpp", '#include "extract/Extractor.h"\n'),
            ("tool/graph/A.cpp", '#include "../extract/Extractor.h"\n'),
            ("tool/graph/A.cpp", '#  include "clang/AST/Decl.h"\n'),
            ("tool/report/A.cpp", "#include <yaml-cpp/yaml.h>\n"),
            ("tool/main.cpp", '#include "extract/Extractor.h"\n'),
            ("tool/unknown/A.cpp", '#include "base/Ids.h"\n'),
            ("checks/A.cpp", '#include "extract/Extractor.h"\n'),
            ("checks/A.cpp", "#include <fstream>\n"),
            ("runtime/src/a.cpp", '#include "llvm/ADT/STLExtras.h"\n'),
            ("runtime/src/a.cpp", '#include "base/Ids.h"\n'),
            ("runtime/src/a.cpp", '#include "checks/Check.h"\n'),
        ]:
            with self.subTest(path=path, text=text):
                self.assertEqual(check(path, text), 1)


if __name__ == "__main__":
    unittest.main()
