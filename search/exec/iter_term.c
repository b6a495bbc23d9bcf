/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The documents of one term. */
#include "search/exec/iter.h"

typedef struct iter_term {
    ofsi_iter base;
    ofsi_postings *cursor;
} iter_term;

static uint32_t advance_term(ofsi_iter *iter, uint32_t target) {
    const iter_term *it = (const iter_term *)iter;
    return iter->doc = target == iter->doc + 1 ? ofsi_postings_next(it->cursor)
                                               : ofsi_postings_advance(it->cursor, target);
}

static void term_extents(ofsi_iter *iter, ofsi_extents *out) {
    const iter_term *it = (const iter_term *)iter;
    const uint32_t *positions;
    ofs_status status = ofsi_postings_positions(it->cursor, &positions, NULL, ofsi_scan_err(iter->scan));
    if (status != OFS_OK) {
        ofsi_scan_fail(iter->scan, status);
        return;
    }
    uint32_t tf = ofsi_postings_tf(it->cursor);
    for (uint32_t i = 0; i < tf; i++)
        ofsi_extents_push(out, positions[i], positions[i] + 1);
}

ofsi_iter *ofsi_iter_term(ofsi_scan *scan, ofsi_postings *cursor, uint64_t df) {
    static const ofsi_iter_ops ops = {.advance = advance_term, .extents = term_extents};
    iter_term *it = ofsi_scan_iter(scan, sizeof *it, &ops);
    if (!it)
        return NULL;
    it->cursor = cursor;
    it->base.cost = df;
    it->base.doc = ofsi_postings_next(cursor);
    return &it->base;
}
