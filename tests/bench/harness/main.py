# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line, and the order of things."""
import argparse
import contextlib
import datetime
import fcntl
import json
import os
import platform
import re
import sys

from . import corpora, engines, kernels, measure, ours, table

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(os.path.dirname(HERE))
COMMANDS = ("TOP_10", "TOP_100", "TOP_10_COUNT", "COUNT", "TOP_10_FACETS")
KERNEL_PARAGRAPHS = 50000


def size(text):
    found = re.fullmatch(r"(\d+)([kKmM]?)", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text}: a number, as 100k or 1M")
    return int(found.group(1)) * {"": 1, "k": 1000, "m": 1000000}[found.group(2).lower()]


def listed(kind=str):
    return lambda text: [kind(item) for item in text.split(",") if item]


def arguments():
    default_cache = os.environ.get("OFSEARCH_BENCH_CACHE") or os.path.expanduser("~/.cache/ofsearch-bench")
    shared = os.path.join(os.path.dirname(ROOT), "shared")
    p = argparse.ArgumentParser(prog="tests/bench/run", description="Measures ofsearch beside other engines.")
    p.add_argument("--sizes", type=listed(size), default=[1000000], metavar="N,...",
                   help="paragraphs of the generated corpora (1M); 0 or nothing for none")
    p.add_argument("--seed", type=int, default=1, help="of the generated corpora (1)")
    p.add_argument("--corpus", action="append", default=[], metavar="FILE.jsonl", help="real text; may be repeated")
    everyone = [name for name, engine in engines.ALL.items() if engine not in engines.ASIDE]
    p.add_argument("--engines", type=listed(), default=everyone, metavar="NAME,...",
                   help=", ".join(everyone) + " (all), ofsearch-shards, ofsearch-servers")
    p.add_argument("--against", metavar="DIR", help="another build of ofsearch, as a peer named " + engines.Before.name)
    p.add_argument("--queries", type=listed(), default=["game", "reports"], metavar="LIST,...",
                   help="game (the search-benchmark-game's) and reports (of this domain)")
    p.add_argument("--game", default=os.path.join(shared, "queries", "search-benchmark-game.jsonl"), metavar="FILE",
                   help="the search-benchmark-game's list")
    p.add_argument("--classes", default="", metavar="REGEX", help="only classes of queries that match this")
    p.add_argument("--commands", type=listed(), default=list(COMMANDS), metavar="NAME,...",
                   help=", ".join(COMMANDS) + " (all)")
    p.add_argument("--sample", type=int, default=1, metavar="N", help="every Nth query of a class (1)")
    p.add_argument("--rounds", type=int, default=10, help="times that each query is asked (10)")
    p.add_argument("--warmup", type=int, default=2, help="rounds before that which do not count (2)")
    p.add_argument("--budget", type=float, default=0.25, metavar="SECONDS",
                   help="a query that has cost an engine this is asked three times only, or once (0.25)")
    p.add_argument("--cpu", type=int, default=max(os.sched_getaffinity(0)), help="the core that engines answer on")
    p.add_argument("--threads", type=int, default=2, help="of a build (2)")
    p.add_argument("--memory", type=size, default=268435456, help="budget of a build in bytes (256 MiB)")
    p.add_argument("--build", default=os.path.join(ROOT, "build", "release"), metavar="DIR",
                   help="where ofsearch is built (build/release)")
    p.add_argument("--cache", default=default_cache, metavar="DIR",
                   help="peers, corpora and indexes ($OFSEARCH_BENCH_CACHE, ~/.cache/ofsearch-bench)")
    p.add_argument("--rebuild", action="store_true", help="build indexes anew that are there already")
    p.add_argument("--keep", action="store_true", help="keep our index though ofindex is newer: only searches are measured")
    p.add_argument("--no-search", action="store_true", help="build only")
    p.add_argument("--kernels", action="store_true", help="count instructions of the hot kernels too (needs valgrind)")
    p.add_argument("--output", metavar="DIR", help="where RESULTS.md and results.json go (the cache)")
    p.add_argument("--publish", action="store_true", help="they go to tests/bench, to be committed")
    options = p.parse_args()
    options.output = HERE if options.publish else options.output or options.cache
    return options


