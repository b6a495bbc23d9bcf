# SPDX-License-Identifier: GPL-3.0-or-later
"""PISA as a peer of the benchmark: `pisa.py MODULE build DIR THREADS FILE...`, `pisa.py MODULE serve DIR`.

MODULE is the compiled module that a Python package of PISA brings along, libtbb.so.2 beside it. It has no positions, filters, counts or stored
text, so it is asked for the best of any or of all words alone. A query is run REPEATS times in one call, and the time is
their mean: what the call itself takes (a copy of the term processor, Python) is not PISA's.
"""
import ctypes
import importlib.util
import os
import struct
import sys
import time

BM25 = {"scorer_name": "bm25", "bm25_k1": 1.2, "bm25_b": 0.75}


def load(path):
    ctypes.CDLL(os.path.join(os.path.dirname(path), "libtbb.so.2"), mode=ctypes.RTLD_GLOBAL)
    spec = importlib.util.spec_from_file_location("_pisathon", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def prepare(pisa, folder):
    context = pisa.RetrievalContext()
    pisa.prepare_index(context, folder, encoding="block_simdbp", stemmer="porter2", block_size=128, **BM25)
    return context


def build(pisa, folder, threads, files):
    os.makedirs(folder)
    source = os.path.join(folder, "source")
    number = 0
    with open(source, "w", encoding="utf-8") as out:
        for file in files:
            with open(file, encoding="utf-8") as lines:
                for line in lines:
                    out.write(f"d{number} " + line.split("\t", 4)[4])
                    number += 1
    pisa.index(source, folder, "porter2", 100000, threads)
    os.remove(source)
    prepare(pisa, folder)
    for name in os.listdir(folder):  # what only the building needed
        if name.startswith(("fwd", "inv")) and name not in ("fwd.termlex", "fwd.doclex"):
            os.remove(os.path.join(folder, name))


def translate(query):
    """(algorithm, words), or None where it has nothing of the kind."""
    if '"' in query or "*" in query or ":" in query or " -" in query or query.startswith("-"):
        return None
    words = query.split()
    must = [w for w in words if w.startswith("+")]
    if must and len(must) != len(words):
        return None
    return "block_max_ranked_and" if must else "block_max_wand", query.replace("+", "")


def serve(pisa, folder):
    context = prepare(pisa, folder)
    print("ready", flush=True)
    for line in sys.stdin:
        command, query = line.rstrip("\n").split("\t")
        asked = translate(query) if command in ("TOP_10", "TOP_100") else None
        if not asked:
            print("UNSUPPORTED", flush=True)
            continue
        limit = int(command[4:])
        buffers = [bytearray(limit * width) for width in (4, 8, 4, 4)]
        times = [time.perf_counter_ns()]
        for queries in ([], [(0, asked[1])]):
            count = pisa.retrieve(context, asked[0], queries, limit, 1, 0, 0, *buffers)
            times.append(time.perf_counter_ns())
        took = max(1, times[2] - 2 * times[1] + times[0])
        best = struct.unpack_from("f", buffers[3])[0] if count else 0
        for address in struct.unpack_from(f"{count}Q", buffers[1]):
            ctypes.pythonapi.Py_DecRef(ctypes.c_void_p(address))
        print(f"{count}\t{took}\t{best}", flush=True)


def main():
    pisa = load(sys.argv[1])
    if sys.argv[2] == "build":
        build(pisa, sys.argv[3], int(sys.argv[4]), sys.argv[5:])
    else:
        serve(pisa, sys.argv[3])


main()
