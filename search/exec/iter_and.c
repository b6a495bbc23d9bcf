/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Documents that all members hold and none of the taken away. The rarest member leads, the others are moved to its
 * candidate; where all meet, the dear questions (positions) are asked last.
 */
#include <stdlib.h>

#include "search/exec/window.h"

typedef struct iter_and {
    ofsi_iter base;
    ofsi_iter **moving; /* by cost */
    uint32_t moving_count;
    ofsi_iter **asked; /* all that have something to confirm, by effort */
    uint32_t asked_count;
    ofsi_iter **without;
    uint32_t without_count;
} iter_and;

/* The first document >= candidate at which all moving members stand. */
static uint32_t align(iter_and *it, uint32_t candidate) {
    uint32_t i = 1;
    while (i < it->moving_count && candidate != OFSI_DOC_END) {
        uint32_t doc = ofsi_iter_advance(it->moving[i], candidate);
        if (doc == candidate) {
            i++;
            continue;
        }
        candidate = doc == OFSI_DOC_END ? doc : ofsi_iter_advance(it->moving[0], doc);
        i = 1;
    }
    return it->base.doc = candidate;
}

static uint32_t advance_and(ofsi_iter *iter, uint32_t target) {
    iter_and *it = (iter_and *)iter;
    return align(it, ofsi_iter_advance(it->moving[0], target));
}

static bool confirm_and(ofsi_iter *iter) {
    const iter_and *it = (const iter_and *)iter;
    for (uint32_t i = 0; i < it->asked_count; i++) {
        ofsi_iter *member = it->asked[i];
        if (member->follows)
            ofsi_iter_advance(member, iter->doc);
        if (!ofsi_iter_confirm(member))
            return false;
    }
    for (uint32_t i = 0; i < it->without_count; i++) {
        ofsi_iter *other = it->without[i];
        if (ofsi_iter_advance(other, iter->doc) == iter->doc && ofsi_iter_confirm(other))
            return false;
    }
    return true;
}

/* Takes away what members of such efforts match. */
static void keep_without(const iter_and *it, ofsi_window *w, uint32_t least, uint32_t most) {
    for (uint32_t i = 0; i < it->without_count && !ofsi_window_is_empty(w); i++) {
        if (it->without[i]->effort < least || it->without[i]->effort > most)
            continue;
        ofsi_window other = {.first = w->first, .end = w->end, .most = w->most};
        memcpy(other.words, w->words, ofsi_window_word_count(w) * sizeof *w->words);
        ofsi_window_keep(&other, it->without[i]);
        ofsi_window_and_not(w, other.words);
    }
}

static void keep_and(ofsi_iter *iter, ofsi_window *w) {
    const iter_and *it = (const iter_and *)iter;
    for (uint32_t i = 0; i < it->moving_count; i++) {
        if (!it->moving[i]->ops->confirm)
            ofsi_window_keep(w, it->moving[i]);
        else if (it->moving[i]->ops->narrow)
            it->moving[i]->ops->narrow(it->moving[i], w);
    }
    keep_without(it, w, 0, OFSI_EFFORT_COLUMN);
    for (uint32_t i = 0; i < it->asked_count && !ofsi_window_is_empty(w); i++) {
        if (it->asked[i]->ops->narrow && !it->asked[i]->follows)
            ofsi_window_confirm(w, it->asked[i]);
        else
            ofsi_window_keep(w, it->asked[i]);
    }
    keep_without(it, w, OFSI_EFFORT_COLUMN + 1, UINT32_MAX);
}

static uint32_t next_and(ofsi_iter *iter, uint32_t target) {
    const iter_and *it = (const iter_and *)iter;
    uint32_t next = target;
    for (uint32_t i = 0; i < it->moving_count && next != OFSI_DOC_END; i++)
        next = ofsi_window_next(it->moving[i], next);
    return next;
}

static int by_cost(const void *a, const void *b) {
    const ofsi_iter *x = *(ofsi_iter *const *)a, *y = *(ofsi_iter *const *)b;
    return (x->cost > y->cost) - (x->cost < y->cost);
}

static int by_effort(const void *a, const void *b) {
    const ofsi_iter *x = *(ofsi_iter *const *)a, *y = *(ofsi_iter *const *)b;
    return (x->effort > y->effort) - (x->effort < y->effort);
}

/* Parts the members into those that move and those that are asked. */
static bool sort_members(iter_and *it, ofsi_iter **members, uint32_t count) {
    ofsi_scan *scan = it->base.scan;
    it->asked = ofsi_arena_calloc(&scan->arena, count, sizeof(ofsi_iter *));
    it->moving = ofsi_arena_calloc(&scan->arena, (size_t)count + 1, sizeof(ofsi_iter *));
    if (!it->asked || !it->moving) {
        ofsi_scan_fail(scan, ofsi_fail_nomem(ofsi_scan_err(scan)));
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (members[i]->ops->confirm)
            it->asked[it->asked_count++] = members[i];
        if (!members[i]->follows)
            it->moving[it->moving_count++] = members[i];
        it->base.effort += members[i]->effort;
    }
    if (it->moving_count == 0) {
        ofsi_iter *all = ofsi_iter_all(scan);
        if (!all)
            return false;
        it->moving[it->moving_count++] = all;
        it->base.follows = true;
    }
    qsort(it->moving, it->moving_count, sizeof(ofsi_iter *), by_cost);
    qsort(it->asked, it->asked_count, sizeof(ofsi_iter *), by_effort);
    return true;
}

ofsi_iter *ofsi_iter_and(ofsi_scan *scan, ofsi_iter **members, uint32_t member_count, ofsi_iter **without,
                         uint32_t without_count) {
    static const ofsi_iter_ops sure = {.advance = advance_and, .keep = keep_and, .next = next_and};
    static const ofsi_iter_ops asking = {
        .advance = advance_and, .confirm = confirm_and, .keep = keep_and, .next = next_and};
    iter_and *it = ofsi_scan_iter(scan, sizeof *it, &sure);
    if (!it || !sort_members(it, members, member_count))
        return NULL;
    it->without = without;
    it->without_count = without_count;
    for (uint32_t i = 0; i < without_count; i++)
        it->base.effort += without[i]->effort + OFSI_EFFORT_COLUMN;
    if (it->asked_count || without_count)
        it->base.ops = &asking;
    it->base.cost = it->moving[0]->cost;
    align(it, it->moving[0]->doc);
    return &it->base;
}
