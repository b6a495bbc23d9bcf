/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The passes: who leads, who is probed in which order, when there is nothing more to be found. */
#include "search/exec/rank.h"

#include <math.h>
#include <stdlib.h>

#include "search/exec/build.h"
#include "search/exec/rank_impl.h"

/* ---- bounds of a pass ---- */

static bool is_dropped(const ofsi_ranker *r, const ofsi_source *source) {
    for (uint32_t i = 0; i < r->dropped_count; i++)
        if (r->dropped[i] == source)
            return true;
    return false;
}

/*
 * Sums over the plan's addends in their order, as a score is: so rounding cannot make a bound fall short. With `once` the
 * lead occurs once, and its part is known.
 */
static void sum_ceilings(const ofsi_ranker *r, bool once, double upper[OFSI_LENGTHS]) {
    const ofsi_plan *plan = r->scan->weighed->plan;
    memset(upper, 0, OFSI_LENGTHS * sizeof *upper);
    for (uint32_t i = 0; i < plan->score_count; i++) {
        const ofsi_source *source = &r->sources.items[r->sources.of_addend[i]];
        if (is_dropped(r, source))
            continue;
        for (uint32_t length = 0; length < OFSI_LENGTHS; length++)
            upper[length] +=
                plan->scores[i].weight * (once && source == r->lead
                                              ? ofsi_bm25_part(source->idf, 1, r->bm25->norms[length])
                                              : source->ceiling[length]);
    }
}

static void set_bounds(ofsi_ranker *r) {
    sum_ceilings(r, false, r->upper);
    r->highest = 0.0;
    for (uint32_t length = 0; length < OFSI_LENGTHS; length++)
        r->highest = r->upper[length] > r->highest ? r->upper[length] : r->highest;
}

static void start_pass(ofsi_ranker *r, bool first) {
    uint32_t blocks = r->lead && r->lead->cursor ? ofsi_postings_block_count(r->lead->cursor) : 0;
    r->first_pass = first;
    set_bounds(r);
    for (uint32_t i = 0; i < r->sources.count; i++)
        r->parts[i] = 0.0;
    for (uint32_t i = 0; i < r->order_count; i++)
        ofsi_source_set_grain(r->order[i], blocks);
    ofsi_rank_raise(r);
}

/* Whether the pass may still find one of the best. */
static bool goes_on(const ofsi_ranker *r) {
    return ofsi_rank_reaches(r, r->highest) && !r->failed && r->scan->status == OFS_OK;
}

/* ---- leads ---- */

/* Whether no block of the lead's from `block` on for a while may hold one of the best, whatever the others hold. */
static bool skips_super(const ofsi_ranker *r, uint32_t block, double others) {
    const ofsi_impact *pairs;
    uint32_t n = ofsi_postings_super_front(r->lead->cursor, block / OFSI_SUPER, &pairs);
    double bound = r->lead->weight * ofsi_source_bound(r->lead, r->bm25, pairs, n) + others;
    bool exact = r->scan->weighed->plan->score_count == 1; /* the very expression of a score */
    return n && !ofsi_rank_reaches(r, exact ? bound : bound * OFSI_ABOVE);
}

static double most_of_others(const ofsi_ranker *r) {
    double others = 0.0;
    for (uint32_t i = 0; i < r->order_count; i++)
        others += r->order[i]->most;
    return others;
}

static void lead_by_postings(ofsi_ranker *r) {
    uint32_t count = ofsi_postings_block_count(r->lead->cursor), first = 0;
    double others = most_of_others(r);
    for (uint32_t b = 0; b < count && goes_on(r); b++) {
        if (b % OFSI_SUPER == 0 && count > OFSI_SUPER && skips_super(r, b, others)) {
            uint32_t last = b + OFSI_SUPER - 1;
            b = last < count ? last : count - 1;
        } else {
            uint32_t last = ofsi_postings_block_last(r->lead->cursor, b), end = r->scan->doc_count - 1;
            ofsi_rank_block(r, b, first, last < end ? last : end, NULL);
        }
        first = ofsi_postings_block_last(r->lead->cursor, b) + 1;
    }
}

