/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents in which every member stands near the next: NEAR and BEFORE. */
#include "indexer/base/alloc.h"
#include "search/exec/iter.h"

typedef struct iter_near {
    ofsi_iter base;
    ofsi_iter *candidates; /* documents with all members */
    ofsi_iter **members;
    ofsi_extents *places; /* of each member */
    uint32_t count, distance;
    bool ordered;
    ofsi_extents found; /* in document `looked` */
    uint32_t looked;
} iter_near;

static uint32_t advance_near(ofsi_iter *iter, uint32_t target) {
    return iter->doc = ofsi_iter_advance(((iter_near *)iter)->candidates, target);
}

static bool load_members(iter_near *it) {
    for (uint32_t i = 0; i < it->count; i++) {
        it->places[i].count = 0;
        it->members[i]->ops->extents(it->members[i], &it->places[i]);
        ofsi_extents_sort(&it->places[i]);
        if (it->places[i].failed)
            return false;
        if (it->places[i].count == 0) { /* the others cannot make up for it */
            it->places[0].count = 0;
            return true;
        }
    }
    return true;
}

static void look(iter_near *it) {
    if (it->looked == it->base.doc)
        return;
    it->found.count = 0;
    it->looked = it->base.doc;
    ofsi_near near = {it->places, it->count, it->distance, it->ordered};
    if (!load_members(it) || (it->places[0].count && !ofsi_find_near(&near, &it->found)))
        ofsi_scan_fail(it->base.scan, ofsi_fail_nomem(ofsi_scan_err(it->base.scan)));
}

static bool confirm_near(ofsi_iter *iter) {
    iter_near *it = (iter_near *)iter;
    look(it);
    return it->found.count > 0;
}

static void near_extents(ofsi_iter *iter, ofsi_extents *out) {
    iter_near *it = (iter_near *)iter;
    look(it);
    for (size_t i = 0; i < it->found.count; i++)
        ofsi_extents_push(out, it->found.items[i].start, it->found.items[i].end);
}

static void close_near(ofsi_iter *iter) {
    iter_near *it = (iter_near *)iter;
    for (uint32_t i = 0; it->places && i < it->count; i++)
        ofsi_extents_free(&it->places[i]);
    ofsi_extents_free(&it->found);
}

ofsi_iter *ofsi_iter_near(ofsi_scan *scan, ofsi_iter **members, uint32_t count, const ofsi_plan_node *node) {
    static const ofsi_iter_ops ops = {
        .advance = advance_near, .confirm = confirm_near, .extents = near_extents, .close = close_near};
    iter_near *it = ofsi_scan_iter(scan, sizeof *it, &ops);
    if (!it)
        return NULL;
    it->members = members;
    it->count = count;
    it->distance = node->distance;
    it->ordered = node->ordered;
    it->looked = OFSI_DOC_END;
    it->places = ofsi_arena_calloc(&scan->arena, count, sizeof *it->places);
    if (!it->places) {
        ofsi_scan_fail(scan, ofsi_fail_nomem(ofsi_scan_err(scan)));
        return NULL;
    }
    it->candidates = ofsi_iter_and(scan, members, count, NULL, 0);
    if (!it->candidates)
        return NULL;
    it->base.cost = it->candidates->cost;
    it->base.effort = it->candidates->effort + OFSI_EFFORT_POSITIONS + count;
    it->base.doc = it->candidates->doc;
    return &it->base;
}
