# SPDX-License-Identifier: GPL-3.0-or-later
"""RESULTS.md from results.json: what a README can quote."""

HEAD = """<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
# Benchmark

Written by `tests/bench/run`; `results.json` has the same and more. The engines ran on the same paragraphs in one run,
alternating query by query, one search thread on one core, each index merged to one segment with positions and stored
text. A time is that of the engine's own work, the best of {rounds} rounds for each query; a class is its median, mean and
99th percentile over its queries. **A ratio is the peer's time by ours: above 1 ours is faster.** These are times of a
machine shared with others: ratios tell more than times.

"""

SHORT = {"TOP_10": "top 10", "TOP_100": "top 100", "TOP_10_COUNT": "top 10 and count", "COUNT": "count",
         "TOP_10_FACETS": "top 10 and facets"}


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def mib(value):
    return f"{value / 1048576:,.1f}"


def row(*cells):
    return "| " + " | ".join(str(c) for c in cells) + " |\n"


def rule(count):
    return "|" + " --- |" * count + "\n"


def building(corpus, ours):
    info, out = corpus["info"], []
    out.append(f"\n## {corpus['name']}\n\n{info['paragraphs']:,} paragraphs of {info['reports']:,} reports, {info['kind']}; "
               f"{info['words']:,} words, {mib(info['text_bytes'])} MiB of text.\n\n### Building\n\n")
    out.append(row("engine", "threads", "seconds", "paragraphs a second", "processor seconds", "peak memory, MiB",
                   "index, MiB", "of which (MiB)"))
    out.append(rule(8))
    for name, b in corpus["builds"].items():
        parts = sorted(b["components"].items(), key=lambda c: -c[1])
        listed = ", ".join(f"{part} {mib(size)}" for part, size in parts if size >= 52429)
        out.append(row(name, b["threads"], number(b["wall_s"]), f"{b['paragraphs_per_s']:,}", number(b["cpu_s"]),
                       mib(b["peak_rss"]), mib(b["bytes"]), listed))
    mine = corpus["builds"].get(ours)
    if mine:
        out.append("\n")
        for name, b in corpus["builds"].items():
            if name != ours:
                out.append(f"* {name}: builds in {b['wall_s'] / mine['wall_s']:.2f} times our time, with "
                           f"{b['cpu_s'] / mine['cpu_s']:.2f} times the processor time and {b['peak_rss'] / mine['peak_rss']:.2f} "
                           f"times the memory; our index is {mine['bytes'] / b['bytes']:.2f} of its size.\n")
    return out


def cells(row_data, ours, peers):
    engines = row_data["engines"]
    mine = engines[ours]["best"]
    result = [" / ".join(number(mine[k]) for k in ("median", "mean", "p99"))]
    for peer in peers:
        theirs = engines.get(peer, {}).get("best")
        result.append(" / ".join(f"{theirs[k] / mine[k]:.2f}" for k in ("median", "mean", "p99")) if theirs else "-")
    others = {p: engines[p]["best"] for p in peers if p in engines}
    fastest = []
    for key in ("median", "mean", "p99"):
        name = min(others, key=lambda p, k=key: others[p][k], default=None)
        fastest.append(f"{others[name][key] / mine[key]:.2f}" if name else "-")
    return result + ["**" + " / ".join(fastest) + "**"]


def ratios(corpus, ours, name, command):
    """The fastest peer by ours, for median, mean and p99; None where there is no such row."""
    found = next((r for r in corpus["summary"] if r["class"] == name and r["command"] == command), None)
    if not found or ours not in found["engines"] or len(found["engines"]) < 2:
        return None
    mine, others = found["engines"][ours]["best"], [e["best"] for n, e in found["engines"].items() if n != ours]
    return " / ".join(f"{min(o[k] for o in others) / mine[k]:.2f}" for k in ("median", "mean", "p99"))


def goals(corpus, ours, memory):
    """The figures that are aimed at, and what they are."""
    builds, rows = corpus["builds"], []
    if corpus.get("summary"):
        for name in ("OR", "AND", "phrase"):
            rows.append((f"top 10, {name}: fastest peer's time by ours (median / mean / p99)", "2 and more",
                         ratios(corpus, ours, name, "TOP_10")))
        for command in ("TOP_10_COUNT", "TOP_10_FACETS"):
            rows.append((f"{SHORT[command]}, all classes: the same", "3 and more",
                         ratios(corpus, ours, "all of these", command)))
    if ours in builds and "tantivy" in builds:
        rows.append(("paragraphs a second of a build, by Tantivy's", "2 and more",
                     f"{builds['tantivy']['wall_s'] / builds[ours]['wall_s']:.2f}"))
    stores = [builds[n]["bytes"] for n in ("tantivy", "lucene", "lucene-bp") if n in builds]
    if ours in builds and stores:
        rows.append(("size of the index, by the smallest of Tantivy's and Lucene's", "0.80 and less",
                     f"{builds[ours]['bytes'] / min(stores):.2f}"))
    if ours in builds:
        rows.append(("peak memory of a build, MiB", f"{mib(memory + 67108864)} and less", mib(builds[ours]["peak_rss"])))
    if corpus.get("ours"):
        times = ", ".join(f"`{q}` {t['best']}" for q, t in corpus["ours"]["shell_ms"].items())
        rows.append(("ofsearch from a shell, start to end, ms", "a few", times))
        commit = corpus["ours"]["commit_ms"]
        rows.append((f"commit of one changed report of {commit['paragraphs']} paragraphs, ms", "tens",
                     f"{commit['best']} best, {commit['median']} median"))
    out = ["\n### Against the goals\n\n", row("", "goal", "measured"), rule(3)]
    return out + [row(what, goal, value) for what, goal, value in rows if value]


