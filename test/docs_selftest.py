#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""docs_test.py accepts true pages, rejects untrue ones, and repairs them."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).parent / "docs_test.py"


def check(text, *options):
    """(exit status, the page afterwards) for a page that holds `text`."""
    with tempfile.TemporaryDirectory() as directory:
        page = pathlib.Path(directory, "page.md")
        page.write_text(text)
        run = subprocess.run(
            [sys.executable, SCRIPT, "--refcycle", "/bin/true", *options, page],
            stdout=subprocess.DEVNULL, check=False)
        return run.returncode, page.read_text()


class Docs(unittest.TestCase):
    def test_true_output_passes(self):
        self.assertEqual(check("```console\n$ echo a; echo b\na\nb\n```\n")[0], 0)

    def test_other_output_fails(self):
        self.assertEqual(check("```console\n$ echo a\nb\n```\n")[0], 1)

    def test_missing_and_surplus_lines_fail(self):
        self.assertEqual(check("```console\n$ echo a\n```\n")[0], 1)
        self.assertEqual(check("```console\n$ true\na\n```\n")[0], 1)

    def test_stderr_counts(self):
        self.assertEqual(check("```console\n$ echo a >&2\na\n```\n")[0], 0)

    def test_ellipsis_stands_for_any_lines(self):
        self.assertEqual(check("```console\n$ seq 5\n1\n...\n5\n```\n")[0], 0)
        self.assertEqual(check("```console\n$ seq 5\n1\n...\n6\n```\n")[0], 1)

    def test_exit_status_of_the_command_before(self):
        self.assertEqual(check("```console\n$ false\n$ echo $?\n1\n```\n")[0], 0)

    def test_a_fence_can_be_a_file(self):
        page = "```cpp file=a.cpp\nint a;\n```\n```console\n$ cat a.cpp\nint a;\n```\n"
        self.assertEqual(check(page)[0], 0)

    def test_continued_command(self):
        self.assertEqual(check("```console\n$ echo a \\\n> b\na b\n```\n")[0], 0)

    def test_other_fences_do_not_run(self):
        self.assertEqual(check("```sh\n$ exit 1\n```\n")[0], 0)

    def test_update_writes_the_true_output_and_keeps_the_rest(self):
        status, page = check("x\n```console\n$ echo a\nb\n$ seq 3\n...\n3\n```\ny\n", "--update")
        self.assertEqual(status, 0)
        self.assertEqual(page, "x\n```console\n$ echo a\na\n$ seq 3\n...\n3\n```\ny\n")


if __name__ == "__main__":
    unittest.main()
