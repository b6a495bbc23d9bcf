/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The postings of lanes to the terms of one segment, by several threads: each encodes runs of terms, which are written in
 * order by whoever is free. Memory beside the lanes is a few runs; a term too large for that is encoded when its turn to be
 * written has come, and its bytes go out at once. Called by the inverter.
 */
#ifndef OFSI_BUILD_TERMS_H
#define OFSI_BUILD_TERMS_H

#include "indexer/build/lane.h"
#include "indexer/build/spill.h"
#include "indexer/format/segment.h"

typedef struct ofsi_terms_options {
    const ofsi_analyzer *analyzer;
    const ofsi_lane *lanes; /* that no thread fills meanwhile */
    uint32_t lane_count;
    ofsi_spill *const *spills; /* of these lanes, with what came before what is in them; oldest first */
    uint32_t spill_count;
    const uint32_t *new_docs; /* where each document of the lanes stands in the segment; NULL: where it was */
    ofsi_segment_writer *writer; /* its paragraphs are complete */
    uint32_t threads;            /* how many will call ofsi_terms_work() */
    uint64_t memory;             /* about how many bytes of terms may wait to be written */
} ofsi_terms_options;

typedef struct ofsi_terms ofsi_terms;

/* What the options name is borrowed. */
ofs_status ofsi_terms_open(const ofsi_terms_options *options, ofsi_terms **out, ofs_error *err);
/* Works until all terms are written or one has failed. */
void ofsi_terms_work(ofsi_terms *terms);
/* When no thread works any more: the first failure, if there was one. */
ofs_status ofsi_terms_close(ofsi_terms *terms, ofs_error *err);

#endif
