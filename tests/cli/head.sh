# SPDX-License-Identifier: GPL-3.0-or-later
# What the scripts beside this one begin with, read by each of them: a folder to work in that goes away, and words for what
# is expected. No test of its own.
set -eu

: "${OFS_TEST_BIN:?run by ctest}" "${OFS_TEST_SOURCE:?run by ctest}"
work=$(mktemp -d)
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
cd "$work"
unset OFSEARCH_INDEX
python=/usr/bin/python3
[ -x "$python" ] || python=python3

fail() {
    echo "FAILED: $*" | cut -c 1-500 >&2
    for file in out err; do
        [ ! -f "$file" ] || cat "$file" >&2
    done
    exit 1
}
# expect STATUS PROGRAM ARGUMENT...: with its output in the files out and err
expect() {
    wanted=$1
    shift
    program=$1
    shift
    status=0
    "$OFS_TEST_BIN/$program" "$@" >out 2>err </dev/null || status=$?
    [ "$status" -eq "$wanted" ] || fail "$program $* exits with $status, not $wanted"
}
prints() { grep -q -e "$1" out || fail "stdout lacks: $1"; }
says() { grep -q -e "$1" err || fail "stderr lacks: $1"; }
search() { "$OFS_TEST_BIN/ofsearch" "$@"; }
