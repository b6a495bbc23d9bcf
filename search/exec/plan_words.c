/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The leaves of a plan: words, phrases and exact forms by the analyzer, and patterns with their compounds. */
#include "indexer/base/alloc.h"
#include "search/exec/planner.h"

static ofs_status find_number(ofsi_planner *planner, ofsi_span stem, uint32_t *number) {
    *number = ofsi_map_intern(&planner->plan->terms, stem, NULL);
    return *number == OFSI_MAP_NONE ? ofsi_fail_nomem(planner->err) : OFS_OK;
}

static void set_form(ofsi_plan_edge *edge, const ofsi_node *node, const ofsi_word *word) {
    bool stemmed = node->type == OFSI_NODE_WORD || node->type == OFSI_NODE_SYNONYM ||
                   (node->type == OFSI_NODE_PHRASE && node->stemmed);
    if (stemmed) {
        edge->rule = OFSI_FORM_ANY;
    } else if (node->type == OFSI_NODE_EXACT && ofsi_has_capital(word->surface)) {
        edge->rule = OFSI_FORM_SURFACE;
        edge->form = word->surface;
    } else {
        edge->rule = OFSI_FORM_FOLDED;
        edge->form = word->folded;
    }
}

/* The tokens in work as the edges of a phrase; joins only where any form will do. */
static ofs_status make_edges(ofsi_planner *planner, const ofsi_node *node, ofsi_plan_node *phrase) {
    const ofsi_tokens *tokens = &planner->tokens;
    phrase->edges = ofsi_arena_calloc(planner->arena, tokens->count, sizeof *phrase->edges);
    if (!phrase->edges)
        return ofsi_fail_nomem(planner->err);
    phrase->length = tokens->length;
    for (size_t i = 0; i < tokens->count; i++) {
        const ofsi_token *token = &tokens->items[i];
        const ofsi_word *word = ofsi_analyzer_word(planner->analyzer, token->word);
        ofsi_plan_edge edge = {.from = token->position, .to = token->position + token->span};
        set_form(&edge, node, word);
        if (token->span > 1 && edge.rule != OFSI_FORM_ANY)
            continue;
        ofs_status status = find_number(planner, word->stem, &edge.term);
        if (status == OFS_OK)
            status = ofsi_planner_score(planner, false, edge.term);
        if (status != OFS_OK)
            return status;
        phrase->edges[phrase->edge_count++] = edge;
    }
    return OFS_OK;
}

ofs_status ofsi_planner_words(ofsi_planner *planner, const ofsi_node *node, ofsi_plan_node **out) {
    ofs_status status = ofsi_analyze(planner->analyzer, node->text, &planner->tokens, planner->err);
    if (status != OFS_OK || planner->tokens.length == 0)
        return status;
    ofsi_plan_node *made = ofsi_planner_node(planner, OFSI_PLAN_PHRASE);
    if (!made)
        return ofsi_fail_nomem(planner->err);
    status = make_edges(planner, node, made);
    if (made->edge_count == 1 && made->edges[0].rule == OFSI_FORM_ANY) {
        made->type = OFSI_PLAN_TERM;
        made->number = made->edges[0].term;
    }
    *out = made;
    return status;
}

/* ---- patterns ---- */

/* As a user would write it. */
static char *show_pattern(ofsi_arena *arena, const ofsi_node *node) {
    int size = (int)node->text.size;
    if (node->type == OFSI_NODE_PREFIX)
        return ofsi_arena_printf(arena, "%.*s*", size, node->text.data);
    if (node->type == OFSI_NODE_FUZZY)
        return ofsi_arena_printf(arena, "%.*s~%u", size, node->text.data, node->distance);
    return ofsi_arena_strndup(arena, node->text.data, node->text.size);
}

static ofsi_pattern_kind kind_of(const ofsi_node *node) {
    return node->type == OFSI_NODE_PREFIX  ? OFSI_PATTERN_PREFIX
           : node->type == OFSI_NODE_FUZZY ? OFSI_PATTERN_FUZZY
                                           : OFSI_PATTERN_WILDCARD;
}

ofs_status ofsi_planner_pattern(ofsi_planner *planner, const ofsi_node *node, ofsi_plan_node **out) {
    ofsi_plan *plan = planner->plan;
    bool empty;
    if (!ofsi_grow(&plan->patterns, &plan->pattern_capacity, (size_t)plan->pattern_count + 1,
                   sizeof *plan->patterns))
        return ofsi_fail_nomem(planner->err);
    ofsi_plan_pattern *added = &plan->patterns[plan->pattern_count];
    ofs_status status = ofsi_pattern_make(kind_of(node), node->text, node->distance, planner->arena,
                                          &added->pattern, &empty, planner->err);
    if (status != OFS_OK || empty)
        return status;
    char *shown = show_pattern(planner->arena, node);
    *out = ofsi_planner_node(planner, OFSI_PLAN_PATTERN);
    if (!shown || !*out)
        return ofsi_fail_nomem(planner->err);
    added->shown = ofsi_span_of(shown);
    (*out)->number = plan->pattern_count++;
    return ofsi_planner_score(planner, true, (*out)->number);
}
