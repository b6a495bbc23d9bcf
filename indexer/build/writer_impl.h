/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writer from inside. Only the writer's own files (writer.c, add.c, commit.c) include this. */
#ifndef OFSI_BUILD_WRITER_IMPL_H
#define OFSI_BUILD_WRITER_IMPL_H

#include <ofsearch/index.h>

#include "indexer/build/catalog.h"
#include "indexer/build/inverter.h"

/* A segment of the index as it will be at the next commit. */
typedef struct ofsi_writer_segment {
    ofsi_manifest_segment row; /* row.dead is owned */
    size_t dead_capacity;
    ofsi_segment *segment; /* open, with columns loaded */
} ofsi_writer_segment;

struct ofs_writer {
    ofs_writer_options options; /* with defaults filled in */
    ofsi_arena arena;           /* strings of options, manifest */
    ofsi_storage *storage;
    ofsi_lock *lock;
    uint64_t generation; /* of the last commit, 0: none yet */
    uint64_t next_segment;
    ofsi_analyzer *analyzer;
    ofsi_report_sink *sink;
    ofsi_writer_segment *segments;
    size_t segment_count, segment_capacity;
    ofsi_catalog catalog;
    ofsi_manifest_failure *failures; /* strings in arena; in no order */
    size_t failure_count, failure_capacity;
    bool changed; /* something differs from the last commit */
    bool broken;  /* a failure left the state in between: only closing is left */
};

/* Opens row's segment (row.dead is taken over) and puts it on the list. */
ofs_status ofsi_writer_take(ofs_writer *writer, const ofsi_manifest_segment *row, ofs_error *err);
ofs_status ofsi_writer_name(ofs_writer *writer, char name[OFSI_SEGMENT_NAME_SIZE], ofs_error *err);
/* Marks a report of a segment dead, in catalog and segment. */
ofs_status ofsi_writer_kill(ofs_writer *writer, uint32_t entry, ofs_error *err);
/* Rebuilds the catalog from the segments' tables. */
ofs_status ofsi_writer_reload(ofs_writer *writer, ofs_error *err);
/* Refuses a broken writer. */
ofs_status ofsi_writer_usable(const ofs_writer *writer, ofs_error *err);
/* Forgets, or records, that a file could not be read (failures.c). */
void ofsi_writer_forget_failure(ofs_writer *writer, const char *path);
ofs_status ofsi_writer_record_failure(ofs_writer *writer, const char *path, const char *reason,
                                      ofs_error *err);
/*
 * Forgets, of the failures below these paths (as ofsi_normal_path() gives them), those that the run which listed `files`
 * did not meet again and that are no more: their file is gone, or the folder could be listed.
 */
void ofsi_writer_review_failures(ofs_writer *writer, const ofsi_files *files, const char *const *roots,
                                 size_t root_count);
/* There is nothing of that name, not even a link. */
bool ofsi_is_absent(const char *path);
/* Merges what the policy chooses, until it chooses nothing. */
ofs_status ofsi_writer_merge_by_policy(ofs_writer *writer, ofs_error *err);
/* Removes files of the index's kind that no segment on the list needs. */
ofs_status ofsi_writer_sweep(ofs_writer *writer, ofs_error *err);

#endif
