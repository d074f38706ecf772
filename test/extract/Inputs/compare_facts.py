#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""compare_facts.py A B: do two facts texts say the same about the user's code?

Order does not count, nor do entities of system headers, and special members
that nobody wrote: a library's body that is skipped does not define them.
Prints what only one side says; exit status 1 if there is anything.
"""

import contextlib
import io
import sys

import effects


def is_implicit(facts, head, place):
    owner = facts.records.get(head[head.index("of") + 1]) if "of" in head else None
    if owner is None:
        return False
    name, own_name = head[head.index("name") + 1], owner[0][owner[0].index("name") + 1]
    inherits = "ctor" in head and name.split("<")[0].split("::")[-1] not in own_name
    return owner[1] == place or inherits


def statements(path):
    with open(path, encoding="utf-8") as file:
        facts = effects.Facts(file)
    found = set()

    def collect(write, *args):
        text = io.StringIO()
        with contextlib.redirect_stdout(text):
            write(*args)
        if text.getvalue():
            found.add(text.getvalue())

    for key in facts.records:
        collect(effects.print_record, facts, key)
    for key, (head, place, lines) in facts.functions.items():
        if lines and not is_implicit(facts, head, place):
            collect(effects.print_function, facts, key)
    return found


def main():
    one, other = (statements(path) for path in sys.argv[1:3])
    for side, only in (("-", one - other), ("+", other - one)):
        for text in sorted(only):
            print("".join(f"{side} {line}\n" for line in text.splitlines()))
    print(f"{len(one & other)} the same, {len(one ^ other)} not")
    return one != other


if __name__ == "__main__":
    sys.exit(main())