static void lead_by_expansion(ofsi_ranker *r) {
    const ofsi_expansion *e = r->lead->expansion;
    double once[OFSI_LENGTHS];
    sum_ceilings(r, true, once);
    for (uint32_t i = 0; i < e->doc_count && goes_on(r); i++) {
        const double *upper = e->tfs[i] == 1 ? once : r->upper;
        if (ofsi_rank_reaches(r, upper[r->lengths[e->docs[i]]]))
            ofsi_rank_consider(r, e->docs[i], i);
    }
}

static void lead_by_iterator(ofsi_ranker *r, ofsi_iter *iter) {
    for (uint32_t doc = iter->doc; doc != OFSI_DOC_END && goes_on(r); doc = ofsi_iter_advance(iter, doc + 1))
        if (ofsi_rank_reaches(r, r->upper[r->lengths[doc]]) && ofsi_iter_confirm(iter))
            ofsi_rank_consider(r, doc, UINT32_MAX);
}

static void lead(ofsi_ranker *r) {
    if (r->lead->cursor)
        lead_by_postings(r);
    else if (r->lead->cost)
        lead_by_expansion(r);
}

/* ---- what else is to be asked ---- */

static void *arena_list(ofsi_ranker *r, uint32_t count, size_t size) {
    void *list = ofsi_arena_calloc(&r->scan->arena, (size_t)count + 1, size);
    r->failed = r->failed || !list;
    return list;
}

/* The cursor of each word of the phrase, by edge. */
static ofsi_postings **cursors_of(ofsi_ranker *r, const ofsi_plan_node *phrase) {
    ofsi_postings **cursors = arena_list(r, phrase->edge_count, sizeof(ofsi_postings *));
    for (uint32_t e = 0; cursors && e < phrase->edge_count; e++) {
        const ofsi_source *source = ofsi_sources_find(&r->sources, (ofsi_leaf){false, phrase->edges[e].term});
        cursors[e] = source ? source->cursor : NULL;
        if (!cursors[e])
            return NULL; /* a word that is not here: nothing matches, as rank_all() sees too */
    }
    return cursors;
}

static bool build_other(ofsi_ranker *r, const ofsi_plan_node *node, bool is_not) {
    ofsi_iter *iter = ofsi_build_node(r->scan, node);
    if (!iter)
        return false;
    if (is_not)
        r->nots[r->not_count++] = iter;
    else if (iter->effort <= OFSI_EFFORT_COLUMN && iter->follows)
        r->cheap[r->cheap_count++] = iter;
    else
        r->dear[r->dear_count++] = iter;
    return true;
}

/* The iterators of what must match too, or not: before the first document. */
static bool build_others(ofsi_ranker *r, const ofsi_shape *shape) {
    bool good = true;
    r->cheap_count = r->dear_count = r->not_count = 0;
    for (uint32_t i = 0; i < shape->others.count && good; i++)
        good = build_other(r, shape->others.items[i], false);
    for (uint32_t i = 0; i < shape->nots.count && good; i++)
        good = build_other(r, shape->nots.items[i], true);
    return good;
}

static bool rewind_list(ofsi_iter **iters, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (!iters[i]->ops->rewind)
            return false;
        iters[i]->ops->rewind(iters[i]);
    }
    return true;
}

/* For the next pass; what cannot be rewound is built again. */
static bool rewind_all(ofsi_ranker *r, const ofsi_shape *shape) {
    for (uint32_t i = 0; i < r->sources.count; i++)
        ofsi_source_rewind(&r->sources.items[i]);
    return (rewind_list(r->cheap, r->cheap_count) && rewind_list(r->dear, r->dear_count) &&
            rewind_list(r->nots, r->not_count)) ||
           build_others(r, shape);
}

/* False: nothing matches in this segment, or out of memory. */
static bool build_questions(ofsi_ranker *r, const ofsi_shape *shape) {
    r->order = arena_list(r, r->sources.count, sizeof(ofsi_source *));
    r->dropped = arena_list(r, r->sources.count, sizeof(ofsi_source *));
    r->parts = arena_list(r, r->sources.count, sizeof *r->parts);
    r->cheap = arena_list(r, shape->others.count, sizeof(ofsi_iter *));
    r->dear = arena_list(r, shape->others.count, sizeof(ofsi_iter *));
    r->nots = arena_list(r, shape->nots.count, sizeof(ofsi_iter *));
    r->phrases = arena_list(r, shape->phrases.count, sizeof(ofsi_iter *));
    if (r->failed)
        return false;
    for (uint32_t i = 0; i < shape->phrases.count; i++) {
        ofsi_postings **cursors = cursors_of(r, shape->phrases.items[i]);
        ofsi_iter *iter = cursors ? ofsi_build_phrase_at(r->scan, shape->phrases.items[i], cursors) : NULL;
        if (!iter || iter->doc == OFSI_DOC_END)
            return false;
        r->phrases[r->phrase_count++] = iter;
    }
    if (shape->all_count + shape->either_count == 0)
        return true; /* the whole plan leads, as one iterator */
    return build_others(r, shape);
}

