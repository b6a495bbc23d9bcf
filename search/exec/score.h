/* SPDX-License-Identifier: GPL-3.0-or-later */
/* BM25 of the documents of a segment, added up in the plan's order. Called by run.c for every match, and by explain. */
#ifndef OFSI_EXEC_SCORE_H
#define OFSI_EXEC_SCORE_H

#include "search/exec/iter.h"

enum { OFSI_NORM_TABLE = 1024 }; /* lengths below it have their part of the formula ready */

/* All zeros is of no parameters yet. */
typedef struct ofsi_bm25 {
    double k1, b, average;
    double norms[OFSI_NORM_TABLE];
} ofsi_bm25;

/* Makes the table for so many words in so many live documents; nothing to do where it is of these parameters already. */
void ofsi_bm25_start(ofsi_bm25 *bm25, double k1, double b, uint64_t tokens, uint64_t documents);
/* k1 * (1 - b + b * length / average) */
static inline double ofsi_bm25_norm(const ofsi_bm25 *bm25, uint32_t length) {
    return length < OFSI_NORM_TABLE ? bm25->norms[length]
                                    : bm25->k1 * (1.0 - bm25->b + bm25->b * (double)length / bm25->average);
}
static inline double ofsi_bm25_part(double idf, uint32_t tf, double norm) {
    return idf * (double)tf / ((double)tf + norm);
}

/* Something that the score sums over: a term or a pattern, once however often the query has it. */
typedef struct ofsi_score_source {
    ofsi_postings *cursor; /* NULL: none here, or a pattern of several terms */
    bool shared;           /* the iterators move the cursor */
    const ofsi_expansion *expansion;
    uint32_t at; /* in the expansion */
    double idf;
    uint32_t tf; /* of the document scored last */
    double part; /* its addend, before the weight */
} ofsi_score_source;

typedef struct ofsi_scorer {
    const ofsi_scan *scan;
    const ofsi_bm25 *bm25;
    ofsi_score_source *sources;
    uint32_t source_count;
    uint32_t *source_of; /* by the plan's addends */
} ofsi_scorer;

/* After the scan's iterators were built. False when out of memory or on another failure, which the scan has. */
bool ofsi_scorer_start(ofsi_scorer *scorer, ofsi_scan *scan, const ofsi_bm25 *bm25);
/* Of a document, each one behind the last. */
double ofsi_scorer_score(ofsi_scorer *scorer, uint32_t doc);

#endif
