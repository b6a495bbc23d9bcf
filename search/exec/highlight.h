/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a query's words stand in a text: every leaf of the plan that is under no NOT, by the rules that match (plan.h).
 * Phrases are marked whole, and only where they stand; members of NEAR wherever they occur; joins with all their parts.
 * Called by ofs_search() for the hits.
 */
#ifndef OFSI_EXEC_HIGHLIGHT_H
#define OFSI_EXEC_HIGHLIGHT_H

#include <ofsearch/search.h>

#include "search/exec/extents.h"
#include "search/exec/plan.h"

/* A place in a text, and which of the query's words stand in it. */
typedef struct ofsi_marked {
    ofs_highlight place;
    uint64_t words;
} ofsi_marked;

typedef struct ofsi_highlighter {
    const ofsi_plan *plan;
    ofsi_analyzer *analyzer;
    const ofsi_plan_node **leaves; /* phrases; owned */
    size_t leaf_count, leaf_capacity;
    uint64_t *terms, *patterns; /* by number: the bit of each that is wanted, else 0; owned */
    uint64_t *leaf_words;       /* likewise, of the leaves; owned */
    size_t leaf_word_capacity;
    uint32_t words; /* bits given so far */
    /* Of the text at hand. */
    ofsi_tokens tokens;
    uint32_t *token_terms; /* number in the plan's terms or OFSI_MAP_NONE; owned */
    size_t token_capacity;
    uint32_t *positions; /* of the edges of a phrase, one behind the other; owned */
    size_t position_capacity;
    ofsi_edge *edges; /* owned */
    size_t edge_capacity;
    ofsi_phrase_work work;
    ofsi_extents found;
    ofsi_marked *ranges; /* owned */
    size_t range_count, range_capacity;
} ofsi_highlighter;

/* All zeros before; given back with ofsi_highlighter_free() also after a failure. Borrows plan and analyzer. */
ofs_status ofsi_highlighter_start(ofsi_highlighter *highlighter, const ofsi_plan *plan,
                                  ofsi_analyzer *analyzer, ofs_error *err);
/* Sets highlights, highlight_words and highlight_count of the hit from its text; they live in `arena`. */
ofs_status ofsi_highlight_hit(ofsi_highlighter *highlighter, ofsi_arena *arena, ofs_hit *hit, ofs_error *err);
void ofsi_highlighter_free(ofsi_highlighter *highlighter);

#endif
