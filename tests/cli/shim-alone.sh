#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The shim with its two headers is enough by itself: it configures, builds, tests its example, is installed, moved, and
# then found by pkg-config, from C and from C++.
. "${OFS_TEST_SOURCE:?run by ctest}/tests/cli/head.sh"
: "${OFS_TEST_CC:?run by ctest}" "${OFS_TEST_CXX:?run by ctest}"

mkdir -p "$work/taken/include/ofsearch"
cp -R "$OFS_TEST_SOURCE/shim" "$work/taken/shim"
cp "$OFS_TEST_SOURCE/include/ofsearch/error.h" "$OFS_TEST_SOURCE/include/ofsearch/xapian.h" "$work/taken/include/ofsearch"

# A compiler's cache, where there is one, knows the files by their places below here.
export CCACHE_BASEDIR="$work" CCACHE_NOHASHDIR=1
{
    CFLAGS=${OFS_TEST_CFLAGS-} CXXFLAGS=${OFS_TEST_CFLAGS-} cmake -S "$work/taken/shim" -B "$work/build" -G Ninja \
        -DCMAKE_C_COMPILER="$OFS_TEST_CC" -DCMAKE_CXX_COMPILER="$OFS_TEST_CXX" -DCMAKE_BUILD_TYPE=Debug \
        -DCMAKE_CXX_COMPILER_LAUNCHER="${OFS_TEST_LAUNCHER-}" \
        -DCMAKE_INSTALL_PREFIX="$work/prefix" &&
        cmake --build "$work/build" -j2 &&
        ctest --test-dir "$work/build" --output-on-failure --no-tests=error &&
        cmake --install "$work/build"
} >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    fail "the shim alone does not build"
}
mv "$work/prefix" "$work/moved"
rm -rf "$work/build" "$work/taken/include"

PKG_CONFIG_PATH=$(dirname "$(find "$work/moved" -name ofsearch-xapian.pc)")
export PKG_CONFIG_PATH
libdir=$(dirname "$PKG_CONFIG_PATH")
for compiler in "$OFS_TEST_CC -std=c11" "$OFS_TEST_CXX -x c++ -std=c++11"; do
    # shellcheck disable=SC2046,SC2086 # words are meant to be split
    $compiler -Wall -Wextra -Werror ${OFS_TEST_CFLAGS-} $(pkg-config --cflags ofsearch-xapian) \
        "$work/taken/shim/example.c" -o "$work/example" $(pkg-config --libs ofsearch-xapian)
    answer=$(LD_LIBRARY_PATH="$libdir" "$work/example" "$work/database") || fail "the example exits with $?"
    case $answer in
        "1 "*"red fox in the snow"*"red: 2") ;;
        *) fail "the example answers: $answer" ;;
    esac
    rm -rf "$work/database" "$work/example"
done
