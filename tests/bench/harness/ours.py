# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured of ofsearch alone: a search from a shell, and the commit of one changed report."""
import json
import os
import shutil
import subprocess
import time

from .measure import median

QUERIES = ("missing children", '"care leavers" accommodation', "social OR workers OR supervision")


def milliseconds(times):
    return {"best": round(min(times) * 1e3, 2), "median": round(median(times) * 1e3, 2)}


def run(command):
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    if done.returncode > 1:
        raise SystemExit(f"{' '.join(command)} failed with {done.returncode}")
    return time.perf_counter() - start


def shell(program, folder, rounds):
    """From the start of the process to its end, ten hits printed."""
    return {query: milliseconds([run([program, "-i", folder, "-n", "10", query]) for _ in range(rounds)])
            for query in QUERIES}


def commits(program, folder, corpus, scratch, rounds):
    """One report of the corpus, another word in it each time, into a copy of the index."""
    with open(corpus.parts("jsonl")[0], encoding="utf-8") as lines:
        first = [json.loads(next(lines))]
        for line in lines:
            first.append(json.loads(line))
            if first[-1].get("report") != first[0].get("report"):
                break
    report = first[:-1] or first
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(folder, os.path.join(scratch, "index"))
    file, times = os.path.join(scratch, "one.jsonl"), []
    for i in range(rounds + 1):
        with open(file, "w", encoding="utf-8") as out:
            for paragraph in report:
                out.write(json.dumps(dict(paragraph, report="one-more", text=f"{paragraph['text']} change{i}")) + "\n")
        times.append(run([program, "-q", "-i", os.path.join(scratch, "index"), "add", file]))
    shutil.rmtree(scratch)
    return dict(milliseconds(times[1:]), paragraphs=len(report))


def measure(engine, folder, corpus, options):
    search = os.path.join(options.build, "bin", "ofsearch")
    scratch = os.path.join(options.cache, f"scratch-{os.getpid()}")
    return {"shell_ms": shell(search, folder, options.rounds),
            "commit_ms": commits(engine.indexer, folder, corpus, scratch, options.rounds)}