/* ---- who leads, who is probed ---- */

/* What all matches hold comes first, the rarest before; then what can add most. */
static int by_use(const void *a, const void *b) {
    const ofsi_source *x = *(ofsi_source *const *)a, *y = *(ofsi_source *const *)b;
    if (x->required != y->required)
        return x->required ? -1 : 1;
    if (x->required)
        return (x->cost > y->cost) - (x->cost < y->cost);
    return (x->most < y->most) - (x->most > y->most);
}

static int by_most(const void *a, const void *b) {
    const ofsi_source *x = *(ofsi_source *const *)a, *y = *(ofsi_source *const *)b;
    return (x->most < y->most) - (x->most > y->most);
}

static void order_all_but(ofsi_ranker *r, const ofsi_source *lead_source) {
    r->order_count = 0;
    for (uint32_t i = 0; i < r->sources.count; i++) {
        ofsi_source *source = &r->sources.items[i];
        if (source != lead_source && source->cost && !is_dropped(r, source))
            r->order[r->order_count++] = source;
    }
    qsort(r->order, r->order_count, sizeof(ofsi_source *), by_use);
}

/* Every match holds all of the shape's leaves: the rarest of them leads. */
static void rank_all(ofsi_ranker *r, const ofsi_shape *shape) {
    for (uint32_t i = 0; i < shape->all_count; i++) {
        ofsi_source *source = ofsi_sources_find(&r->sources, shape->all[i]);
        if (!source || source->cost == 0)
            return;
        source->required = source->needed = true;
        if (!r->lead || source->cost < r->lead->cost)
            r->lead = source;
    }
    order_all_but(r, r->lead);
    start_pass(r, true);
    lead(r);
}

enum { BULK_PASSES = 6, BULK_PART = 5 };

/* What a float still tells well from 0; only a huge k1 gives less. */
#define BULK_LEAST 1e-25

/* Whether all that scores leads: bulk adds up nothing else. */
static bool all_lead(const ofsi_ranker *r, ofsi_source **leads, uint32_t count) {
    uint32_t scoring = 0;
    for (uint32_t i = 0; i < r->sources.count; i++)
        scoring += r->sources.items[i].cost && !is_dropped(r, &r->sources.items[i]);
    for (uint32_t i = 0; i < count; i++)
        if (!leads[i]->cursor || leads[i]->most < BULK_LEAST)
            return false;
    return scoring == count;
}

/* Whether what is left would take many passes, over so much that adding up in bulk is cheaper. */
static bool is_for_bulk(const ofsi_ranker *r, ofsi_source **leads, uint32_t count) {
    double rest = 0.0;
    uint64_t postings = 0;
    uint32_t passes = count;
    while (passes && rest + leads[passes - 1]->most < r->threshold)
        rest += leads[--passes]->most;
    for (uint32_t i = 0; i < passes; i++)
        postings += leads[i]->cost;
    return passes >= BULK_PASSES && postings >= r->scan->doc_count / BULK_PART && all_lead(r, leads, count);
}

/* Every match holds one of the shape's leaves: each leads a pass. */
static void rank_either(ofsi_ranker *r, const ofsi_shape *shape) {
    ofsi_rank_raise(r);
    ofsi_source **leads =
        ofsi_arena_calloc(&r->scan->arena, (size_t)shape->either_count + 1, sizeof(ofsi_source *));
    uint32_t count = 0;
    if (!leads) {
        r->failed = true;
        return;
    }
    for (uint32_t i = 0; i < shape->either_count; i++) {
        ofsi_source *source = ofsi_sources_find(&r->sources, shape->either[i]);
        bool known = !source || source->cost == 0;
        for (uint32_t j = 0; j < count && !known; j++)
            known = leads[j] == source;
        if (!known)
            leads[count++] = source;
    }
    if (count)
        qsort(leads, count, sizeof(ofsi_source *), by_most);
    for (uint32_t i = 0; i < count; i++) {
        if (i && !rewind_all(r, shape))
            return;
        bool bulk = is_for_bulk(r, leads + i, count - i);
        r->lead = bulk ? NULL : leads[i];
        order_all_but(r, r->lead);
        start_pass(r, i == 0);
        if (!goes_on(r))
            return;
        if (bulk) {
            ofsi_rank_bulk(r, leads + i, count - i);
            return;
        }
        lead(r);
        r->dropped[r->dropped_count++] = r->lead;
    }
}

