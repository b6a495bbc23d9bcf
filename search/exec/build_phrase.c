/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The phrases of a plan in one segment. Without joins every word must be there, and its cursor serves candidates and
 * positions alike. Where a join may stand for its parts, the candidates are an AND of ORs with cursors of their own,
 * and the positions have others that follow.
 */
#include "indexer/analysis/analyzer.h"
#include "search/exec/build.h"

/* The codes of the forms that the edge takes, into the scan's arena; *any is false when there is none here. */
static bool find_forms(ofsi_scan *scan, const ofsi_plan_edge *edge, const uint8_t **accept, bool *any) {
    const ofsi_term *term = ofsi_scan_term(scan, edge->term);
    const ofsi_span *forms = NULL;
    uint32_t fitting = 0;
    char folded[OFSI_TERM_MAX * 4];
    *accept = NULL;
    *any = term->df > 0;
    if (edge->rule == OFSI_FORM_ANY || !*any)
        return true;
    ofs_status status = ofsi_segment_term_forms(scan->segment, scan->weighed->plan->terms.keys[edge->term],
                                                term, &scan->arena, &forms, NULL, ofsi_scan_err(scan));
    if (status != OFS_OK) {
        ofsi_scan_fail(scan, status);
        return false;
    }
    uint8_t *fits = ofsi_arena_bytes(&scan->arena, term->form_count);
    if (!fits)
        return ofsi_build_fail_nomem(scan);
    for (uint32_t i = 0; i < term->form_count; i++) {
        ofsi_span form = forms[i];
        size_t size = edge->rule == OFSI_FORM_FOLDED ? ofsi_fold(form, folded, sizeof folded) : 0;
        if (size)
            form = (ofsi_span){folded, size};
        fits[i] = ofsi_span_equal(form, edge->form);
        fitting += fits[i];
    }
    *any = fitting > 0;
    *accept = fitting == term->form_count ? NULL : fits;
    return true;
}

/* ---- every word must be there ---- */

typedef struct chain {
    ofsi_iter **iters; /* one for each distinct term */
    ofsi_postings **cursors;
    uint32_t *terms;
    uint32_t count;
} chain;

static ofsi_postings *chain_cursor(ofsi_scan *scan, chain *c, uint32_t term, bool shares) {
    for (uint32_t i = 0; i < c->count; i++)
        if (c->terms[i] == term)
            return c->cursors[i];
    c->terms[c->count] = term;
    c->iters[c->count] = ofsi_build_term(scan, term, shares, &c->cursors[c->count]);
    return c->iters[c->count] ? c->cursors[c->count++] : NULL;
}

static ofsi_iter *build_chain(ofsi_scan *scan, const ofsi_plan_node *node, bool shares) {
    uint32_t n = node->edge_count;
    ofsi_phrase phrase = {.length = node->length, .count = n};
    phrase.words = ofsi_arena_calloc(&scan->arena, n, sizeof *phrase.words);
    chain c = {.iters = ofsi_arena_calloc(&scan->arena, n, sizeof(ofsi_iter *)),
               .cursors = ofsi_arena_calloc(&scan->arena, n, sizeof(ofsi_postings *)),
               .terms = ofsi_arena_calloc(&scan->arena, n, sizeof *c.terms)};
    if (!phrase.words || !c.iters || !c.cursors || !c.terms)
        return ofsi_build_fail_nomem(scan);
    for (uint32_t i = 0; i < n; i++) {
        bool any;
        ofsi_phrase_word *word = &phrase.words[i];
        *word = (ofsi_phrase_word){.from = node->edges[i].from, .to = node->edges[i].to};
        if (!find_forms(scan, &node->edges[i], &word->accept, &any))
            return NULL;
        if (!any)
            return ofsi_iter_nothing(scan);
        word->cursor = chain_cursor(scan, &c, node->edges[i].term, shares);
        if (!word->cursor)
            return NULL;
    }
    phrase.candidates = c.count == 1 ? c.iters[0] : ofsi_iter_and(scan, c.iters, c.count, NULL, 0);
    return phrase.candidates ? ofsi_iter_phrase(scan, &phrase) : NULL;
}

ofsi_iter *ofsi_build_phrase_at(ofsi_scan *scan, const ofsi_plan_node *node, ofsi_postings **cursors) {
    ofsi_phrase phrase = {.length = node->length, .count = node->edge_count, .narrows = true};
    phrase.words = ofsi_arena_calloc(&scan->arena, node->edge_count, sizeof *phrase.words);
    if (!phrase.words)
        return ofsi_build_fail_nomem(scan);
    for (uint32_t i = 0; i < node->edge_count; i++) {
        bool any;
        phrase.words[i] =
            (ofsi_phrase_word){.cursor = cursors[i], .from = node->edges[i].from, .to = node->edges[i].to};
        if (!find_forms(scan, &node->edges[i], &phrase.words[i].accept, &any))
            return NULL;
        if (!any)
            return ofsi_iter_nothing(scan);
    }
    phrase.candidates = ofsi_iter_all(scan);
    return phrase.candidates ? ofsi_iter_phrase(scan, &phrase) : NULL;
}

