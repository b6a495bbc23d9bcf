#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every output format of ofsearch is read back by a program that others wrote for it, and says the same.
. "${OFS_TEST_SOURCE:?run by ctest}/tests/cli/head.sh"

# Texts that are hard on each format: a formula, quotes, commas, line breaks, markup of html and of markdown, wide characters.
cat >hard.jsonl <<'END'
{"report":"a,1","provider":"=cmd|'/c calc'!A1","title":"Quotes \" and, commas","published":"2018-03-04","section":["Safe <b>","Early help"],"grade":"Inadequate","paragraph":"1","text":"=HYPERLINK(\"http://x\") interviews, \"late\"\nand <script>alert(1)</script> & *bold* _it_ [l](x) | pipe"}
{"report":"a,1","provider":"=cmd|'/c calc'!A1","title":"Quotes \" and, commas","published":"2018-03-04","section":["Safe <b>"],"grade":"Good","paragraph":"2","page":3,"text":"Return interviews are late.\tA tab. 子供たち interviews"}
{"report":"b","provider":"Lambeth","published":"2019-01-01","section":["Safe <b>"],"grade":"Good","paragraph":"1","text":"Interviews happen in time."}
{"report":"c","provider":"Ashcombe","published":"2021-01-01","section":["Other"],"paragraph":"1","text":"Nothing of it here."}
END
: >broken.pdf
"$OFS_TEST_BIN/ofindex" -q hard.jsonl broken.pdf 2>/dev/null && fail "a broken file is no failure" || [ $? -eq 1 ]

search --format json interviews >found.json
for format in csv tsv xlsx markdown html; do
    search --format $format --facet grade,year interviews >found.$format
done
search --format csv --excel interviews >excel.csv
search --format csv --fields text,ref,rank interviews >few.csv
search --format jsonl --fields text,ref,rank interviews >few.jsonl
search --format csv -n 0 --facet grade,year interviews >counts.csv
search --format csv -l interviews >reports.csv
printf 'late\tlate\nall\tinterviews\nnone\tunicorns\n' >themes.tsv
for format in csv xlsx html markdown; do
    search --batch themes.tsv --format $format >batch.$format
done

# Every answer in json says what was asked of what; csv and tsv that cannot say it on standard error.
for what in '' -c -l --kwic --keywords --pivot=grade,year '--pivot grade,year --count-by report'; do
    # shellcheck disable=SC2086 # words are meant to be split
    search --format json $what --grade good --sort date interviews | jq -e '.query == "interviews" and
        .interpreted == "interviews" and .options == ["--grade good", "--sort date"] and .index.reports == 3' >/dev/null ||
        fail "json of '$what' does not say what was asked"
done
search --format json --pivot grade,year interviews | jq -e '.found == {"total": 3, "reports": 2}' >/dev/null || fail "found"
search --batch themes.tsv --format json --pivot query,grade --from 2010 | jq -e '.queries ==
    [{"name": "late", "query": "late"}, {"name": "all", "query": "interviews"}, {"name": "none", "query": "unicorns"}] and
    .options == ["--from 2010"]' >/dev/null || fail "the queries of a batch"
for format in csv tsv; do
    search --format $format --fields ref interviews 2>err >out
    grep -q '^Query: interviews; .*; Searched: ' err || fail "$format: no search log for --fields"
    search --format $format --fields ref,search interviews 2>err >out
    [ ! -s err ] || fail "$format: the search log twice"
    search -q --format $format --fields ref interviews 2>err >out
    [ ! -s err ] || fail "$format: -q"
    search --log log --format $format --fields ref interviews 2>err >out
    [ ! -s err ] || fail "$format: --log"
    search --format $format --grade good unicorns 2>err >out && fail "unicorns"
    grep -q '^Query: unicorns; .*Options: --grade good; ' err || fail "$format: no search log for nothing"
    search --batch themes.tsv --format $format >out 2>err
    [ "$(cut -d ';' -f 1-2 err)" = 'Name: none; Query: unicorns' ] || fail "$format: a batch"
done

jq -e '.total == 3 and .index.failed_files == 1 and .index.reports == 3' found.json >/dev/null || fail "json"
"$python" - <<'END' || fail "a reader disagrees"
import csv, json
hits = json.load(open('found.json'))['hits']
rows = list(csv.DictReader(open('found.csv', newline='', encoding='utf-8'), strict=True))
assert len(rows) == 3 and [r['ref'] for r in rows] == [h['ref'] for h in hits]
def neutral(text):
    return "'" + text if text[:1] in '=+-@\t\r' and text else text
for row, hit in zip(rows, hits):
    assert row['text'] == neutral(hit['text']), row['text']
    assert row['provider'] == neutral(hit['report']['provider'])
    assert row['citation'] == neutral(hit['citation'])
    assert 'Query: interviews' in row['search'] and '1 file' in row['search'] and '3 reports' in row['search']
raw = open('found.csv', 'rb').read()
assert raw.count(b'\r\n') == 4 and not raw.startswith(b'\xef\xbb\xbf')
assert open('excel.csv', 'rb').read().startswith(b'\xef\xbb\xbfrank,')
few = list(csv.reader(open('few.csv', newline='', encoding='utf-8'), strict=True))
assert few[0] == ['text', 'ref', 'rank'] and len(few) == 4
for line, hit in zip(open('few.jsonl', encoding='utf-8'), hits):
    assert list(json.loads(line).items()) == [('text', hit['text']), ('ref', hit['ref']), ('rank', hit['rank'])]
