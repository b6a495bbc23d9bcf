/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Many words of which any will do, none much rarer than the rest: by windows of 4,096 documents. In each the words whose
 * bounds together stay below the threshold cannot make a match by themselves; the others' parts are added up in bulk,
 * in one slot a document, and only slots that the rest may lift to the threshold are looked at (block-max MaxScore by
 * windows: Grand, Muir, Ferenczi, Lin, "From MaxScore to Block-Max WAND", ECIR 2020, and Lucene's scorer since).
 * Sums in slots are floats: they choose candidates, with a margin; scores are made as everywhere.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "indexer/base/cursor.h"
#include "search/exec/rank_impl.h"

enum { WINDOW = 4096, TABLES = 4 };

/* More than the rounding of a float for each of the words that may be added. */
#define MARGIN(words) (1.0 + 2.5e-7 * ((double)(words) + 4.0))

/* A word that is added up. */
typedef struct adder {
    ofsi_source *source;
    ofsi_postings *cursor; /* apart from the one that candidates are scored by */
    uint32_t block;        /* the one that the window begins in, or later */
    double bound;          /* of its weighted part in the window */
    float parts[TABLES][OFSI_LENGTHS];
} adder;

typedef struct bulk {
    ofsi_ranker *r;
    adder *adders;
    adder **order; /* of the window: by bound, the least first */
    uint32_t count;
    float *slots;
} bulk;

/* ---- making ---- */

static bool open_adder(bulk *b, ofsi_source *source) {
    const ofsi_bm25 *bm25 = b->r->bm25;
    ofsi_scan *scan = b->r->scan;
    adder *a = &b->adders[b->count];
    *a = (adder){.source = source};
    a->cursor = ofsi_scan_cursor(
        scan, source->leaf.is_pattern ? scan->weighed->patterns[source->leaf.number].parts[scan->number].only
                                      : ofsi_scan_term(scan, source->leaf.number));
    if (!a->cursor)
        return false;
    for (uint32_t tf = 1; tf <= TABLES; tf++)
        for (uint32_t length = 0; length < OFSI_LENGTHS; length++)
            a->parts[tf - 1][length] =
                (float)(source->weight * ofsi_bm25_part(source->idf, tf, bm25->norms[length]));
    b->order[b->count++] = a;
    return true;
}

static bool open_bulk(bulk *b, ofsi_source **leads, uint32_t count) {
    ofsi_arena *arena = &b->r->scan->arena;
    b->adders = ofsi_arena_calloc(arena, count, sizeof *b->adders);
    b->order = ofsi_arena_calloc(arena, count, sizeof(adder *));
    b->slots = ofsi_arena_calloc(arena, WINDOW, sizeof *b->slots);
    b->r->failed = b->r->failed || !b->adders || !b->order || !b->slots;
    for (uint32_t i = 0; i < count && !b->r->failed; i++)
        if (!open_adder(b, leads[i]))
            return false;
    return !b->r->failed;
}

/* ---- a window ---- */

/* The highest bound of the blocks that reach into [first, end). */
static void bound_window(const bulk *b, adder *a, uint32_t first, uint32_t end) {
    uint32_t count = ofsi_postings_block_count(a->cursor), before = 0;
    const ofsi_impact *pairs;
    a->bound = 0.0;
    a->block = ofsi_postings_find(a->cursor, a->block, first);
    for (uint32_t block = a->block; block < count; block++) {
        if (block > a->block && before + 1 >= end)
            break;
        uint32_t n = ofsi_postings_block_front(a->cursor, block, &pairs);
        double bound = a->source->weight * ofsi_source_bound(a->source, b->r->bm25, pairs, n);
        a->bound = bound > a->bound ? bound : a->bound;
        before = ofsi_postings_block_last(a->cursor, block);
    }
}

static int by_bound(const void *x, const void *y) {
    const adder *a = *(adder *const *)x, *b = *(adder *const *)y;
    return (a->bound > b->bound) - (a->bound < b->bound);
}

static float part_of(const bulk *b, const adder *a, uint32_t tf, uint8_t length) {
    if (tf <= TABLES)
        return a->parts[tf - 1][length];
    return (float)(a->source->weight * ofsi_bm25_part(a->source->idf, tf, b->r->bm25->norms[length]));
}

/* Adds the parts of the loaded block's documents in [first, end). */
static void add_block(const bulk *b, const adder *a, const ofsi_posting_block *block, uint32_t first,
                      uint32_t end) {
    const uint32_t *docs = block->docs ? block->docs : ofsi_postings_block_docs(a->cursor);
    const uint32_t *tfs = block->ones ? NULL : ofsi_postings_block_tfs(a->cursor);
    const uint8_t *lengths = b->r->lengths;
    uint32_t i = 0, n = block->count;
    while (i < n && docs[i] < first)
        i++;
    while (n > i && docs[n - 1] >= end)
        n--;
    for (; i < n && !tfs; i++)
        b->slots[docs[i] - first] += a->parts[0][lengths[docs[i]]];
    for (; i < n; i++)
        b->slots[docs[i] - first] += part_of(b, a, tfs[i], lengths[docs[i]]);
}

static void add_window(const bulk *b, const adder *a, uint32_t first, uint32_t end) {
    uint32_t count = ofsi_postings_block_count(a->cursor);
    ofsi_posting_block block;
    for (uint32_t n = a->block; n < count; n++) {
        if (!ofsi_postings_load(a->cursor, n, &block))
            return;
        add_block(b, a, &block, first, end);
        if (ofsi_postings_block_last(a->cursor, n) >= end - 1)
            return;
    }
}

/* Asks the words that were not added, the highest bound first, whether they lift the slot's sum to the threshold. */
static void look_at(bulk *b, uint32_t doc, double sum, uint32_t others, double rest) {
    ofsi_ranker *r = b->r;
    uint8_t length = r->lengths[doc];
    double margin = MARGIN(b->count), most = sum + rest;
    for (uint32_t i = others; i-- > 0 && most * margin >= r->threshold;) {
        const adder *a = b->order[i];
        uint32_t tf = ofsi_source_probe(a->source, doc);
        most -= a->bound;
        if (tf)
            most += part_of(b, a, tf, length);
    }
    if (most * margin >= r->threshold)
        ofsi_rank_consider(r, doc, UINT32_MAX);
}

static void look_at_slots(bulk *b, uint32_t first, uint32_t end, uint32_t others, double rest) {
    double least = b->r->threshold / MARGIN(b->count) - rest;
    float limit = least > FLT_MIN ? nextafterf((float)least, 0.0F) : FLT_TRUE_MIN;
    for (uint32_t at = 0; at < end - first; at += 16) {
        uint32_t any = 0; /* slots behind the end are 0 */
        for (uint32_t i = 0; i < 16; i++)
            any |= (uint32_t)(b->slots[at + i] >= limit) << i;
        for (; any; any &= any - 1) {
            uint32_t i = at + (uint32_t)__builtin_ctz(any);
            look_at(b, first + i, (double)b->slots[i], others, rest);
        }
    }
    memset(b->slots, 0, WINDOW * sizeof *b->slots);
}

static void rank_window(bulk *b, uint32_t first, uint32_t end) {
    double all = 0.0, rest = 0.0;
    uint32_t others = 0;
    for (uint32_t i = 0; i < b->count; i++) {
        bound_window(b, &b->adders[i], first, end);
        all += b->adders[i].bound;
    }
    if (all * MARGIN(b->count) < b->r->threshold)
        return;
    qsort(b->order, b->count, sizeof(adder *), by_bound);
    while (others < b->count && (rest + b->order[others]->bound) * MARGIN(b->count) < b->r->threshold)
        rest += b->order[others++]->bound;
    for (uint32_t i = others; i < b->count; i++)
        add_window(b, b->order[i], first, end);
    look_at_slots(b, first, end, others, rest);
}

void ofsi_rank_bulk(ofsi_ranker *r, ofsi_source **leads, uint32_t count) {
    bulk b = {.r = r};
    if (!open_bulk(&b, leads, count))
        return;
    for (uint32_t first = 0; first < r->scan->doc_count && r->scan->status == OFS_OK && !r->failed;) {
        uint32_t left = r->scan->doc_count - first, size = left < WINDOW ? left : WINDOW;
        rank_window(&b, first, first + size);
        first += size;
    }
}
