/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text is analysed as the index did, and the leaves are looked for among its tokens. */
#include "search/exec/highlight.h"

#include <stdlib.h>

#include "indexer/base/alloc.h"

/* ---- the leaves ---- */

/* A bit for the next word of the query; those from the 64th on share one. */
static uint64_t next_bit(ofsi_highlighter *h) {
    uint32_t bit = h->words < 63 ? h->words++ : 63;
    return UINT64_C(1) << bit;
}

static bool add_leaves(ofsi_highlighter *h, const ofsi_plan_node *node) {
    switch (node->type) {
    case OFSI_PLAN_TERM:
        h->terms[node->number] = h->terms[node->number] ? h->terms[node->number] : next_bit(h);
        return true;
    case OFSI_PLAN_PATTERN:
        h->patterns[node->number] = next_bit(h);
        return true;
    case OFSI_PLAN_PHRASE:
        if (!ofsi_grow(&h->leaf_words, &h->leaf_word_capacity, h->leaf_count + 1, sizeof *h->leaf_words))
            return false;
        h->leaf_words[h->leaf_count] = next_bit(h);
        if (!ofsi_grow(&h->leaves, &h->leaf_capacity, h->leaf_count + 1, sizeof(const ofsi_plan_node *)))
            return false;
        h->leaves[h->leaf_count++] = node;
        return true;
    case OFSI_PLAN_AND:
    case OFSI_PLAN_OR:
    case OFSI_PLAN_NEAR:
        for (uint32_t i = 0; i < node->child_count; i++)
            if (!add_leaves(h, node->children[i]))
                return false;
        return true;
    default:
        return true;
    }
}

ofs_status ofsi_highlighter_start(ofsi_highlighter *h, const ofsi_plan *plan, ofsi_analyzer *analyzer,
                                  ofs_error *err) {
    h->plan = plan;
    h->analyzer = analyzer;
    h->terms = ofsi_calloc((size_t)plan->terms.count + 1, sizeof *h->terms);
    h->patterns = ofsi_calloc((size_t)plan->pattern_count + 1, sizeof *h->patterns);
    if (!h->terms || !h->patterns || (plan->root && !add_leaves(h, plan->root)))
        return ofsi_fail_nomem(err);
    return OFS_OK;
}

void ofsi_highlighter_free(ofsi_highlighter *h) {
    ofsi_free(h->leaves);
    ofsi_free(h->leaf_words);
    ofsi_free(h->terms);
    ofsi_free(h->patterns);
    ofsi_tokens_free(&h->tokens);
    ofsi_free(h->token_terms);
    ofsi_free(h->positions);
    ofsi_free(h->edges);
    ofsi_phrase_work_free(&h->work);
    ofsi_extents_free(&h->found);
    ofsi_free(h->ranges);
    *h = (ofsi_highlighter){0};
}

/* ---- one text ---- */

static bool push_range(ofsi_highlighter *h, uint32_t start, uint32_t end, uint64_t words) {
    if (!ofsi_grow(&h->ranges, &h->range_capacity, h->range_count + 1, sizeof *h->ranges))
        return false;
    h->ranges[h->range_count++] = (ofsi_marked){{start, end}, words};
    return true;
}

static uint64_t fitting_patterns(const ofsi_highlighter *h, ofsi_span folded) {
    uint64_t words = 0;
    for (uint32_t p = 0; p < h->plan->pattern_count; p++)
        if (h->patterns[p] && ofsi_pattern_fits(&h->plan->patterns[p].pattern, folded))
            words |= h->patterns[p];
    return words;
}

/* Names the term of each token and marks those wanted alone. */
static bool mark_words(ofsi_highlighter *h) {
    if (!ofsi_grow(&h->token_terms, &h->token_capacity, h->tokens.count + 1, sizeof *h->token_terms))
        return false;
    for (size_t i = 0; i < h->tokens.count; i++) {
        const ofsi_token *token = &h->tokens.items[i];
        const ofsi_word *word = ofsi_analyzer_word(h->analyzer, token->word);
        uint32_t term = ofsi_map_find(&h->plan->terms, word->stem);
        h->token_terms[i] = term;
        uint64_t words = (term != OFSI_MAP_NONE ? h->terms[term] : 0) | fitting_patterns(h, word->folded);
        if (words && !push_range(h, token->start, token->end, words))
            return false;
    }
    return true;
}

static bool fits_edge(const ofsi_highlighter *h, const ofsi_plan_edge *edge, size_t token) {
    if (h->token_terms[token] != edge->term)
        return false;
    const ofsi_word *word = ofsi_analyzer_word(h->analyzer, h->tokens.items[token].word);
    switch (edge->rule) {
    case OFSI_FORM_ANY:
        return true;
    case OFSI_FORM_FOLDED:
        return ofsi_span_equal(word->folded, edge->form);
    case OFSI_FORM_SURFACE:
        return ofsi_span_equal(word->surface, edge->form);
    }
    return false;
}

