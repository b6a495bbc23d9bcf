#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# verify: what was exported stands, in every format; what was changed by hand is named by its line.
. "${OFS_TEST_SOURCE:?run by ctest}/tests/cli/head.sh"

# verifies STATUS FILE: what verify says is in the file out
verifies() {
    status=0
    "$OFS_TEST_BIN/ofsearch" verify "$2" >out 2>&1 || status=$?
    [ "$status" -eq "$1" ] || fail "verify $2 exits with $status, not $1"
}

"$OFS_TEST_BIN/ofindex" -q "$OFS_TEST_SOURCE"/corpus/*.txt "$OFS_TEST_SOURCE"/corpus/*.md
cat >hard.jsonl <<'END'
{"report":"hard \"1\"","provider":"=A*b_c [x](y)","text":"=Late *again* \\ … <b>&amp; [x](y)\n> \"quoted\" | ... end."}
END
"$OFS_TEST_BIN/ofindex" -q hard.jsonl

for format in markdown html csv tsv json jsonl; do
    "$OFS_TEST_BIN/ofsearch" --all --format $format 'children OR late' >found.$format
    verifies 0 found.$format
    grep -q '^[0-9]* of [0-9]* quotations stand word for word$' out || fail "$format: no summary"
done
count=$("$OFS_TEST_BIN/ofsearch" -c 'children OR late')
grep -q "^$count of $count " out || fail "not every quotation is looked at"
"$OFS_TEST_BIN/ofsearch" --batch - --format html >batch.html <<END
a	children
b	late
END
verifies 0 batch.html
"$OFS_TEST_BIN/ofsearch" verify - <found.csv >out || fail "standard input"
"$OFS_TEST_BIN/ofsearch" --format csv --excel children >excel.csv
verifies 0 excel.csv
"$OFS_TEST_BIN/ofsearch" --format json show "$(jq -r '.hits[0].report.id' found.json)" >show.json
verifies 0 show.json

# A word changed, a word of another place, a wrong paragraph, a wrong page: each is named by its line.
"$OFS_TEST_BIN/ofsearch" --format markdown -n 3 children >three.markdown
first=$(grep -n '^> ' three.markdown | head -n 1 | cut -d : -f 1)
sed "${first}s/[a-z][a-z][a-z] /xyz /" three.markdown >changed.markdown
verifies 1 changed.markdown
grep -q "^changed.markdown:$first: does not stand so in .*xyz" out || fail "a changed word is not named"
grep -q '^2 of 3 ' out || fail "the others stand"
sed "0,/— \\[/s//— [Not /" three.markdown >cited.markdown
verifies 1 cited.markdown
grep -q "the citation of .* is: " out || fail "a wrong citation is not named"
sed '0,/\\#[0-9@]*")/s//\\#9999")/' three.markdown >place.markdown
verifies 1 place.markdown
grep -q 'the index has no paragraph ' out || fail "a wrong place is not named"
sed 's/<mark>/<mark>not /' found.html >changed.html
verifies 1 changed.html
sed '2s/e/E/g' found.tsv >changed.tsv
verifies 1 changed.tsv
grep -q '^changed.tsv:2: ' out || fail "a changed row is not named"

# Words left out are marked, and then the rest stands; a blank more or less is nothing; half a word does not stand.
cat >quotes.jsonl <<'END'
{"report":"q","paragraph":"7","text":"Return interviews are late, and  children say so often."}
{"report":"r","paragraph":"7","text":"Staff said that “it is late…really late”—so they say."}
END
"$OFS_TEST_BIN/ofindex" -q quotes.jsonl
quote() {
    printf '> %s\n>\n> — [q, paragraph 7](<#> "q\\#7")\n' "$1" >one.md
}
for right in 'Return interviews are late, and children say so often.' 'Return … children say so' \
    '… interviews are **late** [...] often.' 'and children'; do
    quote "$right"
    verifies 0 one.md
done
for wrong in 'Return interviews were late' 'children … Return' 'nterviews are late' 'Return interview' '…' 'late, and children say so often. Yes'; do
    quote "$wrong"
    verifies 1 one.md
done
printf '> it is late\n>\n> — [r, paragraph 7](<#> "r\\#7")\n' >one.md
verifies 0 one.md
printf 'Text.\n\n> Words of nobody.\n' >bare.md
verifies 1 bare.md
grep -q '^bare.md:3: names no place' out || fail "a quotation without a place"

# A report without paragraphs can be named too: nothing stands in it.
printf '# A heading alone\n' >heading.md
"$OFS_TEST_BIN/ofindex" -q heading.md
echo '{"text":"some words","ref":"heading"}' >nothing.json
verifies 1 nothing.json
grep -q '^nothing.json:1: the index has no paragraph heading$' out || fail "a report without paragraphs"

# A citation that lost its link's title, or the link, still says which paragraph is meant.
sed 's/ "[^"]*")/)/' three.markdown >untitled.markdown
verifies 0 untitled.markdown
grep -q '^3 of 3 ' out || fail "citations without a link's title"
sed 's/— \[\(.*\)\](<.*/— \1/; s/\\//g' three.markdown >unlinked.markdown
verifies 0 unlinked.markdown
grep -q '^3 of 3 ' out || fail "citations without a link"
sed "${first}s/[a-z][a-z][a-z] /xyz /" unlinked.markdown >changed.markdown
verifies 1 changed.markdown
grep -q "^changed.markdown:$first: no paragraph of the index with the citation .* has these words" out ||
    fail "a changed word, by a citation without a number"
