#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What is told of words that the index has not got, or hardly.
. "${OFS_TEST_SOURCE:?run by ctest}/tests/cli/head.sh"

silent() { [ ! -s err ] || fail "stderr should be empty"; }

{
    i=0
    while [ $i -lt 250 ]; do
        echo '{"text":"Children and people go missing from a house in Lambeth; safeguarding is weak."}'
        i=$((i + 1))
    done
    echo '{"text":"A horse was seen."}'
    echo '{"text":"One safegaurding slip, printed so."}'
    echo '{"text":"The zoo has a giraffe."}'
} >all.jsonl
expect 0 ofindex all.jsonl

expect 1 ofsearch mising chldren
says '^did you mean: missing Children$'
says '^  mising is in no paragraph, missing is in 250 paragraphs$'
expect 1 ofsearch '"poeple go" OR =lambth'
says '^did you mean: "people go" OR =Lambeth$'
expect 1 ofsearch --format json 'safegarding grade:1'
prints '"did_you_mean":"safeguarding grade:1"'
prints '"corrections":\[{"word":"safegarding","paragraphs":0,"instead":"safeguarding","instead_paragraphs":250}\]'

# A slip that is in a report too is told; the answer is that of the words asked.
expect 0 ofsearch safegaurding
says '^did you mean: safeguarding$'
prints '^1 paragraph in 1 report$'
# A rare word like none that is much more frequent, a short one, one with a digit, one under NOT: nothing is told.
expect 0 ofsearch giraffe
silent
expect 1 ofsearch -q chldren
silent
expect 0 ofsearch 'children -mising'
silent
expect 1 ofsearch hou
expect 1 ofsearch 2hildren
for word in hou 2hildren; do
    "$OFS_TEST_BIN/ofsearch" $word 2>err || true
    ! grep -q 'did you mean' err || fail "$word was corrected"
done
expect 0 ofsearch --format json children
prints '"did_you_mean":null,"corrections":\[\]'

# Notes are left out of a search that does not ask for them, and it is told where they alone match.
{
    cat all.jsonl
    echo '{"kind":"note","text":"Outstanding exceeds the minimum; chldren is a slip."}'
    echo '{"kind":"note","text":"Good exceeds the minimum by far. A giraffe."}'
} >notes.jsonl
expect 0 ofindex -i noted notes.jsonl
expect 1 ofsearch -i noted minimum
says '^  minimum: in 2 notes alone (kind:note finds them)$'
says '^2 notes match: legends, footnotes, back matter and the like are left out of a search without kind:note$'
expect 1 ofsearch -i noted chldren zoo
says '^  chldren is in 1 note alone (kind:note finds it), Children is in 250 paragraphs$'
says '^  chldren: in 1 note alone (kind:note finds it); without it 1 matches$'
expect 1 ofsearch -i noted giraffe minimum
says '^  giraffe: in 1 paragraph; without it 0 match$'
says '^1 note matches: '
expect 0 ofsearch -i noted giraffe
silent
prints '^1 paragraph in 1 report$'
expect 0 ofsearch -i noted minimum kind:note
prints '^2 paragraphs in 2 of 2 reports$'
expect 0 ofsearch -i noted 'giraffe kind:(note paragraph recommendation statement)'
prints '^2 paragraphs in 2 of 255 reports$'
expect 1 ofsearch -i noted --format json minimum
prints '"advice":\["2 notes match: '
expect 1 ofsearch -i noted -q minimum

# What looks like the language and is none; what no paragraph passes.
expect 1 ofsearch 'year:2012 children'
says '^year:2012 is read as words: there is no field year; did you mean date:2012?$'
expect 1 ofsearch 'children near/5 missing'
says '^near/5 is read as words: at most 5 words on is written a NEAR/5 b'
expect 1 ofsearch --format json --kind note 'children || x'
prints '"advice":\["| is passed over: alternatives are written a OR b","no paragraph passes kind:note"\]'

# What would find something: by what the index has.
{
    echo '{"report":"r1","inspected_to":"2012-05-01","grade":{"label":"Inadequate","level":4,"levels":4},"text":"Late return interviews."}'
    echo '{"report":"r2","published":"2013-05-01","grade":{"label":"Requires improvement","level":3,"levels":4},"text":"Return of a late train."}'
} >graded.jsonl
expect 0 ofindex -i graded graded.jsonl
expect 1 ofsearch -i graded late return interviews inadequate
says '^as a grade, which is a filter, it finds 1: late return interviews grade:Inadequate$'
expect 1 ofsearch -i graded return requires improvement
says '^as a grade, which is a filter, it finds 1: return grade:"Requires improvement"$'
expect 1 ofsearch -i graded interviews requires improvement
! grep -q 'as a grade' err || fail "a grade that finds nothing is told"
expect 1 ofsearch -i graded 'Grade:Requires improvement return'
says '^Grade:Requires ends at the blank: a value of several words stands in quotes, grade:"Requires improvement"$'
expect 0 ofsearch -i graded 'Grade:Requires return'
silent
expect 1 ofsearch -i graded 'late published:2012'
says '^date:, which .* finds 1: late date:2012$'
expect 1 ofsearch -i graded 'late published:2011'
! grep -q '^date:' err || fail "a date that finds nothing is told"
expect 0 ofsearch -i graded 'late published:2013'
silent
expect 1 ofsearch '*'
says '^there is no word and no filter in the query$'
expect 2 ofsearch -missing
says "^A query that begins with - stands behind --"
expect 0 ofsearch -- '-missing'
expect 2 ofsearch 'children OR'
says '^  children OR$'
says '^           \^$'
