/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of ranking share: rank.c leads passes, rank_block.c finds candidates in a block, rank_candidate.c decides. */
#ifndef OFSI_EXEC_RANK_IMPL_H
#define OFSI_EXEC_RANK_IMPL_H

#include "search/exec/rank.h"
#include "search/exec/window.h"

struct ofsi_ranker {
    ofsi_scan *scan;
    const ofsi_bm25 *bm25;
    ofsi_top *top;
    ofsi_sources sources;
    ofsi_source *lead;     /* of the pass; NULL: an iterator leads */
    ofsi_source **order;   /* those to be probed, in this order */
    ofsi_source **dropped; /* leaders of earlier passes: a candidate that holds one was looked at before */
    uint32_t order_count, dropped_count;
    ofsi_iter **cheap, **dear; /* to be asked before probing, and behind it */
    uint32_t cheap_count, dear_count;
    ofsi_iter **nots;
    uint32_t not_count;
    ofsi_iter **phrases; /* stand on the sources' cursors */
    uint32_t phrase_count;

    uint32_t window_block; /* of the lead, where the window before ended */

    const uint8_t *lengths;
    double upper[OFSI_LENGTHS]; /* by length: no paragraph of the pass scores more */
    double highest;             /* of `upper` */
    double *parts;              /* by source: of the candidate, known or its ceiling */

    double threshold; /* what a score must reach, -infinity while there are too few */
    bool strict;      /* or pass: an equal one comes behind */
    bool first_pass;
    bool failed; /* out of memory */

    uint16_t kept[OFSI_BLOCK_SIZE]; /* room of rank_block.c, which has no time to make it for each range */
    uint32_t found[OFSI_BLOCK_SIZE];
};

static inline bool ofsi_rank_reaches(const ofsi_ranker *r, double score) {
    return score > r->threshold || (score == r->threshold && !r->strict);
}

/* Takes the threshold from the best so far. */
void ofsi_rank_raise(ofsi_ranker *r);
/* Looks at a candidate; `index` is its place in the lead's block (see ofsi_postings_stand()). */
void ofsi_rank_consider(ofsi_ranker *r, uint32_t doc, uint32_t index);
/* The same of a match: nothing but its score is asked. */
void ofsi_rank_score(ofsi_ranker *r, uint32_t doc, uint32_t index);
/*
 * Considers what may be among the best of a block of the lead, whose documents lie in [first, last]; with `found` the
 * matches among them are known, and only scored.
 */
void ofsi_rank_block(ofsi_ranker *r, uint32_t number, uint32_t first, uint32_t last,
                     const ofsi_window *found);
/*
 * Considers all documents that hold one of `leads`, which have cursors, which no pass was led by, and beside which nothing
 * scores. The sources stand before the first document, and `order` has all of them.
 */
void ofsi_rank_bulk(ofsi_ranker *r, ofsi_source **leads, uint32_t count);

#endif
