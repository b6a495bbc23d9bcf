/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns over sets of documents: how often each value occurs, and which documents are notes. */
#include <ofsearch/report.h>

#include "indexer/base/alloc.h"
#include "indexer/format/segment_impl.h"

/* Values beyond their table (a crafted file) count as entry 0, as in segment_read.c. */
static void tally(ofsi_column column, uint32_t values, const ofsi_bits *bits, uint32_t *counts) {
    for (uint32_t w = 0; w < bits->word_count; w++)
        for (uint64_t left = bits->words[w]; left; left &= left - 1) {
            uint32_t doc = bits->first + w * 64 + (uint32_t)__builtin_ctzll(left);
            uint32_t value = ofsi_column_get(column, doc);
            counts[value < values ? value : 0]++;
        }
}

void ofsi_segment_tally_sections(const ofsi_segment *s, const ofsi_bits *bits, uint32_t *counts) {
    tally(s->section, s->section_count, bits, counts);
}

void ofsi_segment_tally_grades(const ofsi_segment *s, const ofsi_bits *bits, uint32_t *counts) {
    tally(s->grade, s->grade_count, bits, counts);
}

void ofsi_segment_tally_kinds(const ofsi_segment *s, const ofsi_bits *bits, uint32_t *counts) {
    tally(s->kind, OFS_KIND_COUNT, bits, counts);
}

static void keep(ofsi_column column, uint32_t values, uint32_t doc, uint64_t *word, const uint8_t *table) {
    for (uint64_t left = *word; left; left &= left - 1) {
        unsigned bit = (unsigned)__builtin_ctzll(left);
        uint32_t value = ofsi_column_get(column, doc + bit);
        *word &= ~((uint64_t)!table[value < values ? value : 0] << bit);
    }
}

void ofsi_segment_keep_sections(const ofsi_segment *s, uint32_t first, uint32_t word_count, uint64_t *words,
                                const uint8_t *table) {
    for (uint32_t w = 0; w < word_count; w++)
        keep(s->section, s->section_count, first + w * 64, &words[w], table);
}

void ofsi_segment_keep_grades(const ofsi_segment *s, uint32_t first, uint32_t word_count, uint64_t *words,
                              const uint8_t *table) {
    for (uint32_t w = 0; w < word_count; w++)
        keep(s->grade, s->grade_count, first + w * 64, &words[w], table);
}

static bool mark_notes(const ofsi_segment *s, uint64_t *words) {
    bool any = false;
    for (uint32_t doc = 0; doc < s->doc_count; doc++)
        if (ofsi_column_get(s->kind, doc) == OFS_KIND_NOTE) {
            words[doc / 64] |= UINT64_C(1) << doc % 64;
            any = true;
        }
    return any;
}

ofs_status ofsi_segment_notes(ofsi_segment *s, const uint64_t **words, ofs_error *err) {
    ofs_status status = OFS_OK;
    if (!atomic_load_explicit(&s->notes_known, memory_order_acquire)) {
        pthread_mutex_lock(&s->mutex);
        if (!s->notes_known && s->kind.data) {
            s->notes = ofsi_calloc((size_t)s->doc_count / 64 + 1, sizeof *s->notes);
            if (!s->notes)
                status = ofsi_fail_nomem(err);
            else if (!mark_notes(s, s->notes)) {
                ofsi_free(s->notes);
                s->notes = NULL;
            }
        }
        if (status == OFS_OK)
            atomic_store_explicit(&s->notes_known, true, memory_order_release);
        pthread_mutex_unlock(&s->mutex);
    }
    *words = s->notes;
    return status;
}
