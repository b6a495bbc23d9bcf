#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a report says of itself as a whole, from the file to the list, to filters and to counts.
. "${OFS_TEST_SOURCE:?run by ctest}/tests/cli/head.sh"

tab=$(printf '\t')

# found REPORT...: the reports that the last -l --format jsonl gave
found() {
    sed -n 's/.*"id":"\([^"]*\)".*/\1/p' out | LC_ALL=C sort >got
    printf '%s\n' "$@" | LC_ALL=C sort >wanted
    cmp -s wanted got || fail "found $(tr '\n' ' ' <got)"
}

for report in ashcombe-ilacs-2024.txt fennholme-ilacs-2022.txt northmere-focused-visit-2020.txt \
    northmere-safeguarding-2011.txt quernhollow-primary-2016.md childrens-home-2022.txt; do
    cp "$OFS_TEST_SOURCE/corpus/$report" .
done
printf '%s\n' '{"report":"line","inspectorate":"Ofsted","inspection":"Thematic review","overall":"Good","provider_id":"77","text":"Children are heard."}' \
    '{"report":"bare","text":"Children are heard."}' >own.jsonl
expect 0 ofindex .

# The provider's number, the kind of inspection and the overall grade.
expect 0 ofindex parse --format json quernhollow-primary-2016.md
prints '"provider_id":"900417"'
prints '"inspection":"School inspection","overall":{"label":"Requires improvement","level":3,"levels":4}'
expect 0 ofindex parse quernhollow-primary-2016.md
prints '^Provider id *900417$'
prints '^Inspection *School inspection$'
prints '^Overall *Requires improvement (3 of 4)$'
expect 0 ofindex list
prints "^fennholme-ilacs-2022.*${tab}ILACS inspection${tab}Inadequate${tab}3 graded${tab}high$"
prints "^bare.*${tab}-${tab}-${tab}-${tab}-$"
expect 0 ofindex list --format json
prints '"provider_id":"77","inspection":"Thematic review","overall":{"label":"Good","level":2,"levels":4}'

# How sure the reading is, and what that comes to over an index.
expect 0 ofindex parse northmere-focused-visit-2020.txt
prints '^Confidence *high: Its title is like "focused visit to \*"\.$'
expect 0 ofindex parse --format json northmere-focused-visit-2020.txt
prints '"confidence":"high","reasons":\["Its title is like'
echo 'Words without a layout.' >plain.txt
sed -e '/Grade [1-4]/d' -e '/^Record of main findings/,$d' northmere-safeguarding-2011.txt >ungraded.txt
expect 0 ofindex plain.txt ungraded.txt
expect 0 ofindex list
prints "^plain.*${tab}low$"
prints "^ungraded.*${tab}ungraded${tab}"
prints "^fennholme-ilacs-2022.*${tab}high$"
expect 0 ofindex list --format json
prints '"ungraded":true,"confidence":"'
expect 0 ofindex stats --format json
prints '"profiles":{"jsonl":2,"ofsted-ilacs-2018":2,"ofsted-safeguarding-2009":2,"generic":1,'
prints '"ungraded":1,"low_confidence":2,"with_warnings":0'
expect 0 ofindex stats
prints '^  ofsted-ilacs-2018  *2$'
prints '^without a grade  *1$'
prints '^of low confidence  *2$'
expect 0 ofindex remove plain ungraded

expect 0 ofsearch -l --format jsonl 'overall:inadequate'
found fennholme-ilacs-2022
expect 0 ofsearch -l --format jsonl 'overall:1..2'
found ashcombe-ilacs-2024 line
expect 0 ofsearch -l --format jsonl 'inspection:"focused visit"'
found northmere-focused-visit-2020
expect 0 ofsearch -l --format jsonl 'children -inspection:inspection'
found bare line northmere-focused-visit-2020
expect 1 ofsearch 'overall:outstanding'
expect 0 ofsearch --format json -n 1 --facet overall,inspection 'report:line'
prints '"inspection":"Thematic review","overall":{"label":"Good","level":2,"levels":4}'
prints '"facets":{"overall":\[{"value":"Good","count":1}\],"inspection":\[{"value":"Thematic review","count":1}\]}'
expect 0 ofsearch --format json -n 0 --facet overall 'heard'
prints '"overall":\[{"value":null,"count":3},{"value":"Good","count":1}\]'

