# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking every engine every query, in turns.

Each engine is a process pinned to one core that takes the time of its own work, from the query's text to the answer, so
that neither the pipe nor this program is measured. Engines alternate query by query, in an order that rotates. A query
that has cost an engine `budget` seconds is not asked of it again once it has three timings, or one of all that time.
"""
import random
import subprocess
import time

SLOW_NS = 10_000_000  # needs no warm-up
LISTED = 40  # queries with other counts, in results.json
COUNTING = ("COUNT", "TOP_10_COUNT", "TOP_10_FACETS")


class Server:
    def __init__(self, command, cpu, log):
        pin = ["taskset", "-c", str(cpu)] if cpu is not None else []
        self.process = subprocess.Popen(pin + command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        if self.process.stdout.readline().strip() != b"ready":
            raise SystemExit(f"{command[0]} did not start")

    def ask(self, command, query):
        """(count, nanoseconds, best score), or None when it cannot."""
        self.process.stdin.write(f"{command}\t{query}\n".encode())
        self.process.stdin.flush()
        answer = self.process.stdout.readline().decode().rstrip("\n")
        if answer == "UNSUPPORTED":
            return None
        fields = answer.split("\t")
        if len(fields) != 3:
            raise SystemExit(f"{self.process.args}: no answer to {command} {query}: {answer}")
        return int(fields[0]), int(fields[1]), float(fields[2])

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Timings:
    """Of one engine, by (command, query): nanoseconds of each round, the count, whether it can."""

    def __init__(self):
        self.times, self.counts, self.scores, self.unable = {}, {}, {}, set()

    def wanted(self, key, budget):
        if key in self.unable:
            return False
        times = self.times.get(key, ())
        return sum(times) < budget * 1e9 or (len(times) < 3 and times[0] < budget * 1e9)


def measure(servers, queries, commands, options):
    """servers: name -> Server; queries: [(class, text)]. Returns name -> Timings."""
    results = {name: Timings() for name in servers}
    names, start = list(servers), time.time()
    requests = sorted({(command, text) for _, text in queries for command in commands})
    for round_number in range(-options.warmup, options.rounds):
        random.Random(round_number).shuffle(requests)
        for turn, key in enumerate(requests):
            for i in range(len(names)):
                name = names[(turn + i) % len(names)]
                timings = results[name]
                if not timings.wanted(key, options.budget):
                    continue
                answer = servers[name].ask(*key)
                if answer is None:
                    timings.unable.add(key)
                    continue
                count, took, timings.scores[key] = answer
                if timings.counts.setdefault(key, count) != count:
                    raise SystemExit(f"{name}: {key}: {count}, but {timings.counts[key]} before")
                if round_number >= 0 or took > SLOW_NS:
                    timings.times.setdefault(key, []).append(took)
        label = f"round {round_number + 1}" if round_number >= 0 else "warm-up"
        print(f"  {label} of {options.rounds}: {time.time() - start:.0f} s", flush=True)
    return results


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def median(values):
    ordered, n = sorted(values), len(values)
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2


def summary(values):
    """Of one value a query, in nanoseconds: microseconds."""
    return {"queries": len(values), "median": round(median(values) / 1e3, 2),
            "mean": round(sum(values) / len(values) / 1e3, 2), "p99": round(percentile(values, 0.99) / 1e3, 2),
            "total": round(sum(values) / 1e3, 1)}


GROUPS = {"OR": ("game OR", "reports or"), "AND": ("game AND", "reports and"),
          "phrase": ("game phrase", "reports phrase"),
          "mixed, filtered, NOT": ("game NOT", "game phrase and AND", "reports mixed", "reports filtered"),
          "prefix": ("reports prefix",)}
GROUPS["all of these"] = sum(GROUPS.values(), ())


def summarise(results, queries, commands, classes, ours):
    """[{class, command, engines: {name: {"best": summary, "median": summary}}}] for classes: name -> classes of queries.
    Over the queries that ours has answered (all, when ours is not there); an engine that could not answer every one of
    them is left out of the row."""
    rows = []
    for name, members in classes.items():
        texts = sorted({text for c, text in queries if c in members})
        for command in commands:
            asked = [t for t in texts if ours not in results or (command, t) in results[ours].times]
            row = {"class": name, "command": command, "engines": {}}
            for engine, timings in results.items():
                times = [timings.times[command, t] for t in asked if (command, t) in timings.times]
                if times and len(times) == len(asked):
                    row["engines"][engine] = {"best": summary([min(t) for t in times]),
                                              "median": summary([median(t) for t in times])}
            rows.append(row)
    return rows


def agreement(results, queries, ours):
    """Per peer: how many counts are ours, and those that are not. Ours must also be the same in every command."""
    report = {}
    by_text = {}
    for (command, text), count in results[ours].counts.items():
        if command in COUNTING and by_text.setdefault(text, count) != count:
            raise SystemExit(f"{ours}: {text}: {command} counts {count}, another command {by_text[text]}")
    classes = {text: name for name, text in queries}
    for engine, timings in results.items():
        if engine == ours:
            continue
        theirs = {}
        for (command, text), count in timings.counts.items():
            if command in COUNTING:
                theirs.setdefault(text, set()).add(count)
        shared = [t for t in theirs if t in by_text]
        differing = [{"class": classes[t], "query": t, "ours": by_text[t], "theirs": sorted(theirs[t])}
                     for t in shared if theirs[t] != {by_text[t]}]
        report[engine] = {"compared": len(shared), "equal": len(shared) - len(differing), "differing": differing[:LISTED],
                          "cannot": len({t for _, t in timings.unable})}
    return report
