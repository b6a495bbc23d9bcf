# SPDX-License-Identifier: GPL-3.0-or-later
"""The engines: how each is fetched, built, made to index a corpus, and started to answer queries.

A peer is fetched from its package registry by that registry's own client into the cache; nothing of it is part of this
tree but the driver in peers/. An engine that cannot be had says why and is left out of the run.
"""
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile

from .corpora import digest

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Missing(Exception):
    """This engine cannot be had here."""


def output(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout.strip()


def run_logged(log, command, **options):
    with open(log, "wb") as file:
        done = subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, check=False, **options)
    if done.returncode:
        raise Missing(f"{command[0]} failed, see {log}")


def is_made(target, sources):
    """Whether `target` was made of these sources; mark_made() says so."""
    stamp = target + ".made-of"
    if not (os.path.exists(target) and os.path.exists(stamp)):
        return False
    with open(stamp, encoding="ascii") as file:
        return file.read() == digest(*sorted(sources))


def mark_made(target, sources):
    with open(target + ".made-of", "w", encoding="ascii") as file:
        file.write(digest(*sorted(sources)))


def tree_size(folder):
    return sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(folder) for name in names)


def timed(command, log, **options):
    """Runs to the end: wall and processor seconds, and the peak of resident memory of any of its processes in bytes."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log, **options)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Missing(f"{' '.join(command[:3])} ... failed with {process.returncode}, see {log.name}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


class Engine:
    name = ""
    note = ""  # what a reader of the table must know
    threads_used = None  # of a build, where it is not what was asked

    def __init__(self, setup):
        self.setup = setup
        self.version = ""

    def prepare(self):
        raise NotImplementedError

    def steps(self, corpus, folder):
        """The commands that build the index in `folder`."""
        raise NotImplementedError

    def serve(self, folder):
        raise NotImplementedError

    def components(self, folder):
        """Bytes by part of the index."""
        sizes = {}
        for at, _, names in os.walk(folder):
            for name in names:
                key = self.component(name)
                if key:
                    sizes[key] = sizes.get(key, 0) + os.path.getsize(os.path.join(at, name))
        return sizes

    def component(self, file):
        return os.path.splitext(file)[1].lstrip(".") or file

    def sources(self):
        """The files of its driver."""
        return []

    def identity(self):
        """What an index depends on besides the corpus."""
        drivers = digest(*sorted(self.sources())) if self.sources() else ""
        return f"{self.version} {self.setup.threads} {self.setup.memory} {drivers}"

    def folder_name(self):
        return self.name

    def build(self, corpus):
        folder = os.path.join(self.setup.cache, "indexes", os.path.basename(corpus.folder), self.folder_name())
        record = folder + ".json"
        if os.path.exists(record) and not self.setup.rebuild:
            with open(record, encoding="utf-8") as file:
                known = json.load(file)
            if known["identity"] == self.identity() or (self.setup.keep and os.path.isdir(folder)):
                return folder, known
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(os.path.dirname(folder), exist_ok=True)
        print(f"{self.name}: index of {corpus.name} ...", flush=True)
        wall = cpu = peak = 0.0
        log = os.path.join(self.setup.cache, "builds.log")
        for command in self.steps(corpus, folder):
            with open(log, "ab") as file:
                step = timed(command, file)
            wall, cpu, peak = wall + step[0], cpu + step[1], max(peak, step[2])
        result = {"identity": self.identity(), "wall_s": round(wall, 3), "cpu_s": round(cpu, 3), "peak_rss": int(peak),
                  "paragraphs_per_s": round(corpus.info["paragraphs"] / wall), "bytes": tree_size(folder),
                  "components": self.components(folder), "threads": self.threads_used or self.setup.threads}
        with open(record, "w", encoding="utf-8") as file:
            json.dump(result, file)
        return folder, result


class Ofsearch(Engine):
    name = "ofsearch"

    def build_folder(self):
        return self.setup.build

    def index_name(self):
        return "ofsearch"

    def folder_name(self):
        """One for each build: several may be measured on one machine."""
        path = os.path.realpath(self.build_folder())
        return f"{self.index_name()}-{hashlib.sha256(path.encode()).hexdigest()[:8]}"

    def prepare(self):
        build = self.build_folder()
        self.indexer = os.path.join(build, "bin", "ofindex")
        self.driver = os.path.join(build, "tests", "bench", "bench-ofsearch")
        for program in (self.indexer, self.driver):
            if not os.path.exists(program):
                raise Missing(f"{program} is not built: cmake --preset release && cmake --build {build}")
        self.version = output(self.indexer, "--version").split("\n")[0].split()[-1]
        self.stamp = f"{os.path.getmtime(self.indexer)}"

    def identity(self):
        return super().identity() + self.stamp

    def steps(self, corpus, folder):
        common = [self.indexer, "-q", "-i", folder, "-j", str(self.setup.threads), "--memory", str(self.setup.memory)]
        yield common + ["add"] + corpus.parts("jsonl")
        yield common + ["compact"]

    def serve(self, folder):
        return [self.driver, folder]

    def components(self, folder):
        stats = json.loads(output(self.indexer, "-i", folder, "stats", "--format", "json"))
        listed = stats.get("components")
        if isinstance(listed, list):
            return {item["name"]: item["bytes"] for item in listed}
        return listed or {}


class OnXapian(Ofsearch):
    """Our tools over a Xapian database in place of an index of our own."""
    name = "ofsearch-xapian"
    note = "ofindex --engine xapian"
    flags = ["--engine", "xapian"]

    def index_name(self):
        return "ofsearch-xapian"

    def steps(self, corpus, folder):
        common = [self.indexer, "-q", "-i", folder, "-j", str(self.setup.threads), "--memory", str(self.setup.memory)]
        yield common + self.flags + ["add"] + corpus.parts("jsonl")
        yield common + ["compact"]


class OnShards(OnXapian):
    name = "ofsearch-shards"
    note = "ofindex --shards 4, the databases read here"
    flags = ["--shards", "4"]

    def index_name(self):
        return "ofsearch-shards"


class OnServers(OnShards):
    """The same index, served."""
    name = "ofsearch-servers"
    note = "the same index, its databases served by xapian-tcpsrv on loopback, which may use every core"

    def prepare(self):
        super().prepare()
        if not shutil.which("xapian-tcpsrv"):
            raise Missing("xapian-tcpsrv is not installed (xapian-tools)")

    def serve(self, folder):
        return [sys.executable, os.path.join(HERE, "peers", "servers.py"), self.driver, folder]


class Before(Ofsearch):
    """Another build of ofsearch, as a peer: what a change brings."""
    name = "before"
    note = "the build named with --against"

    def build_folder(self):
        return self.setup.against


class RustPeer(Engine):
    def sources(self):
        return [os.path.join(at, n) for at, _, names in os.walk(os.path.join(HERE, "peers", "rust")) for n in names]

    def prepare(self):
        if not shutil.which("cargo"):
            raise Missing("cargo is not installed")
        source, target = os.path.join(HERE, "peers", "rust"), os.path.join(self.setup.cache, "src", "rust")
        self.program = os.path.join(target, "target", "release", self.name)
        if not is_made(self.program, self.sources()):
            print(f"{self.name}: fetching and compiling ...", flush=True)
            shutil.copytree(source, target, dirs_exist_ok=True, copy_function=shutil.copyfile)  # new to cargo
            run_logged(os.path.join(self.setup.cache, "cargo.log"), ["cargo", "build", "--release"], cwd=target)
            mark_made(self.program, self.sources())
        self.version = output(self.program, "version")
        found = re.search(r"\d+(\.\d+)+", self.version)
        self.version = found.group(0) if found else self.version

    def steps(self, corpus, folder):
        yield [self.program, "build", folder, str(self.setup.threads), str(self.setup.memory)] + corpus.parts("tsv")

    def serve(self, folder):
        return [self.program, "serve", folder]


class Tantivy(RustPeer):
    name = "tantivy"
    names = {"idx": "postings", "pos": "positions", "term": "dictionary", "store": "store", "fast": "columns",
             "fieldnorm": "lengths"}

    def component(self, file):
        return self.names.get(os.path.splitext(file)[1].lstrip("."), "other")


class Sqlite(RustPeer):
    name = "sqlite"
    threads_used = 1
    note = "Porter's first stemmer, where the others have his second; no clause that may hold beside one that must"


class Lucene(Engine):
    name = "lucene"
    names = {"doc": "postings", "pos": "positions", "psm": "postings", "tim": "dictionary", "tip": "dictionary",
             "tmd": "dictionary", "fdt": "store", "fdx": "store", "fdm": "store", "dvd": "columns", "dvm": "columns",
             "nvd": "lengths", "nvm": "lengths"}
    flags = ["-Xms1g", "-Xmx1g", "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"]

    def sources(self):
        return [os.path.join(HERE, "peers", "lucene", name) for name in ("pom.xml", "Lucene.java")]

    def java_home(self):
        found = []
        homes = [os.environ.get("JAVA_HOME", "")] + glob.glob("/usr/lib/jvm/*")
        for home in homes:
            java = os.path.join(home, "bin", "java")
            if home and os.path.exists(java) and os.path.exists(java + "c"):
                text = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
                number = re.search(r'version "(\d+)', text)
                if number and int(number.group(1)) >= 21:
                    found.append((int(number.group(1)), home))
        if not found:
            raise Missing("Lucene 10 needs a JDK of 21 or later; none under JAVA_HOME or /usr/lib/jvm")
        return max(found)

    def prepare(self):
        number, home = self.java_home()
        if not shutil.which("mvn"):
            raise Missing("mvn is not installed")
        target = os.path.join(self.setup.cache, "src", "lucene")
        self.java, jars = os.path.join(home, "bin", "java"), os.path.join(target, "jars")
        stamp = os.path.join(target, "classes", "Lucene.class")
        if not is_made(stamp, self.sources()):
            print("lucene: fetching and compiling ...", flush=True)
            os.makedirs(os.path.join(target, "classes"), exist_ok=True)
            shutil.rmtree(jars, ignore_errors=True)
            for file in self.sources():
                shutil.copy(file, target)
            environment = dict(os.environ, JAVA_HOME=home)
            run_logged(os.path.join(self.setup.cache, "mvn.log"),
                       ["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={jars}"],
                       cwd=target, env=environment)
            run_logged(os.path.join(self.setup.cache, "javac.log"),
                       [os.path.join(home, "bin", "javac"), "-cp", os.path.join(jars, "*"), "-d",
                        os.path.join(target, "classes"), os.path.join(target, "Lucene.java")])
            mark_made(stamp, self.sources())
        self.classes = os.path.join(target, "classes") + ":" + os.path.join(jars, "*")
        jar = glob.glob(os.path.join(jars, "lucene-core-*.jar"))[0]
        self.version = re.search(r"core-(.*)\.jar", jar).group(1)
        self.note = f"Java {number}; lengths in one byte, so scores are not exact"

    def command(self, *arguments):
        return [self.java] + self.flags + ["-cp", self.classes, "Lucene"] + list(arguments)

    def component(self, file):
        return self.names.get(os.path.splitext(file)[1].lstrip("."), "other")

    def steps(self, corpus, folder):
        yield self.command("build", folder, str(self.setup.threads), str(self.setup.memory), *corpus.parts("tsv"))

    def serve(self, folder):
        return self.command("serve", folder)


class LuceneReordered(Lucene):
    name = "lucene-bp"

    def steps(self, corpus, folder):
        plain = folder + ".plain"
        shutil.rmtree(plain, ignore_errors=True)
        yield self.command("build", plain, str(self.setup.threads), str(self.setup.memory), *corpus.parts("tsv"))
        yield self.command("reorder", plain, folder)
        shutil.rmtree(plain)

    def prepare(self):
        super().prepare()
        self.note = "Lucene, its documents reordered by recursive graph bisection (part of the build time)"


class Xapian(Engine):
    name = "xapian"
    threads_used = 1
    names = {"postlist": "postings and dictionary", "position": "positions", "docdata": "store", "termlist": "term lists"}

    def sources(self):
        return [os.path.join(HERE, "peers", "xapian.cc")]

    def prepare(self):
        target = os.path.join(self.setup.cache, "src", "xapian")
        self.program = os.path.join(target, "xapian")
        if not is_made(self.program, self.sources()):
            os.makedirs(target, exist_ok=True)
            try:
                flags = output("pkg-config", "--cflags", "--libs", "xapian-core").split()
            except (OSError, subprocess.CalledProcessError) as e:
                raise Missing("Xapian's development files are not installed") from e
            run_logged(os.path.join(self.setup.cache, "xapian.log"),
                       ["c++", "-std=c++17", "-O2", "-o", self.program] + self.sources() + flags)
            mark_made(self.program, self.sources())
        self.version = output(self.program, "version")

    def steps(self, corpus, folder):
        plain = folder + ".plain"
        shutil.rmtree(plain, ignore_errors=True)
        yield [self.program, "build", plain] + corpus.parts("tsv")
        yield [self.program, "compact", plain, folder]
        shutil.rmtree(plain)

    def component(self, file):
        return self.names.get(os.path.splitext(file)[0], "other")

    def serve(self, folder):
        return [self.program, "serve", folder]


class Pisa(Engine):
    name = "pisa"
    note = "no positions, counts, filters or stored text in it; BM25's idf cut off at 0"
    packages = {"pyterrier-pisa": "0.4.9", "tbb": "2020.3.254"}
    members = r"_pisathon\..*\.so$|libtbb\.so\.2$"

    def sources(self):
        return [os.path.join(HERE, "peers", "pisa.py")]

    def prepare(self):
        target = os.path.join(self.setup.cache, "src", "pisa")
        if not glob.glob(os.path.join(target, "_pisathon.*.so")):
            print("pisa: fetching ...", flush=True)
            os.makedirs(target, exist_ok=True)
            for name, version in self.packages.items():
                run_logged(os.path.join(self.setup.cache, "pip.log"),
                           [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d", target,
                            f"{name}=={version}"])
            for path in glob.glob(os.path.join(target, "*.whl")):
                with zipfile.ZipFile(path) as wheel:
                    for member in wheel.namelist():
                        if re.search(self.members, member):
                            with open(os.path.join(target, os.path.basename(member)), "wb") as out:
                                out.write(wheel.read(member))
        self.driver = [sys.executable, self.sources()[0],
                       glob.glob(os.path.join(target, "_pisathon.*.so"))[0]]
        self.version = "of pyterrier-pisa " + self.packages["pyterrier-pisa"]

    def steps(self, corpus, folder):
        yield self.driver + ["build", folder, str(self.setup.threads)] + corpus.parts("tsv")

    def serve(self, folder):
        return self.driver + ["serve", folder]

    def component(self, file):
        return {"termlex": "dictionary", "doclex": "names", "block_simdbp": "postings"}.get(
            file.rsplit(".", 1)[-1], "impacts and lengths")


ALL = {engine.name: engine for engine in (Ofsearch, OnXapian, OnShards, OnServers, Before, Tantivy, Lucene,
                                          LuceneReordered, Sqlite, Xapian, Pisa)}
# Asked for by name only: another build, and the engine on Xapian, which indexes a million paragraphs in half an hour.
ASIDE = (Before, OnXapian, OnShards, OnServers)
