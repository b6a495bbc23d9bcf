/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One segment while a plan runs over it: its memory, its cursors, its first failure. */
#include "indexer/base/alloc.h"
#include "search/exec/iter.h"

ofs_status ofsi_scan_open(const ofsi_weighed *weighed, uint32_t number, ofsi_analyzer *analyzer,
                          ofsi_scan *scan, ofs_error *err) {
    *scan = (ofsi_scan){.weighed = weighed,
                        .part = &weighed->snapshot->segments[number],
                        .number = number,
                        .analyzer = analyzer,
                        .err = err};
    scan->segment = scan->part->segment;
    scan->doc_count = ofsi_segment_doc_count(scan->segment);
    scan->shared =
        ofsi_arena_calloc(&scan->arena, (size_t)weighed->plan->terms.count + 1, sizeof *scan->shared);
    return scan->shared ? OFS_OK : ofsi_fail_nomem(err);
}

void ofsi_scan_fail(ofsi_scan *scan, ofs_status status) {
    if (scan->status == OFS_OK)
        scan->status = status;
}

ofs_error *ofsi_scan_err(ofsi_scan *scan) { return scan->status == OFS_OK ? scan->err : NULL; }

ofs_status ofsi_scan_status(ofsi_scan *scan) {
    for (size_t i = 0; i < scan->cursor_count && scan->status == OFS_OK; i++)
        scan->status = ofsi_postings_status(scan->cursors[i], scan->err);
    return scan->status;
}

void ofsi_scan_close(ofsi_scan *scan) {
    for (ofsi_iter *iter = scan->iters; iter; iter = iter->older)
        if (iter->ops->close)
            iter->ops->close(iter);
    for (size_t i = 0; i < scan->cursor_count; i++)
        ofsi_postings_close(scan->cursors[i]);
    ofsi_free(scan->cursors);
    ofsi_arena_free(&scan->arena);
}

const ofsi_term *ofsi_scan_term(const ofsi_scan *scan, uint32_t number) {
    return &scan->weighed->terms[number].found[scan->number];
}

ofsi_postings *ofsi_scan_cursor(ofsi_scan *scan, const ofsi_term *term) {
    ofsi_postings *cursor = NULL;
    if (term->df == 0 || scan->status != OFS_OK)
        return NULL;
    if (!ofsi_grow(&scan->cursors, &scan->cursor_capacity, scan->cursor_count + 1, sizeof(ofsi_postings *))) {
        ofsi_scan_fail(scan, ofsi_fail_nomem(scan->err));
        return NULL;
    }
    ofs_status status = ofsi_postings_open(scan->segment, term, &cursor, scan->err);
    if (status != OFS_OK) {
        ofsi_scan_fail(scan, status);
        return NULL;
    }
    scan->cursors[scan->cursor_count++] = cursor;
    return cursor;
}

void *ofsi_scan_iter(ofsi_scan *scan, size_t size, const ofsi_iter_ops *ops) {
    ofsi_iter *iter = ofsi_arena_calloc(&scan->arena, 1, size);
    if (!iter) {
        ofs_error *err = ofsi_scan_err(scan);
        ofsi_scan_fail(scan, ofsi_fail_nomem(err));
        return NULL;
    }
    iter->ops = ops;
    iter->scan = scan;
    iter->older = scan->iters;
    scan->iters = iter;
    return iter;
}