counts = list(csv.DictReader(open('counts.csv', newline=''), strict=True))
assert {(r['field'], r['value'], r['paragraphs'], r['of']) for r in counts} == {
    ('grade', 'Good', '2', '2'), ('grade', 'Inadequate', '1', '1'), ('year', '2018', '2', '2'), ('year', '2019', '1', '1')}, counts
reports = list(csv.reader(open('reports.csv', newline=''), strict=True))
assert [row[:2] for row in reports] == [['report', 'paragraphs'], ['a,1', '2'], ['b', '1']], reports
assert reports[0][2] == 'search' and 'Query: interviews; ' in reports[1][2] and 'Query: interviews; ' in counts[0]['search']
tsv = [line.split('\t') for line in open('found.tsv', newline='', encoding='utf-8').read().split('\n')]
assert tsv.pop() == [''] and len(tsv) == 4 and {len(row) for row in tsv} == {len(tsv[0])}
batch = list(csv.DictReader(open('batch.csv', newline='', encoding='utf-8'), strict=True))
assert [r['query'] for r in batch] == ['late', 'late', 'all', 'all', 'all'], batch
END

"$python" - <<'END' || fail "xlsx"
import json, openpyxl
hits = json.load(open('found.json'))['hits']
book = openpyxl.load_workbook('found.xlsx')
rows = list(book['Hits'].values)
column = {name: i for i, name in enumerate(rows[0])}
assert len(rows) == 4
for row, hit in zip(rows[1:], hits):
    assert row[column['ref']] == hit['ref'] and row[column['rank']] == hit['rank'] and row[column['page']] == hit['page']
    assert row[column['text']] == hit['text'].replace('\n', ' ').replace('\t', ' ')
assert all(cell.data_type != 'f' for sheet in book for line in sheet.iter_rows() for cell in line)
log = dict(list(book['Search'].values)[1:])
assert log['Query'] == 'interviews' and log['Could not be read'] == '1 file', log
assert ('grade', 'Good', 2, 2) in list(book['Counts'].values)
assert len(list(openpyxl.load_workbook('batch.xlsx')['Hits'].values)) == 6
END

# tidy says nothing of a page without faults; a parser finds the texts unchanged, and no element that came from them.
for page in found batch; do
    said=$(tidy -q -e $page.html 2>&1) || fail "tidy on $page.html: $said"
done
"$python" - <<'END' || fail "html"
import json
from html.parser import HTMLParser
class Quotes(HTMLParser):
    def __init__(self):
        super().__init__()
        self.quotes, self.refs, self.tags, self.open = [], [], set(), False
    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == 'article':
            self.refs.append(dict(attrs)['data-ref'])
        if tag == 'blockquote':
            self.quotes.append('')
            self.open = True
    def handle_endtag(self, tag):
        if tag == 'blockquote':
            self.open = False
    def handle_data(self, data):
        if self.open:
            self.quotes[-1] += data
hits = json.load(open('found.json'))['hits']
reader = Quotes()
reader.feed(open('found.html', encoding='utf-8').read())
assert reader.quotes == [h['text'] for h in hits] and reader.refs == [h['ref'] for h in hits]
assert 'script' not in reader.tags and 'svg' in reader.tags and 'b' not in reader.tags
END

# markdown: the quotation stands as it was, once the backslashes and the bold are taken away.
"$python" - <<'END' || fail "markdown"
import json, re
hits = json.load(open('found.json'))['hits']
quotes = [line[2:] for line in open('found.markdown', encoding='utf-8').read().split('\n')
          if line.startswith('> ') and not line.startswith('> — ')]
plain = [re.sub(r'\\(.)', r'\1', q.replace('**', '')) for q in quotes]
assert plain == [h['text'].replace('\n', ' ').replace('\t', ' ') for h in hits], plain
END
grep -q '^- Could not be read: 1 file$' found.markdown || fail "markdown has no head"

for format in markdown html; do
    for what in -c -l --kwic; do
        search $what --format $format interviews | grep -q 'Could not be read' || fail "$what as $format has no head"
    done
done
search -l --format html interviews >list.html
tidy -q -e list.html || fail "html of -l"

# A facet that an option restricts still counts the alternatives.
search --format json --grade good --facet grade interviews | jq -e '.total == 2 and .base.reports == 2 and
    .facets.grade == [{"value":"Good","count":2,"selected":true},{"value":"Inadequate","count":1}]' >/dev/null ||
    fail "alternatives of a chosen facet"
search --format json --facet section interviews | jq -e '.section_tree[0] ==
    {"heading":"Safe <b>","count":2,"total":3,"sections":[{"heading":"Early help","count":1,"total":1,"sections":[]}]}' \
    >/dev/null || fail "sections as a tree"
search --grade good interviews >out
grep -q '^2 paragraphs in 2 of 2 reports$' out || fail "the reports that pass the filters"
search --group report interviews >out
grep -q '· 2 paragraphs$' out || fail "hits under their report"

for wrong in '--format xml' '--fields nothing' '--fields text,text' '--group grade' '--excel'; do
    status=0
    # shellcheck disable=SC2086 # words are meant to be split
    search $wrong interviews >out 2>err || status=$?
    [ "$status" -eq 2 ] && [ -s err ] && [ ! -s out ] || fail "$wrong exits with $status"
done