# Roles of sections, over inspectorates and layouts.
printf '%s\n' '{"report":"roles","section":["Part 1"],"role":"strengths","text":"The allotment thrives."}' \
    '{"report":"roles","section":["Part 2"],"text":"The allotment is watered."}' >roles.jsonl
expect 0 ofindex roles.jsonl
expect 0 ofsearch --format jsonl 'allotment role:strengths'
prints '"section":\["Part 1"\],"grade":null,"role":"strengths"'
[ "$(wc -l <out)" -eq 1 ] || fail "a role does not decide"
expect 0 ofsearch --format json -n 0 --facet role allotment
prints '"role":\[{"value":"strengths","count":1},{"value":null,"count":1}\]'
expect 0 ofsearch -l --format jsonl --role recommendations --role summary
found ashcombe-ilacs-2024 childrens-home-2022 fennholme-ilacs-2022 northmere-focused-visit-2020 northmere-safeguarding-2011 \
    quernhollow-primary-2016
expect 0 ofsearch -l --format jsonl --role recommendations --overall inadequate --inspection ilacs
found fennholme-ilacs-2022

# One name for all that mean a provider, and the names that find it.
i=0
for provider in Lambeth 'London Borough of Lambeth' 'Poole Borough Council' 'BCP Council' 'Kingston upon Thames' \
    'Hull City Council' 'Lambeth School' 'Eastwick Care Ltd'; do
    i=$((i + 1))
    printf '{"report":"p%d","provider":"%s","text":"The orchard is kept."}\n' "$i" "$provider"
done >names.jsonl
expect 0 ofindex names.jsonl
expect 0 ofsearch --format json -n 0 --facet provider orchard
prints '{"value":"Lambeth","count":2}'
prints '{"value":"Kingston upon Hull","count":1}'
prints '{"value":"Lambeth School","count":1}'
expect 0 ofsearch --format jsonl 'orchard report:p2'
prints '"provider":"London Borough of Lambeth"'
prints '"provider_name":"Lambeth"'
expect 0 ofindex list --format json
prints '"provider_name":"Bournemouth, Christchurch and Poole"'
expect 0 ofsearch -l --format jsonl 'orchard provider:"Lambeth Council"'
found p1 p2
expect 0 ofsearch -l --format jsonl 'orchard provider:lambeth'
found p1 p2 p7
expect 0 ofsearch -l --format jsonl orchard --provider 'Kingston-upon-Hull City Council'
found p6
expect 0 ofsearch -l --format jsonl 'orchard provider:bournemouth'
found p4
expect 0 ofsearch -l --format jsonl 'orchard provider:poole'
found p3 p4
# An authority of today does not find those before it: their reports were about others.
expect 0 ofsearch -l --format jsonl 'orchard provider:"Bournemouth, Christchurch & Poole"'
found p4
expect 1 ofsearch -l --format jsonl 'orchard provider:christchurch provider:lambeth'
expect 0 ofsearch -l --format jsonl 'orchard provider:"achieving for children"'
found p5

# A user's own names come first; a wrong line is told before anything is done.
printf 'Caring Homes | formerly Eastwick Care\n\nX | as Y\n' >own.aliases
expect 2 ofindex -i other --aliases own.aliases names.jsonl
grep -q 'own.aliases:3: a part begins with also' err || fail "no line is named"
[ ! -e other ] || fail "a wrong table makes an index"
expect 2 ofindex -i other --aliases missing.aliases names.jsonl
printf 'Eastwick Homes | also Eastwick Care Ltd | formerly Eastwick Care\n' >own.aliases
expect 0 ofindex -i other --aliases own.aliases names.jsonl
expect 0 ofsearch -i other -l --format jsonl 'provider:"eastwick homes"'
found p8
expect 0 ofindex parse --format json --aliases own.aliases names.jsonl
prints '"provider_name":"Eastwick Homes","provider_also":\["Eastwick Care Ltd","Eastwick Care"\]'
