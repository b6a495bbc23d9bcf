#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Telling words, keywords in context, similar and near-identical paragraphs, marks, the search log and the pager.
. "${OFS_TEST_SOURCE:?run by ctest}/tests/cli/head.sh"

unset OFSEARCH_PAGER PAGER LESS NO_COLOR

"$OFS_TEST_BIN/ofindex" -q "$OFS_TEST_SOURCE"/corpus/*.txt "$OFS_TEST_SOURCE"/corpus/*.md
total=$(search -c 'NOT unicorns')

# --keywords and --compare: the counts are those of searches for the words, the score is Dunning's from the counts, and
# every word that would score belongs.
search --keywords=10 --format jsonl '=children missing' >words.jsonl
search -c '=children missing' >matches
"$python" - "$OFS_TEST_BIN/ofsearch" "$(cat matches)" <<'END' || fail "telling words"
import json, math, subprocess, sys
program, matches = sys.argv[1], int(sys.argv[2])
def count(*arguments):
    return int(subprocess.run([program, '-c', *arguments], capture_output=True, text=True).stdout)
def ratio(a, n, b, m):
    def part(o, e):
        return o * math.log(o / e) if o > 0 else 0
    p, q = (a + b) / (n + m), 1 - (a + b) / (n + m)
    return 2 * (part(a, n * p) + part(b, m * p) + part(n - a, n * q) + part(m - b, m * q))
rows = [json.loads(line) for line in open('words.jsonl')]
assert 1 <= len(rows) <= 10, rows
for row in rows:
    assert row['of'] == matches
    assert row['count'] == count('=children missing', row['word']), row
    assert abs(row['score'] - ratio(row['count'], row['of'], row['other'], row['other_of'])) < 0.01, row
    assert row['word'] not in ('children', 'missing') and row['score'] >= 10.83
assert [r['score'] for r in rows] == sorted((r['score'] for r in rows), reverse=True)
END
search --compare 'grade:inadequate,grade:"good"' --keywords=5 --format csv children >sides.csv
"$python" - "$OFS_TEST_BIN/ofsearch" <<'END' || fail "two sides"
import csv, subprocess, sys
def count(*arguments):
    return int(subprocess.run([sys.argv[1], '-c', *arguments], capture_output=True, text=True).stdout)
sides = ['grade:inadequate', 'grade:"good"']
rows = list(csv.DictReader(open('sides.csv', newline='', encoding='utf-8'), strict=True))
assert rows
for row in rows:
    other = sides[1 - sides.index(row['side'])]
    assert int(row['count']) == count('children', row['word'], row['side']), row
    assert int(row['other']) == count('children', row['word'], other), row
    assert int(row['of']) == count('children', row['side']) and int(row['other_of']) == count('children', other)
END
search --compare 'grade:inadequate,grade:good' children | grep -q '^word .*here .*there .*score$' || fail "--compare as text"

# --kwic: every highlight of every hit, once; aligned; in the order of the words beside.
search --all --kwic=right children >right.txt
search --all --kwic=right --format jsonl children >right.jsonl
search --all --kwic=left --format jsonl children >left.jsonl
search --all --format json children >all.json
"$python" - <<'END' || fail "keywords in context"
import json, string, unicodedata
hits = {h['ref']: h for h in json.load(open('all.json'))['hits']}
def fold(text):
    text = ''.join(c for c in unicodedata.normalize('NFKD', text.casefold()) if not unicodedata.combining(c))
    return [w.strip('“”‘’…–—' + string.punctuation) for w in text.split()]
right = [json.loads(line) for line in open('right.jsonl', encoding='utf-8')]
left = [json.loads(line) for line in open('left.jsonl', encoding='utf-8')]
assert len(right) == len(left) == sum(len(h['highlights']) for h in json.load(open('all.json'))['hits'])
for row in right:
    assert row['left'] + row['keyword'] + row['right'] in hits[row['ref']]['text']
keys = [fold(r['right'])[:3] for r in right if len(fold(r['right'])) > 4 and r['right'][0] == ' ' and r['right'].isascii()]
assert keys == sorted(keys), [k for k in zip(keys, sorted(keys)) if k[0] != k[1]][:3]
lines = [l for l in open('right.txt', encoding='utf-8').read().split('\n') if '*' in l]
assert len(lines) == len(right) and len({l.index('*') for l in lines if l.isascii()}) == 1
END

# similar: other reports alone; the best one shares the telling words.
ref=$(search --format json -n 1 missing children | jq -r '.hits[0].ref')
search --format jsonl -n 5 similar "$ref" >like.jsonl
[ "$(wc -l <like.jsonl)" -eq 5 ] || fail "similar finds too little"
grep -q "\"id\":\"${ref%#*}\"" like.jsonl && fail "similar finds the report itself"
cat >quoted.jsonl <<'END'
{"report":"a \"b\" “c”","text":"Unusual giraffes visit."}
{"report":"d","text":"Unusual giraffes visit too."}
END
"$OFS_TEST_BIN/ofindex" -q -i quoted quoted.jsonl
search -i quoted --format jsonl similar 'a "b" “c”#@0' >like.jsonl
[ "$(jq -r .report.id like.jsonl)" = d ] || fail "similar to a paragraph of a report with quotation marks in its id"
search -i quoted --format json --facet report similar 'd#@0' | jq -e '.total == 1 and .facets.report[0].value == "a \"b\" “c”"' >/dev/null ||
    fail "similar finds a report with quotation marks in its id"
status=0
search similar nowhere#1 >out 2>err || status=$?
[ "$status" -eq 1 ] && [ -s err ] || fail "similar to nothing exits with $status"
status=0
search similar "${ref%#*}" >out 2>err || status=$?
[ "$status" -eq 2 ] || fail "similar to a report exits with $status"

# --fold-duplicates: copies with small changes are one hit, and all are told.
mkdir copies
"$python" - <<'END'
import json
words = ('The local authority does not ensure that every child who goes missing from care is offered an interview '
         'with somebody independent within seventy two hours of coming home, and managers do not know why.').split()
with open('copies/copies.jsonl', 'w') as out:
    for i in range(9):
        text = list(words)
        if i % 3 == 1:
            text[-1] = 'so.'
        if i % 3 == 2:
            text = text[:12] + ['Quite', 'other', 'words', 'about', 'missing', 'interview', 'rooms', 'follow', 'here']
        out.write(json.dumps({'report': f'r{i}', 'text': ' '.join(text)}) + '\n')
END
"$OFS_TEST_BIN/ofindex" -q -i copies.idx copies/copies.jsonl
search -i copies.idx --fold-duplicates --format json missing interview | jq -e '.total == 9 and .distinct == 2 and
    ([.hits[].like | length] | sort) == [2, 5] and ([.hits[] | .ref, .like[]] | unique | length) == 9' >/dev/null || fail "folded"
search -i copies.idx --fold-duplicates -n 1 --offset 1 --format json missing interview | jq -e '.hits | length == 1' >/dev/null ||
    fail "folded, second page"
search -i copies.idx --fold-duplicates missing interview >out
grep -q 'and 5 paragraphs like it: ' out || fail "folded as text"

# --since and --mark: what came in later; the mark moves on.
mkdir in
echo '{"report":"old","text":"Interviews are late."}' >in/a.jsonl
"$OFS_TEST_BIN/ofindex" -q -i news in
search -i news --mark mark --format jsonl interviews | grep -c . >out
[ "$(cat out mark)" = "1
1" ] || fail "the first run shows all"
status=0
search -q -i news --mark mark interviews >out || status=$?
[ "$status" -eq 1 ] && [ ! -s out ] || fail "nothing is new"
echo '{"report":"new","text":"Interviews are still late."}' >in/b.jsonl
"$OFS_TEST_BIN/ofindex" -q -i news in
search -i news --since 1 --format jsonl interviews | jq -e '.report.id == "new"' >/dev/null || fail "--since"
search -i news --mark mark --format jsonl interviews | jq -e '.report.id == "new"' >/dev/null || fail "--mark"
[ "$(cat mark)" = 2 ] || fail "the mark does not move on"
status=0
search -i news --mark mark '(' >out 2>err || status=$?
[ "$status" -eq 2 ] && [ "$(cat mark)" = 2 ] || fail "a search that fails moves the mark"
echo 99 >mark
status=0
search -i news --mark mark interviews >out 2>err || status=$?
[ "$status" -eq 2 ] && [ ! -s out ] && grep -q 'made anew' err || fail "a mark of another index"

# A folder whose name is not UTF-8 can be searched and told of; a name in a batch must be UTF-8, as its query.
odd=$(printf 'odd\351')
mkdir "$odd"
cp -r news "$odd/news"
search -i "$odd/news" --log odd.jsonl --format json interviews >odd.json || fail "a folder that is not UTF-8"
jq -e '.index.path | startswith("odd")' odd.json >/dev/null || fail "the folder's name in JSON"
jq -e '.index | startswith("odd")' odd.jsonl >/dev/null || fail "the folder's name in the log"
odd_file=$(printf 'caf\351.txt')
printf 'Interviews were late.\n' >"$odd_file"
"$OFS_TEST_BIN/ofindex" -q -i files "$odd_file"
for options in '--facet report' '-l' '--pivot report,grade' '--kwic' ''; do
    # shellcheck disable=SC2086 # words are meant to be split
    search -i files --format json $options interviews >odd.json || fail "a file that is not UTF-8, with '$options'"
    jq -e 'tostring | contains("caf\uFFFD")' odd.json >/dev/null || fail "the file's name with '$options'"
done
printf 'n\351\tinterviews\nb\tinterviews\n' >names.tsv
status=0
search -i news --batch names.tsv --format jsonl >out 2>err || status=$?
[ "$status" -eq 2 ] || fail "a name that is not UTF-8 exits with $status"
grep -q 'names.tsv: line 1: the name is not UTF-8' err || fail "a name that is not UTF-8 is not told"
printf 'b\tinterviews\n' | search -i news --batch - --format jsonl >rest
{ [ -s rest ] && cmp -s out rest; } || fail "the rest of the batch"

# --log: a line a search.
search -i news --log log.jsonl --grade good interviews >out 2>err || true
printf 'a\tinterviews\nb\tlate\n' | search -i news --log log.jsonl --batch - >out
jq -es 'length == 3 and .[0].options == ["--grade good"] and .[0].total == 0 and .[1].name == "a" and .[2].reports == 2' \
    log.jsonl >/dev/null || fail "--log"

# A batch that an editor has put a byte order mark before, with remarks.
printf '\357\273\277# themes\na\tinterviews\n# b\tlate\nc\tlate\n' >themes.tsv
search -i news --batch themes.tsv --format json | jq -es '[.[].name] == ["a", "c"]' >/dev/null || fail "remarks in a batch"
printf '\357\273\277a\tinterviews\n' | search -i news --batch - --format json | jq -e '.name == "a"' >/dev/null ||
    fail "a byte order mark before a batch"

# Neighbours of a hit are marked as such; all of a facet can be asked for.
search -n 1 -C 1 --offset 3 missing >out
grep -q '^      after: ' out || fail "a neighbour is not marked"
search -n 1 -C 1 --offset 3 --format html missing | grep -q '<i>after:</i>' || fail "a neighbour in html"
search -n 1 -C 1 --offset 3 --format markdown missing | grep -q '^\*after:\* ' || fail "a neighbour in markdown"
search --format json --facet section:all missing | jq .facets >all.json
search --format json --facet section missing | jq .facets | cmp - all.json || fail "--facet section:all"

# similar gives no hints on words that nobody wrote.
search similar "$ref" >out 2>err
[ ! -s err ] || fail "similar says: $(cat err)"
search '"@LADO"' >out 2>err
grep -q '@@' err && fail "an @ too many: $(cat err)"

# On a terminal: the pager gets the output, links go to the report, and nothing is paged when it is forbidden or piped.
"$python" - "$OFS_TEST_BIN/ofsearch" <<'END' || fail "on a terminal"
import os, pty, sys
def run(arguments, **environment):
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update({'TERM': 'xterm', **environment})
        os.execv(sys.argv[1], ['ofsearch', *arguments])
    out = b''
    while True:
        try:
            data = os.read(fd, 65536)
        except OSError:
            break
        if not data:
            break
        out += data
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), out.decode()
status, out = run(['-n', '1', 'missing'], OFSEARCH_PAGER="sed 's/^/PAGED /'")
assert status == 0 and out.count('PAGED 1. ') == 1, out
assert '\033]8;;file:///' in out and '\033[1;31m' in out
status, out = run(['-n', '1', '--no-pager', 'missing'], OFSEARCH_PAGER='false')
assert status == 0 and '1. ' in out
status, out = run(['-n', '1', 'missing'], PAGER="sed 's/^/PAGED /'", NO_COLOR='1')
assert 'PAGED' in out and '\033' not in out
for missing in 'nonexistent-pager', '/nowhere/pager -x':
    status, out = run(['-n', '1', 'missing'], OFSEARCH_PAGER=missing)
    assert status == 0 and '1. ' in out and 'not found' not in out, out
END
OFSEARCH_PAGER=false search -n 1 missing | grep -q '^1\. ' || fail "a pipe is paged"

# What was not shown is not lost: the mark stays until all is.
echo 2 >mark
for i in $(seq 12); do
    echo "{\"report\":\"more$i\",\"text\":\"Interviews are late again.\"}"
done >in/c.jsonl
"$OFS_TEST_BIN/ofindex" -q -i news in
for less in '-n 5' '--offset 1' -c '--pivot report,year' '-l -n 3' '-n 11 --format csv'; do
    # shellcheck disable=SC2086 # words are meant to be split
    search -i news --mark mark $less interviews >out 2>err || fail "--mark with $less exits with $?"
    [ "$(cat mark)" = 2 ] || fail "--mark with $less moves on"
    grep -q 'mark stays at 2$' err || fail "--mark with $less does not say so"
done
search -i news --mark mark interviews >out
[ "$(grep -c 'Interviews' out)" -ge 12 ] && [ "$(cat mark)" = 3 ] || fail "--mark shows all and moves on"
status=0
search -i news --mark mark interviews >out 2>err || status=$?
[ "$status" -eq 1 ] && [ "$(cat err)" = 'nothing new since generation 3 of the index' ] || fail "nothing new: $(cat err)"

for wrong in '--keywords=0' '--compare grade:good' '--kwic=up' '--since x' '--kwic -c' '--keywords --pivot grade,year' \
    '--kwic --format trec' '--since 1 --mark m'; do
    status=0
    # shellcheck disable=SC2086 # words are meant to be split
    search $wrong children >out 2>err || status=$?
    [ "$status" -eq 2 ] && [ -s err ] && [ ! -s out ] || fail "$wrong exits with $status"
done
[ "$total" -gt 0 ]