static void rank_by_iterator(ofsi_ranker *r) {
    ofsi_iter *iter = ofsi_build_iter(r->scan);
    if (!iter)
        return;
    order_all_but(r, NULL);
    start_pass(r, true);
    lead_by_iterator(r, iter);
}

ofsi_ranker *ofsi_rank_open(ofsi_scan *scan, const ofsi_bm25 *bm25, ofsi_top *top) {
    ofsi_ranker *r = ofsi_arena_calloc(&scan->arena, 1, sizeof *r);
    if (!r)
        return ofsi_build_fail_nomem(scan);
    *r = (ofsi_ranker){.scan = scan, .bm25 = bm25, .top = top};
    r->lengths = ofsi_segment_short_lengths(scan->segment);
    if (!ofsi_sources_open(&r->sources, scan, bm25))
        return NULL;
    r->order = arena_list(r, r->sources.count, sizeof(ofsi_source *));
    r->parts = arena_list(r, r->sources.count, sizeof *r->parts);
    return r->failed ? ofsi_build_fail_nomem(scan) : r;
}

ofsi_postings *ofsi_rank_cursor(const ofsi_ranker *r, uint32_t term) {
    const ofsi_source *source = ofsi_sources_find(&r->sources, (ofsi_leaf){false, term});
    return source ? source->cursor : NULL;
}

bool ofsi_rank_follow(ofsi_ranker *r, const ofsi_shape *shape, const ofsi_postings *lead_cursor) {
    for (uint32_t i = 0; i < shape->all_count; i++) {
        ofsi_source *source = ofsi_sources_find(&r->sources, shape->all[i]);
        if (!source || !source->cursor)
            continue;
        source->required = true;
        if (lead_cursor ? source->cursor == lead_cursor : !r->lead || source->cost < r->lead->cost)
            r->lead = source;
    }
    if (!r->lead)
        return false;
    order_all_but(r, r->lead);
    start_pass(r, true);
    return true;
}

void ofsi_rank_window(ofsi_ranker *r, const ofsi_window *w) {
    ofsi_postings *cursor = r->lead->cursor;
    uint32_t count = ofsi_postings_block_count(cursor);
    double others = most_of_others(r);
    for (uint32_t doc = w->first; doc < w->end && goes_on(r);) {
        uint32_t block = ofsi_postings_find(cursor, r->window_block, doc), last;
        r->window_block = block;
        if (block >= count)
            return;
        if (count > OFSI_SUPER && skips_super(r, block, others)) {
            block = block / OFSI_SUPER * OFSI_SUPER + OFSI_SUPER - 1;
            last = ofsi_postings_block_last(cursor, block < count ? block : count - 1);
            last = last < doc ? doc : last; /* a damaged skip table: go on for all that */
        } else {
            last = ofsi_postings_block_last(cursor, block);
            last = last < w->end ? last : w->end - 1;
            ofsi_rank_block(r, block, doc, last, w);
        }
        doc = last + 1;
    }
}

void ofsi_rank(ofsi_scan *scan, const ofsi_shape *shape, const ofsi_bm25 *bm25, ofsi_top *top) {
    ofsi_ranker r = {.scan = scan, .bm25 = bm25, .top = top};
    r.lengths = ofsi_segment_short_lengths(scan->segment);
    if (ofsi_sources_open(&r.sources, scan, bm25) && build_questions(&r, shape)) {
        if (shape->all_count)
            rank_all(&r, shape);
        else if (shape->either_count)
            rank_either(&r, shape);
        else
            rank_by_iterator(&r);
    }
    if (r.failed)
        ofsi_scan_fail(scan, ofsi_fail_nomem(ofsi_scan_err(scan)));
}
