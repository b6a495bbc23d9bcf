/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Impacts: the Pareto front of (tf, length) over a run of postings, so that the best score in it can be bounded for any
 * k1, b and average length (Ding, Suel, "Faster top-k document retrieval using block-max indexes", SIGIR 2011; as pairs:
 * Grand et al., "From MaxScore to Block-Max WAND", ECIR 2020). Both directions of the bytes stand here.
 */
#ifndef OFSI_FORMAT_IMPACTS_H
#define OFSI_FORMAT_IMPACTS_H

#include "indexer/base/buf.h"
#include "indexer/base/cursor.h"
#include "indexer/format/segment.h"

/*
 * So many pairs that hardly a front has to be joined, and that a front's bytes, of at most 10 a pair, can be counted by one.
 */
enum { OFSI_IMPACTS_MAX = 24, OFSI_FRONT_ROOM = OFSI_IMPACTS_MAX };

/* Pairs ascending in tf and in length, none dominated by another. */
typedef struct ofsi_front {
    uint32_t count;
    ofsi_impact pairs[OFSI_FRONT_ROOM];
} ofsi_front;

void ofsi_front_add(ofsi_front *front, uint32_t tf, uint32_t length);
void ofsi_front_merge(ofsi_front *front, const ofsi_front *other);
/* Appends the pairs. */
void ofsi_front_encode(const ofsi_front *front, ofsi_buf *out);
/* Reads them; sets c->bad when damaged. Returns the count, 1..OFSI_IMPACTS_MAX, or 0 when bad. */
uint32_t ofsi_front_decode(ofsi_cursor *c, ofsi_impact pairs[OFSI_IMPACTS_MAX]);

#endif
