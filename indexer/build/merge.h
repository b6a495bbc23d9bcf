/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Several segments to one without their dead reports, streaming: memory does not grow with the postings. The bytes are
 * those of the one segment that the same reports would have made at once. Called by the writer.
 */
#ifndef OFSI_BUILD_MERGE_H
#define OFSI_BUILD_MERGE_H

#include "indexer/format/manifest.h"

typedef struct ofsi_merge_input {
    ofsi_segment *segment; /* borrowed */
    const uint32_t *dead;  /* report numbers, ascending */
    uint32_t dead_count;
} ofsi_merge_input;

/* Live reports' ids must differ. `row` gets name and counts; with no live report nothing is written and doc_count is 0. */
ofs_status ofsi_merge(ofsi_storage *storage, const ofsi_merge_input *inputs, uint32_t count,
                      ofsi_manifest_segment *row, ofs_error *err);

#endif
