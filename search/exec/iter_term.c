/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The documents of one term. */
#include "search/exec/window.h"

typedef struct iter_term {
    ofsi_iter base;
    ofsi_postings *cursor;
} iter_term;

static uint32_t advance_term(ofsi_iter *iter, uint32_t target) {
    const iter_term *it = (const iter_term *)iter;
    return iter->doc = target == iter->doc + 1 ? ofsi_postings_next(it->cursor)
                                               : ofsi_postings_advance(it->cursor, target);
}

static void fill_term(ofsi_iter *iter, uint32_t first, uint32_t end, uint64_t *words) {
    ofsi_postings_fill(((iter_term *)iter)->cursor, first, end, words);
}

static uint32_t next_term(ofsi_iter *iter, uint32_t target) {
    return ofsi_postings_seek(((iter_term *)iter)->cursor, target);
}

enum { SPARSE = 8 }; /* one document to be asked for is as dear as so many postings set as bits */

/* Asks for the documents one by one, a block's worth at a time. */
static void keep_few(ofsi_postings *cursor, ofsi_window *w) {
    uint32_t docs[OFSI_BLOCK_SIZE], count = ofsi_window_word_count(w), n = 0;
    uint16_t kept[OFSI_BLOCK_SIZE];
    for (uint32_t i = 0; i <= count; i++) {
        uint64_t left = i < count ? w->words[i] : 0;
        if (i == count || n + 64 > OFSI_BLOCK_SIZE) {
            uint32_t found = ofsi_postings_keep(cursor, docs, kept, n);
            for (uint32_t k = 0; k < found; k++) {
                uint32_t at = docs[kept[k]] - w->first;
                w->words[at / 64] |= UINT64_C(1) << at % 64;
            }
            n = 0;
        }
        for (; left; left &= left - 1) {
            kept[n] = (uint16_t)n;
            docs[n++] = w->first + i * 64 + (uint32_t)__builtin_ctzll(left);
        }
        if (i < count)
            w->words[i] = 0; /* set again when found */
    }
}

static void keep_term(ofsi_iter *iter, ofsi_window *w) {
    ofsi_postings *cursor = ((iter_term *)iter)->cursor;
    uint64_t size = w->end - w->first, expected = iter->cost * size / iter->scan->doc_count;
    if (w->most < expected / SPARSE) {
        ofsi_postings_seek(cursor, w->first);
        keep_few(cursor, w);
        return;
    }
    w->most = expected < w->most ? (uint32_t)expected : w->most;
    uint64_t words[OFSI_WINDOW_WORDS];
    memset(words, 0, ofsi_window_word_count(w) * sizeof *words);
    ofsi_postings_fill(cursor, w->first, w->end, words);
    ofsi_window_and(w, words);
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
    static const ofsi_iter_ops ops = {.advance = advance_term,
                                      .extents = term_extents,
                                      .keep = keep_term,
                                      .next = next_term,
                                      .fill = fill_term};
    iter_term *it = ofsi_scan_iter(scan, sizeof *it, &ops);
    if (!it)
        return NULL;
    it->cursor = cursor;
    it->base.cost = df;
    it->base.doc = ofsi_postings_next(cursor);
    return &it->base;
}
