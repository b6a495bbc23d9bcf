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
# Writes and reads zlib's format in half the time; without it zlib does.
option(OFS_WITH_LIBDEFLATE "Use libdeflate for the paragraph store where it is installed" ON)
if(OFS_WITH_LIBDEFLATE)
    pkg_check_modules(LIBDEFLATE IMPORTED_TARGET libdeflate)
endif()
set(OFS_DEFLATE_NAME ZLIB)
set(OFS_PC_DEFLATE zlib)
if(OFS_WITH_LIBDEFLATE AND LIBDEFLATE_FOUND)
    set(OFS_DEFLATE_NAME LIBDEFLATE)
    set(OFS_PC_DEFLATE libdeflate)
endif()
set(OFS_DEFLATE PkgConfig::${OFS_DEFLATE_NAME})
pkg_check_modules(XML REQUIRED IMPORTED_TARGET libxml-2.0)
pkg_check_modules(ARCHIVE REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(XLSXWRITER REQUIRED IMPORTED_TARGET xlsxwriter)

# ofs_late_name(<variable> <library>): the name by which a program that is not linked with it loads it (late.h).
function(ofs_late_name variable library)
    find_library(${variable}_FILE ${library} REQUIRED)
    mark_as_advanced(${variable}_FILE)
    execute_process(COMMAND "${CMAKE_READELF}" -d "${${variable}_FILE}" OUTPUT_VARIABLE dynamic
                    COMMAND_ERROR_IS_FATAL ANY)
    if(NOT dynamic MATCHES "SONAME[^[]*\\[([^]]+)\\]")
        message(FATAL_ERROR "${${variable}_FILE} has no name to be loaded by")
    endif()
    set(${variable} "${CMAKE_MATCH_1}" PARENT_SCOPE)
endfunction()
ofs_late_name(OFS_LATE_XLSXWRITER xlsxwriter)
ofs_late_name(OFS_LATE_XML xml2)

pkg_check_modules(POPPLER REQUIRED IMPORTED_TARGET poppler-glib)

# libstemmer has no .pc file. Linked by name, so that the exported static library does not carry a path of this machine.
find_library(OFS_STEMMER_LIBRARY stemmer REQUIRED)
find_path(OFS_STEMMER_INCLUDE libstemmer.h REQUIRED)
mark_as_advanced(OFS_STEMMER_LIBRARY OFS_STEMMER_INCLUDE)
set(OFS_STEMMER stemmer)
set(OFS_MATH m)

if(OFS_TESTS AND NOT OFS_FUZZ)
    pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)
endif()
