#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What reports say that abbreviations stand for: told, and found with @, --synonyms and a file of one's own.
. "${OFS_TEST_SOURCE:?run by ctest}/tests/cli/head.sh"

silent() { [ ! -s err ] || fail "stderr should be empty"; }

cat >reports.jsonl <<'END'
{"report":"a","text":"Concerns go to the Local Authority Designated Officer (LADO) in time."}
{"report":"b","text":"The local authority designated officer (LADO) keeps no record."}
{"report":"c","text":"The LADO is known to schools."}
{"report":"d","text":"There are two local authority designated officers."}
{"report":"e","text":"Learning from serious case reviews (SCRs) is shared."}
{"report":"f","text":"One SCR was published; two SCRs are to come."}
{"report":"g","text":"Safer activities for everyone (SAFE) is a scheme. Children are safe, and feel safe, and say they are safe."}
{"report":"h","text":"The allegations manager is new."}
END
expect 0 ofindex reports.jsonl
expect 0 ofindex check
expect 0 ofindex stats
prints '^  abbreviations '

# A search is told what its word stands for, and finds the word alone.
expect 0 ofsearch -c LADO
prints '^3$'
says '^LADO: Local Authority Designated Officer (in 2 reports); @LADO finds both$'
expect 0 ofsearch -q LADO
silent
expect 0 ofsearch --format json LADO
prints '"interpreted":"LADO"'
prints '"abbreviations":\[{"word":"LADO","stands_for":"Local Authority Designated Officer","reports":2,"widened":false}\]'
expect 0 ofsearch lado
says '^lado: Local Authority Designated Officer'
# A word that is an abbreviation only in capitals is one only when written so.
expect 0 ofsearch safe
silent
expect 0 ofsearch SAFE
says '^SAFE: Safer activities for everyone (in 1 report); @SAFE finds both$'

# @ widens one word, either way round, and says so.
expect 0 ofsearch -c @LADO
prints '^4$'
says '^LADO: Local Authority Designated Officer (in 2 reports)$'
expect 0 ofsearch --format json '@"local authority designated officer"'
prints '"interpreted":"~\\"local authority designated officer\\" OR LADO","schema":1,"total":4'
expect 0 ofsearch --format json '@SCR'
prints '"interpreted":"SCR OR ~\\"serious case reviews\\" OR SCRs","schema":1,"total":2'
expect 0 ofsearch --format json '@known LADO'
prints '"interpreted":"known LADO"'

# --synonyms widens whatever is an abbreviation or stands for one; nothing else widens a query.
expect 0 ofsearch --synonyms --format json 'known OR LADO'
prints '"interpreted":"known OR LADO OR ~\\"Local Authority Designated Officer\\"","schema":1,"total":4'
expect 0 ofsearch --synonyms --format json 'serious case review'
prints '"interpreted":"(serious case review) OR SCR OR SCRs","schema":1,"total":2'
expect 0 ofsearch --format json 'serious case review'
prints '"interpreted":"serious case review","schema":1,"total":1'
expect 0 ofsearch --synonyms --format json 'safe =LADO OR safe'
prints '"interpreted":"(safe =LADO) OR safe"'

# Words of one's own: a group a line, by commas or tabs.
printf '# posts\nLADO, allegations manager\nscheme\tactivities,record\n' >own
expect 0 ofsearch --synonym-file own -c LADO
prints '^3$'
expect 0 ofsearch --synonym-file own --format json '@LADO'
prints '"interpreted":"LADO OR ~\\"Local Authority Designated Officer\\" OR ~\\"allegations manager\\"","schema":1,"total":5'
expect 0 ofsearch --synonym-file own --synonyms --format json 'allegation managers'
prints '"interpreted":"(allegation managers) OR LADO","schema":1,"total":4'
expect 0 ofsearch --synonym-file=own --synonyms -c record
prints '^2$'
printf 'alone\n' >own
expect 2 ofsearch --synonym-file own LADO
says 'own: line 1: words that stand for the same are parted by commas or tabs'
expect 3 ofsearch --synonym-file none LADO
says 'none'

# What is known goes with its report, and comes together in a merge.
expect 0 ofindex remove a
expect 0 ofsearch LADO
says '^LADO: local authority designated officer (in 1 report)'
expect 0 ofindex compact
expect 0 ofsearch LADO
says '^LADO: local authority designated officer (in 1 report)'
expect 0 ofindex check

# A meaning counts when at least one report has it for each twenty that have the most usual one.
define() {
    for n in $(seq "$1"); do
        printf '{"report":"%s%s","text":"The %s (CAT) meets."}\n' "$2" "$n" "$3"
    done
}
{ define 39 core 'Core Assessment Team' && define 1 care 'Care Advice Team' && define 2 case 'Case Audit Tool'; } >cat.jsonl
rm -rf .ofindex
expect 0 ofindex cat.jsonl
expect 0 ofsearch --format json '@CAT'
prints '"interpreted":"CAT OR ~\\"Core Assessment Team\\" OR ~\\"Case Audit Tool\\""'
