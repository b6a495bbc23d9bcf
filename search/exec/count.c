/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks of the lead, narrowed by the other words, then by what is asked of each candidate. */
#include "search/exec/count.h"

#include <stdlib.h>

#include "search/exec/build.h"

/* A lead with one document in so many or more is left to windows. */
enum { DENSE_PART = 24 };

typedef struct counter {
    ofsi_scan *scan;
    ofsi_ranker *ranker; /* NULL: no scores are wanted */
    const uint64_t *notes;
    ofsi_postings *lead;    /* of the rarest word */
    ofsi_postings **others; /* of the other words but those of phrases, by how rare they are */
    uint32_t other_count;
    ofsi_iter **must; /* asked of each candidate, with cursors of their own */
    uint32_t must_count;
    ofsi_iter **phrases; /* over the words' cursors; settled for a block of candidates */
    uint32_t phrase_count;
    ofsi_iter **nots;
    uint32_t not_count;
    uint16_t kept[OFSI_BLOCK_SIZE];
} counter;

/* A word that every match holds. */
typedef struct word {
    const ofsi_term *term; /* of this segment */
    uint32_t number;       /* in the plan */
    ofsi_postings *cursor;
} word;

typedef struct words {
    word *items; /* by how rare they are */
    uint32_t count;
} words;

bool ofsi_count_leads(const ofsi_scan *scan, const ofsi_shape *shape) {
    uint32_t least = UINT32_MAX;
    if (shape->all_count == 0)
        return false;
    for (uint32_t i = 0; i < shape->all_count; i++) {
        if (shape->all[i].is_pattern)
            return false;
        uint32_t df = ofsi_scan_term(scan, shape->all[i].number)->df;
        least = df < least ? df : least;
    }
    return least <= scan->doc_count / DENSE_PART;
}

/* ---- making ---- */

static int by_df(const void *a, const void *b) {
    const word *x = a, *y = b;
    return x->term->df != y->term->df ? (x->term->df > y->term->df ? 1 : -1)
                                      : (x->number > y->number) - (x->number < y->number);
}

/* The distinct words, with a cursor for each: the ranker's, if there is one. False: one of them is not here, or failed. */
static bool open_words(counter *c, const ofsi_shape *shape, words *all) {
    uint32_t kept = 0;
    all->items = ofsi_arena_calloc(&c->scan->arena, shape->all_count, sizeof *all->items);
    if (!all->items)
        return ofsi_build_fail_nomem(c->scan) != NULL;
    for (uint32_t i = 0; i < shape->all_count; i++) {
        uint32_t number = shape->all[i].number;
        all->items[i] = (word){.term = ofsi_scan_term(c->scan, number), .number = number};
        if (all->items[i].term->df == 0)
            return false;
    }
    qsort(all->items, shape->all_count, sizeof *all->items, by_df);
    for (uint32_t i = 0; i < shape->all_count; i++) {
        word *item = &all->items[kept];
        if (i && all->items[i].number == item[-1].number)
            continue;
        *item = all->items[i];
        item->cursor =
            c->ranker ? ofsi_rank_cursor(c->ranker, item->number) : ofsi_scan_cursor(c->scan, item->term);
        if (!item->cursor)
            return false;
        kept++;
    }
    all->count = kept;
    return true;
}

static bool is_in_phrase(const ofsi_shape *shape, uint32_t number) {
    for (uint32_t i = 0; i < shape->phrases.count; i++)
        for (uint32_t e = 0; e < shape->phrases.items[i]->edge_count; e++)
            if (shape->phrases.items[i]->edges[e].term == number)
                return true;
    return false;
}

/* Who leads, and who narrows a block by itself: a phrase does that for its words. */
static bool take_words(counter *c, const ofsi_shape *shape, const words *all) {
    c->others = ofsi_arena_calloc(&c->scan->arena, all->count, sizeof(ofsi_postings *));
    if (!c->others)
        return ofsi_build_fail_nomem(c->scan) != NULL;
    c->lead = all->items[0].cursor;
    for (uint32_t i = 1; i < all->count; i++)
        if (!is_in_phrase(shape, all->items[i].number))
            c->others[c->other_count++] = all->items[i].cursor;
    return true;
}

static ofsi_iter *build_phrase(counter *c, const ofsi_plan_node *phrase, const words *all) {
    ofsi_postings **cursors = ofsi_arena_calloc(&c->scan->arena, phrase->edge_count, sizeof(ofsi_postings *));
    if (!cursors)
        return ofsi_build_fail_nomem(c->scan);
    for (uint32_t e = 0; e < phrase->edge_count; e++)
        for (uint32_t i = 0; i < all->count; i++)
            if (all->items[i].number == phrase->edges[e].term)
                cursors[e] = all->items[i].cursor;
    return ofsi_build_phrase_at(c->scan, phrase, cursors);
}

static bool build_phrases(counter *c, const ofsi_shape *shape, const words *all) {
    c->phrases = ofsi_arena_calloc(&c->scan->arena, (size_t)shape->phrases.count + 1, sizeof(ofsi_iter *));
    if (!c->phrases)
        return ofsi_build_fail_nomem(c->scan) != NULL;
    for (uint32_t i = 0; i < shape->phrases.count; i++) {
        c->phrases[i] = build_phrase(c, shape->phrases.items[i], all);
        if (!c->phrases[c->phrase_count++])
            return false;
    }
    return true;
}

