/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The best matches in the order asked for, with its ties. Called by run.c. */
#ifndef OFSI_EXEC_TOP_H
#define OFSI_EXEC_TOP_H

#include <ofsearch/search.h>

#include "indexer/format/manifest.h"

/* A match: greater key first, then report id, then place. */
typedef struct ofsi_top_entry {
    double key;
    double score;
    uint32_t part; /* of the snapshot */
    uint32_t doc;
} ofsi_top_entry;

typedef struct ofsi_top {
    const ofsi_snapshot *snapshot;
    ofs_sort sort;
    uint64_t wanted;
    ofsi_top_entry *entries; /* a heap, the worst first, once there are as many as wanted */
    size_t count, capacity;
    uint32_t key_part, key_end; /* sort by date: whose report's key is held, and where that ends */
    double date_key;
} ofsi_top;

void ofsi_top_start(ofsi_top *top, const ofsi_snapshot *snapshot, ofs_sort sort, uint64_t wanted);
/* Matches come by part, in each ascending. False when out of memory. */
bool ofsi_top_offer(ofsi_top *top, uint32_t part, uint32_t doc, double score);
/* Best first, in place. False when out of memory. */
bool ofsi_top_finish(ofsi_top *top);
void ofsi_top_free(ofsi_top *top);

#endif
