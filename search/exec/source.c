/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ceilings by length: impacts say how high tf can be in a paragraph of so many words (a front's pairs, impacts.h), and a
 * score falls with the length. Paragraphs are short, so tf is mostly 1 where the score is high, and such a ceiling is
 * the score itself.
 */
#include "search/exec/source.h"

/* Postings whose tf is 1 at most have exactly this part; above, tf and rounding may play into each other's hands. */
static double ceiling_of(const ofsi_source *source, uint32_t tf, double norm) {
    double part = ofsi_bm25_part(source->idf, tf, norm);
    return tf > 1 ? part * OFSI_ABOVE : part;
}

static uint32_t capped(uint32_t length) { return length < OFSI_LENGTHS ? length : OFSI_LENGTHS - 1; }

static void fill_ceiling(ofsi_source *source, const ofsi_bm25 *bm25, const ofsi_impact *pairs,
                         uint32_t count) {
    double highest = 0.0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t from = capped(pairs[i].length),
                 to = i + 1 < count ? capped(pairs[i + 1].length) : OFSI_LENGTHS;
        for (uint32_t length = from; length < to; length++)
            source->ceiling[length] = ceiling_of(source, pairs[i].tf, bm25->norms[length]);
        if (from < to && source->ceiling[from] > highest) /* falls from here on */
            highest = source->ceiling[from];
    }
    source->highest = highest;
    source->most = highest * source->weight;
}

static bool open_list(ofsi_source *source, ofsi_scan *scan, const ofsi_term *term, const ofsi_bm25 *bm25) {
    const ofsi_impact *pairs;
    uint32_t count;
    source->cost = term->df;
    if (term->df == 0)
        return true;
    source->cursor = ofsi_scan_cursor(scan, term);
    if (!source->cursor)
        return false;
    ofsi_postings_impacts(source->cursor, &pairs, &count);
    fill_ceiling(source, bm25, pairs, count);
    return true;
}

static bool open_term(ofsi_source *source, ofsi_scan *scan, const ofsi_bm25 *bm25) {
    source->idf = scan->weighed->terms[source->leaf.number].idf;
    return open_list(source, scan, ofsi_scan_term(scan, source->leaf.number), bm25);
}

static bool open_pattern(ofsi_source *source, ofsi_scan *scan, const ofsi_bm25 *bm25) {
    const ofsi_weighed_pattern *pattern = &scan->weighed->patterns[source->leaf.number];
    const ofsi_expansion *expansion = &pattern->parts[scan->number];
    ofsi_impact pair = {1, 0};
    source->idf = pattern->idf;
    if (expansion->only)
        return open_list(source, scan, expansion->only, bm25);
    source->expansion = expansion;
    source->cost = source->expansion->doc_count;
    for (uint32_t i = 0; i < source->expansion->doc_count; i++)
        pair.tf = source->expansion->tfs[i] > pair.tf ? source->expansion->tfs[i] : pair.tf;
    if (source->cost)
        fill_ceiling(source, bm25, &pair, 1);
    return true;
}

ofsi_source *ofsi_sources_find(const ofsi_sources *sources, ofsi_leaf leaf) {
    for (uint32_t i = 0; i < sources->count; i++)
        if (sources->items[i].leaf.is_pattern == leaf.is_pattern &&
            sources->items[i].leaf.number == leaf.number)
            return &sources->items[i];
    return NULL;
}

bool ofsi_sources_open(ofsi_sources *sources, ofsi_scan *scan, const ofsi_bm25 *bm25) {
    const ofsi_plan *plan = scan->weighed->plan;
    *sources = (ofsi_sources){0};
    sources->items = ofsi_arena_calloc(&scan->arena, (size_t)plan->score_count + 1, sizeof *sources->items);
    sources->of_addend =
        ofsi_arena_calloc(&scan->arena, (size_t)plan->score_count + 1, sizeof *sources->of_addend);
    if (!sources->items || !sources->of_addend) {
        ofsi_scan_fail(scan, ofsi_fail_nomem(ofsi_scan_err(scan)));
        return false;
    }
    for (uint32_t i = 0; i < plan->score_count; i++) {
        ofsi_leaf leaf = {plan->scores[i].is_pattern, plan->scores[i].number};
        ofsi_source *source = ofsi_sources_find(sources, leaf);
        if (!source) {
            source = &sources->items[sources->count++];
            source->leaf = leaf;
        }
        source->weight += plan->scores[i].weight;
        sources->of_addend[i] = (uint32_t)(source - sources->items);
    }
    for (uint32_t i = 0; i < sources->count; i++) {
        ofsi_source *source = &sources->items[i];
        if (!(source->leaf.is_pattern ? open_pattern(source, scan, bm25) : open_term(source, scan, bm25)))
            return false;
    }
    return true;
}

