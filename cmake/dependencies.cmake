# SPDX-License-Identifier: GPL-3.0-or-later
# What the project stands on, all of it from Debian 12. apt's names are in cmake/debian-packages.txt.
find_package(PkgConfig REQUIRED)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(CYAML REQUIRED IMPORTED_TARGET libcyaml)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(POPPLER REQUIRED IMPORTED_TARGET poppler-glib)

# libstemmer has no .pc file. Linked by name, so that the exported static library does not carry a path of this machine.
find_library(OFS_STEMMER_LIBRARY stemmer REQUIRED)
find_path(OFS_STEMMER_INCLUDE libstemmer.h REQUIRED)
mark_as_advanced(OFS_STEMMER_LIBRARY OFS_STEMMER_INCLUDE)
set(OFS_STEMMER stemmer)
set(OFS_MATH m)

if(OFS_WITH_XAPIAN)
    pkg_check_modules(XAPIAN REQUIRED IMPORTED_TARGET xapian-core)
endif()
if(OFS_TESTS AND NOT OFS_FUZZ)
    pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)
endif()
