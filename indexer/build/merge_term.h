/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The merging of dictionaries and postings, apart from that of reports. Used by merge.c. */
#ifndef OFSI_BUILD_MERGE_TERM_H
#define OFSI_BUILD_MERGE_TERM_H

#include "indexer/format/segment.h"

/* A segment that is merged, with where its reports go. */
typedef struct ofsi_merge_source {
    ofsi_segment *segment;
    bool has_dead;
    uint32_t report_count;
    uint32_t *first_docs; /* of each report, and the segment's end; owned by merge.c */
    uint32_t *new_docs;   /* where each report's first paragraph goes; OFSI_DOC_END: dead */
} ofsi_merge_source;

/* Writes every term of the sources that still has postings. */
ofs_status ofsi_merge_terms(const ofsi_merge_source *sources, uint32_t count, ofsi_segment_writer *writer,
                            ofs_error *err);

#endif
