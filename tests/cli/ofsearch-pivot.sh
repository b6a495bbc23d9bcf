#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Pivots are what counting the hits by hand gives, in every format.
. "${OFS_TEST_SOURCE:?run by ctest}/tests/cli/head.sh"

"$OFS_TEST_BIN/ofindex" -q "$OFS_TEST_SOURCE"/corpus/*.txt "$OFS_TEST_SOURCE"/corpus/*.md
printf 'staff\tstaff OR social\nmissing\tmissing children\nnone\tunicorns\n' >themes.tsv
for by in paragraph report; do
    search --batch themes.tsv --pivot query,grade --count-by $by --from 2012 --format json >matrix-$by.json
    search --batch themes.tsv --pivot query,grade --count-by $by --from 2012 --format csv >matrix-$by.csv
    search --pivot provider,year --count-by $by --format json children >fields-$by.json
done
search --batch themes.tsv --format jsonl --from 2012 >hits.jsonl
search --format jsonl --from 2012 '' >every.jsonl
search --format jsonl children >children.jsonl
search --format jsonl --sort report 'NOT unicorns' >whole.jsonl

"$python" - <<'END' || fail "a pivot is not what its hits say"
import csv, json
def load(name):
    return [json.loads(line) for line in open(name, encoding='utf-8')]
def count(hits, by):
    return len({h['report']['id'] for h in hits}) if by == 'report' else len(hits)
def grade(h):
    return h['grade'] and h['grade']['label']
def year(h):
    date = h['report']['published'] or h['report']['inspected_to']
    return date and date[:4]
def provider(h):
    return h['report']['provider_name'] or h['report']['provider']

hits, every, children, whole = load('hits.jsonl'), load('every.jsonl'), load('children.jsonl'), load('whole.jsonl')
for by in 'paragraph', 'report':
    matrix = json.load(open(f'matrix-{by}.json'))
    assert [r['value'] for r in matrix['rows']] == ['staff', 'missing', 'none']
    assert set(matrix['columns']) == {grade(h) for h in every}
    assert 'all' not in matrix and matrix['count_by'] == by
    for row in matrix['rows']:
        mine = [h for h in hits if h['query'] == row['value']]
        for column, cell in zip(matrix['columns'], row['cells']):
            assert cell['count'] == count([h for h in mine if grade(h) == column], by), (row['value'], column)
            assert cell['of'] == count([h for h in every if grade(h) == column], by)
        assert row['all'] == {'count': count(mine, by), 'of': count(every, by)}, (by, row)
    lines = list(csv.DictReader(open(f'matrix-{by}.csv', newline='', encoding='utf-8'), strict=True))
    for line, row in zip(lines, matrix['rows']):
        for column, cell in zip(matrix['columns'], row['cells']):
            name = column or 'ungraded'
            assert int(line[name]) == cell['count'] and int(line[name + ' of']) == cell['of']
            assert abs(float(line[name + ' share']) - cell['count'] / cell['of']) < 0.0001
        assert 'staff: staff OR social' in line['search']
    table = json.load(open(f'fields-{by}.json'))
    years = [y for y in table['columns'] if y]
    assert years == sorted(years)
    for row in table['rows']:
        for column, cell in zip(table['columns'], row['cells']):
            where = lambda h: provider(h) == row['value'] and year(h) == column
            assert cell == {'count': count(list(filter(where, children)), by),
                            'of': count(list(filter(where, whole)), by)}, (by, row['value'], column)
    for column, cell in zip(table['columns'], table['all']):
        assert cell['count'] == count([h for h in children if year(h) == column], by)
    assert table['total'] == {'count': count(children, by), 'of': count(whole, by)}
END

search --pivot grade:1,year:2 children >out
grep -q '^and [0-9]* more rows$' out || fail "a limit does not say what it leaves out"
search --pivot grade,year --format html children >out.html
tidy -q -e out.html || fail "html of a pivot"
search --pivot grade,year --format markdown children | grep -q '^| grade | ' || fail "markdown of a pivot"
for wrong in '--pivot grade' '--pivot grade,grade' '--pivot query,query' '--pivot grade,nothing' '--pivot grade:0,year' \
    '--pivot grade,year -c' '--count-by page'; do
    status=0
    # shellcheck disable=SC2086 # words are meant to be split
    search $wrong children >out 2>err || status=$?
    [ "$status" -eq 2 ] && [ -s err ] || fail "$wrong exits with $status"
done
# Two queries of one name would be counted into one row twice over.
printf 'staff\tstaff OR social\nmissing\tmissing children\nstaff\tstaff\nnone\tunicorns\n' >double.tsv
status=0
search --batch double.tsv --pivot query,grade --from 2012 --format json >double.json 2>err || status=$?
[ "$status" -eq 2 ] || fail "a name of two queries exits with $status"
grep -q 'double.tsv: line 3: a query before has the name staff' err || fail "a name of two queries is not told"
[ "$(jq -c '[.rows, .columns]' double.json)" = "$(jq -c '[.rows, .columns]' matrix-paragraph.json)" ] ||
    fail "the query of a name that was there is counted"

status=0
search --pivot grade,year unicorns >out || status=$?
[ "$status" -eq 1 ] || fail "a pivot of nothing exits with $status"
