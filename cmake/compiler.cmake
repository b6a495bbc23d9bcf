# SPDX-License-Identifier: GPL-3.0-or-later
# Language, warnings and instrumentation: the interface target ofs_flags carries them to everything of ours and to
# nobody who links to the installed library.
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

if(OFS_CCACHE AND NOT CMAKE_C_COMPILER_LAUNCHER)
    find_program(OFS_CCACHE_PROGRAM ccache)
    mark_as_advanced(OFS_CCACHE_PROGRAM)
    if(OFS_CCACHE_PROGRAM)
        set(CMAKE_C_COMPILER_LAUNCHER "${OFS_CCACHE_PROGRAM}")
        set(CMAKE_CXX_COMPILER_LAUNCHER "${OFS_CCACHE_PROGRAM}")
    endif()
endif()

add_library(ofs_flags INTERFACE)
target_compile_definitions(ofs_flags INTERFACE _GNU_SOURCE _FILE_OFFSET_BITS=64)
target_include_directories(ofs_flags INTERFACE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/include")
target_compile_options(ofs_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wvla -Wpointer-arith -Wwrite-strings -Wformat -Wformat-security -Wundef
    $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition>
    $<$<BOOL:${OFS_WERROR}>:-Werror>
    -fstack-protector-strong)
target_link_options(ofs_flags INTERFACE -Wl,--as-needed -Wl,-z,relro -Wl,-z,now)

if(OFS_SANITIZE)
    target_compile_options(ofs_flags INTERFACE
        -fsanitize=${OFS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(ofs_flags INTERFACE -fsanitize=${OFS_SANITIZE})
    if(OFS_WITH_XAPIAN)
        # The sanitizer stands between who loads a library and dlopen(), which then looks along the old kind of run path
        # alone; and it must have met the C++ library at the start to see an exception that is thrown by one loaded late.
        target_link_options(ofs_flags INTERFACE -Wl,--disable-new-dtags
            "SHELL:-Wl,--push-state -Wl,--no-as-needed -lstdc++ -Wl,--pop-state")
    endif()
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(ofs_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()
if(OFS_FUZZ)
    if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
        message(FATAL_ERROR "OFS_FUZZ needs clang (preset fuzz)")
    endif()
    target_compile_options(ofs_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(OFS_COVERAGE)
    target_compile_options(ofs_flags INTERFACE --coverage -fprofile-update=atomic)
    target_link_options(ofs_flags INTERFACE --coverage)
endif()
