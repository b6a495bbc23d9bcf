#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ofindex add: what it says and how it ends when files are new, unchanged, changed, gone, or cannot be read.
. "${OFS_TEST_SOURCE:?run by ctest}/tests/cli/head.sh"

silent_on() { ! grep -q -e "$1" err || fail "stderr has: $1"; }
lines() { wc -l <"$1" | tr -d ' '; }
reports_are() { # the ids in the index, blank-separated
    "$OFS_TEST_BIN/ofindex" list >out 2>err
    ids=$(cut -f 1 out | tr '\n' ' ')
    [ "$ids" = "$*${1+ }" ] || fail "the index has '$ids', not '$*'"
}
failures_are() { # the files of the index that could not be read, blank-separated
    "$OFS_TEST_BIN/ofindex" list --failed >out 2>err
    paths=$(cut -f 1 out | tr '\n' ' ')
    [ "$paths" = "$*${1+ }" ] || fail "the failures are '$paths', not '$*'"
}
generation() { "$OFS_TEST_BIN/ofindex" stats --format json | jq .generation; }

mkdir reports
cp "$OFS_TEST_SOURCE/corpus/ashcombe-safeguarding-2012.txt" reports/one.txt
cp "$OFS_TEST_SOURCE/corpus/tarnford-sif-2016.pdf" reports/two.pdf

# New, then unchanged, also when only the time differs, then changed.
expect 0 ofindex reports
says 'indexed 2 reports, [0-9,]* paragraphs in '
[ "$(lines err)" -eq 1 ] || fail "more than one line for a clean run"
[ ! -s out ] || fail "add writes to stdout"
reports_are one two
expect 0 ofindex add reports
says 'nothing changed (2 files)'
touch -d '2001-01-01' reports/one.txt
expect 0 ofindex reports
says 'nothing changed (2 files)'
printf '\n' >>reports/one.txt
expect 0 ofindex -v reports
says 'reports/one.txt: replaced'
says 'reports/two.pdf: unchanged'
says 'indexed 1 report, .*; 1 file unchanged'
reports_are one two

# No file stops the others: an HTML page named .pdf, a cut PDF, an empty file, one that is not there.
printf '<!DOCTYPE html><html><body>Not found</body></html>' >reports/page.pdf
head -c 3000 reports/two.pdf >reports/cut.pdf
: >reports/empty.txt
cp reports/one.txt reports/three.txt
expect 1 ofindex reports nowhere.txt
for file in reports/page.pdf reports/cut.pdf reports/empty.txt nowhere.txt; do
    [ "$(grep -c "^ofindex: $file: " err)" -eq 1 ] || fail "not one line about $file"
done
says 'indexed 1 report, .*; 4 files could not be read'
reports_are one three two
# The list of failures has what is there and cannot be read; a name of nothing is a slip.
failures_are reports/cut.pdf reports/empty.txt reports/page.pdf
expect 0 ofindex list --failed --format json
grep -q '{"path":"reports/cut.pdf","reason":"[^"]' out || fail "failures as json"
expect 2 ofindex --failed reports
generation=$(generation)
expect 1 ofindex nowhere.txt reports/nowhere.pdf
says '^ofindex: nowhere.txt: '
says '; 2 files could not be read\|^ofindex: found no report to index; 2 files could not be read'
[ "$(generation)" = "$generation" ] || fail "a name of nothing makes a commit"
expect 1 ofindex reports
says 'nothing changed (3 files); 3 files could not be read'
expect 1 ofindex -q reports
says '^ofindex: reports/page.pdf: '
silent_on 'nothing changed'
# What is gone is no failure any more once its folder is looked at again, or it is named itself; not before.
mkdir elsewhere
cp reports/one.txt elsewhere/five.txt
rm reports/cut.pdf
expect 0 ofindex elsewhere
failures_are reports/cut.pdf reports/empty.txt reports/page.pdf
expect 1 ofindex reports/cut.pdf
failures_are reports/empty.txt reports/page.pdf
rm reports/page.pdf reports/empty.txt
ln -s nothing reports/link.txt
expect 1 ofindex reports
failures_are reports/link.txt
rm reports/link.txt
expect 0 ofindex --prune reports
failures_are
rm -r elsewhere
expect 0 ofindex --prune elsewhere
says '1 file pruned$'
expect 1 ofindex --prune elsewhere

# A file that breaks keeps what the index had of it.
mv reports/three.txt kept
: >reports/three.txt
expect 1 ofindex reports
reports_are one three two
mv kept reports/three.txt
expect 0 ofindex reports

