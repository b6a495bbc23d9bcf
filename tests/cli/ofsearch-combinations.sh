#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What goes together on the command line works; what would be ignored is refused, and says why.
. "${OFS_TEST_SOURCE:?run by ctest}/tests/cli/head.sh"

# refuses WORD ARGUMENT...: exits with 2, prints nothing, and the message has WORD in it
refuses() {
    word=$1
    shift
    status=0
    search "$@" >out 2>err </dev/null || status=$?
    [ "$status" -eq 2 ] || fail "$* exits with $status"
    [ ! -s out ] || fail "$* prints something"
    grep -qe "$word" err || fail "$* does not speak of $word: $(cat err)"
}

"$OFS_TEST_BIN/ofindex" -q "$OFS_TEST_SOURCE"/corpus/*.txt "$OFS_TEST_SOURCE"/corpus/*.md
ref=ashcombe-safeguarding-2012#17

# A table of what is like a paragraph would be one of the whole index.
for option in '--pivot grade,year' --keywords --keywords=3 '--compare grade:good,grade:inadequate' --any --plain; do
    # shellcheck disable=SC2086 # words are meant to be split
    refuses similar $option similar $ref
done
search -l similar $ref >out || fail "-l with similar"
search --grade inadequate -n 1 similar $ref >out || fail "a filter with similar"

# Commands take one operand.
for name in show verify similar; do
    refuses "$name takes one" $name
    refuses "$name takes one" $name a b
    refuses "'($name)'" $name
done
search '(show)' >out 2>err || [ $? -eq 1 ] || fail "a word that is a command"

# Options that the format, or what is printed, has no place for.
refuses --context -C 1 --format csv children
refuses context --format trec -C 1 children
refuses explain --explain --format csv children
refuses explain --explain --format markdown children
refuses explain --explain --format json --fields ref children
refuses group --group report --format csv children
refuses fields --fields ref children
refuses count-by --count-by report children
for kind in -c -l --kwic --keywords '--pivot grade,year'; do
    # shellcheck disable=SC2086
    refuses facet $kind --facet grade children
    # shellcheck disable=SC2086
    refuses group $kind --group report children
done
refuses verify --format json verify none.md
refuses 'context does not go with show' -C 2 show $ref
refuses grade --grade good show $ref

search --cite show $ref >out || fail "show --cite"
search --format json show $ref | jq -r '.paragraphs[].citation' >citation
tr -s '\n ' '  ' <out >line
grep -qF "$(head -n 1 citation)" line || fail "show --cite has no citation"

# -l: a window of the reports.
search -l children >all
[ "$(wc -l <all)" -gt 5 ] || fail "too few reports to try it on"
search -l -n 2 --offset 1 children >window
sed -n 2,3p all | cmp - window || fail "-l with -n and --offset"
search -l -n 0 children >out
[ ! -s out ] || fail "-l -n 0"
search -l --offset 1000 children >out
[ ! -s out ] || fail "-l behind the last"
search -l -n 1 --format json children | jq -e '.reports | length == 1' >/dev/null || fail "-l -n 1 as json"

# Without a query: the whole index.
search --facet grade -n 0 --format json | jq -e '.total > 100 and (.facets.grade | length) > 2' >/dev/null ||
    fail "--facet alone"
search --pivot grade,year >out || fail "--pivot alone"
grep -q '^all ' out || fail "--pivot alone prints no table"
search --compare grade:good,grade:inadequate >out || fail "--compare alone"
status=0
search --keywords >out 2>err || status=$?
[ "$status" -le 1 ] || fail "--keywords alone exits with $status"
search --mark mark >out || fail "--mark alone"
refuses 'no query' --cite

# Limits of a query are the query's fault, and a batch goes on behind it.
"${PYTHON:-python3}" - <<'END'
queries = {'far': 'a NEAR/1001 b', 'deep': '(' * 300 + 'a' + ')' * 300,
           'many': ' OR '.join(f'w{i}' for i in range(8000)), 'long': 'word ' * 14000}
with open('bad.tsv', 'w') as out:
    for name, query in queries.items():
        out.write(f'{name}\t{query}\n')
        open(name, 'w').write(query)
    out.write('good\tchildren\n')
END
for name in far deep many; do
    refuses ofsearch "$(cat $name)"
done
status=0
search --batch bad.tsv --format jsonl >out 2>err || status=$?
[ "$status" -eq 2 ] || fail "a batch with queries past a limit exits with $status"
[ "$(grep -c '"query":"good"' out)" -eq "$(search -c children)" ] || fail "the batch does not go on"
for line in 1 2 3 4; do
    grep -q "bad.tsv: line $line: " err || fail "line $line is not named"
done

# Of a long query the part around the place is shown, no wider than the terminal, with the caret under it.
long=$(printf 'word%d ' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30)
status=0
COLUMNS=60 search "$long NEAR/1001 $long" >out 2>err || status=$?
[ "$status" -eq 2 ] || fail "a long query exits with $status"
"${PYTHON:-python3}" - <<'END' || fail "the excerpt of a long query: $(cat err)"
lines = open('err', encoding='utf-8').read().split('\n')
shown, caret = lines[-3], lines[-2]
assert len(shown) < 60 and shown[2] == shown[-1] == '…', shown
assert caret.strip() == '^' and shown[caret.index('^'):].startswith('NEAR/1001'), (shown, caret)
END
status=0
COLUMNS=60 search 'a NEAR/1001 b' 2>err || status=$?
grep -q '^  a NEAR/1001 b$' err && grep -q '^    ^$' err || fail "a short query is shown whole"
