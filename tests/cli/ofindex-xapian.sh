#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ofindex on Xapian databases, one and several: adding, changes, what is told of them, and that they hold what a native
# index holds.
. "${OFS_TEST_SOURCE:?run by ctest}/tests/cli/head.sh"
: "${OFS_TEST_BUILD:?run by ctest}"

if [ ! -e "$OFS_TEST_BUILD/lib/libofsearch-xapian.so" ]; then
    echo "skipped: this build is without Xapian"
    exit 0
fi

# same COMMAND: what the native index prints, the Xapian ones print
same() {
    expect 0 ofindex -i native "$@"
    mv out native.out
    for index in one three; do
        expect 0 ofindex -i $index "$@"
        cmp -s native.out out || fail "$* differs between native and $index"
    done
}

mkdir reports
cp "$OFS_TEST_SOURCE"/corpus/*.txt reports
echo 'not a report' >reports/broken.pdf

expect 1 ofindex -i native reports
expect 1 ofindex -i one --engine xapian reports
says 'could not be read'
expect 1 ofindex -i three --engine xapian --shards 3 reports
[ -f one/iamglass ] || fail "there is no Xapian database"
grep -q '^shard-2$' three/shards || fail "the index file does not name the databases"
same list
same list --failed
same export
expect 0 ofindex -i one stats --format json
prints '"engine":"xapian"'
prints '"postlist":'
prints '"failed_files":1'
expect 0 ofindex -i three stats
prints '^segments  *3$'
for index in one three; do
    expect 0 ofindex -i $index check
    prints '^sound: '
done

# An index keeps its engine and its shards; another one is wrong usage and changes nothing.
expect 2 ofindex -i one --engine native reports
says 'engine xapian'
expect 2 ofindex -i native --engine xapian reports
expect 2 ofindex -i one --shards 3 reports
expect 2 ofindex -i three --shards 4 reports
says '3 shards'
expect 2 ofindex -i native --shards 2 reports
expect 2 ofindex -i other --engine native --shards 2 reports
expect 2 ofindex -i other --shards 0 reports
expect 2 ofindex -i other --shards 257 reports
expect 2 ofindex -i one --stemmer porter reports

# What is unchanged is skipped; what is changed is replaced; what is gone is pruned.
expect 1 ofindex -i three reports
says 'nothing changed'
rm reports/broken.pdf "reports/$(ls reports | head -n 1)"
printf 'A new report\n\n1. Children are safe.\n' >reports/new.txt
printf '\n2. One paragraph more.\n' >>"reports/$(ls reports | head -n 1)"
for index in native one three; do
    expect 0 ofindex -i $index --prune -v reports
    says 'new.txt: added'
    says ': replaced'
    says '1 file pruned'
done
same list
same list --failed
same export

for index in native one three; do
    expect 0 ofindex -i $index remove new
    expect 1 ofindex -i $index remove new
    expect 0 ofindex -i $index compact
done
same list
same export
for index in one three; do
    expect 0 ofindex -i $index check
    expect 0 ofindex -i $index reports/new.txt
    expect 0 ofindex -i $index check
    ! ls -d $index*.compacting $index/*.compacting 2>/dev/null || fail "compaction leaves a folder"
done

# A link to an index, or the folder one stands in, is the index: compaction replaces what it leads to.
ln -s one link
expect 0 ofindex -i link compact
[ -h link ] || fail "compaction replaces a link"
(cd three && expect 0 ofindex -i . compact && rm out err)
[ "$(ls -d ./*.compacting three/*compacting* 2>/dev/null)" = '' ] || fail "compaction leaves a folder"
(cd one && expect 2 ofindex -i . compact && rm out err)
for index in one three link; do
    expect 0 ofindex -i $index check
done

# A database of another split index is not written to as one of this, also when each was compacted.
expect 0 ofindex -i alike --shards 3 reports
expect 0 ofindex -i alike compact
mv alike/shard-1 kept
cp -r three/shard-1 alike/shard-1
expect 3 ofindex -i alike reports
says 'alike/shard-1 belongs to another index'
rm -r alike/shard-1
mv kept alike/shard-1
expect 0 ofindex -i alike reports

# One shard is a Xapian database, too.
expect 0 ofindex -i single --shards 1 reports
[ -f single/iamglass ] || fail "--shards 1 does not make a Xapian database"
expect 2 ofindex -i single --shards 2 reports
says 'has 1 shard;'
expect 2 ofindex -i native --shards 1 reports

# One database of several is told of as what it is, and not written alone.
for command in list stats check export; do
    expect 0 ofindex -i three/shard-0 $command
    says 'three/shard-0 is one of 3 databases .* the index is three$'
done
expect 2 ofindex -i three/shard-0/ reports
says 'the index is three$'
(cd three/shard-0 && expect 0 ofindex -i . list && says 'the index is ./..$' && rm out err)
cp -r three/shard-0 alone
expect 0 ofindex -i alone list
says 'alone is one of 3 databases'

# What is left of a database is no place for a native index, and is told instead of that there is no index.
rm single/iamglass
cp -r three lost
rm lost/shards
for index in single lost; do
    expect 3 ofindex -i $index reports
    expect 3 ofindex -i $index list
    [ ! -e $index/manifest ] || fail "a native index stands beside a database"
done
says 'the index file lost/shards is lost'
expect 3 ofindex -i single list
says 'single holds a Xapian database without iamglass'
expect 3 ofindex -i single check
expect 3 ofsearch -i single children
says 'without iamglass'
expect 0 ofindex -i lost --shards 3 reports
expect 0 ofindex -i lost check

# ofindex works on one folder: not on servers, files that name them, or several.
server=xapian+tcp://127.0.0.1:7710
printf 'ofsearch shards 1\none\n' >hand.shards
for place in $server hand.shards; do
    for command in list reports; do
        expect 2 ofindex -i $place $command
        says 'works on folders'
    done
done
export OFSEARCH_INDEX=$server
expect 2 ofindex list
expect 0 ofindex -i one list
expect 0 ofindex parse reports/new.txt
unset OFSEARCH_INDEX
expect 2 ofindex -i one -i three list
says 'in an index file only'
expect 2 ofindex -i '' list
expect 1 ofindex -i native $server
says "$server: "
expect 2 ofsearch -i nothere -i one children
says 'in an index file only'

# A database of something else is left alone.
mkdir other
cp one/*.glass one/iamglass other
head -c 100 /dev/urandom >other/iamglass
expect 3 ofindex -i other list
expect 3 ofindex -i other reports
[ -f other/postlist.glass ] || fail "a foreign database was removed"

# An index that was damaged is told, each damage once.
cp -r three/shard-0 torn
head -c 80000 /dev/zero | tr '\0' '\377' | dd of=torn/postlist.glass bs=8192 seek=2 conv=notrunc 2>/dev/null
cp -r one newer
printf '\377\377' | dd of=newer/docdata.glass bs=1 seek=8194 conv=notrunc 2>/dev/null
for index in torn newer; do
    expect 1 ofindex -i $index check
    [ -z "$(sort err | uniq -d)" ] || fail "check tells of a damage twice"
    ! grep reopen err || fail "check gives advice for programmers"
done

head -c 2000 /dev/urandom | dd of=one/docdata.glass bs=1 seek=9000 conv=notrunc 2>/dev/null
status=0
"$OFS_TEST_BIN/ofindex" -i one check >out 2>err || status=$?
[ "$status" -ne 0 ] || fail "check finds a damaged database sound"
[ -s err ] || fail "check does not tell of the damage"
