# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""usage: documented.py ROOT: compares the tables of Options.cpp with the pages about them."""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
source = (root / "tool/cli/Options.cpp").read_text()
page = (root / "docs/command-line.md").read_text()

flags = set(re.findall(r'^    \{"(--?[a-z][a-z-]*)", (?:true|false),', source, re.MULTILINE))
commands = set(re.findall(r'^    \{"([a-z-]+)", Command::', source, re.MULTILINE))
assert len(flags) > 30 and len(commands) > 10, "the tables have another form"

code = " ".join(re.findall(r"`([^`]*)`", page))
# The options of other programs.
named = set(re.findall(r"(?<![\w-])(--?[a-z][a-z-]*)", code)) - {"-load", "-checks", "-name", "-std", "-p"}
problems = [f"{flag} is not documented" for flag in sorted(flags - named) if flag != "-p"]
problems += [f"{flag} is documented, but unknown" for flag in sorted(named - flags - {"--name", "--"})]
problems += [
    f"the command {name} is not documented"
    for name in sorted(commands - {"help"})
    if not re.search(rf"`{name}\b", page)
]
# Completion and the man page name every command, too.
completion = (root / "packaging/refcycle.bash").read_text()
offered = set(re.search(r"COMP_CWORD == 1.*?choices=\"([^\"]*)\"", completion, re.DOTALL)[1].split())
problems += [f"completion and the commands differ in {name}" for name in sorted(offered ^ commands)]
manual = (root / "packaging/refcycle.1").read_text().replace("\\-", "-").split(".SH DESCRIPTION")[0]
problems += [
    f"the man page does not name {name}"
    for name in sorted(commands - {"check", "help"})
    if not re.search(rf"^\.B (refcycle )?{name}\b(?!-)", manual, re.MULTILINE)
]
sys.exit("\n".join(problems) or 0)
