/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The manifest: the one file that says what an index holds. A commit writes it aside and renames it; what it does not
 * name does not exist. Read by the searcher and the writer, written by build's commit.
 */
#ifndef OFSI_FORMAT_MANIFEST_H
#define OFSI_FORMAT_MANIFEST_H

#include "indexer/format/segment.h"

#define OFSI_MANIFEST_NAME "manifest"
enum { OFSI_SEGMENT_NAME_SIZE = 32 };

typedef struct ofsi_manifest_segment {
    char name[OFSI_SEGMENT_NAME_SIZE]; /* "s-%08x.seg" of a number never used again */
    uint64_t file_size;
    uint32_t doc_count; /* dead ones included, as the segment says */
    uint32_t report_count;
    uint64_t token_count;
    uint32_t *dead; /* report numbers that are removed or replaced, ascending */
    uint32_t dead_count;
    uint32_t dead_docs;   /* paragraphs of the dead reports */
    uint64_t dead_tokens; /* and their words */
} ofsi_manifest_segment;

/* A file that could not be read at the last run that met it. */
typedef struct ofsi_manifest_failure {
    ofsi_span path;
    ofsi_span reason;
} ofsi_manifest_failure;

typedef struct ofsi_manifest {
    uint64_t generation;   /* of this commit, from 1 */
    uint64_t next_segment; /* number for the next segment's name */
    ofsi_span stemmer;     /* libstemmer algorithm, "none" for none */
    ofsi_span fingerprint; /* of the analyzer */
    ofsi_span
        unknown_feature; /* a feature that a writer must know and this program does not; size 0: none. Not written. */
    ofsi_manifest_segment *segments;
    uint32_t segment_count;
    ofsi_manifest_failure *failures; /* ascending by path */
    uint32_t failure_count;
} ofsi_manifest;

/* All of it in `arena`. OFS_E_NO_INDEX when there is none; OFS_E_UNSUPPORTED names the version or feature needed. */
ofs_status ofsi_manifest_read(ofsi_storage *storage, ofsi_arena *arena, ofsi_manifest *manifest,
                              ofs_error *err);
/* Writes aside, syncs, renames, syncs the directory. */
ofs_status ofsi_manifest_write(ofsi_storage *storage, const ofsi_manifest *manifest, ofs_error *err);

/* ---- a reader's view of one commit ---- */

typedef struct ofsi_snapshot_segment {
    ofsi_segment *segment;
    const ofsi_manifest_segment *info;
    const uint64_t *dead_bits; /* a bit a document, 1 = dead; NULL when none is */
} ofsi_snapshot_segment;

typedef struct ofsi_snapshot {
    ofsi_storage *storage; /* borrowed */
    ofsi_arena arena;
    ofsi_manifest manifest;
    ofsi_snapshot_segment *segments;
    uint32_t segment_count;
    uint64_t live_docs;
    uint64_t live_tokens;
    uint32_t live_reports;
} ofsi_snapshot;

/*
 * Opens the newest commit; begins again when a commit in between removed a file. Later commits do not change the
 * snapshot. Of the columns only those of dead reports are looked at.
 */
ofs_status ofsi_snapshot_open(ofsi_storage *storage, ofsi_snapshot **out, ofs_error *err);
void ofsi_snapshot_close(ofsi_snapshot *snapshot);

static inline bool ofsi_snapshot_is_dead(const ofsi_snapshot_segment *s, uint32_t doc) {
    return s->dead_bits && (s->dead_bits[doc >> 6] >> (doc & 63) & 1);
}

#endif
