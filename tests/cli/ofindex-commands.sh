#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The commands of ofindex that read or change an index, and wrong usage: outputs and exit statuses.
. "${OFS_TEST_SOURCE:?run by ctest}/tests/cli/head.sh"

# Wrong usage is 2 and says why, and makes no index.
for arguments in '' add --nothing '-j 0' '-j x' '--memory 1M' '--memory much' '--format xml' '--color blue' \
    '--progress often' '--engine other' '--engine xapian' parse remove -i 'export one' \
    'export --format text' 'list --format jsonl' 'list -o file' 'add --index-name x y' 'export --index-name Reports'; do
    # shellcheck disable=SC2086 # words are meant to be split
    expect 2 ofindex $arguments
    [ -s err ] && [ ! -s out ] || fail "ofindex $arguments does not tell what is wrong"
done
[ ! -e .ofindex ] || fail "wrong usage makes an index"
expect 0 ofindex --version
prints '^ofindex [0-9]'
expect 0 ofindex -h
prints '^Usage: ofindex'
expect 0 ofindex --help
prints 'Exit status'

# Without an index there is nothing to look at, and looking makes none.
for command in list stats check compact 'remove one' export 'export --format opensearch-bulk -o none.bulk'; do
    # shellcheck disable=SC2086
    expect 3 ofindex $command
    says 'no index'
done
[ ! -e .ofindex ] || fail "looking makes an index"
[ -z "$(ls none* 2>/dev/null)" ] || fail "an export of nothing leaves a file"

cp "$OFS_TEST_SOURCE/corpus/ashcombe-safeguarding-2012.txt" one.txt
cp "$OFS_TEST_SOURCE/corpus/tarnford-sif-2016.pdf" two.pdf
cp one.txt three.txt
expect 0 ofindex one.txt two.pdf three.txt

expect 0 ofindex list
[ "$(wc -l <out)" -eq 3 ] || fail "list does not print three reports"
prints 'Ashcombe Borough Council'
prints '2016-04-08'
expect 0 ofindex stats
prints '^reports  *3$'
prints 'postings .* %$'
expect 0 ofindex check
prints '^sound: 3 reports, [0-9]* paragraphs$'

# parse reads files, and touches no index.
expect 0 ofindex -i untouched parse one.txt
prints 'Ashcombe Borough Council'
[ ! -e untouched ] || fail "parse makes an index"
expect 0 ofindex parse --format json one.txt two.pdf
[ "$(wc -l <out)" -eq 2 ] || fail "not one line of JSON a report"
: >empty.txt
expect 1 ofindex parse empty.txt one.txt nowhere.txt
prints 'Ashcombe Borough Council'
says 'empty.txt'
says 'nowhere.txt'
expect 2 ofindex parse --profile nowhere one.txt
says 'nowhere'

# remove: by path and by id; one that is not there does not keep the others.
expect 1 ofindex remove nowhere one.txt three
says 'nowhere'
expect 0 ofindex list
[ "$(cut -f 1 out)" = two ] || fail "remove left other reports than it should"
expect 1 ofindex remove nowhere
expect 0 ofindex compact
expect 0 ofindex check
prints '^sound: 1 report, '
expect 0 ofindex stats
prints '^removed paragraphs  *0$'
prints '^segments  *1$'

# Output that cannot be written is an error.
if [ -e /dev/full ]; then
    for command in list stats check 'list --format json' 'stats --format json' 'parse two.pdf' --help export \
        'export --format opensearch-bulk' 'export --format opensearch-mapping'; do
        status=0
        # shellcheck disable=SC2086
        "$OFS_TEST_BIN/ofindex" $command >/dev/full 2>err || status=$?
        [ "$status" -eq 3 ] || fail "ofindex $command on a full disk exits with $status"
    done
fi

# export: to a file, whole or not at all; a device is written to and stays one.
expect 0 ofindex export
cp out lines
expect 0 ofindex export -o file.jsonl
[ ! -s out ] || fail "export --output prints"
cmp -s lines file.jsonl || fail "export --output writes something else than export prints"
ln -s file.jsonl link.jsonl
expect 0 ofindex export --output link.jsonl
[ -L link.jsonl ] || fail "export --output replaces a link"
expect 3 ofindex export -o nowhere/file
says 'nowhere/file'
if [ -e /dev/full ]; then
    expect 3 ofindex export -o /dev/full
    says '/dev/full'
    [ -c /dev/full ] || fail "export --output replaces a device"
fi
[ -z "$(ls ./*.new 2>/dev/null)" ] || fail "export leaves a file behind"

# Damage is found, named, and 1; text and JSON agree.
segment=$(echo .ofindex/*.seg)
size=$(wc -c <"$segment")
printf 'XXXXXXXX' | dd of="$segment" bs=1 seek=$((size / 2)) conv=notrunc 2>/dev/null
expect 1 ofindex check
cat out err | grep -q "${segment#.ofindex/}" || fail "check does not name the damaged file"
expect 1 ofindex check --format json
prints '"sound": *false'
# An export of a damaged index says so, and the file that was there stays. The texts are what an export reads: all are damaged.
i=4096
while [ "$i" -lt $((size - 4096)) ]; do
    printf 'XXXXXXXX' | dd of="$segment" bs=1 seek="$i" conv=notrunc 2>/dev/null
    i=$((i + 1024))
done
expect 3 ofindex export -o file.jsonl
says "${segment#.ofindex/}"
cmp -s lines file.jsonl || fail "an export that failed has replaced the file"
[ -z "$(ls ./*.new 2>/dev/null)" ] || fail "a failed export leaves a file behind"
