/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Merging terms: scans of all dictionaries side by side; for the least term, forms are united and postings interleaved. */
#include "indexer/build/merge_term.h"

#include <stdlib.h>

#include "indexer/base/alloc.h"
#include "indexer/base/map.h"

/* One source's part in the merge. */
typedef struct lane {
    const ofsi_merge_source *source;
    ofsi_term_scan *scan;
    ofsi_span text; /* its next term; valid while `more` */
    ofsi_term term;
    bool more;
    bool in_term; /* it has the term being merged */
    const ofsi_span *forms;
    const uint64_t *counts;
    uint32_t *codes; /* its codes to those of the union, then to the written ones; in the term's arena */
    ofsi_postings *postings;
    uint32_t report;  /* of the current posting */
    uint32_t new_doc; /* of the current live posting, or OFSI_DOC_END */
} lane;

typedef struct merging {
    lane *lanes;
    uint32_t count;
    ofsi_segment_writer *writer;
    ofsi_arena arena; /* of one term */
    ofsi_map forms;   /* the union */
    uint64_t *counts; /* of the union's forms */
    size_t counts_capacity;
    uint32_t *order, *ranks;
    size_t order_capacity, ranks_capacity;
    ofsi_span *sorted;
    size_t sorted_capacity;
    uint64_t *sorted_counts;
    size_t sorted_counts_capacity;
    uint32_t *codes; /* of one posting, as written */
    size_t codes_capacity;
    char term[256];
    uint64_t read; /* about how many bytes since pages were let go of last */
} merging;

enum {
    RELEASE_BYTES = 8 << 20,
    OCCURRENCE_BYTES = 2, /* about what one takes in a segment */
    ENTRY_BYTES = 32      /* about what a term takes in a dictionary, with its forms */
};

/* Within a term too: the most frequent ones are larger than all that may stay. */
static void count_read(merging *m, uint64_t bytes) {
    m->read += bytes;
    if (m->read < RELEASE_BYTES)
        return;
    m->read = 0;
    for (uint32_t i = 0; i < m->count; i++)
        ofsi_segment_release(m->lanes[i].source->segment);
}

static ofs_status step_scan(lane *l, ofs_error *err) {
    return ofsi_term_scan_next(l->scan, &l->text, &l->term, &l->more, err);
}

/* ---- documents ---- */

/* Moves to the next live posting and finds where it goes. */
static ofs_status step_posting(lane *l, ofs_error *err) {
    const ofsi_merge_source *s = l->source;
    for (;;) {
        uint32_t doc = ofsi_postings_next(l->postings);
        if (doc == OFSI_DOC_END) {
            l->new_doc = OFSI_DOC_END;
            return ofsi_postings_status(l->postings, err);
        }
        while (s->first_docs[l->report + 1] <= doc)
            l->report++;
        if (s->new_docs[l->report] != OFSI_DOC_END) {
            l->new_doc = s->new_docs[l->report] + (doc - s->first_docs[l->report]);
            return OFS_OK;
        }
    }
}

static ofs_status open_postings(lane *l, ofs_error *err) {
    l->report = 0;
    ofs_status status = ofsi_postings_open(l->source->segment, &l->term, &l->postings, err);
    return status == OFS_OK ? step_posting(l, err) : status;
}

static void close_postings(merging *m) {
    for (uint32_t i = 0; i < m->count; i++) {
        ofsi_postings_close(m->lanes[i].postings);
        m->lanes[i].postings = NULL;
    }
}

/* ---- forms ---- */

/* Counts a term's forms over its live postings; needed only where some are dead. */
static ofs_status recount(merging *m, lane *l, ofs_error *err) {
    ofs_status status = open_postings(l, err);
    while (status == OFS_OK && l->new_doc != OFSI_DOC_END) {
        const uint32_t *positions, *codes;
        uint32_t tf = ofsi_postings_tf(l->postings);
        status = ofsi_postings_positions(l->postings, &positions, &codes, err);
        for (uint32_t i = 0; status == OFS_OK && i < tf; i++)
            m->counts[l->codes[codes[i]]]++;
        count_read(m, (uint64_t)tf * OCCURRENCE_BYTES);
        if (status == OFS_OK)
            status = step_posting(l, err);
    }
    ofsi_postings_close(l->postings);
    l->postings = NULL;
    return status;
}

