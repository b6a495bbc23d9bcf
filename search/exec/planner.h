/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that make a plan share: plan.c walks the tree, plan_words.c opens its leaves. Used by nothing else. */
#ifndef OFSI_EXEC_PLANNER_H
#define OFSI_EXEC_PLANNER_H

#include "search/exec/plan.h"

typedef struct ofsi_planner {
    ofsi_plan *plan;
    ofsi_analyzer *analyzer;
    ofsi_arena *arena;
    ofsi_tokens tokens; /* work space */
    double weight;      /* of the groups around the node at hand, and of itself */
    uint32_t nots;      /* NOTs around it */
    ofs_error *err;
} ofsi_planner;

/* A new node, zeroed; NULL when out of memory. */
ofsi_plan_node *ofsi_planner_node(ofsi_planner *planner, ofsi_plan_type type);
/* AND, OR or NEAR of the children that are not NULL: none gives NULL, one itself. */
ofs_status ofsi_planner_group(ofsi_planner *planner, ofsi_plan_type type, ofsi_plan_node **children,
                              uint32_t count, ofsi_plan_node **out);
/* Adds an addend of the score, unless under NOT. */
ofs_status ofsi_planner_score(ofsi_planner *planner, bool is_pattern, uint32_t number);

/* The node of a word, phrase or exact form; NULL when its text holds no word. */
ofs_status ofsi_planner_words(ofsi_planner *planner, const ofsi_node *node, ofsi_plan_node **out);
/* The node of a prefix, wildcard or fuzzy word; NULL when no word can be meant. */
ofs_status ofsi_planner_pattern(ofsi_planner *planner, const ofsi_node *node, ofsi_plan_node **out);

#endif
