/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The terms and patterns of a query in one segment, as ranking needs them: a list of documents to lead or to be probed,
 * and for each length of a paragraph the most that the term can add to its score. Used by the files of ranking.
 */
#ifndef OFSI_EXEC_SOURCE_H
#define OFSI_EXEC_SOURCE_H

#include "search/exec/score.h"
#include "search/exec/shape.h"

/* Lengths as the segment's bytes have them: the last stands for itself and all above. */
enum { OFSI_LENGTHS = 256 };

/*
 * A little more than 1: bounds that are not the very expression of a score are multiplied by it, so that rounding never
 * makes them too small.
 */
#define OFSI_ABOVE (1.0 + 1e-12)

typedef struct ofsi_source {
    ofsi_leaf leaf;
    ofsi_postings *cursor;           /* NULL: a pattern of several terms, or a term that is not here */
    const ofsi_expansion *expansion; /* NULL: a term, or a pattern that stands for one */
    uint64_t cost;                   /* documents; 0: none here */
    double idf;
    double weight;  /* of all its addends together */
    double highest; /* ceiling */
    double most;    /* weight times that */
    bool required;  /* every match holds it */
    bool needed;    /* or whatever may still be among the best */
    uint32_t at;    /* in the expansion */
    /* Its bound over a range of documents, see ofsi_source_bound_at(). */
    uint32_t grain; /* blocks that one bound stands for: 1, OFSI_SUPER, or 0 for the whole list */
    bool bounded;
    uint32_t bound_block, bound_end;
    double bound; /* before weights */

    double ceiling[OFSI_LENGTHS]; /* by length: what its part is not above, before weights */
} ofsi_source;

typedef struct ofsi_sources {
    ofsi_source *items;
    uint32_t count;
    uint32_t *of_addend; /* by the plan's addends */
} ofsi_sources;

/* The sources of the plan's addends. False when out of memory or on another failure, which the scan has. */
bool ofsi_sources_open(ofsi_sources *sources, ofsi_scan *scan, const ofsi_bm25 *bm25);
/* The source of a leaf; NULL: it does not score. */
ofsi_source *ofsi_sources_find(const ofsi_sources *sources, ofsi_leaf leaf);

/* Bounds by so many blocks that a lead of `blocks` blocks does not meet too many of them. */
void ofsi_source_set_grain(ofsi_source *source, uint32_t blocks);
/* Makes source->bound hold for the documents from `doc`, which ascends until the next rewind, to source->bound_end. */
void ofsi_source_bound_at(ofsi_source *source, const ofsi_bm25 *bm25, uint32_t doc);
/* What no part of a posting that the front bounds is above, before weights. */
double ofsi_source_bound(const ofsi_source *source, const ofsi_bm25 *bm25, const ofsi_impact *pairs,
                         uint32_t count);

/* How often it occurs in `doc`, 0: not at all. The documents that a pattern is asked for ascend until the next rewind. */
uint32_t ofsi_source_probe(ofsi_source *source, uint32_t doc);
/* Back before the first document, and needed no more. */
void ofsi_source_rewind(ofsi_source *source);

#endif
