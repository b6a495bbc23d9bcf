#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What is installed is enough: the programs run from there, and the example of README.md builds against the library
# by pkg-config and by find_package, shared and static, and finds something.
. "${OFS_TEST_SOURCE:?run by ctest}/tests/cli/head.sh"
: "${OFS_TEST_BUILD:?run by ctest}" "${OFS_TEST_CC:?run by ctest}"

prefix=$work/prefix

cmake --install "$OFS_TEST_BUILD" --prefix "$prefix" >"$work/install.log"
for file in bin/ofindex bin/ofsearch libexec/ofsearch/ofs-pdf-worker include/ofsearch/search.h \
    share/man/man1/ofindex.1 share/man/man1/ofsearch.1 \
    share/bash-completion/completions/ofindex share/bash-completion/completions/ofsearch; do
    [ -e "$prefix/$file" ] || fail "$file is not installed"
done
find "$prefix/include" -type f ! -path '*/include/ofsearch/*.h' | grep . && fail "installed beside the public headers"
case $("$prefix/bin/ofsearch" --version) in
    "ofsearch $OFS_TEST_VERSION"*) ;;
    *) fail "ofsearch --version" ;;
esac

# What does not ask for Xapian does not load it.
for file in bin/ofindex bin/ofsearch "$(cd "$prefix" && find . -name libofsearch.so)"; do
    case $(LC_ALL=C readelf -d "$prefix/$file") in
        *xapian* | *stdc++*) [ -n "${OFS_TEST_CFLAGS-}" ] || fail "$file needs libxapian" ;;
    esac
done

# libofsearch-xapian is found from an installed program that is linked with the archive, which nothing else points to it.
if [ "${OFS_TEST_XAPIAN-0}" = 1 ]; then
    cat >"$work/probe.c" <<'END'
#include "indexer/base/xapian_late.h"
#include <stdio.h>
int main(void) {
    const ofsi_xapian *x;
    ofs_error err;
    if (ofsi_xapian_load(&x, &err) == OFS_OK)
        return puts(x->version()) < 0;
    fputs(err.message, stderr);
    return 1;
}
END
    # shellcheck disable=SC2046,SC2086 # words are meant to be split
    $OFS_TEST_CC -std=gnu11 ${OFS_TEST_CFLAGS-} -I"$OFS_TEST_SOURCE" -I"$prefix/include" "$work/probe.c" \
        -o "$prefix/bin/probe" $(find "$prefix" -name libofsearch.a)
    # From elsewhere, and not by way of the build folder.
    (cd "$work" && mv "$prefix" "$work/moved" && "$work/moved/bin/probe" >/dev/null) ||
        fail "libofsearch-xapian is not found by an installed program"
    mv "$work/moved" "$prefix"
    rm "$prefix/bin/probe"
fi

# Something to find.
cat >"$work/reports.jsonl" <<'END'
{"report":"one","provider":"Anyshire","published":"2012-05-29","paragraph":"1","text":"Children who go missing are found."}
{"report":"one","provider":"Anyshire","published":"2012-05-29","paragraph":"2","text":"Schools are good."}
END
OFS_PDF_WORKER="$prefix/libexec/ofsearch/ofs-pdf-worker" \
    "$prefix/bin/ofindex" -i "$work/index" "$work/reports.jsonl" || fail "ofindex exits with $?"

# The first C block of the README is the example.
awk '/^```c$/ { inside = 1; next } /^```/ { if (inside) exit } inside' "$OFS_TEST_SOURCE/README.md" >"$work/example.c"
[ -s "$work/example.c" ] || fail "README.md has no C example"

check() {
    answer=$(LD_LIBRARY_PATH="$libdir" "$1" "$work/index" "missing children") || fail "$1 exits with $?"
    case $answer in
        *Anyshire*missing*) ;;
        *) fail "$1 answers: $answer" ;;
    esac
}

PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name ofsearch.pc)")
export PKG_CONFIG_PATH
libdir=$(dirname "$PKG_CONFIG_PATH")
flags="-std=c11 -Wall -Wextra -Werror ${OFS_TEST_CFLAGS-}"
# shellcheck disable=SC2046,SC2086 # words are meant to be split
{
    $OFS_TEST_CC $flags $(pkg-config --cflags ofsearch) "$work/example.c" -o "$work/by-pkg-config" \
        $(pkg-config --libs ofsearch)
    check "$work/by-pkg-config"
    # The archive by name: -lofsearch would take the shared library that lies beside it.
    $OFS_TEST_CC $flags $(pkg-config --cflags ofsearch) "$work/example.c" -o "$work/by-pkg-config-static" \
        $(pkg-config --static --libs ofsearch | sed "s,-lofsearch,$libdir/libofsearch.a,")
    check "$work/by-pkg-config-static"
}

mkdir "$work/project"
cat >"$work/project/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES C)
find_package(ofsearch REQUIRED COMPONENTS static)
foreach(kind ofsearch ofsearch_static)
    add_executable(by-${kind} ../example.c)
    target_link_libraries(by-${kind} PRIVATE ofsearch::${kind})
endforeach()
END
(
    CFLAGS=$flags cmake -S "$work/project" -B "$work/project/build" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" \
        -DCMAKE_C_COMPILER="$OFS_TEST_CC"
    cmake --build "$work/project/build"
) >"$work/project.log" 2>&1 || {
    cat "$work/project.log" >&2
    fail "find_package(ofsearch)"
}
check "$work/project/build/by-ofsearch"
check "$work/project/build/by-ofsearch_static"
