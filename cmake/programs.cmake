# SPDX-License-Identifier: GPL-3.0-or-later
# ofindex and ofsearch over the static library, and the worker that alone knows the PDF library. In the build tree all
# three land in bin/; installed, the worker goes to libexec, where the library looks for it.

# ofs_program(<name> <folder> <install dir> <library>...): nothing when the folder has no sources.
function(ofs_program name folder destination)
    file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${folder}/*.c")
    if(NOT sources)
        return()
    endif()
    add_executable(${name} ${sources})
    target_compile_definitions(${name} PRIVATE "OFS_VERSION=\"${PROJECT_VERSION}\"")
    target_link_libraries(${name} PRIVATE ofs_flags ${ARGN})
    if(TARGET ofsearch_xapian AND "ofsearch_static" IN_LIST ARGN)
        add_dependencies(${name} ofsearch_xapian) # may be loaded late
    endif()
    install(TARGETS ${name} RUNTIME DESTINATION "${destination}")
    if(EXISTS "${PROJECT_SOURCE_DIR}/${folder}/${name}.1")
        install(FILES "${folder}/${name}.1" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
        install(FILES "${folder}/${name}.bash" RENAME "${name}"
                DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
    endif()
endfunction()

ofs_program(ofindex indexer/cli "${CMAKE_INSTALL_BINDIR}" ofsearch_static Threads::Threads)
ofs_program(ofsearch search/cli "${CMAKE_INSTALL_BINDIR}" ofsearch_static Threads::Threads)
ofs_program(ofs-pdf-worker indexer/report/pdf-worker "${OFS_LIBEXECDIR}" ofs_report PkgConfig::POPPLER)
if(TARGET ofs-pdf-worker)
    # no_colour.c says why.
    target_link_options(ofs-pdf-worker PRIVATE "LINKER:--export-dynamic-symbol=cmsOpenProfileFromMem")
endif()
# ofindex starts the worker, so whoever builds the one wants the other.
if(TARGET ofindex AND TARGET ofs-pdf-worker)
    add_dependencies(ofindex ofs-pdf-worker)
endif()