# Lines of a .jsonl that are left out are told of once a file, however many they are and whatever reports they stand in.
{
    printf '{"report":"y","text":"hello"}\n{"report":"y","txt":"lost"}\n'
    awk 'BEGIN { for (i = 0; i < 300; i++) print "{\"index\":{}}\n{\"report\":\"r" i "\",\"text\":\"x\"}" }'
    printf '{"report":"z","text":"trunc'
} >partly.jsonl
expect 1 ofindex -i partly partly.jsonl reports/one.txt
says '^ofindex: partly.jsonl: 302 lines are left out, the first is line 2: it has no "text"$'
says '^ofindex: indexed 302 reports, .*; 1 file was read only in part$'
[ "$(lines err)" -eq 2 ] || fail "more than one line about what is left out"
printf '{"report":"y","text":"hello"}\n[]\n' >partly.jsonl
expect 1 ofindex -q -i partly partly.jsonl
says '^ofindex: partly.jsonl: line 2 is left out: it is not a JSON object$'
printf '{"report":"y","text":"hello"}\n' >partly.jsonl
expect 0 ofindex -i partly partly.jsonl
[ "$(lines err)" -eq 1 ] || fail "a whole file is told of"

# A folder that may not be read; root may read all.
if [ "$(id -u)" -ne 0 ]; then
    mkdir reports/closed
    chmod 0 reports/closed
    expect 1 ofindex reports
    says '^ofindex: reports/closed: '
    failures_are reports/closed
    chmod 700 reports/closed
    expect 0 ofindex reports
    failures_are
    rmdir reports/closed
fi

# What is gone stays, until --prune; only below the paths given.
mkdir other
mv reports/three.txt other/four.txt
expect 0 ofindex other
rm other/four.txt
expect 0 ofindex reports
reports_are four one three two
expect 0 ofindex --prune reports
says '1 file pruned'
reports_are four one two
expect 0 ofindex --prune other
reports_are one two

# Lists of paths.
cp reports/one.txt 'reports/a b.txt'
printf 'reports/a b.txt\n\n' >list
expect 0 ofindex -i listed --files-from list reports/two.pdf
says 'indexed 2 reports'
printf 'reports/a b.txt\0reports/two.pdf\0' >list
expect 0 ofindex -i listed --files-from list -0
says 'nothing changed (2 files)'
"$OFS_TEST_BIN/ofindex" -i listed --files-from - -0 <list >out 2>err || fail "a list on standard input"
says 'nothing changed (2 files)'
expect 3 ofindex -i listed --files-from nowhere
says 'nowhere'
rm 'reports/a b.txt'

# Which index: -i, else $OFSEARCH_INDEX, else .ofindex.
[ -d .ofindex ] && [ -d listed ] || fail "the indexes are not where they should be"
OFSEARCH_INDEX=named
export OFSEARCH_INDEX
expect 0 ofindex reports
[ -d named ] || fail "OFSEARCH_INDEX is not followed"
expect 0 ofindex -i chosen reports
[ -d chosen ] || fail "-i does not win over OFSEARCH_INDEX"
unset OFSEARCH_INDEX

# The bar is for terminals, and goes away.
expect 0 ofindex -i chosen reports
! grep -q "$(printf '\033')" err || fail "a progress bar where stderr is a file"
expect 0 ofindex -i chosen --progress=always reports
grep -q 'files, .* paragraphs' err || fail "no progress bar with --progress=always"

# One writer at a time.
if command -v flock >/dev/null; then
    flock .ofindex/lock sleep 2 &
    sleep 0.5
    expect 3 ofindex reports
    says 'another process'
    wait
    expect 0 ofindex reports
fi

# Interrupted: nothing is committed. The bar's first drawing tells that the run has begun; it has seconds to go.
awk 'BEGIN { for (i = 0; i < 300000; i++) printf "{\"report\":\"r%d\",\"text\":\"Words of paragraph %d.\"}\n", i, i }' >long.jsonl
status=0
: >err
"$OFS_TEST_BIN/ofindex" --progress=always long.jsonl >out 2>err </dev/null &
indexer=$!
while [ ! -s err ] && kill -0 "$indexer"; do sleep 0.05; done
kill -TERM "$indexer"
wait "$indexer" || status=$?
[ "$status" -eq 130 ] || fail "interrupted, it exits with $status"
says 'interrupted'
reports_are one two
expect 0 ofindex check
