#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every example of the help, the man page and the README finds something in the sample reports.
. "${OFS_TEST_SOURCE:?run by ctest}/tests/cli/head.sh"

PATH=$OFS_TEST_BIN:$PATH

ofindex -q -i .ofindex "$OFS_TEST_SOURCE/corpus"
printf 'missing\tmissing children\nlate\tlate return interviews\n' >themes.tsv

ofsearch --help | sed -n 's/^  \(ofsearch .*\)/\1/p' >help
sed -n 's/^\(ofsearch .*\)/\1/p' "$OFS_TEST_SOURCE/README.md" >readme
sed -n "s/\\\\(aq/'/g; s/\\\\-/-/g; /^\\.SH EXAMPLES/,/^\\.SH SEE/s/^\\(ofsearch .*\\)/\\1/p" \
    "$OFS_TEST_SOURCE/search/cli/ofsearch.1" >manual
for list in help readme manual; do
    [ "$(wc -l <$list)" -ge 9 ] || fail "$list has too few examples"
    sed 's/REPORT#/ashcombe-safeguarding-2012#/' $list >run
    while IFS= read -r line; do
        status=0
        sh -c "$line" >out 2>err </dev/null || status=$?
        [ "$status" -eq 0 ] || fail "$list: $line: exits with $status: $(cat err)"
        case $line in
        *'>'*) ;;
        *) [ -s out ] || fail "$list: $line: prints nothing" ;;
        esac
    done <run
done

# The three paragraphs that the README of the sample reports speaks of, and no other.
grep -c '^> — ' evidence.md | grep -qx 3 || fail "evidence.md does not hold three quotations"
ofsearch --format csv --fields ref late return interviews --grade inadequate | tr -d '\r' | sort >found
printf '%s\n' ashcombe-safeguarding-2012#17 ashcombe-safeguarding-2012#18 ashcombe-safeguarding-2012#28 ref >wanted
cmp found wanted || fail "late return interviews in inadequate sections"