static ofs_status unite_forms(merging *m, lane *l, ofs_error *err) {
    ofs_status status =
        ofsi_segment_term_forms(l->source->segment, l->text, &l->term, &m->arena, &l->forms, &l->counts, err);
    if (status != OFS_OK)
        return status;
    l->codes = ofsi_arena_calloc(&m->arena, l->term.form_count, sizeof *l->codes);
    if (!l->codes)
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < l->term.form_count; i++) {
        bool added;
        l->codes[i] = ofsi_map_intern(&m->forms, l->forms[i], &added);
        if (l->codes[i] == OFSI_MAP_NONE ||
            !ofsi_grow(&m->counts, &m->counts_capacity, m->forms.count, sizeof *m->counts))
            return ofsi_fail_nomem(err);
        if (added)
            m->counts[l->codes[i]] = 0;
        if (!l->source->has_dead)
            m->counts[l->codes[i]] += l->counts[i];
    }
    return l->source->has_dead ? recount(m, l, err) : OFS_OK;
}

static int compare_forms(const void *a, const void *b, void *context) {
    const merging *m = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    if (m->counts[x] != m->counts[y])
        return m->counts[x] > m->counts[y] ? -1 : 1;
    return ofsi_span_compare(m->forms.keys[x], m->forms.keys[y]);
}

/* Orders the union as a segment wants it, without the forms that no live posting has. Returns how many there are. */
static bool order_forms(merging *m, uint32_t *form_count) {
    uint32_t n = m->forms.count, used = 0;
    if (!ofsi_grow(&m->order, &m->order_capacity, n, sizeof *m->order) ||
        !ofsi_grow(&m->ranks, &m->ranks_capacity, n, sizeof *m->ranks) ||
        !ofsi_grow(&m->sorted, &m->sorted_capacity, n, sizeof *m->sorted) ||
        !ofsi_grow(&m->sorted_counts, &m->sorted_counts_capacity, n, sizeof *m->sorted_counts))
        return false;
    for (uint32_t i = 0; i < n; i++)
        m->order[i] = i;
    qsort_r(m->order, n, sizeof *m->order, compare_forms, m);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t form = m->order[i];
        m->ranks[form] = i;
        m->sorted[i] = m->forms.keys[form];
        m->sorted_counts[i] = m->counts[form];
        used += m->counts[form] > 0;
    }
    *form_count = used;
    return true;
}

/* ---- one term ---- */

static lane *least_lane(merging *m) {
    lane *least = NULL;
    for (uint32_t i = 0; i < m->count; i++) {
        lane *l = &m->lanes[i];
        if (l->in_term && l->new_doc != OFSI_DOC_END && (!least || l->new_doc < least->new_doc))
            least = l;
    }
    return least;
}

static ofs_status write_posting(merging *m, lane *l, ofs_error *err) {
    const uint32_t *positions, *codes;
    uint32_t tf = ofsi_postings_tf(l->postings);
    ofs_status status = ofsi_postings_positions(l->postings, &positions, &codes, err);
    if (status != OFS_OK)
        return status;
    if (!ofsi_grow(&m->codes, &m->codes_capacity, tf, sizeof *m->codes))
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < tf; i++)
        m->codes[i] = m->ranks[l->codes[codes[i]]];
    count_read(m, (uint64_t)tf * OCCURRENCE_BYTES);
    return ofsi_segment_add_posting(m->writer, l->new_doc, tf, positions, m->codes, err);
}

