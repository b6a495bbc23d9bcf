/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The best of a segment without looking at all of it. A list leads: its documents are candidates, block by block. A block
 * is passed over when its impacts say that nothing in it can be among the best (Ding, Suel, "Faster top-k document
 * retrieval using block-max indexes", SIGIR 2011), a candidate when a paragraph of its length cannot (the ceilings of
 * source.h), or as soon as the terms looked at so far, with the ceilings of the rest, say so.
 *
 * Where all words must be there, the rarest leads. Where any will do, each word leads a pass of its own, the one that
 * can add most first, over the documents that hold none of the leaders before; passes end when what is left cannot
 * reach the best (MaxScore: Turtle, Flood, "Query evaluation: strategies and optimizations", IPM 31(6), 1995, by
 * whole lists). The first pass over the rarest word so raises the threshold before the frequent words are looked at. Where
 * there would be many passes, what is left is added up in bulk (rank_bulk.c).
 *
 * Scores are the very sums of score.c, and bounds are sums of the same shape with larger addends, so that pruning never
 * changes an answer.
 */
#ifndef OFSI_EXEC_RANK_H
#define OFSI_EXEC_RANK_H

#include "search/exec/shape.h"
#include "search/exec/source.h"
#include "search/exec/top.h"

/* More hits than these are had by looking at every match. */
enum { OFSI_RANK_MOST = 10000 };

/* Offers what may be among the best of the segment to `top` (by score, of a limited size). The scan tells of failures. */
void ofsi_rank(ofsi_scan *scan, const ofsi_shape *shape, const ofsi_bm25 *bm25, ofsi_top *top);

/*
 * The same where every match is looked at anyway, as for a count: whoever finds the matches gives them to a ranker, which
 * scores those that may be among the best. They are found with the ranker's cursors.
 */
typedef struct ofsi_ranker ofsi_ranker;

/* Lives in the scan's arena. NULL: out of memory or another failure, which the scan has. */
ofsi_ranker *ofsi_rank_open(ofsi_scan *scan, const ofsi_bm25 *bm25, ofsi_top *top);
/* The cursor of a term of the plan that scores; NULL: it is not here. */
ofsi_postings *ofsi_rank_cursor(const ofsi_ranker *ranker, uint32_t term);
/*
 * From here on matches are given of the blocks of `lead`, one of the ranker's cursors, whose term every match holds; or,
 * with NULL, by windows. False: no match holds a term, so that windows are of no use to the ranker.
 */
bool ofsi_rank_follow(ofsi_ranker *ranker, const ofsi_shape *shape, const ofsi_postings *lead);
/* Matches docs[kept[0 .. count)] of the lead's block `number`, which is current. Blocks ascend. */
void ofsi_rank_found(ofsi_ranker *ranker, uint32_t number, const ofsi_posting_block *block,
                     const uint16_t *kept, uint32_t count);
/* All matches of a window. Windows ascend. */
void ofsi_rank_window(ofsi_ranker *ranker, const ofsi_window *window);

#endif
