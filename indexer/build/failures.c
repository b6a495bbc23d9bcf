/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of files that could not be read, as the manifest keeps it: it is to name what is still so, and nothing else. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "indexer/base/alloc.h"
#include "indexer/build/writer_impl.h"

static void drop_failure(ofs_writer *w, size_t at) {
    w->failures[at] = w->failures[--w->failure_count];
    w->changed = true;
}

void ofsi_writer_forget_failure(ofs_writer *w, const char *path) {
    for (size_t i = 0; i < w->failure_count; i++)
        if (ofsi_span_equal(w->failures[i].path, ofsi_span_of(path))) {
            drop_failure(w, i);
            return;
        }
}

ofs_status ofsi_writer_record_failure(ofs_writer *w, const char *path, const char *reason, ofs_error *err) {
    ofsi_manifest_failure *failure = NULL;
    for (size_t i = 0; i < w->failure_count && !failure; i++)
        if (ofsi_span_equal(w->failures[i].path, ofsi_span_of(path)))
            failure = &w->failures[i];
    if (failure && ofsi_span_equal(failure->reason, ofsi_span_of(reason)))
        return OFS_OK;
    const char *kept_path = ofsi_arena_strndup(&w->arena, path, strlen(path));
    const char *kept_reason = ofsi_arena_strndup(&w->arena, reason, strlen(reason));
    if (!kept_path || !kept_reason ||
        (!failure && !ofsi_grow(&w->failures, &w->failure_capacity, w->failure_count + 1, sizeof *failure)))
        return ofsi_fail_nomem(err);
    if (!failure)
        failure = &w->failures[w->failure_count++];
    *failure = (ofsi_manifest_failure){ofsi_span_of(kept_path), ofsi_span_of(kept_reason)};
    w->changed = true;
    return OFS_OK;
}

/* A link that leads nowhere is there: it is the file of this path that cannot be read. */
bool ofsi_is_absent(const char *path) {
    struct stat info;
    return lstat(path, &info) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

static bool is_folder(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static int compare_path(const void *path, const void *file) {
    return strcmp(path, ((const ofsi_file *)file)->path);
}

void ofsi_writer_review_failures(ofs_writer *w, const ofsi_files *files, const char *const *roots,
                                 size_t root_count) {
    for (size_t i = w->failure_count; i-- > 0;) {
        const char *path = w->failures[i].path.data;
        bool below = false;
        for (size_t r = 0; r < root_count && !below; r++)
            below = ofsi_is_below(path, roots[r]);
        if (!below ||
            (files->count && bsearch(path, files->items, files->count, sizeof *files->items, compare_path)))
            continue;
        if (ofsi_is_absent(path) || is_folder(path))
            drop_failure(w, i);
    }
}
