/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The query as the index's analyzer sees it: words broken and stemmed, compounds opened, groups' weights handed down.
 * What a plan matches, and what it scores, is decided here and nowhere else:
 *
 *   Word      one stem. A text of several words (2011/12) is those stems side by side; where the analyzer also gives a
 *             join (multi-agency: multiagency), the join in place of its parts will do. A text of no word vanishes: it
 *             neither matches nor hinders. NEAR and AND of one that is left are that one.
 *   ~"..."    the stems side by side, joins as above.   "..."  side by side, each occurrence's folded form that of the
 *             query.   =word, ="..."  likewise, and a word with a capital letter must stand exactly so. Joins of a text
 *             (the index does not tell them from words written together) take one position, that of their first part.
 *   Patterns  fit the folded form of each occurrence: `safeguarding*` is not "safeguard".
 *   NEAR/n    neighbours whose words are at most n positions apart (1: side by side), in any order, never sharing a
 *             word; BEFORE/n in this order. Its places, where it is itself a member of NEAR, are the smallest runs of
 *             words that hold such a chain.
 *   Filters   see filter.h.
 *   Notes     (paragraphs of kind `note`) match only a query with `kind:note` that is not under NOT.
 *
 *   Score     of a paragraph: the sum, over the query's leaves in the order of the tree and each leaf's stems in the order
 *             of its text, of weight * idf * tf / (tf + k1 * (1 - b + b * length / avglen)). Every leaf that is under no
 *             NOT counts, whichever branch of an OR made the paragraph match; tf is how often the stem (for a pattern:
 *             words that fit) occurs in the paragraph, and a stem that the query has twice counts twice. A compound's
 *             join is a stem of its own. Weights of groups multiply. N, df and avglen are of live paragraphs, notes too.
 */
#ifndef OFSI_EXEC_PLAN_H
#define OFSI_EXEC_PLAN_H

#include "indexer/analysis/analyzer.h"
#include "indexer/base/map.h"
#include "search/exec/filter.h"
#include "search/exec/pattern.h"
#include "search/query/tree.h"

/* Which of a stem's forms an occurrence may have. */
typedef enum ofsi_form_rule { OFSI_FORM_ANY, OFSI_FORM_FOLDED, OFSI_FORM_SURFACE } ofsi_form_rule;

/* A word of a phrase, from one place of it to a later one (see ofsi_edge). */
typedef struct ofsi_plan_edge {
    uint32_t term; /* number in the plan's terms */
    uint32_t from, to;
    ofsi_form_rule rule;
    ofsi_span form; /* folded, or surface, as the rule says */
} ofsi_plan_edge;

typedef enum ofsi_plan_type {
    OFSI_PLAN_NOTHING, /* matches nothing */
    OFSI_PLAN_ALL,     /* every paragraph */
    OFSI_PLAN_TERM,
    OFSI_PLAN_PHRASE, /* edges; also a single word whose form matters */
    OFSI_PLAN_PATTERN,
    OFSI_PLAN_AND, /* children, NOTs among them: they take away */
    OFSI_PLAN_OR,
    OFSI_PLAN_NOT,
    OFSI_PLAN_NEAR,
    OFSI_PLAN_FILTER
} ofsi_plan_type;

typedef struct ofsi_plan_node ofsi_plan_node;
struct ofsi_plan_node {
    ofsi_plan_type type;
    uint32_t number; /* TERM, PATTERN: in the plan's list */
    ofsi_plan_edge *edges;
    uint32_t edge_count;
    uint32_t length; /* PHRASE: words */
    ofsi_filter *filter;
    uint32_t distance;
    bool ordered;
    ofsi_plan_node **children;
    uint32_t child_count;
};

/* One addend of the score, in order. */
typedef struct ofsi_plan_score {
    bool is_pattern;
    uint32_t number; /* in terms or patterns */
    double weight;
} ofsi_plan_score;

typedef struct ofsi_plan_pattern {
    ofsi_pattern pattern;
    ofsi_span shown; /* as written */
} ofsi_plan_pattern;

typedef struct ofsi_plan {
    ofsi_plan_node *root; /* NULL: no word and no filter is left of the query */
    ofsi_map terms;       /* distinct stems */
    ofsi_plan_pattern *patterns;
    uint32_t pattern_count;
    ofsi_plan_score *scores;
    uint32_t score_count;
    size_t pattern_capacity, score_capacity;
    bool notes; /* paragraphs of kind note may match */
} ofsi_plan;

/* The forms of word that `plan` may want, and the room for them. */
typedef struct ofsi_plan_tools {
    ofsi_analyzer *analyzer; /* not to forget words while the plan is in use */
    ofsi_arena *arena;       /* nodes live here */
} ofsi_plan_tools;

/*
 * Makes the plan of a tree (NULL: every paragraph); *plan is all zeros before, and given back with ofsi_plan_free() also
 * after a failure. OFS_E_QUERY with the place where the tree asks what cannot be (a filter within NEAR), OFS_E_LIMIT,
 * OFS_E_NOMEM. A synonym is planned as the word alone: what stands for the same was written out before (widen.h).
 */
ofs_status ofsi_plan_make(const ofsi_node *root, const ofsi_plan_tools *tools, ofsi_plan *plan,
                          ofs_error *err);
void ofsi_plan_free(ofsi_plan *plan);

#endif
