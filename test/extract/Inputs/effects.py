#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Folds `refcycle --emit=facts` into what tests of extraction are about.

One line per slot and per effect, registers replaced by what they stand for:

  class Session
    next: strong Handler
    on_close: function
  Session::open#1 in Session::open        closures by creator and order
    self: strong Session
  fn Session::open(h: value Handler)
    local guard destroys Guard
    local file ends                       with it, what the handle holds
    this.next = h [strong]                = assign, := init, += insert
    Session::open#1.self := this [strong]
    clear null this.next
    Handler::close(h)                     a call; virtual, copied as a suffix
    return new Node'2                     the second Node of the function

Entities of system headers, functions without a body and keys of elements are
left out.
"""

import re
import sys
from collections import Counter, defaultdict

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[(),]|[^\s(),"]+')


def words(line):
    return [unquoted(word) for word in TOKEN.findall(line)]


def unquoted(word):
    return re.sub(r"\\(.)", r"\1", word[1:-1]) if word.startswith('"') else word


def split_place(tokens):
    """The statement without ` @ file:line:column` and ` {`."""
    if tokens and tokens[-1] == "{":
        tokens = tokens[:-1]
    return (tokens[:-2], tokens[-1]) if tokens[-2:-1] == ["@"] else (tokens, "")


def short_global(key):
    return "global " + "::".join(
        part for part in re.findall(r"@(?:[SNFUE]@)?([A-Za-z_]\w*)(?![\w./])", key)
    )


class Facts:
    def __init__(self, lines):
        self.records, self.functions, self.conversions = {}, {}, []
        lines = iter(lines)
        for line in lines:
            head, place = split_place(words(line))
            body = []
            if line.rstrip().endswith("{"):
                for inner in lines:
                    if inner.rstrip() == "}":
                        break
                    body.append(inner)
            if head[:1] == ["fn"]:
                self.functions[head[1]] = (head, place, body)
            elif head[:1] == ["convert"]:
                self.conversions.append(head[1:])
            elif head[:1] not in (["tu"], ["read"], ["nolint"], ["used"]):
                self.records[head[1]] = (head, place, body)
        self.names = {}
        closures = defaultdict(list)
        for key, (head, place, _) in self.records.items():
            self.names[key] = head[head.index("name") + 1] if "name" in head else key
            if "creator" in head:
                where = [int(n) for n in place.split(":")[-2:]]
                closures[head[head.index("creator") + 1]].append((where, key))
        for creator, found in closures.items():
            for order, (_, key) in enumerate(sorted(found), 1):
                self.names[key] = (creator, order)

    def name(self, key):
        name = self.names.get(key, key)
        if isinstance(name, tuple):
            return f"{self.function_name(name[0])}#{name[1]}"
        return name

    def function_name(self, key):
        if key not in self.functions:
            return key
        head = self.functions[key][0]
        name = head[head.index("name") + 1] if "name" in head else key
        if "deferred" in head and "of" in head:
            return self.name(head[head.index("of") + 1])
        return re.sub(r"(?<=.)\(.*\)$", "", name) if name[0] != "(" else name

    def is_system(self, head):
        return "system" in head[2:]


# Flags of slots that say nothing of ownership.
FOR_ADVICE = ("no-weak-kind", "whole")


def print_record(facts, key):
    head, _, fields = facts.records[key]
    if facts.is_system(head):
        return
    kind = head[0]
    text = f"{kind} {facts.name(key)}"
    if "creator" in head:
        text += f" in {facts.function_name(head[head.index('creator') + 1])}"
    if "invoke" in head and kind == "bind":
        text += f" calls {facts.function_name(head[head.index('invoke') + 1])}"
    if ":" in head:
        bases = [facts.name(t) for t in head[head.index(":") + 1 :] if t != ","]
        text += " : " + ", ".join(bases)
    for flag in ("incomplete", "polymorphic", "local", "cell"):
        text += f" {flag}" if flag in head[2:] else ""
    print(text)
    for field in fields:
        tokens, _ = split_place(words(field))
        tokens = [t for t in tokens if t not in FOR_ADVICE]
        rest = [facts.name(t) if t in facts.names else t for t in tokens[1:]]
        print(f"  {tokens[0]}: {' '.join(rest).replace(' ,', ',')}")


STORES = {"assign": "=", "init": ":=", "insert": "+="}
INSTR_FLAGS = ("virtual", "element", "not", "copied")


class Body:
    def __init__(self, facts, keys):
        self.facts, self.values, self.allocated = facts, {}, Counter()
        self.keys = keys  # The parameters that carry no object.

    def text(self, register):
        return self.values.get(register, register)

    def fold(self, line):
        """The effect of one instruction, or None."""
        tokens, _ = split_place(words(line))
        if tokens[1:2] == ["="]:
            self.values[tokens[0]] = value = self.value(tokens[2:])
            return value if tokens[2] in ("call", "invoke") else None
        args = [self.text(t) for t in tokens]
        if tokens[0] == "store":
            if args[1] == args[3] and tokens[4] == "init":
                return None  # A parameter moves into the variable it is.
            return f"{args[1]} {STORES[tokens[4]]} {args[3]} [{tokens[5]}]"
        if tokens[0] == "clear":
            return f"clear {tokens[2]} {args[1]}"
        if tokens[0] in ("call", "invoke"):
            return self.value(tokens)
        return " ".join(args)

    def value(self, tokens):
        op, facts = tokens[0], self.facts
        flags = [f for f in INSTR_FLAGS if f in tokens[1:]]
        tokens = [t for t in tokens if t not in flags]
        if op in ("this", "null"):
            return op
        if op == "key" or op == "param" and tokens[1] in self.keys:
            return "_"
        if op in ("param", "var"):
            return tokens[1]
        if op == "global":
            return short_global(tokens[1])
        if op == "unknown":
            return f"unknown {facts.name(tokens[1]) if tokens[1:] else ''}".strip()
        if op == "alloc":
            return self.allocation(tokens[1], facts.name(tokens[2]))
        if op == "cast":
            return f"{self.text(tokens[1])} as {facts.name(tokens[2])}"
        if op == "slot":
            return f"{self.text(tokens[1])}.{tokens[3]}"
        if op == "load":
            return self.text(tokens[1]) + ("[]" if flags else "")
        if op == "copy":
            return f"copy({self.text(tokens[1])})"
        opened = tokens.index("(")
        given = [self.text(t) for t in tokens[opened + 1 : -1] if t != ","]
        if op == "join":
            return f"({' | '.join(given)})"
        if op == "invoke":
            callee, receiver = self.text(tokens[1]), []
        else:
            callee = facts.function_name(tokens[opened - 1])
            receiver = [self.text(tokens[1])] if opened == 3 else []
        prefix = "invoke " if op == "invoke" else ""
        return f"{prefix}{callee}({', '.join(receiver + given)})" + "".join(
            f" {f}" for f in flags
        )

    def allocation(self, kind, name):
        prefix = "new " if kind == "heap" else ""
        self.allocated[name] += 1
        order = self.allocated[name]
        return prefix + name + (f"'{order}" if order > 1 else "")


def print_function(facts, key):
    head, _, lines = facts.functions[key]
    if facts.is_system(head) or not lines and "nobody" in head:
        return
    opened = head.index("(")
    closed = head.index(")", opened)
    params, current, keys = [], [], set()
    for token in head[opened + 1 : closed] + [","]:
        if token != ",":
            current.append(facts.name(token) if token in facts.names else token)
        elif current:
            params.append(": ".join([current[0], " ".join(current[1:])]).strip(": "))
            keys |= set(current) if len(current) == 1 else set()
            current = []
    tail = head[closed + 1 :]
    text = f"fn {facts.function_name(key)}({', '.join(params)})"
    if "overrides" in tail:
        over = [facts.function_name(t) for t in tail[tail.index("overrides") + 1 :] if t != ","]
        text += " overrides " + ", ".join(over)
    for flag in ("addressed", "coroutine", "internal", "main", "called-in-time"):
        text += f" {flag}" if flag in tail else ""
    print(text)
    body, depth = Body(facts, keys), 1
    for line in lines:
        tokens, _ = split_place(words(line))
        if tokens[0] == "local":
            if "destroys" in tokens:
                print(f"  local {tokens[1]} destroys {facts.name(tokens[-1])}")
            elif "ends" in tokens[2:]:
                print(f"  local {tokens[1]} ends")
            continue
        if tokens[0] == "}":
            depth -= 1
            effect = " ".join(tokens)
        else:
            effect = body.fold(line)
        if effect is not None:
            opens = " {" if line.rstrip().split(" @ ")[0].endswith("{") or line.rstrip().endswith("{") else ""
            print("  " * depth + effect + opens)
            depth += bool(opens)


def main():
    facts = Facts(sys.stdin)
    for key in facts.records:
        print_record(facts, key)
    for derived, base in facts.conversions:
        print(f"convert {facts.name(derived)} -> {facts.name(base)}")
    for key, (head, _, lines) in facts.functions.items():
        # Of what is only declared, what the declaration promises.
        if lines or {"noescape", "kept", "called-in-time"} & set(head):
            print_function(facts, key)


if __name__ == "__main__":
    main()