/* ---- joins ---- */

/* Edges [first, end) of the plan's node that cover the places [from, to): a group no join reaches over. */
typedef struct group {
    uint32_t first, end, from, to;
} group;

static group next_group(const ofsi_plan_node *node, uint32_t first) {
    group g = {first, first, node->edges[first].from, node->edges[first].to};
    while (g.end < node->edge_count && node->edges[g.end].from < g.to) {
        if (node->edges[g.end].to > g.to)
            g.to = node->edges[g.end].to;
        g.end++;
    }
    return g;
}

/* Documents with all the parts of a group. */
static ofsi_iter *build_parts(ofsi_scan *scan, const ofsi_plan_node *node, group g) {
    ofsi_iter **parts = ofsi_arena_calloc(&scan->arena, g.end - g.first, sizeof(ofsi_iter *));
    uint32_t count = 0;
    if (!parts)
        return ofsi_build_fail_nomem(scan);
    for (uint32_t e = g.first; e < g.end; e++) {
        if (node->edges[e].to - node->edges[e].from > 1)
            continue;
        parts[count] = ofsi_build_term(scan, node->edges[e].term, false, NULL);
        if (!parts[count++])
            return NULL;
    }
    return ofsi_iter_and(scan, parts, count, NULL, 0);
}

/* Documents with all the parts of a group, or with a join. */
static ofsi_iter *build_alternatives(ofsi_scan *scan, const ofsi_plan_node *node, group g) {
    ofsi_iter **either = ofsi_arena_calloc(&scan->arena, (size_t)(g.end - g.first) + 1, sizeof(ofsi_iter *));
    uint32_t count = 0;
    if (!either)
        return ofsi_build_fail_nomem(scan);
    either[count] = build_parts(scan, node, g);
    if (!either[count++])
        return NULL;
    for (uint32_t e = g.first; e < g.end; e++) {
        if (node->edges[e].to - node->edges[e].from == 1)
            continue;
        either[count] = ofsi_build_term(scan, node->edges[e].term, false, NULL);
        if (!either[count++])
            return NULL;
    }
    return ofsi_iter_or(scan, either, count);
}

static ofsi_iter *build_joined_candidates(ofsi_scan *scan, const ofsi_plan_node *node) {
    ofsi_iter **groups = ofsi_arena_calloc(&scan->arena, node->edge_count, sizeof(ofsi_iter *));
    uint32_t count = 0;
    if (!groups)
        return ofsi_build_fail_nomem(scan);
    for (uint32_t e = 0; e < node->edge_count;) {
        group g = next_group(node, e);
        groups[count] = build_alternatives(scan, node, g);
        if (!groups[count++])
            return NULL;
        e = g.end;
    }
    return ofsi_iter_and(scan, groups, count, NULL, 0);
}

static ofsi_iter *build_joined(ofsi_scan *scan, const ofsi_plan_node *node) {
    ofsi_phrase phrase = {.length = node->length, .follows = true};
    phrase.words = ofsi_arena_calloc(&scan->arena, node->edge_count, sizeof *phrase.words);
    if (!phrase.words)
        return ofsi_build_fail_nomem(scan);
    for (uint32_t e = 0; e < node->edge_count; e++) {
        const ofsi_plan_edge *edge = &node->edges[e];
        const ofsi_term *term = ofsi_scan_term(scan, edge->term);
        if (term->df == 0)
            continue;
        ofsi_postings *cursor = ofsi_scan_cursor(scan, term);
        if (!cursor)
            return NULL;
        ofsi_postings_next(cursor);
        phrase.words[phrase.count++] =
            (ofsi_phrase_word){.cursor = cursor, .from = edge->from, .to = edge->to};
    }
    if (phrase.count == 0)
        return ofsi_iter_nothing(scan);
    phrase.candidates = build_joined_candidates(scan, node);
    return phrase.candidates ? ofsi_iter_phrase(scan, &phrase) : NULL;
}

ofsi_iter *ofsi_build_phrase(ofsi_scan *scan, const ofsi_plan_node *node, bool shares) {
    /* Joins stand only among words of any form, so a phrase that has one asks for no forms. */
    return node->edge_count > node->length ? build_joined(scan, node) : build_chain(scan, node, shares);
}
