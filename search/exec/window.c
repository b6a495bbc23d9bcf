/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The windows of a scan, and what every iterator can do with one. */
#include "search/exec/window.h"

bool ofsi_window_is_empty(const ofsi_window *w) {
    uint64_t all = 0;
    for (uint32_t i = 0; i < ofsi_window_word_count(w); i++)
        all |= w->words[i];
    return all == 0;
}

void ofsi_window_and(ofsi_window *w, const uint64_t *words) {
    for (uint32_t i = 0; i < ofsi_window_word_count(w); i++)
        w->words[i] &= words[i];
}

void ofsi_window_and_not(ofsi_window *w, const uint64_t *words) {
    for (uint32_t i = 0; i < ofsi_window_word_count(w); i++)
        w->words[i] &= ~words[i];
}

/* The first document left from `from` on, or OFSI_DOC_END. */
static uint32_t next_left(const ofsi_window *w, uint32_t from) {
    uint32_t at = from - w->first, count = ofsi_window_word_count(w);
    if (from >= w->end)
        return OFSI_DOC_END;
    uint64_t word = w->words[at / 64] & UINT64_MAX << at % 64;
    for (at /= 64; !word;) {
        if (++at == count)
            return OFSI_DOC_END;
        word = w->words[at];
    }
    return w->first + at * 64 + (uint32_t)__builtin_ctzll(word);
}

/* Clears [from, to) of the window. */
static void clear_run(ofsi_window *w, uint32_t from, uint32_t to) {
    to = to < w->end ? to : w->end;
    while (from < to) {
        uint32_t at = from - w->first, run = 64 - at % 64;
        run = run < to - from ? run : to - from;
        uint64_t mask = run == 64 ? UINT64_MAX : ((UINT64_C(1) << run) - 1) << at % 64;
        w->words[at / 64] &= ~mask;
        from += run;
    }
}

void ofsi_window_keep_each(ofsi_window *w, ofsi_iter *iter) {
    for (uint32_t doc = next_left(w, w->first); doc != OFSI_DOC_END;) {
        uint32_t candidate = ofsi_iter_advance(iter, doc);
        if (candidate > doc)
            clear_run(w, doc, candidate);
        else if (!ofsi_iter_confirm(iter))
            clear_run(w, doc, doc + 1);
        doc = next_left(w, candidate > doc ? candidate : doc + 1);
    }
}

/* Documents of the window by up to a block, settled together. */
static void settle_window(ofsi_window *w, ofsi_iter *iter) {
    uint32_t docs[OFSI_BLOCK_SIZE], count = ofsi_window_word_count(w), n = 0;
    uint16_t kept[OFSI_BLOCK_SIZE];
    for (uint32_t i = 0; i <= count; i++) {
        if (i == count || n + 64 > OFSI_BLOCK_SIZE) {
            uint32_t found = n ? iter->ops->settle(iter, docs, kept, n) : 0;
            for (uint32_t k = 0; k < found; k++) {
                uint32_t at = docs[kept[k]] - w->first;
                w->words[at / 64] |= UINT64_C(1) << at % 64;
            }
            n = 0;
        }
        uint64_t left = i < count ? w->words[i] : 0;
        if (i < count)
            w->words[i] = 0; /* set again when it matches */
        for (; left; left &= left - 1) {
            kept[n] = (uint16_t)n;
            docs[n++] = w->first + i * 64 + (uint32_t)__builtin_ctzll(left);
        }
    }
}

void ofsi_window_confirm(ofsi_window *w, ofsi_iter *iter) {
    if (iter->ops->settle) {
        settle_window(w, iter);
        return;
    }
    for (uint32_t i = 0; i < ofsi_window_word_count(w); i++)
        for (uint64_t left = w->words[i]; left; left &= left - 1) {
            unsigned bit = (unsigned)__builtin_ctzll(left);
            iter->doc = w->first + i * 64 + bit;
            if (!iter->ops->confirm(iter))
                w->words[i] &= ~(UINT64_C(1) << bit);
        }
}

void ofsi_window_keep(ofsi_window *w, ofsi_iter *iter) {
    if (iter->ops->keep) {
        iter->ops->keep(iter, w);
    } else if (iter->ops->narrow) {
        iter->ops->narrow(iter, w);
        ofsi_window_confirm(w, iter);
    } else {
        ofsi_window_keep_each(w, iter);
    }
}

uint32_t ofsi_window_next(ofsi_iter *iter, uint32_t target) {
    return iter->ops->next ? iter->ops->next(iter, target) : target;
}

/* All documents of the window from `low` on that may be matches. */
static void start_window(ofsi_window *w, const ofsi_scan *scan, const uint64_t *notes, uint32_t low) {
    w->first = low & ~63U;
    w->end = scan->doc_count - w->first < OFSI_WINDOW ? scan->doc_count : w->first + OFSI_WINDOW;
    uint32_t count = ofsi_window_word_count(w);
    for (uint32_t i = 0; i < count; i++)
        w->words[i] = UINT64_MAX;
    if (w->end % 64)
        w->words[count - 1] = (UINT64_C(1) << w->end % 64) - 1;
    w->most = w->end - w->first;
    clear_run(w, w->first, low);
    if (scan->part->dead_bits)
        ofsi_window_and_not(w, scan->part->dead_bits + w->first / 64);
    if (notes)
        ofsi_window_and_not(w, notes + w->first / 64);
}

ofs_status ofsi_window_visit(ofsi_scan *scan, ofsi_iter *iter, ofsi_window_taker take, void *context) {
    const uint64_t *notes = NULL;
    ofs_status status = OFS_OK;
    if (!scan->weighed->plan->notes)
        status = ofsi_segment_notes(scan->segment, &notes, scan->err);
    if (status != OFS_OK)
        return status;
    ofsi_window *w = ofsi_arena_alloc(&scan->arena, sizeof *w);
    if (!w)
        return ofsi_fail_nomem(scan->err);
    for (uint32_t low = 0; low < scan->doc_count && scan->status == OFS_OK; low = w->end) {
        low = ofsi_window_next(iter, low);
        if (low >= scan->doc_count)
            break;
        start_window(w, scan, notes, low);
        ofsi_window_keep(w, iter);
        if (scan->status == OFS_OK)
            take(w, context);
    }
    return ofsi_scan_status(scan);
}
