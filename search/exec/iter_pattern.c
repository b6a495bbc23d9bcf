/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Documents of a pattern, gathered beforehand, or those of the one term that it stands for. Where in a document its words stand is asked of the terms' cursors, kept
 * in a heap by document and opened when first asked.
 */
#include "indexer/base/alloc.h"
#include "search/exec/window.h"

typedef struct source {
    ofsi_postings *cursor;
    const uint8_t *accept;
    uint32_t doc;
} source;

typedef struct iter_pattern {
    ofsi_iter base;
    const ofsi_expansion *expansion;
    uint32_t at;
    source *heap; /* NULL until places are asked for */
    uint32_t source_count;
} iter_pattern;

static uint32_t advance_pattern(ofsi_iter *iter, uint32_t target) {
    iter_pattern *it = (iter_pattern *)iter;
    const uint32_t *docs = it->expansion->docs;
    uint32_t count = it->expansion->doc_count, low = it->at, step = 1;
    while (count - low > step && docs[low + step] < target) { /* gallop */
        low += step;
        step *= 2;
    }
    uint32_t high = count - low > step ? low + step : count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (docs[middle] < target)
            low = middle + 1;
        else
            high = middle;
    }
    it->at = low;
    return iter->doc = low < count ? docs[low] : OFSI_DOC_END;
}

/* The number of the first document >= target. */
static uint32_t find_doc(const ofsi_expansion *e, uint32_t target) {
    uint32_t low = 0, high = e->doc_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (e->docs[middle] < target)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void fill_pattern(ofsi_iter *iter, uint32_t first, uint32_t end, uint64_t *words) {
    const ofsi_expansion *e = ((iter_pattern *)iter)->expansion;
    for (uint32_t i = find_doc(e, first); i < e->doc_count && e->docs[i] < end; i++) {
        uint32_t at = e->docs[i] - first;
        words[at / 64] |= UINT64_C(1) << at % 64;
    }
}

static void keep_pattern(ofsi_iter *iter, ofsi_window *w) {
    uint64_t words[OFSI_WINDOW_WORDS] = {0};
    fill_pattern(iter, w->first, w->end, words);
    ofsi_window_and(w, words);
}

static uint32_t next_pattern(ofsi_iter *iter, uint32_t target) {
    const ofsi_expansion *e = ((iter_pattern *)iter)->expansion;
    uint32_t i = find_doc(e, target);
    return i < e->doc_count ? e->docs[i] : OFSI_DOC_END;
}

static void sift_down(source *heap, uint32_t count, uint32_t at) {
    source moving = heap[at];
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= count)
            break;
        if (child + 1 < count && heap[child + 1].doc < heap[child].doc)
            child++;
        if (heap[child].doc >= moving.doc)
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moving;
}

static bool open_sources(iter_pattern *it) {
    ofsi_scan *scan = it->base.scan;
    const ofsi_expansion *expansion = it->expansion;
    it->heap = ofsi_arena_calloc(&scan->arena, expansion->term_count, sizeof *it->heap);
    if (!it->heap) {
        ofsi_scan_fail(scan, ofsi_fail_nomem(ofsi_scan_err(scan)));
        return false;
    }
    for (uint32_t i = 0; i < expansion->term_count; i++) {
        ofsi_postings *cursor = ofsi_scan_cursor(scan, &expansion->terms[i].term);
        if (!cursor)
            return false;
        it->heap[it->source_count++] =
            (source){cursor, expansion->terms[i].accept, ofsi_postings_next(cursor)};
    }
    for (uint32_t i = it->source_count / 2; i-- > 0;)
        sift_down(it->heap, it->source_count, i);
    return true;
}

static void push_positions(iter_pattern *it, const source *s, ofsi_extents *out) {
    const uint32_t *positions, *codes = NULL;
    ofs_status status = ofsi_postings_positions(s->cursor, &positions, s->accept ? &codes : NULL,
                                                ofsi_scan_err(it->base.scan));
    if (status != OFS_OK) {
        ofsi_scan_fail(it->base.scan, status);
        return;
    }
    uint32_t tf = ofsi_postings_tf(s->cursor);
    for (uint32_t i = 0; i < tf; i++)
        if (!codes || s->accept[codes[i]])
            ofsi_extents_push(out, positions[i], positions[i] + 1);
}

static void push_from(iter_pattern *it, uint32_t at, ofsi_extents *out) {
    if (at >= it->source_count || it->heap[at].doc != it->base.doc)
        return;
    push_positions(it, &it->heap[at], out);
    push_from(it, 2 * at + 1, out);
    push_from(it, 2 * at + 2, out);
}

static void pattern_extents(ofsi_iter *iter, ofsi_extents *out) {
    iter_pattern *it = (iter_pattern *)iter;
    if (!it->heap && !open_sources(it))
        return;
    while (it->source_count && it->heap[0].doc < iter->doc) {
        it->heap[0].doc = ofsi_postings_advance(it->heap[0].cursor, iter->doc);
        sift_down(it->heap, it->source_count, 0);
    }
    push_from(it, 0, out);
}

ofsi_iter *ofsi_iter_pattern(ofsi_scan *scan, uint32_t pattern) {
    static const ofsi_iter_ops ops = {.advance = advance_pattern,
                                      .extents = pattern_extents,
                                      .keep = keep_pattern,
                                      .next = next_pattern,
                                      .fill = fill_pattern};
    const ofsi_expansion *expansion = &scan->weighed->patterns[pattern].parts[scan->number];
    if (expansion->doc_count == 0)
        return ofsi_iter_nothing(scan);
    if (expansion->only) {
        ofsi_postings *cursor = ofsi_scan_cursor(scan, expansion->only);
        return cursor ? ofsi_iter_term(scan, cursor, expansion->doc_count) : NULL;
    }
    iter_pattern *it = ofsi_scan_iter(scan, sizeof *it, &ops);
    if (!it)
        return NULL;
    it->expansion = expansion;
    it->base.cost = expansion->doc_count;
    it->base.doc = expansion->docs[0];
    return &it->base;
}
