/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the paths a user names to the list of files to read. Called by the writer. */
#ifndef OFSI_BUILD_WALK_H
#define OFSI_BUILD_WALK_H

#include "indexer/base/arena.h"
#include "indexer/base/error.h"

typedef struct ofsi_file {
    const char
        *path; /* as named, `//` and `./` taken out; below a folder: the folder's path, `/`, and the rest */
    uint64_t size;
    int64_t mtime_ns;
    const char *
        trouble; /* why it (or the folder of that path) cannot be read; NULL when nothing is known against it */
} ofsi_file;

typedef struct ofsi_files {
    ofsi_arena arena;
    ofsi_file *items; /* owned; ascending by path, each path once */
    size_t count, capacity;
} ofsi_files;

/*
 * Lists files: those named, whatever they are called, and those of known types below the folders named, hidden ones
 * left out. What cannot be listed is an item with `trouble`. Only OFS_E_NOMEM is an error.
 */
ofs_status ofsi_walk(const char *const *paths, size_t count, ofsi_files *files, ofs_error *err);
void ofsi_files_free(ofsi_files *files);
/* The path as the walk would give it. NULL when out of memory. */
char *ofsi_normal_path(ofsi_arena *arena, const char *path);
/* `path` is `root` or lies below that folder; both as the walk gives them. */
bool ofsi_is_below(const char *path, const char *root);

#endif