@contextlib.contextmanager
def locked(options):
    """Whoever else uses the cache waits: for what both need, and so that builds are not timed side by side."""
    with open(os.path.join(options.cache, "lock"), "w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def load_queries(options):
    queries = []
    if "game" in options.queries or any(options.sizes):
        if not os.path.exists(options.game):
            sys.exit(f"{options.game}: not there; name the search-benchmark-game's list with --game")
        queries += corpora.game_queries(options.game)
    queries += corpora.domain_queries(os.path.join(HERE, "queries-domain.tsv"))
    return queries


def sampled(queries, options):
    """Every Nth of each class, of the lists and classes wanted."""
    seen, kept = {}, []
    for name, text in queries:
        if name.split()[0] in options.queries and re.search(options.classes, name):
            if seen.setdefault(name, 0) % options.sample == 0:
                kept.append((name, text))
            seen[name] += 1
    return kept


def prepared(options):
    ready, missing = [], {}
    names = options.engines + ([engines.Before.name] if options.against else [])
    for name in names:
        if name not in engines.ALL:
            sys.exit(f"{name}: no such engine; there are {', '.join(engines.ALL)}")
        engine = engines.ALL[name](options)
        try:
            engine.prepare()
            ready.append(engine)
        except engines.Missing as why:
            print(f"{name}: left out: {why}", file=sys.stderr)
            missing[name] = re.sub(r"/\S*/", "", str(why))
    return ready, missing


def search(ready, folders, queries, options):
    """The engines have a core for themselves, as far as this program goes."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores - {options.cpu} or cores)
    with open(os.path.join(options.cache, "servers.log"), "ab") as log:
        servers = {e.name: measure.Server(e.serve(folders[e.name]), options.cpu, log) for e in ready}
        results = measure.measure(servers, queries, options.commands, options)
        for server in servers.values():
            server.close()
    os.sched_setaffinity(0, cores)
    return results


def one_corpus(corpus, ready, queries, options):
    print(f"== {corpus.name}: {corpus.info['paragraphs']:,} paragraphs", flush=True)
    folders, builds = {}, {}
    for engine in ready:
        with locked(options):
            folders[engine.name], builds[engine.name] = engine.build(corpus)
        builds[engine.name].pop("identity")
    entry = {"name": corpus.name, "info": corpus.info, "builds": builds}
    if not options.no_search:
        results = search(ready, folders, queries, options)
        classes = {name: (name,) for name in sorted({name for name, _ in queries})}
        entry["summary"] = measure.summarise(results, queries, options.commands, measure.GROUPS,
                                             engines.Ofsearch.name)
        entry["rows"] = measure.summarise(results, queries, options.commands, classes,
                                          engines.Ofsearch.name)
        if engines.Ofsearch.name in results:
            entry["agreement"] = measure.agreement(results, queries, engines.Ofsearch.name)
            own = next(e for e in ready if e.name == engines.Ofsearch.name)
            entry["ours"] = ours.measure(own, folders[own.name], corpus, options)
        raw = {name: {f"{c}\t{q}": t for (c, q), t in r.times.items()} for name, r in results.items()}
        with open(os.path.join(options.cache, f"raw-{os.path.basename(corpus.folder)}.json"), "w",
                  encoding="utf-8") as file:
            json.dump(raw, file)
    return entry


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.machine()}, {len(names) or os.cpu_count()} cores"


def main():
    return run(arguments())


def run(options):
    os.makedirs(options.cache, exist_ok=True)
    queries = load_queries(options)
    with locked(options):
        ready, missing = prepared(options)
    wanted = sampled(queries, options)
    results = {"date": datetime.date.today().isoformat(), "machine": processor(),
               "load": f"{os.getloadavg()[0]:.1f}",
               "settings": {k: getattr(options, k) for k in ("rounds", "warmup", "sample", "budget", "threads", "memory",
                                                             "commands", "seed")},
               "engines": {e.name: {"version": e.version, "note": e.note} for e in ready}, "missing": missing,
               "corpora": {}}
    generator = os.path.join(options.build, "tests", "bench", "bench-generate")
    sources = [lambda path=path: corpora.given(options.cache, path) for path in options.corpus]
    sources += [lambda n=n: corpora.generated(options.cache, generator, os.path.join(HERE, "generate.c"), n,
                                              options.seed, queries) for n in options.sizes if n]
    for source in sources:
        with locked(options):
            corpus = source()
        results["corpora"][corpus.name] = one_corpus(corpus, ready, wanted, options)
        write(results, options)
    if options.kernels:
        corpus = corpora.generated(options.cache, generator, os.path.join(HERE, "generate.c"), KERNEL_PARAGRAPHS, 1, queries)
        own = engines.Ofsearch(options)
        own.prepare()
        results["kernels"] = kernels.count(options, own.build(corpus)[0])
        write(results, options)
    print(f"{os.path.join(options.output, 'RESULTS.md')} and results.json written")
    return 0


def write(results, options):
    os.makedirs(options.output, exist_ok=True)
    with open(os.path.join(options.output, "results.json"), "w", encoding="utf-8") as file:
        text = json.dumps(results, indent=1)
        file.write(re.sub(r"\{[^{}]*\}", lambda leaf: re.sub(r"\s+", " ", leaf.group(0)), text) + "\n")
    with open(os.path.join(options.output, "RESULTS.md"), "w", encoding="utf-8") as file:
        file.write(table.render(results, engines.Ofsearch.name))
