# SPDX-License-Identifier: GPL-3.0-or-later
# A room: its sources compiled once (ofs_<name>_objects), as a static library for tests (ofs_<name>), and the profiles
# that the report room carries inside.

# ofs_room(<name> <folder> [ROOMS <room>...] [LINK <library>...] [EXCLUDE <folder/>] [EXTRA <source>...])
function(ofs_room name folder)
    cmake_parse_arguments(PARSE_ARGV 2 arg "" "EXCLUDE" "ROOMS;LINK;EXTRA")
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/${folder}/*.c")
    if(arg_EXCLUDE)
        list(FILTER sources EXCLUDE REGEX "^${arg_EXCLUDE}")
    endif()
    list(APPEND sources ${arg_EXTRA})
    if(NOT sources)
        # A room may be empty while its first file is being written; an archive may not.
        file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/generated/empty_${name}.c"
             CONTENT "typedef int ofsi_empty_${name};\n")
        set(sources "${PROJECT_BINARY_DIR}/generated/empty_${name}.c")
    endif()

    add_library(ofs_${name}_objects OBJECT ${sources})
    target_link_libraries(ofs_${name}_objects PRIVATE ofs_flags ${arg_LINK})
    add_library(ofs_${name} STATIC $<TARGET_OBJECTS:ofs_${name}_objects>)
    list(TRANSFORM arg_ROOMS PREPEND ofs_ OUTPUT_VARIABLE below)
    target_link_libraries(ofs_${name} PUBLIC ${below} ${arg_LINK} PRIVATE ofs_flags)
    set_property(GLOBAL APPEND PROPERTY OFS_LINK ${arg_LINK})
endfunction()

# The built-in profiles and aliases as one C file with their bytes: no file has to be found at run time.
file(GLOB profiles CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/indexer/report/profiles/*.yaml")
set(aliases "${PROJECT_SOURCE_DIR}/indexer/report/aliases.txt")
set(OFS_PROFILES_SOURCE "${PROJECT_BINARY_DIR}/generated/builtin_profiles.c")
add_custom_command(
    OUTPUT "${OFS_PROFILES_SOURCE}"
    COMMAND "${CMAKE_COMMAND}" "-DOUTPUT=${OFS_PROFILES_SOURCE}" "-DINPUTS=${profiles}" "-DALIASES=${aliases}" -P
            "${PROJECT_SOURCE_DIR}/cmake/embed.cmake"
    DEPENDS ${profiles} "${aliases}" "${PROJECT_SOURCE_DIR}/cmake/embed.cmake"
    VERBATIM)
