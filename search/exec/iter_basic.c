/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The iterators that look at no postings: none, all, ranges of documents, a test of columns. */
#include "search/exec/window.h"

static void stay(ofsi_iter *iter) { (void)iter; }

static uint32_t advance_to_end(ofsi_iter *iter, uint32_t target) {
    (void)target;
    return iter->doc = OFSI_DOC_END;
}

static uint32_t next_end(ofsi_iter *iter, uint32_t target) {
    (void)iter;
    (void)target;
    return OFSI_DOC_END;
}

ofsi_iter *ofsi_iter_nothing(ofsi_scan *scan) {
    static const ofsi_iter_ops ops = {.advance = advance_to_end, .next = next_end, .rewind = stay};
    ofsi_iter *iter = ofsi_scan_iter(scan, sizeof *iter, &ops);
    if (iter)
        iter->doc = OFSI_DOC_END;
    return iter;
}

static void rewind_any(ofsi_iter *iter) { iter->doc = iter->scan->doc_count ? 0 : OFSI_DOC_END; }

static void keep_all(ofsi_iter *iter, ofsi_window *w) {
    (void)iter;
    (void)w;
}

static uint32_t advance_any(ofsi_iter *iter, uint32_t target) {
    return iter->doc = target < iter->scan->doc_count ? target : OFSI_DOC_END;
}

static void start_any(ofsi_iter *iter) {
    iter->doc = iter->scan->doc_count ? 0 : OFSI_DOC_END;
    iter->cost = iter->scan->doc_count;
    iter->follows = true;
}

ofsi_iter *ofsi_iter_all(ofsi_scan *scan) {
    static const ofsi_iter_ops ops = {.advance = advance_any, .keep = keep_all, .rewind = rewind_any};
    ofsi_iter *iter = ofsi_scan_iter(scan, sizeof *iter, &ops);
    if (iter)
        start_any(iter);
    return iter;
}

/* ---- ranges ---- */

typedef struct iter_ranges {
    ofsi_iter base;
    const ofsi_range *ranges;
    size_t count, at;
} iter_ranges;

static uint32_t advance_ranges(ofsi_iter *iter, uint32_t target) {
    iter_ranges *it = (iter_ranges *)iter;
    size_t low = it->at, high = it->count;
    while (low < high) { /* the first range that ends behind target */
        size_t middle = low + (high - low) / 2;
        if (it->ranges[middle].end <= target)
            low = middle + 1;
        else
            high = middle;
    }
    it->at = low;
    if (low == it->count)
        return iter->doc = OFSI_DOC_END;
    return iter->doc = target > it->ranges[low].first ? target : it->ranges[low].first;
}

static void rewind_ranges(ofsi_iter *iter) {
    ((iter_ranges *)iter)->at = 0;
    advance_ranges(iter, 0);
}

static void keep_ranges(ofsi_iter *iter, ofsi_window *w) {
    const iter_ranges *it = (const iter_ranges *)iter;
    uint64_t words[OFSI_WINDOW_WORDS] = {0};
    rewind_ranges(iter);
    advance_ranges(iter, w->first);
    for (size_t i = it->at; i < it->count && it->ranges[i].first < w->end; i++) {
        uint32_t from = it->ranges[i].first > w->first ? it->ranges[i].first - w->first : 0;
        uint32_t to = (it->ranges[i].end < w->end ? it->ranges[i].end : w->end) - w->first;
        for (uint32_t at = from; at < to;) { /* word by word */
            uint32_t run = 64 - at % 64 < to - at ? 64 - at % 64 : to - at;
            words[at / 64] |= (run == 64 ? UINT64_MAX : (UINT64_C(1) << run) - 1) << at % 64;
            at += run;
        }
    }
    ofsi_window_and(w, words);
}

static uint32_t next_ranges(ofsi_iter *iter, uint32_t target) {
    rewind_ranges(iter);
    return advance_ranges(iter, target);
}

ofsi_iter *ofsi_iter_ranges(ofsi_scan *scan, const ofsi_range *ranges, size_t count) {
    static const ofsi_iter_ops ops = {
        .advance = advance_ranges, .keep = keep_ranges, .next = next_ranges, .rewind = rewind_ranges};
    iter_ranges *it = ofsi_scan_iter(scan, sizeof *it, &ops);
    if (!it)
        return NULL;
    it->ranges = ranges;
    it->count = count;
    for (size_t i = 0; i < count; i++)
        it->base.cost += ranges[i].end - ranges[i].first;
    advance_ranges(&it->base, 0);
    return &it->base;
}

/* ---- columns ---- */

typedef struct iter_column {
    ofsi_iter base;
    ofsi_column_test passes;
    const void *context;
    ofsi_column_keeper keeper; /* NULL: each document is tested */
} iter_column;

static bool confirm_column(ofsi_iter *iter) {
    const iter_column *it = (const iter_column *)iter;
    return it->passes(iter->scan->segment, iter->doc, it->context);
}

static void keep_column(ofsi_iter *iter, ofsi_window *w) {
    const iter_column *it = (const iter_column *)iter;
    if (it->keeper) {
        it->keeper(iter->scan->segment, w->first, ofsi_window_word_count(w), w->words, it->context);
        return;
    }
    for (uint32_t i = 0; i < ofsi_window_word_count(w); i++)
        for (uint64_t left = w->words[i]; left; left &= left - 1) {
            unsigned bit = (unsigned)__builtin_ctzll(left);
            if (!it->passes(iter->scan->segment, w->first + i * 64 + bit, it->context))
                w->words[i] &= ~(UINT64_C(1) << bit);
        }
}

ofsi_iter *ofsi_iter_column(ofsi_scan *scan, ofsi_column_test passes, const void *context) {
    static const ofsi_iter_ops ops = {
        .advance = advance_any, .confirm = confirm_column, .keep = keep_column, .rewind = rewind_any};
    iter_column *it = ofsi_scan_iter(scan, sizeof *it, &ops);
    if (!it)
        return NULL;
    it->passes = passes;
    it->context = context;
    start_any(&it->base);
    it->base.effort = OFSI_EFFORT_COLUMN;
    return &it->base;
}

ofsi_iter *ofsi_iter_table(ofsi_scan *scan, ofsi_column_test passes, ofsi_column_keeper keeper,
                           const uint8_t *table) {
    ofsi_iter *iter = ofsi_iter_column(scan, passes, table);
    if (iter)
        ((iter_column *)iter)->keeper = keeper;
    return iter;
}