static ofs_status write_postings(merging *m, ofs_error *err) {
    ofs_status status = OFS_OK;
    for (uint32_t i = 0; i < m->count && status == OFS_OK; i++)
        if (m->lanes[i].in_term)
            status = open_postings(&m->lanes[i], err);
    for (lane *l; status == OFS_OK && (l = least_lane(m)) != NULL;) {
        status = write_posting(m, l, err);
        if (status == OFS_OK)
            status = step_posting(l, err);
    }
    close_postings(m);
    return status;
}

static ofs_status merge_term(merging *m, ofsi_span text, ofs_error *err) {
    uint32_t form_count = 0;
    ofs_status status = OFS_OK;
    ofsi_arena_reset(&m->arena);
    ofsi_map_reset(&m->forms);
    for (uint32_t i = 0; i < m->count && status == OFS_OK; i++)
        if (m->lanes[i].in_term)
            status = unite_forms(m, &m->lanes[i], err);
    if (status == OFS_OK && !order_forms(m, &form_count))
        status = ofsi_fail_nomem(err);
    if (status != OFS_OK || form_count == 0)
        return status;
    status = ofsi_segment_begin_term(m->writer, text, m->sorted, m->sorted_counts, form_count, err);
    if (status == OFS_OK)
        status = write_postings(m, err);
    return status == OFS_OK ? ofsi_segment_end_term(m->writer, err) : status;
}

/* ---- all terms ---- */

/* Marks the lanes that have the least term, and copies it; false when all dictionaries are at their end. */
static bool find_least(merging *m, ofsi_span *text) {
    const lane *least = NULL;
    for (uint32_t i = 0; i < m->count; i++)
        if (m->lanes[i].more && (!least || ofsi_span_compare(m->lanes[i].text, least->text) < 0))
            least = &m->lanes[i];
    if (!least)
        return false;
    memcpy(m->term, least->text.data, least->text.size);
    *text = (ofsi_span){m->term, least->text.size};
    for (uint32_t i = 0; i < m->count; i++)
        m->lanes[i].in_term = m->lanes[i].more && ofsi_span_equal(m->lanes[i].text, *text);
    return true;
}

static ofs_status step_lanes(merging *m, ofs_error *err) {
    ofs_status status = OFS_OK;
    for (uint32_t i = 0; i < m->count && status == OFS_OK; i++)
        if (m->lanes[i].in_term) {
            count_read(m, ENTRY_BYTES);
            status = step_scan(&m->lanes[i], err);
        }
    return status;
}

static ofs_status open_lanes(merging *m, const ofsi_merge_source *sources, ofs_error *err) {
    ofs_status status = OFS_OK;
    for (uint32_t i = 0; i < m->count && status == OFS_OK; i++) {
        m->lanes[i].source = &sources[i];
        status = ofsi_term_scan_open(sources[i].segment, ofsi_span_of(""), &m->lanes[i].scan, err);
        if (status == OFS_OK)
            status = step_scan(&m->lanes[i], err);
    }
    return status;
}

static void free_merging(merging *m) {
    close_postings(m);
    for (uint32_t i = 0; i < m->count; i++)
        ofsi_term_scan_close(m->lanes[i].scan);
    ofsi_free(m->lanes);
    ofsi_free(m->counts);
    ofsi_free(m->order);
    ofsi_free(m->ranks);
    ofsi_free(m->sorted);
    ofsi_free(m->sorted_counts);
    ofsi_free(m->codes);
    ofsi_map_free(&m->forms);
    ofsi_arena_free(&m->arena);
}

ofs_status ofsi_merge_terms(const ofsi_merge_source *sources, uint32_t count, ofsi_segment_writer *writer,
                            ofs_error *err) {
    merging m = {.writer = writer, .arena = {.block_size = 4096}};
    m.lanes = ofsi_calloc(count, sizeof *m.lanes);
    if (!m.lanes)
        return ofsi_fail_nomem(err);
    m.count = count;
    ofsi_span text;
    ofs_status status = open_lanes(&m, sources, err);
    while (status == OFS_OK && find_least(&m, &text)) {
        status = merge_term(&m, text, err);
        if (status == OFS_OK)
            status = step_lanes(&m, err);
    }
    free_merging(&m);
    return status;
}
