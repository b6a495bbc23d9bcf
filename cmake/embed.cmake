# SPDX-License-Identifier: GPL-3.0-or-later
# Writes OUTPUT, a C file that holds the bytes of each of INPUTS under its name without folder and suffix; see
# indexer/report/builtin.h. Run by the build as a script.
set(arrays "")
set(rows "")
set(index 0)
list(SORT INPUTS)
foreach(input IN LISTS INPUTS)
    file(READ "${input}" hex HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
    string(REGEX REPLACE "((0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,))" "\\1\n    " bytes "${bytes}")
    cmake_path(GET input STEM LAST_ONLY name)
    file(SIZE "${input}" size)
    # The NUL behind the bytes is not counted; it also keeps an empty file a valid array.
    string(APPEND arrays "static const unsigned char profile_${index}[] = {\n    ${bytes} 0x00};\n\n")
    string(APPEND rows "    {\"${name}\", profile_${index}, ${size}},\n")
    math(EXPR index "${index} + 1")
endforeach()
file(WRITE "${OUTPUT}"
    "/* SPDX-License-Identifier: GPL-3.0-or-later */\n/* Made by cmake/embed.cmake from indexer/report/profiles. */\n"
    "#include \"indexer/report/builtin.h\"\n\n${arrays}"
    "const ofsi_builtin_profile ofsi_builtin_profiles[] = {\n${rows}    {0, 0, 0},\n};\n")