static bool build_list(counter *c, const ofsi_nodes *nodes, ofsi_iter **list, uint32_t *count) {
    for (uint32_t i = 0; i < nodes->count; i++) {
        list[*count] = ofsi_build_node(c->scan, nodes->items[i]);
        if (!list[(*count)++])
            return false;
    }
    return true;
}

static int by_effort(const void *a, const void *b) {
    const ofsi_iter *x = *(ofsi_iter *const *)a, *y = *(ofsi_iter *const *)b;
    return (x->effort > y->effort) - (x->effort < y->effort);
}

static bool build_questions(counter *c, const ofsi_shape *shape) {
    ofsi_arena *arena = &c->scan->arena;
    c->must = ofsi_arena_calloc(arena, (size_t)shape->others.count + 1, sizeof(ofsi_iter *));
    c->nots = ofsi_arena_calloc(arena, (size_t)shape->nots.count + 1, sizeof(ofsi_iter *));
    if (!c->must || !c->nots)
        return ofsi_build_fail_nomem(c->scan) != NULL;
    if (!build_list(c, &shape->others, c->must, &c->must_count) ||
        !build_list(c, &shape->nots, c->nots, &c->not_count))
        return false;
    qsort(c->must, c->must_count, sizeof(ofsi_iter *), by_effort);
    return true;
}

/* ---- visiting ---- */

static bool is_excluded(const counter *c, uint32_t doc) {
    return ofsi_snapshot_is_dead(c->scan->part, doc) || (c->notes && (c->notes[doc / 64] >> doc % 64 & 1));
}

static bool matches(const counter *c, uint32_t doc) {
    for (uint32_t i = 0; i < c->not_count; i++) /* mostly single words: cheaper than phrases */
        if (ofsi_iter_advance(c->nots[i], doc) == doc && ofsi_iter_confirm(c->nots[i]))
            return false;
    for (uint32_t i = 0; i < c->must_count; i++)
        if (ofsi_iter_advance(c->must[i], doc) != doc || !ofsi_iter_confirm(c->must[i]))
            return false;
    return true;
}

/* No phrase: all match that are candidates. At its end: none can, as a form that is asked for is not here. */
static uint32_t settle_phrases(const counter *c, const uint32_t *docs, uint16_t *kept, uint32_t count) {
    for (uint32_t i = 0; i < c->phrase_count && count; i++) {
        ofsi_iter *phrase = c->phrases[i];
        count = phrase->ops->settle ? phrase->ops->settle(phrase, docs, kept, count) : 0;
    }
    return count;
}

/* The matches among a block's documents, into c->kept. */
static uint32_t narrow(counter *c, const uint32_t *docs, uint32_t count) {
    uint32_t n = count, left = 0;
    bool asks = c->notes || c->scan->part->dead_bits || c->must_count || c->not_count;
    for (uint32_t i = 0; i < count; i++)
        c->kept[i] = (uint16_t)i;
    for (uint32_t i = 0; i < c->other_count && n; i++)
        n = ofsi_postings_keep(c->others[i], docs, c->kept, n);
    for (uint32_t i = 0; i < n && asks; i++) {
        uint32_t doc = docs[c->kept[i]];
        c->kept[left] = c->kept[i];
        left += !is_excluded(c, doc) && matches(c, doc);
    }
    return settle_phrases(c, docs, c->kept, asks ? left : n);
}

static void visit_blocks(counter *c, ofsi_docs_taker take, void *context) {
    uint32_t blocks = ofsi_postings_block_count(c->lead);
    ofsi_posting_block block;
    for (uint32_t b = 0; b < blocks && c->scan->status == OFS_OK; b++) {
        if (!ofsi_postings_load(c->lead, b, &block))
            return;
        block.docs = ofsi_postings_block_docs(c->lead);
        uint32_t n = narrow(c, block.docs, block.count);
        if (n == 0 || c->scan->status != OFS_OK)
            continue;
        take(block.docs, c->kept, n, context);
        if (c->ranker)
            ofsi_rank_found(c->ranker, b, &block, c->kept, n);
    }
}

ofs_status ofsi_count_visit(ofsi_scan *scan, const ofsi_shape *shape, ofsi_ranker *ranker,
                            ofsi_docs_taker take, void *context) {
    counter c = {.scan = scan, .ranker = ranker};
    words all = {0};
    ofs_status status = OFS_OK;
    if (!scan->weighed->plan->notes)
        status = ofsi_segment_notes(scan->segment, &c.notes, scan->err);
    if (status != OFS_OK)
        return status;
    if (!open_words(&c, shape, &all) || !take_words(&c, shape, &all) || !build_phrases(&c, shape, &all) ||
        !build_questions(&c, shape))
        return ofsi_scan_status(scan);
    if (ranker)
        ofsi_rank_follow(ranker, shape, c.lead);
    visit_blocks(&c, take, context);
    return ofsi_scan_status(scan);
}
