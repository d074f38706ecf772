#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Validates SARIF reports of every kind against the official schema.

usage: sarif_schema.py REFCYCLE NODE_MODULES

The schema is the one in the npm package @microsoft/jest-sarif, below NODE_MODULES;
without it, or without Python's jsonschema, the test is skipped (exit status 77).
"""

import json
import pathlib
import subprocess
import sys
import tempfile

SCHEMA = "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"

SOURCES = {
    # A cycle of members with a fix, one of a closure, and one that is accepted.
    "cycles.cpp": """
#include <functional>
#include <memory>
#include <vector>
struct Kid;
struct Tree { std::vector<std::shared_ptr<Kid>> kids; };
struct Kid { std::shared_ptr<Tree> tree; };
struct Session : std::enable_shared_from_this<Session> {
  std::function<void()> on_close;
  ~Session() { on_close = nullptr; }
  void start() { on_close = [self = shared_from_this()] {}; }
};
struct Node { std::shared_ptr<Node> next; };
int main() {
  auto tree = std::make_shared<Tree>();
  auto kid = std::make_shared<Kid>();
  tree->kids.push_back(kid);
  kid->tree = tree;
  std::make_shared<Session>()->start();
  auto node = std::make_shared<Node>();
  node->next = node; // NOLINT(refcycle-*)
}
""",
    "with space.cpp": "int n = missing;\n",
    "quiet.cpp": "int n;\n",
}

RUNS = {
    "findings": ["cycles.cpp"],
    "baseline": ["--baseline=old.json", "cycles.cpp"],
    "possible": ["--min-confidence=possible", "cycles.cpp"],
    "incomplete": ["with space.cpp", "gone.cpp", "cycles.cpp"],
    "empty": ["quiet.cpp"],
}


def report(refcycle, folder, words):
    done = subprocess.run([refcycle, "--quiet", "--format=sarif", *words, "--", "-std=c++17"], cwd=folder,
                          capture_output=True, text=True)
    if done.returncode not in (0, 1, 2):
        sys.exit(f"{words}: exit status {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def expect_all_kinds(reports):
    """The reports have what is to be validated."""
    text = json.dumps(reports)
    for key in ("fixes", "suppressions", "baselineState", "codeFlows", "relatedLocations",
                "toolExecutionNotifications", "partialFingerprints"):
        if f'"{key}"' not in text:
            sys.exit(f"no report has '{key}'")


def main():
    refcycle, modules = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    try:
        import jsonschema
        schema = json.loads((modules / SCHEMA).read_text())
    except (ImportError, FileNotFoundError) as error:
        print(f"skipped: {error}")
        sys.exit(77)
    validator = jsonschema.validators.validator_for(schema)(schema)

    with tempfile.TemporaryDirectory() as folder:
        for name, text in SOURCES.items():
            pathlib.Path(folder, name).write_text(text)
        subprocess.run([refcycle, "--quiet", "--write-baseline=old.json", "cycles.cpp", "--", "-std=c++17"],
                       cwd=folder, stdout=subprocess.DEVNULL)
        reports = {name: report(refcycle, folder, words) for name, words in RUNS.items()}

    expect_all_kinds(reports)
    wrong = [f"{name}: {'/'.join(map(str, error.path))}: {error.message[:200]}"
             for name, value in reports.items() for error in validator.iter_errors(value)]
    # The schema itself must be able to say no.
    reports["findings"]["runs"][0]["results"][0]["level"] = "fatal"
    if validator.is_valid(reports["findings"]):
        wrong.append("the schema accepts a level that does not exist")
    print("\n".join(wrong) or f"{len(reports)} reports are valid")
    sys.exit(1 if wrong else 0)


main()