def search_table(rows, ours, names):
    out = [row("class", "asked for", "queries", ours, *names, "fastest peer of each"), rule(len(names) + 5)]
    for data in rows:
        if ours in data["engines"]:
            out.append(row(data["class"], SHORT.get(data["command"], data["command"]),
                           data["engines"][ours]["best"]["queries"], *cells(data, ours, names)))
    return out


def searches(corpus, ours):
    names = [n for n in corpus["builds"] if n != ours]
    out = ["\n### Searching\n\nMedian / mean / 99th percentile: ours in microseconds, the peers as ratios to ours. The last "
           "column has for each of the three the peer that is fastest there.\n\n"]
    out += search_table(corpus["summary"], ours, names)
    out.append("\n#### By list and class\n\n")
    out += search_table(corpus["rows"], ours, names)
    absent = sorted({d["class"] for d in corpus["rows"] if ours not in d["engines"]})
    if absent:
        out.append("\nNot to be asked in our query language: " + ", ".join(absent) + ".\n")
    return out


def growth(results):
    """Mean times of the largest generated corpus by those of the smallest, class by class."""
    made = sorted((c for c in results["corpora"].values() if c["info"]["kind"] == "generated" and c.get("summary")),
                  key=lambda c: c["info"]["paragraphs"])
    if len(made) < 2:
        return []
    small, large = made[0], made[-1]
    names = [n for n in large["builds"] if n in small["builds"]]
    out = [f"\n## Growth\n\nMean time over {large['name']} by that over {small['name']}, which has "
           f"{large['info']['words'] / small['info']['words']:.1f} times fewer words.\n\n",
           row("class", "asked for", *names), rule(len(names) + 2)]
    before = {(r["class"], r["command"]): r for r in small["summary"]}
    for b in large["summary"]:
        a = before.get((b["class"], b["command"]))
        if not a:
            continue
        figures = [f"{b['engines'][n]['best']['mean'] / a['engines'][n]['best']['mean']:.1f}"
                   if n in a["engines"] and n in b["engines"] else "-" for n in names]
        out.append(row(b["class"], SHORT.get(b["command"], b["command"]), *figures))
    return out


def counts(corpus):
    out = ["\n### Do they find the same?\n\n"]
    for engine, a in corpus["agreement"].items():
        if not a["compared"]:
            out.append(f"* {engine}: counts nothing.\n")
            continue
        out.append(f"* {engine}: {a['equal']:,} of {a['compared']:,} queries have our count"
                   f"{'; ' + str(a['cannot']) + ' it cannot be asked' if a['cannot'] else ''}.")
        for d in a["differing"][:3]:
            theirs = "/".join(f"{c:,}" for c in d["theirs"])
            out.append(f" `{d['query']}`: {theirs}, ours {d['ours']:,}.")
        out.append("\n")
    return out


def render(results, ours):
    out = [HEAD.format(rounds=results["settings"]["rounds"])]
    out.append(f"{results['machine']}, {results['date']}; load of the machine at the start {results['load']}. ")
    if results["settings"]["sample"] > 1:
        out.append(f"Of the queries every {results['settings']['sample']}th. ")
    out.append("\n\n" + row("engine", "version", "") + rule(3))
    for name, e in results["engines"].items():
        out.append(row(name, e["version"], e["note"]))
    for name, why in results["missing"].items():
        out.append(row(name, "-", "not run: " + why))
    for corpus in results["corpora"].values():
        out += building(corpus, ours) + goals(corpus, ours, results["settings"]["memory"])
        if corpus.get("rows"):
            out += searches(corpus, ours) + counts(corpus)
    out += growth(results)
    if results.get("kernels"):
        out.append("\n## Instructions of the hot kernels (callgrind)\n\n")
        out.append(row("kernel", "instructions", "unit") + rule(3))
        for k in results["kernels"]:
            out.append(row(k["name"], number(k["instructions"]), k["unit"]))
    return "".join(out)
