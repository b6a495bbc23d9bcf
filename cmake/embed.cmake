# SPDX-License-Identifier: GPL-3.0-or-later
# Writes OUTPUT, a C file that holds the bytes of each of INPUTS, and of ALIASES, under its name without folder and suffix;
# see indexer/report/builtin.h. Run by the build as a script.
set(arrays "")
set(rows "")
set(index 0)
list(SORT INPUTS)
function(array_of input name out)
    file(READ "${input}" hex HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
    string(REGEX REPLACE "((0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,))" "\\1\n    " bytes "${bytes}")
    # The NUL behind the bytes is not counted; it also keeps an empty file a valid array.
    set(${out} "static const unsigned char ${name}[] = {\n    ${bytes} 0x00};\n\n" PARENT_SCOPE)
endfunction()

foreach(input IN LISTS INPUTS)
    array_of("${input}" "profile_${index}" array)
    cmake_path(GET input STEM LAST_ONLY name)
    file(SIZE "${input}" size)
    string(APPEND arrays "${array}")
    string(APPEND rows "    {\"${name}\", profile_${index}, ${size}},\n")
    math(EXPR index "${index} + 1")
endforeach()
array_of("${ALIASES}" "aliases" aliases)
file(SIZE "${ALIASES}" aliases_size)
file(WRITE "${OUTPUT}"
    "/* SPDX-License-Identifier: GPL-3.0-or-later */\n/* Made by cmake/embed.cmake from indexer/report. */\n"
    "#include \"indexer/report/builtin.h\"\n\n${arrays}"
    "const ofsi_builtin_profile ofsi_builtin_profiles[] = {\n${rows}    {0, 0, 0},\n};\n\n"
    "${aliases}const ofsi_builtin_profile ofsi_builtin_aliases = {\"aliases.txt\", aliases, ${aliases_size}};\n")