/* Fills the edges of the phrase with the positions of fitting tokens. */
static bool fill_edges(ofsi_highlighter *h, const ofsi_plan_node *phrase) {
    size_t used = 0;
    if (!ofsi_grow(&h->edges, &h->edge_capacity, phrase->edge_count, sizeof *h->edges) ||
        !ofsi_grow(&h->positions, &h->position_capacity, 1, sizeof *h->positions))
        return false;
    for (uint32_t e = 0; e < phrase->edge_count; e++) {
        h->edges[e] = (ofsi_edge){.from = phrase->edges[e].from, .to = phrase->edges[e].to};
        for (size_t i = 0; i < h->tokens.count; i++) {
            if (!fits_edge(h, &phrase->edges[e], i))
                continue;
            if (!ofsi_grow(&h->positions, &h->position_capacity, used + 1, sizeof *h->positions))
                return false;
            h->positions[used++] = h->tokens.items[i].position;
            h->edges[e].count++;
        }
    }
    used = 0;
    for (uint32_t e = 0; e < phrase->edge_count; e++) { /* only now do the positions stay where they are */
        h->edges[e].positions = h->positions + used;
        used += h->edges[e].count;
    }
    return true;
}

/* The first token at `position`; tokens ascend by position. */
static size_t find_token(const ofsi_highlighter *h, uint32_t position) {
    size_t low = 0, high = h->tokens.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (h->tokens.items[middle].position < position)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The last byte of the word that ends the phrase: a join's reaches over its parts. */
static uint32_t end_of(const ofsi_highlighter *h, const ofsi_plan_node *phrase, uint32_t position) {
    uint32_t end = 0;
    for (size_t i = find_token(h, position); i < h->tokens.count && h->tokens.items[i].position == position;
         i++)
        for (uint32_t e = 0; e < phrase->edge_count; e++)
            if (phrase->edges[e].to == phrase->length && fits_edge(h, &phrase->edges[e], i) &&
                h->tokens.items[i].end > end)
                end = h->tokens.items[i].end;
    return end;
}

static bool mark_phrase(ofsi_highlighter *h, const ofsi_plan_node *phrase, uint64_t words) {
    h->found.count = 0;
    if (!fill_edges(h, phrase) ||
        !ofsi_find_phrase(h->edges, phrase->edge_count, phrase->length, &h->work, &h->found))
        return false;
    for (size_t i = 0; i < h->found.count; i++) {
        ofsi_extent at = h->found.items[i];
        const ofsi_token *first = &h->tokens.items[find_token(h, at.start)];
        if (!push_range(h, first->start, end_of(h, phrase, at.end - 1), words))
            return false;
    }
    return true;
}

static int by_start(const void *a, const void *b) {
    const ofs_highlight x = ((const ofsi_marked *)a)->place, y = ((const ofsi_marked *)b)->place;
    if (x.start != y.start)
        return x.start < y.start ? -1 : 1;
    return (x.end > y.end) - (x.end < y.end);
}

/* Ascending, those that touch or overlap made one. */
static void merge_ranges(ofsi_highlighter *h) {
    size_t kept = 0;
    if (h->range_count == 0)
        return;
    qsort(h->ranges, h->range_count, sizeof *h->ranges, by_start);
    for (size_t i = 1; i < h->range_count; i++) {
        ofsi_marked *last = &h->ranges[kept];
        if (h->ranges[i].place.start > last->place.end) {
            h->ranges[++kept] = h->ranges[i];
            continue;
        }
        last->words |= h->ranges[i].words;
        if (h->ranges[i].place.end > last->place.end)
            last->place.end = h->ranges[i].place.end;
    }
    h->range_count = kept + 1;
}

ofs_status ofsi_highlight_hit(ofsi_highlighter *h, ofsi_arena *arena, ofs_hit *hit, ofs_error *err) {
    h->range_count = 0;
    ofs_status status = ofsi_analyze(h->analyzer, (ofsi_span){hit->text, hit->text_size}, &h->tokens, err);
    if (status != OFS_OK)
        return status;
    bool done = mark_words(h);
    for (size_t i = 0; i < h->leaf_count && done; i++)
        done = mark_phrase(h, h->leaves[i], h->leaf_words[i]);
    if (!done)
        return ofsi_fail_nomem(err);
    merge_ranges(h);
    ofs_highlight *places = ofsi_arena_calloc(arena, h->range_count + 1, sizeof *places);
    uint64_t *words = ofsi_arena_calloc(arena, h->range_count + 1, sizeof *words);
    if (!places || !words)
        return ofsi_fail_nomem(err);
    for (size_t i = 0; i < h->range_count; i++) {
        places[i] = h->ranges[i].place;
        words[i] = h->ranges[i].words;
    }
    hit->highlights = places;
    hit->highlight_words = words;
    hit->highlight_count = (uint32_t)h->range_count;
    return OFS_OK;
}
