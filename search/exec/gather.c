/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums by a slot for each document of the segment where the terms are frequent, by sorting pairs where they are rare. */
#include "search/exec/gather.h"

#include <stdlib.h>

#include "indexer/base/alloc.h"

typedef struct pair {
    uint32_t doc, tf;
} pair;

typedef struct sums {
    uint32_t *slots; /* by document; NULL: pairs */
    pair *pairs;
    size_t count, capacity;
} sums;

enum { DENSE_PART = 16 }; /* one document in so many: then slots are cheaper */

static uint32_t add_counts(uint32_t a, uint32_t b) { return a > UINT32_MAX - b ? UINT32_MAX : a + b; }

static ofs_status add_count(sums *s, uint32_t doc, uint32_t tf, ofs_error *err) {
    if (s->slots) {
        s->slots[doc] = add_counts(s->slots[doc], tf);
        return OFS_OK;
    }
    if (!ofsi_grow(&s->pairs, &s->capacity, s->count + 1, sizeof *s->pairs))
        return ofsi_fail_nomem(err);
    s->pairs[s->count++] = (pair){doc, tf};
    return OFS_OK;
}

/* Occurrences in the current document whose form fits. */
static ofs_status count_fitting(ofsi_postings *cursor, const uint8_t *accept, uint32_t *tf, ofs_error *err) {
    const uint32_t *positions, *codes;
    uint32_t count = ofsi_postings_tf(cursor);
    *tf = count;
    if (!accept)
        return OFS_OK;
    *tf = 0;
    ofs_status status = ofsi_postings_positions(cursor, &positions, &codes, err);
    for (uint32_t i = 0; i < count && status == OFS_OK; i++)
        *tf += accept[codes[i]];
    return status;
}

static ofs_status add_term(const ofsi_snapshot_segment *part, const ofsi_expanded_term *expanded, sums *s,
                           ofs_error *err) {
    ofsi_postings *cursor = NULL;
    uint32_t tf;
    ofs_status status = ofsi_postings_open(part->segment, &expanded->term, &cursor, err);
    if (status != OFS_OK)
        return status;
    for (uint32_t doc = ofsi_postings_next(cursor); doc != OFSI_DOC_END && status == OFS_OK;
         doc = ofsi_postings_next(cursor)) {
        if (ofsi_snapshot_is_dead(part, doc))
            continue;
        status = count_fitting(cursor, expanded->accept, &tf, err);
        if (status == OFS_OK && tf)
            status = add_count(s, doc, tf, err);
    }
    if (status == OFS_OK)
        status = ofsi_postings_status(cursor, err);
    ofsi_postings_close(cursor);
    return status;
}

static int by_doc(const void *a, const void *b) {
    const pair *x = a, *y = b;
    return (x->doc > y->doc) - (x->doc < y->doc);
}

/* Slots into pairs, or pairs sorted and summed. */
static ofs_status settle_sums(sums *s, uint32_t doc_count, ofs_error *err) {
    if (s->slots) {
        for (uint32_t doc = 0; doc < doc_count; doc++) {
            if (!s->slots[doc])
                continue;
            if (!ofsi_grow(&s->pairs, &s->capacity, s->count + 1, sizeof *s->pairs))
                return ofsi_fail_nomem(err);
            s->pairs[s->count++] = (pair){doc, s->slots[doc]};
        }
        return OFS_OK;
    }
    if (s->count)
        qsort(s->pairs, s->count, sizeof *s->pairs, by_doc);
    size_t kept = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (kept && s->pairs[kept - 1].doc == s->pairs[i].doc)
            s->pairs[kept - 1].tf = add_counts(s->pairs[kept - 1].tf, s->pairs[i].tf);
        else
            s->pairs[kept++] = s->pairs[i];
    }
    s->count = kept;
    return OFS_OK;
}

ofs_status ofsi_gather(const ofsi_snapshot_segment *part, ofsi_arena *arena, ofsi_expansion *expansion,
                       ofs_error *err) {
    sums s = {0};
    ofs_status status = OFS_OK;
    uint32_t doc_count = ofsi_segment_doc_count(part->segment);
    uint64_t postings = 0;
    for (uint32_t i = 0; i < expansion->term_count; i++)
        postings += expansion->terms[i].term.df;
    if (postings > doc_count / DENSE_PART) {
        s.slots = ofsi_calloc(doc_count, sizeof *s.slots);
        if (!s.slots)
            return ofsi_fail_nomem(err);
    }
    for (uint32_t i = 0; i < expansion->term_count && status == OFS_OK; i++)
        status = add_term(part, &expansion->terms[i], &s, err);
    if (status == OFS_OK)
        status = settle_sums(&s, doc_count, err);
    if (status == OFS_OK && s.count) {
        expansion->docs = ofsi_arena_calloc(arena, s.count, sizeof *expansion->docs);
        expansion->tfs = ofsi_arena_calloc(arena, s.count, sizeof *expansion->tfs);
        if (!expansion->docs || !expansion->tfs)
            status = ofsi_fail_nomem(err);
        for (size_t i = 0; i < s.count && status == OFS_OK; i++) {
            expansion->docs[i] = s.pairs[i].doc;
            expansion->tfs[i] = s.pairs[i].tf;
        }
        expansion->doc_count = status == OFS_OK ? (uint32_t)s.count : 0;
    }
    ofsi_free(s.slots);
    ofsi_free(s.pairs);
    return status;
}
