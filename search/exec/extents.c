/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Phrases by fronts (all ways that lead to a place, advanced word by word), NEAR by chains of which only those are kept
 * that no smaller one with the same last member beats.
 */
#include "search/exec/extents.h"

#include <stdlib.h>

#include "indexer/base/alloc.h"

void ofsi_extents_push(ofsi_extents *list, uint32_t start, uint32_t end) {
    if (list->failed)
        return;
    if (list->count == list->capacity &&
        !ofsi_grow(&list->items, &list->capacity, list->count + 1, sizeof *list->items)) {
        list->failed = true;
        return;
    }
    list->items[list->count++] = (ofsi_extent){start, end};
}

void ofsi_extents_free(ofsi_extents *list) {
    ofsi_free(list->items);
    *list = (ofsi_extents){0};
}

static int by_start(const void *a, const void *b) {
    const ofsi_extent *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return (x->end > y->end) - (x->end < y->end);
}

static int by_end(const void *a, const void *b) {
    const ofsi_extent *x = a, *y = b;
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    return (x->start > y->start) - (x->start < y->start);
}

static void sort_unique(ofsi_extents *list, int (*order)(const void *, const void *)) {
    bool sorted = true;
    for (size_t i = 1; i < list->count && sorted; i++)
        sorted = order(&list->items[i - 1], &list->items[i]) < 0;
    if (sorted)
        return;
    qsort(list->items, list->count, sizeof *list->items, order);
    size_t kept = 1;
    for (size_t i = 1; i < list->count; i++)
        if (order(&list->items[kept - 1], &list->items[i]) != 0)
            list->items[kept++] = list->items[i];
    list->count = kept;
}

void ofsi_extents_sort(ofsi_extents *list) { sort_unique(list, by_start); }

/* ---- phrase ---- */

static bool reserve_fronts(ofsi_phrase_work *work, size_t count) {
    if (count > work->front_count) {
        ofsi_extents *more = ofsi_reallocarray(work->fronts, count, sizeof *more);
        if (!more)
            return false;
        for (size_t i = work->front_count; i < count; i++)
            more[i] = (ofsi_extents){0};
        work->fronts = more;
        work->front_count = count;
    }
    for (size_t i = 0; i < count; i++)
        work->fronts[i].count = 0;
    return true;
}

void ofsi_phrase_work_free(ofsi_phrase_work *work) {
    for (size_t i = 0; i < work->front_count; i++)
        ofsi_extents_free(&work->fronts[i]);
    ofsi_free(work->fronts);
    *work = (ofsi_phrase_work){0};
}

/* Ways in `front` (ascending by end) that go on with one of the edge's positions. */
static void follow_edge(const ofsi_extents *front, const ofsi_edge *edge, ofsi_extents *next) {
    uint32_t p = 0;
    for (size_t i = 0; i < front->count; i++) {
        uint32_t wanted = front->items[i].end;
        while (p < edge->count && edge->positions[p] < wanted)
            p++;
        if (p == edge->count)
            return;
        if (edge->positions[p] == wanted)
            ofsi_extents_push(next, front->items[i].start, wanted + 1);
    }
}

bool ofsi_find_phrase(const ofsi_edge *edges, uint32_t edge_count, uint32_t length, ofsi_phrase_work *work,
                      ofsi_extents *out) {
    if (!reserve_fronts(work, (size_t)length + 1))
        return false;
    bool failed = false;
    for (uint32_t e = 0; e < edge_count; e++) {
        const ofsi_edge *edge = &edges[e];
        ofsi_extents *next = &work->fronts[edge->to];
        if (edge->from == 0) {
            for (uint32_t i = 0; i < edge->count; i++)
                ofsi_extents_push(next, edge->positions[i], edge->positions[i] + 1);
        } else {
            if (e == 0 || edges[e - 1].from != edge->from)
                sort_unique(&work->fronts[edge->from], by_end);
            follow_edge(&work->fronts[edge->from], edge, next);
        }
        failed = failed || next->failed;
    }
    const ofsi_extents *last = &work->fronts[length];
    for (size_t i = 0; i < last->count; i++)
        ofsi_extents_push(out, last->items[i].start, last->items[i].end);
    return !failed && !out->failed;
}

/* ---- NEAR ---- */

