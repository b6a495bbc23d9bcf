# SPDX-License-Identifier: GPL-3.0-or-later
# libofsearch from the rooms' objects, shared and static, and what a program that links to it needs to find it.
set(objects "")
foreach(room IN LISTS OFS_ROOMS)
    list(APPEND objects $<TARGET_OBJECTS:ofs_${room}_objects>)
endforeach()
get_property(link GLOBAL PROPERTY OFS_LINK)
list(REMOVE_DUPLICATES link)

add_library(ofsearch_shared SHARED ${objects})
add_library(ofsearch_static STATIC ${objects})
set_target_properties(ofsearch_shared PROPERTIES EXPORT_NAME ofsearch SOVERSION 0 VERSION ${PROJECT_VERSION})
foreach(target ofsearch_shared ofsearch_static)
    set_target_properties(${target} PROPERTIES OUTPUT_NAME ofsearch)
    target_include_directories(${target} INTERFACE
        "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>" "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
    target_link_libraries(${target} PRIVATE ${link} $<BUILD_INTERFACE:ofs_flags>)
endforeach()
target_link_options(ofsearch_shared PRIVATE -Wl,--no-undefined
                    "-Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/ofsearch.map")
set_target_properties(ofsearch_shared PROPERTIES LINK_DEPENDS "${PROJECT_SOURCE_DIR}/cmake/ofsearch.map")
add_library(ofsearch::ofsearch ALIAS ofsearch_shared)
add_library(ofsearch::ofsearch_static ALIAS ofsearch_static)

# xapian.h is installed by shim/, beside the library that it speaks of.
install(DIRECTORY include/ofsearch DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING
        PATTERN "*.h" PATTERN xapian.h EXCLUDE)
install(TARGETS ofsearch_shared EXPORT ofsearch_shared LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(TARGETS ofsearch_static EXPORT ofsearch_static ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/ofsearch")
foreach(kind shared static)
    install(EXPORT ofsearch_${kind} NAMESPACE ofsearch:: FILE ofsearch-${kind}-targets.cmake DESTINATION "${package_dir}")
endforeach()
configure_package_config_file(cmake/ofsearch-config.cmake.in "${PROJECT_BINARY_DIR}/ofsearch-config.cmake"
                              INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/ofsearch-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/ofsearch-config.cmake" "${PROJECT_BINARY_DIR}/ofsearch-config-version.cmake"
        DESTINATION "${package_dir}")

# The file finds its prefix from its own place, so that an installation may be moved.
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" OUTPUT_VARIABLE up)
set(OFS_PC_PREFIX "\${pcfiledir}/${up}")
foreach(kind LIBDIR INCLUDEDIR)
    cmake_path(ABSOLUTE_PATH CMAKE_INSTALL_${kind} BASE_DIRECTORY "\${prefix}" OUTPUT_VARIABLE OFS_PC_${kind})
endforeach()
configure_file(cmake/ofsearch.pc.in ofsearch.pc @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/ofsearch.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
