# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The work of cycles.h for CPython. A full collection is the time inside
# gc.collect() alone, less what it takes over the interpreter's own objects.
# Churn is what a Python program pays, interpreter included, so this also prints
# `interpreter`: the same loop without cycles and with the collector off.
# `bytes` is what sys says of one object with two slots, header included.

import gc
import statistics
import sys
import time


class Node:
    __slots__ = ("first", "second")


def median_time(repetitions, operations, body):
    body()
    times = []
    for _ in range(repetitions):
        start = time.thread_time_ns()
        body()
        times.append((time.thread_time_ns() - start) / operations)
    return statistics.median(times)


def choose_edges(count, near):
    state = 7
    for i in range(count):
        state = state * 48271 % 2147483647
        yield min(count - 1, i + state % 64) if near else state % count


def build_graph(count, near):
    objects = [Node() for _ in range(count)]
    for i, target in enumerate(choose_edges(count, near)):
        objects[i].first = objects[i - 1]
        objects[i].second = objects[target]
    return objects


def time_full(count, near, repetitions):
    nothing_else = median_time(repetitions, count, gc.collect)
    objects = build_graph(count, near)
    result = median_time(repetitions, count, gc.collect) - nothing_else
    for o in objects:
        o.first = o.second = None
    return result


def make_cycles(pairs):
    for _ in range(pairs):
        x = Node()
        y = Node()
        x.first = y
        y.first = x
        x.second = x
        y.second = y


def make_pairs(pairs):
    for _ in range(pairs):
        x = Node()
        y = Node()
        x.first = None
        y.first = None
        x.second = None
        y.second = None


def report(name, value):
    print(f"{name} {value:.4f}", flush=True)


def main():
    pairs = 200_000
    report("bytes", sys.getsizeof(Node()))
    report("churn", median_time(5, 2 * pairs, lambda: make_cycles(pairs)))
    gc.disable()
    report("interpreter", median_time(5, 2 * pairs, lambda: make_pairs(pairs)))
    gc.enable()
    gc.collect()
    report("full_10k", time_full(10_000, False, 51))
    report("full_1m", time_full(1_000_000, False, 5))
    report("full_1m_local", time_full(1_000_000, True, 5))


if __name__ == "__main__":
    main()
