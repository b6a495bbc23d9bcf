/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A heap of the best while matches come, a merge sort at the end (its order needs the snapshot for ties). */
#include "search/exec/top.h"

#include <math.h>

#include "indexer/base/alloc.h"

void ofsi_top_start(ofsi_top *top, const ofsi_snapshot *snapshot, ofs_sort sort, uint64_t wanted) {
    *top = (ofsi_top){.snapshot = snapshot, .sort = sort, .wanted = wanted};
}

void ofsi_top_free(ofsi_top *top) {
    ofsi_free(top->entries);
    top->entries = NULL;
    top->count = top->capacity = 0;
}

static void read_report(const ofsi_top *top, const ofsi_top_entry *entry, ofsi_report_row *row) {
    ofsi_segment *segment = top->snapshot->segments[entry->part].segment;
    ofsi_segment_report(segment, ofsi_segment_report_of(segment, entry->doc), row);
}

/* By report id, then place. Files in different folders may give one id: then by path. */
static int compare_places(const ofsi_top *top, const ofsi_top_entry *a, const ofsi_top_entry *b) {
    if (a->part == b->part)
        return (a->doc > b->doc) - (a->doc < b->doc);
    ofsi_report_row x, y;
    read_report(top, a, &x);
    read_report(top, b, &y);
    int order = ofsi_span_compare(x.id, y.id);
    if (order == 0)
        order = ofsi_span_compare(x.path, y.path);
    return order ? order : (a->part > b->part) - (a->part < b->part);
}

/* Whether a comes before b. */
static bool is_better(const ofsi_top *top, const ofsi_top_entry *a, const ofsi_top_entry *b) {
    if (a->key != b->key)
        return a->key > b->key;
    return compare_places(top, a, b) < 0;
}

static void sift_down(ofsi_top *top, size_t at) {
    ofsi_top_entry *heap = top->entries, moving = heap[at];
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= top->count)
            break;
        if (child + 1 < top->count && is_better(top, &heap[child], &heap[child + 1]))
            child++;
        if (!is_better(top, &moving, &heap[child]))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moving;
}

/* The date of the document's report, asked once for a report; undated is behind all. */
static double date_of(ofsi_top *top, uint32_t part, uint32_t doc) {
    if (top->key_end == 0 || top->key_part != part || doc >= top->key_end) {
        ofsi_report_row row;
        ofsi_top_entry entry = {.part = part, .doc = doc};
        read_report(top, &entry, &row);
        int32_t date = row.published != OFS_NO_DATE ? row.published : row.inspected_to;
        top->key_part = part;
        top->key_end = row.first_doc + row.doc_count;
        top->date_key = date == OFS_NO_DATE ? -INFINITY : (double)date;
    }
    return top->date_key;
}

bool ofsi_top_offer(ofsi_top *top, uint32_t part, uint32_t doc, double score) {
    ofsi_top_entry entry = {.key = score, .score = score, .part = part, .doc = doc};
    if (top->sort == OFS_SORT_DATE)
        entry.key = date_of(top, part, doc);
    else if (top->sort == OFS_SORT_REPORT)
        entry.key = 0.0;
    if (top->count < top->wanted) {
        if (top->count == top->capacity &&
            !ofsi_grow(&top->entries, &top->capacity, top->count + 1, sizeof entry))
            return false;
        top->entries[top->count++] = entry;
        if (top->count == top->wanted)
            for (size_t i = top->count / 2; i-- > 0;)
                sift_down(top, i);
        return true;
    }
    if (top->wanted && is_better(top, &entry, &top->entries[0])) {
        top->entries[0] = entry;
        sift_down(top, 0);
    }
    return true;
}

bool ofsi_top_finish(ofsi_top *top) {
    size_t n = top->count;
    ofsi_top_entry *from = top->entries, *spare = ofsi_reallocarray(NULL, n, sizeof *spare), *to = spare;
    if (!spare)
        return false;
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t start = 0; start < n; start += 2 * width) {
            size_t middle = start + width < n ? start + width : n,
                   end = middle + width < n ? middle + width : n;
            size_t a = start, b = middle;
            for (size_t k = start; k < end; k++)
                to[k] =
                    a < middle && (b == end || !is_better(top, &from[b], &from[a])) ? from[a++] : from[b++];
        }
        ofsi_top_entry *swap = from;
        from = to;
        to = swap;
    }
    if (from != top->entries && n)
        memcpy(top->entries, from, n * sizeof *from);
    ofsi_free(spare);
    return true;
}
