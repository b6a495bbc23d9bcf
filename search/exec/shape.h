/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plan taken apart for evaluation by lists: which words every match holds, and what else is to be asked of a candidate.
 * Used by rank.c and count.c; what does not fit is asked of iterators as a whole.
 */
#ifndef OFSI_EXEC_SHAPE_H
#define OFSI_EXEC_SHAPE_H

#include "search/exec/plan.h"

/* A term or a pattern of the plan. */
typedef struct ofsi_leaf {
    bool is_pattern;
    uint32_t number;
} ofsi_leaf;

typedef struct ofsi_nodes {
    const ofsi_plan_node **items;
    uint32_t count;
} ofsi_nodes;

typedef struct ofsi_shape {
    ofsi_leaf *all; /* every match holds each of these (a term may stand twice) */
    uint32_t all_count;
    ofsi_leaf
        *either; /* where all_count is 0: every match holds one of these; none: nothing is known of matches */
    uint32_t either_count;
    ofsi_nodes phrases; /* without joins; their terms are among `all`: only the places are to be asked */
    ofsi_nodes others;  /* must match too */
    ofsi_nodes nots;    /* must not match */
} ofsi_shape;

/* Takes the plan's root apart, in `arena`. False when out of memory. */
bool ofsi_shape_make(const ofsi_plan *plan, ofsi_arena *arena, ofsi_shape *shape);

#endif
