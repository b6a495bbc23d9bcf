#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The generator gives the same bytes twice and other bytes for another seed; ofindex takes what it makes; the driver
# counts as ofsearch -c does and says what it cannot ask.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
fail() {
    echo "smoke: $*" >&2
    exit 1
}
generate=$OFS_TEST_BUILD/tests/bench/bench-generate
driver=$OFS_TEST_BUILD/tests/bench/bench-ofsearch
tab=$(printf '\t')

"$generate" 1000 7 >"$work/a.jsonl"
"$generate" 1000 7 >"$work/b.jsonl"
"$generate" 1000 8 >"$work/c.jsonl"
cmp -s "$work/a.jsonl" "$work/b.jsonl" || fail "the same arguments gave other bytes"
cmp -s "$work/a.jsonl" "$work/c.jsonl" && fail "another seed gave the same bytes"
[ "$(wc -l <"$work/a.jsonl")" -eq 1000 ] || fail "not a line a paragraph"
printf 'griffith\nobservatory\n' >"$work/words"
printf 'return home interviews\n' >"$work/phrases"
"$generate" 1000 7 "$work/words" "$work/phrases" >"$work/d.jsonl"
grep -q 'return home interviews' "$work/d.jsonl" || fail "a phrase that was given does not occur"
grep -q 'griffith' "$work/d.jsonl" || fail "a word that was given does not occur"

"$OFS_TEST_BIN/ofindex" -q -i "$work/index" "$work/d.jsonl" || fail "the index was not made"
count() { "$OFS_TEST_BIN/ofsearch" -i "$work/index" -c "$1" || test $? -eq 1; }
ask() { printf '%s\n' "$1$tab$2" | "$driver" "$work/index" | sed -n 2p | cut -f1; }
same() {
    expected=$(count "$2")
    answer=$(ask COUNT "$1")
    [ "$answer" = "$expected" ] || fail "$1: the driver counts '$answer', ofsearch -c '$expected'"
    [ "$(ask TOP_10_FACETS "$1")" = "$expected" ] || fail "$1: another count with facets"
}
same '+missing +children' 'missing children'
same 'missing griffith' 'missing OR griffith'
same '"return home interviews"' '~"return home interviews"'
same '+children -missing' 'children -missing'
same '+children +grade:"Requires improvement"' 'children grade:"requires improvement"'
same '+children +heading:"Children in care"' 'children section:"children in care"'
same 'super*' 'super*'
[ "$(count '~"return home interviews"')" -gt 0 ] || fail "the phrase is not found"
[ "$(ask TOP_10 the)" = 10 ] || fail "TOP_10 does not give ten"
[ "$(ask TOP_100 the)" = 100 ] || fail "TOP_100 does not give a hundred"
[ "$(ask COUNT '+a b')" = UNSUPPORTED ] || fail "what cannot be asked is answered"
[ "$(ask NONSENSE a)" = UNSUPPORTED ] || fail "a command that is none is answered"

# Every kernel runs, over an index that is large enough.
kernels=$OFS_TEST_BUILD/tests/bench/bench-kernels
"$generate" 40000 7 >"$work/large.jsonl"
# one thread: one segment
"$OFS_TEST_BIN/ofindex" -q -j 1 -i "$work/large" "$work/large.jsonl"
"$kernels" | while read -r name rest; do
    "$kernels" "$work/large" "$name" >"$work/result" || fail "kernel $name"
    [ "$(cat "$work/result")" -gt 0 ] || fail "kernel $name finds nothing"
done

# The whole command, over one small corpus and with no peer.
if command -v python3 >/dev/null && command -v taskset >/dev/null; then
    python3 "$OFS_TEST_SOURCE/tests/bench/run" --corpus "$work/d.jsonl" --sizes 0 --queries reports --engines ofsearch \
        --rounds 1 --warmup 0 --build "$OFS_TEST_BUILD" --cache "$work/cache" >"$work/log" || fail "$(cat "$work/log")"
    grep -q '^| reports phrase | top 10 and facets | 25 ' "$work/cache/RESULTS.md" || fail "the table lacks a class"
    if [ "${OFS_TEST_XAPIAN-1}" != 0 ] && command -v xapian-tcpsrv >/dev/null; then
        python3 "$OFS_TEST_SOURCE/tests/bench/distribution" --corpus "$work/d.jsonl" --sizes 0 --queries reports --rounds 1 \
            --warmup 0 --sample 3 --build "$OFS_TEST_BUILD" --cache "$work/cache" >"$work/log" 2>&1 || fail "$(cat "$work/log")"
        grep -q '^| phrase | top 10 and facets | [0-9]* | [0-9., /]* | [0-9., /]* | [0-9., /]* | [0-9., /]* |$' "$work/log" ||
            fail "the table of the distribution lacks figures: $(cat "$work/log")"
    fi
else
    echo "smoke: the command itself is left out: no python3 or no taskset"
fi