/* A chain so far: its last member, and all that it covers. */
typedef struct chain {
    ofsi_extent last, whole;
} chain;

typedef struct chains {
    chain *items;
    size_t count, capacity;
    uint32_t longest; /* of the last members */
} chains;

static bool push_chain(chains *list, ofsi_extent last, ofsi_extent whole) {
    if (list->count == list->capacity &&
        !ofsi_grow(&list->items, &list->capacity, list->count + 1, sizeof *list->items))
        return false;
    list->items[list->count++] = (chain){last, whole};
    if (last.end - last.start > list->longest)
        list->longest = last.end - last.start;
    return true;
}

static bool is_near(ofsi_extent before, ofsi_extent after, uint32_t distance) {
    return before.end <= after.start && (uint64_t)after.start + 1 - before.end <= distance;
}

static bool holds(ofsi_extent a, ofsi_extent b) { return a.start <= b.start && a.end >= b.end; }

/* Adds the chain that ends in `last` unless one from `first` on is as small; drops those that it beats. */
static bool add_smallest(chains *list, size_t first, ofsi_extent last, ofsi_extent whole) {
    size_t kept = first;
    for (size_t i = first; i < list->count; i++) {
        if (holds(whole, list->items[i].whole))
            return true;
        if (!holds(list->items[i].whole, whole))
            list->items[kept++] = list->items[i];
    }
    list->count = kept;
    return push_chain(list, last, whole);
}

/* The first chain whose last member starts at `start` or later. */
static size_t find_chain(const chains *list, uint64_t start) {
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->items[middle].last.start < start)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Every chain of `from` that may go on with `next`, gone on with it, into `to`. */
static bool extend_chains(const ofsi_near *near, const chains *from, ofsi_extent next, chains *to) {
    uint64_t reach = (uint64_t)near->distance + from->longest;
    uint64_t least = next.start > reach ? next.start - reach : 0;
    uint64_t most = near->ordered ? next.start : (uint64_t)next.end + near->distance;
    size_t first = to->count;
    for (size_t i = find_chain(from, least); i < from->count && from->items[i].last.start <= most; i++) {
        const chain *c = &from->items[i];
        if (!is_near(c->last, next, near->distance) &&
            (near->ordered || !is_near(next, c->last, near->distance)))
            continue;
        ofsi_extent whole = {c->whole.start < next.start ? c->whole.start : next.start,
                             c->whole.end > next.end ? c->whole.end : next.end};
        if (!add_smallest(to, first, next, whole))
            return false;
    }
    return true;
}

static int by_start_longest(const void *a, const void *b) {
    const chain *x = a, *y = b;
    if (x->whole.start != y->whole.start)
        return x->whole.start < y->whole.start ? -1 : 1;
    return (x->whole.end < y->whole.end) - (x->whole.end > y->whole.end);
}

/* Those that hold no other, ascending. */
static void push_smallest(chains *list, ofsi_extents *out) {
    if (list->count == 0)
        return;
    qsort(list->items, list->count, sizeof *list->items, by_start_longest);
    uint64_t least_end = UINT64_MAX;
    size_t kept = list->count;
    for (size_t i = list->count; i-- > 0;) {
        if (list->items[i].whole.end >= least_end)
            continue;
        least_end = list->items[i].whole.end;
        list->items[--kept] = list->items[i];
    }
    for (size_t i = kept; i < list->count; i++)
        ofsi_extents_push(out, list->items[i].whole.start, list->items[i].whole.end);
}

bool ofsi_find_near(const ofsi_near *near, ofsi_extents *out) {
    chains now = {0}, next = {0};
    bool done = true;
    for (size_t i = 0; i < near->members[0].count && done; i++)
        done = push_chain(&now, near->members[0].items[i], near->members[0].items[i]);
    for (uint32_t m = 1; m < near->count && now.count && done; m++) {
        next.count = next.longest = 0;
        for (size_t i = 0; i < near->members[m].count && done; i++)
            done = extend_chains(near, &now, near->members[m].items[i], &next);
        chains swap = now;
        now = next;
        next = swap;
    }
    if (done)
        push_smallest(&now, out);
    ofsi_free(now.items);
    ofsi_free(next.items);
    return done && !out->failed;
}
