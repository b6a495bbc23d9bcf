/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents that any member holds: a heap of the members by their candidates. */
#include "search/exec/window.h"

typedef struct iter_or {
    ofsi_iter base;
    ofsi_iter **heap; /* the least candidate first */
    uint32_t count;
} iter_or;

static void sift_down(ofsi_iter **heap, uint32_t count, uint32_t at) {
    ofsi_iter *moving = heap[at];
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= count)
            break;
        if (child + 1 < count && heap[child + 1]->doc < heap[child]->doc)
            child++;
        if (heap[child]->doc >= moving->doc)
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moving;
}

static uint32_t advance_or(ofsi_iter *iter, uint32_t target) {
    iter_or *it = (iter_or *)iter;
    while (it->heap[0]->doc < target) {
        ofsi_iter_advance(it->heap[0], target);
        sift_down(it->heap, it->count, 0);
    }
    return iter->doc = it->heap[0]->doc;
}

/* Members at the current document are a top part of the heap: walks it from `at`. */
static bool confirm_from(iter_or *it, uint32_t at) {
    if (at >= it->count || it->heap[at]->doc != it->base.doc)
        return false;
    return ofsi_iter_confirm(it->heap[at]) || confirm_from(it, 2 * at + 1) || confirm_from(it, 2 * at + 2);
}

static bool confirm_or(ofsi_iter *iter) { return confirm_from((iter_or *)iter, 0); }

/* Members that can set bits do so where there are many to be asked for; of the others each narrows what is left. */
static void keep_or(ofsi_iter *iter, ofsi_window *w) {
    const iter_or *it = (const iter_or *)iter;
    uint64_t found[OFSI_WINDOW_WORDS];
    uint64_t count = w->most, size = w->end - w->first;
    uint32_t words = ofsi_window_word_count(w);
    memset(found, 0, words * sizeof *found);
    for (uint32_t i = 0; i < it->count; i++) {
        ofsi_iter *member = it->heap[i];
        if (member->ops->fill && count >= member->cost * size / iter->scan->doc_count / 8) {
            member->ops->fill(member, w->first, w->end, found);
            continue;
        }
        ofsi_window left = {.first = w->first, .end = w->end, .most = w->most};
        for (uint32_t k = 0; k < words; k++)
            left.words[k] = w->words[k] & ~found[k];
        ofsi_window_keep(&left, member);
        for (uint32_t k = 0; k < words; k++)
            found[k] |= left.words[k];
    }
    ofsi_window_and(w, found);
}

static uint32_t next_or(ofsi_iter *iter, uint32_t target) {
    const iter_or *it = (const iter_or *)iter;
    uint32_t next = OFSI_DOC_END;
    for (uint32_t i = 0; i < it->count && next > target; i++) {
        uint32_t own = ofsi_window_next(it->heap[i], target);
        next = own < next ? own : next;
    }
    return next;
}

static void or_extents(ofsi_iter *iter, ofsi_extents *out) {
    const iter_or *it = (const iter_or *)iter;
    for (uint32_t i = 0; i < it->count; i++)
        if (it->heap[i]->doc == iter->doc && it->heap[i]->ops->extents)
            it->heap[i]->ops->extents(it->heap[i], out);
}

ofsi_iter *ofsi_iter_or(ofsi_scan *scan, ofsi_iter **members, uint32_t count) {
    static const ofsi_iter_ops sure = {
        .advance = advance_or, .extents = or_extents, .keep = keep_or, .next = next_or};
    static const ofsi_iter_ops asking = {.advance = advance_or,
                                         .confirm = confirm_or,
                                         .extents = or_extents,
                                         .keep = keep_or,
                                         .next = next_or};
    if (count == 0)
        return ofsi_iter_nothing(scan);
    if (count == 1)
        return members[0];
    iter_or *it = ofsi_scan_iter(scan, sizeof *it, &sure);
    if (!it)
        return NULL;
    it->heap = members;
    it->count = count;
    for (uint32_t i = 0; i < count; i++) {
        it->base.cost += members[i]->cost;
        it->base.effort += members[i]->effort;
        if (members[i]->ops->confirm)
            it->base.ops = &asking;
    }
    for (uint32_t i = count / 2; i-- > 0;)
        sift_down(it->heap, count, i);
    it->base.doc = it->heap[0]->doc;
    return &it->base;
}
