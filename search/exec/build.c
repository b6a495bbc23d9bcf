/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a plan to the iterators of one segment. Cursors are shared with the scorer where a match of the whole query
 * always finds them at the document or past it for good: directly below the root, through AND, then through OR. Deeper
 * (an AND within an OR) a cursor may have run ahead over a document that another branch matches.
 */
#include "search/exec/build.h"

#include "indexer/analysis/analyzer.h"

static ofsi_iter *build_group(ofsi_scan *scan, const ofsi_plan_node *node, bool shares);

void *ofsi_build_fail_nomem(ofsi_scan *scan) {
    ofsi_scan_fail(scan, ofsi_fail_nomem(ofsi_scan_err(scan)));
    return NULL;
}

ofsi_iter *ofsi_build_term(ofsi_scan *scan, uint32_t number, bool shares, ofsi_postings **cursor_out) {
    const ofsi_term *term = ofsi_scan_term(scan, number);
    if (term->df == 0)
        return ofsi_iter_nothing(scan);
    ofsi_postings *cursor = ofsi_scan_cursor(scan, term);
    if (!cursor)
        return NULL;
    if (shares && !scan->shared[number])
        scan->shared[number] = cursor;
    if (cursor_out)
        *cursor_out = cursor;
    return ofsi_iter_term(scan, cursor, term->df);
}

static ofsi_iter *build_node(ofsi_scan *scan, const ofsi_plan_node *node, bool shares) {
    switch (node->type) {
    case OFSI_PLAN_NOTHING:
        return ofsi_iter_nothing(scan);
    case OFSI_PLAN_ALL:
        return ofsi_iter_all(scan);
    case OFSI_PLAN_TERM:
        return ofsi_build_term(scan, node->number, shares, NULL);
    case OFSI_PLAN_PHRASE:
        return ofsi_build_phrase(scan, node, shares);
    case OFSI_PLAN_PATTERN:
        return ofsi_iter_pattern(scan, node->number);
    case OFSI_PLAN_FILTER:
        return ofsi_iter_filter(scan, node->filter);
    case OFSI_PLAN_AND:
    case OFSI_PLAN_OR:
    case OFSI_PLAN_NOT:
    case OFSI_PLAN_NEAR:
        return build_group(scan, node, shares);
    }
    return ofsi_iter_nothing(scan);
}

/* Children of an OR: through another OR a cursor still never runs ahead; through anything else it may. */
static bool keeps_sharing(const ofsi_plan_node *node, const ofsi_plan_node *child) {
    return node->type != OFSI_PLAN_OR || child->type == OFSI_PLAN_OR || child->type == OFSI_PLAN_TERM;
}

static ofsi_iter *build_group(ofsi_scan *scan, const ofsi_plan_node *node, bool shares) {
    uint32_t in = 0, out = 0;
    ofsi_iter **members = ofsi_arena_calloc(&scan->arena, node->child_count, sizeof(ofsi_iter *));
    ofsi_iter **without = ofsi_arena_calloc(&scan->arena, node->child_count, sizeof(ofsi_iter *));
    if (!members || !without)
        return ofsi_build_fail_nomem(scan);
    bool takes_away = node->type == OFSI_PLAN_AND || node->type == OFSI_PLAN_NOT;
    for (uint32_t i = 0; i < node->child_count; i++) {
        const ofsi_plan_node *child = node->children[i];
        bool taken = node->type == OFSI_PLAN_NOT || (takes_away && child->type == OFSI_PLAN_NOT);
        if (taken && node->type == OFSI_PLAN_AND)
            child = child->children[0];
        ofsi_iter *iter = build_node(scan, child, shares && !taken && keeps_sharing(node, child));
        if (!iter)
            return NULL;
        if (taken)
            without[out++] = iter;
        else
            members[in++] = iter;
    }
    if (node->type == OFSI_PLAN_OR)
        return ofsi_iter_or(scan, members, in);
    if (node->type == OFSI_PLAN_NEAR)
        return ofsi_iter_near(scan, members, in, node);
    return ofsi_iter_and(scan, members, in, without, out);
}

ofsi_iter *ofsi_build_node(ofsi_scan *scan, const ofsi_plan_node *node) {
    return build_node(scan, node, false);
}

ofsi_iter *ofsi_build_iter(ofsi_scan *scan) {
    const ofsi_plan_node *root = scan->weighed->plan->root;
    return root ? build_node(scan, root, true) : ofsi_iter_nothing(scan);
}