/* ---- ranges ---- */

enum { BOUNDS_A_BLOCK = 4 };

void ofsi_source_set_grain(ofsi_source *source, uint32_t blocks) {
    uint64_t count = source->cursor ? ofsi_postings_block_count(source->cursor) : 0;
    uint64_t most = (uint64_t)blocks * BOUNDS_A_BLOCK;
    source->grain = count <= 1 ? 0 : count <= most ? 1 : count / OFSI_SUPER <= most ? OFSI_SUPER : 0;
}

double ofsi_source_bound(const ofsi_source *source, const ofsi_bm25 *bm25, const ofsi_impact *pairs,
                         uint32_t count) {
    double highest = 0.0;
    for (uint32_t i = 0; i < count; i++) {
        double part = ceiling_of(source, pairs[i].tf, ofsi_bm25_norm(bm25, pairs[i].length));
        highest = part > highest ? part : highest;
    }
    return highest;
}

void ofsi_source_bound_at(ofsi_source *source, const ofsi_bm25 *bm25, uint32_t doc) {
    const ofsi_impact *pairs;
    uint32_t n, last;
    if (source->bounded && doc <= source->bound_end)
        return;
    source->bounded = true;
    source->bound = source->highest;
    source->bound_end = OFSI_DOC_END;
    if (source->grain == 0)
        return;
    uint32_t count = ofsi_postings_block_count(source->cursor);
    uint32_t block = ofsi_postings_find(source->cursor, source->bound_block, doc);
    source->bound_block = block;
    if (block >= count) {
        source->bound = 0.0;
        return;
    }
    if (source->grain == 1) {
        n = ofsi_postings_block_front(source->cursor, block, &pairs);
        last = block;
    } else {
        n = ofsi_postings_super_front(source->cursor, block / OFSI_SUPER, &pairs);
        last = block / OFSI_SUPER * OFSI_SUPER + OFSI_SUPER - 1;
        last = last < count ? last : count - 1;
    }
    source->bound = ofsi_source_bound(source, bm25, pairs, n);
    source->bound_end = ofsi_postings_block_last(source->cursor, last);
    if (source->bound_end < doc) /* a damaged skip table: hold for this document, which ends any loop */
        source->bound_end = doc;
}

/* ---- documents ---- */

static uint32_t seek_expansion(ofsi_source *source, uint32_t doc) {
    const ofsi_expansion *e = source->expansion;
    uint32_t low = source->at, step = 1;
    while (e->doc_count - low > step && e->docs[low + step] < doc) { /* gallop */
        low += step;
        step *= 2;
    }
    uint32_t high = e->doc_count - low > step ? low + step : e->doc_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (e->docs[middle] < doc)
            low = middle + 1;
        else
            high = middle;
    }
    source->at = low;
    return low < e->doc_count ? e->docs[low] : OFSI_DOC_END;
}

uint32_t ofsi_source_probe(ofsi_source *source, uint32_t doc) {
    if (source->cost == 0)
        return 0;
    if (source->cursor)
        return ofsi_postings_seek(source->cursor, doc) == doc ? ofsi_postings_tf(source->cursor) : 0;
    return seek_expansion(source, doc) == doc ? source->expansion->tfs[source->at] : 0;
}

void ofsi_source_rewind(ofsi_source *source) {
    source->needed = false;
    source->bounded = false;
    source->at = source->bound_block = 0;
    if (source->cursor)
        ofsi_postings_rewind(source->cursor);
}