"$OFS_TEST_BIN/ofsearch" --format markdown --grade inadequate return interviews | sed 's/ "[^"]*")/)/' >numbered.markdown
verifies 0 numbered.markdown
first=$(grep -n '^> ' numbered.markdown | head -n 1 | cut -d : -f 1)
sed "${first}s/[a-z][a-z][a-z] /xyz /" numbered.markdown >changed.markdown
verifies 1 changed.markdown
grep -q "^changed.markdown:$first: does not stand so in .*, paragraph .*xyz" out || fail "a changed word, by the citation"
sed '0,/, paragraph [0-9.]*/s//, paragraph 9999/' numbered.markdown >place.markdown
verifies 1 place.markdown
grep -q 'no paragraph of the index has the citation .*9999' out || fail "a citation of nothing"

# Texts that would begin a list stay as they are.
cat >lists.jsonl <<'END'
{"report":"lists","text":"- listed words stand first."}
{"report":"lists2","text":"1. listed words of number one."}
{"report":"lists3","text":"2) listed words of number two + more - end."}
{"report":"lists4","text":"+5 listed words."}
END
"$OFS_TEST_BIN/ofindex" -q lists.jsonl
"$OFS_TEST_BIN/ofsearch" --format markdown 'listed report:lists*' >lists.markdown
grep -qE '^> ([-+]|[0-9]+[.)])' lists.markdown && fail "a text begins a list"
[ "$(grep -cE '^> ([0-9]+)?\\[-+.)]' lists.markdown)" -eq 4 ] || fail "four texts begin with a mark"
verifies 0 lists.markdown
grep -q '^4 of 4 ' out || fail "texts that begin like lists"

# What it cannot read is told by what it is.
"$OFS_TEST_BIN/ofsearch" --format xlsx children >found.xlsx
verifies 3 found.xlsx
grep -q 'found.xlsx: is a workbook, or another archive: .*save a workbook as csv' out || fail "a workbook"
printf 'a\0b' >binary
verifies 3 binary
grep -q 'binary: is no text in UTF-8' out || fail "a file that is no text"

: >empty.md
echo 'no quotation' >none.md
echo '{"a":' >broken.jsonl
printf 'a,text\r\n1,x\r\n' >noref.csv
for file in empty.md none.md broken.jsonl noref.csv nowhere.md; do
    verifies 3 $file
done
