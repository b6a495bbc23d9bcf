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
    ofsi_postings **words; /* by how rare they are: the first leads */
    uint32_t word_count;
    ofsi_iter **must; /* asked of each candidate, with cursors of their own */
    uint32_t must_count;
    ofsi_iter **phrases; /* settled for a block of candidates, all of which hold their words */
    uint32_t phrase_count;
    ofsi_iter **nots;
    uint32_t not_count;
    uint16_t kept[OFSI_BLOCK_SIZE];
} counter;

/* A word that every match holds. */
typedef struct word {
    const ofsi_term *term; /* of this segment */
    uint32_t number;       /* in the plan */
} word;

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

/* A cursor for each distinct word: the ranker's, if there is one. False: one of them is not here, or failed. */
static bool open_words(counter *c, const ofsi_shape *shape) {
    ofsi_arena *arena = &c->scan->arena;
    word *words = ofsi_arena_calloc(arena, shape->all_count, sizeof *words);
    c->words = ofsi_arena_calloc(arena, shape->all_count, sizeof(ofsi_postings *));
    if (!words || !c->words)
        return ofsi_build_fail_nomem(c->scan) != NULL;
    for (uint32_t i = 0; i < shape->all_count; i++) {
        uint32_t number = shape->all[i].number;
        words[i] = (word){ofsi_scan_term(c->scan, number), number};
        if (words[i].term->df == 0)
            return false;
    }
    qsort(words, shape->all_count, sizeof *words, by_df);
    for (uint32_t i = 0; i < shape->all_count; i++) {
        if (i && words[i].number == words[i - 1].number)
            continue;
        ofsi_postings *cursor = c->ranker ? ofsi_rank_cursor(c->ranker, words[i].number)
                                          : ofsi_scan_cursor(c->scan, words[i].term);
        if (!cursor)
            return false;
        c->words[c->word_count++] = cursor;
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
    c->phrases = ofsi_arena_calloc(arena, (size_t)shape->phrases.count + 1, sizeof(ofsi_iter *));
    c->nots = ofsi_arena_calloc(arena, (size_t)shape->nots.count + 1, sizeof(ofsi_iter *));
    if (!c->must || !c->phrases || !c->nots)
        return ofsi_build_fail_nomem(c->scan) != NULL;
    if (!build_list(c, &shape->phrases, c->phrases, &c->phrase_count) ||
        !build_list(c, &shape->others, c->must, &c->must_count) ||
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
    for (uint32_t i = 1; i < c->word_count && n; i++)
        n = ofsi_postings_keep(c->words[i], docs, c->kept, n);
    for (uint32_t i = 0; i < n && asks; i++) {
        uint32_t doc = docs[c->kept[i]];
        c->kept[left] = c->kept[i];
        left += !is_excluded(c, doc) && matches(c, doc);
    }
    return settle_phrases(c, docs, c->kept, asks ? left : n);
}

ofs_status ofsi_count_visit(ofsi_scan *scan, const ofsi_shape *shape, ofsi_ranker *ranker,
                            ofsi_docs_taker take, void *context) {
    counter c = {.scan = scan, .ranker = ranker};
    ofs_status status = OFS_OK;
    if (!scan->weighed->plan->notes)
        status = ofsi_segment_notes(scan->segment, &c.notes, scan->err);
    if (status != OFS_OK)
        return status;
    if (!open_words(&c, shape) || !build_questions(&c, shape))
        return ofsi_scan_status(scan);
    uint32_t blocks = ofsi_postings_block_count(c.words[0]);
    ofsi_posting_block block;
    if (ranker)
        ofsi_rank_follow(ranker, shape, c.words[0]);
    for (uint32_t b = 0; b < blocks && scan->status == OFS_OK; b++) {
        if (!ofsi_postings_load(c.words[0], b, &block))
            break;
        block.docs = ofsi_postings_block_docs(c.words[0]);
        uint32_t n = narrow(&c, block.docs, block.count);
        if (n == 0 || scan->status != OFS_OK)
            continue;
        take(block.docs, c.kept, n, context);
        if (ranker)
            ofsi_rank_found(ranker, b, &block, c.kept, n);
    }
    return ofsi_scan_status(scan);
}
