#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Adds up ctest's JUnit reports: names what was skipped, then prints one line.

Fails when a test failed, or when a report is missing or ran no test.
"""

import collections
import sys
import xml.etree.ElementTree

KINDS = {"run": "passed", "fail": "failed", "notrun": "skipped", "disabled": "skipped"}


def main():
    total, good = collections.Counter(), True
    for path in sys.argv[1:]:
        count = collections.Counter()
        try:
            for case in xml.etree.ElementTree.parse(path).iter("testcase"):
                kind = KINDS.get(case.get("status"), "failed")
                # A program that was not built is reported like a skipped one.
                if "Unable to find" in (case.findtext("system-out") or "")[:80]:
                    kind = "failed"
                count[kind] += 1
                if kind == "skipped":
                    print(f"skipped: {case.get('name')}")
        except (OSError, xml.etree.ElementTree.ParseError) as error:
            print(f"{path}: {error}")
        if count["passed"] + count["failed"] == 0:
            print(f"{path}: no test ran")
            count["failed"] += 1
        total += count
        good = good and not count["failed"]
    skipped = f", {total['skipped']} skipped" if total["skipped"] else ""
    print(f"{total['passed']} passed, {total['failed']} failed{skipped}")
    sys.exit(0 if good and total else 1)


if __name__ == "__main__":
    main()
