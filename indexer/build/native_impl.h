/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The native engine's side of the writer from inside: its list of segments. For native.c and commit.c alone. */
#ifndef OFSI_BUILD_NATIVE_IMPL_H
#define OFSI_BUILD_NATIVE_IMPL_H

#include "indexer/build/writer_impl.h"

/* A segment of the index as it will be at the next commit. */
typedef struct ofsi_writer_segment {
    ofsi_manifest_segment row; /* row.dead is owned */
    size_t dead_capacity;
    ofsi_segment *segment; /* open, with columns loaded */
} ofsi_writer_segment;

typedef struct ofsi_native {
    ofsi_writer_segment *segments;
    size_t segment_count, segment_capacity;
    uint64_t next_segment;
} ofsi_native;

/* Opens row's segment (row.dead is taken over) and puts it on the list. */
ofs_status ofsi_native_take(ofs_writer *writer, const ofsi_manifest_segment *row, ofs_error *err);
ofs_status ofsi_native_name(ofs_writer *writer, char name[OFSI_SEGMENT_NAME_SIZE], ofs_error *err);
/* Rebuilds the catalog from the segments' tables. */
ofs_status ofsi_native_reload(ofs_writer *writer, ofs_error *err);
/* Removes files of the index's kind that no segment on the list needs. */
ofs_status ofsi_native_sweep(ofs_writer *writer, ofs_error *err);
/* The engine's functions that merge and publish (commit.c). */
ofs_status ofsi_native_compact(ofs_writer *writer, ofs_error *err);
ofs_status ofsi_native_commit(ofs_writer *writer, ofs_error *err);

#endif
