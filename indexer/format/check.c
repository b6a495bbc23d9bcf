/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verifying a segment whole: every checksum, then every invariant that readers rely on. */
#include <ofsearch/report.h>

#include "indexer/base/alloc.h"
#include "indexer/base/cursor.h"
#include "indexer/format/impacts.h"
#include "indexer/format/segment_impl.h"

static ofs_status damaged(const ofsi_segment *s, uint32_t chunk, uint64_t offset, const char *what,
                          ofs_error *err) {
    return ofsi_container_damaged(&s->file, chunk, offset, what, err);
}

/* What a walk over a term's postings adds up. */
typedef struct walk {
    uint64_t df, cf;
    ofsi_impact block[OFSI_IMPACTS_MAX], term[OFSI_IMPACTS_MAX];
    uint32_t block_count, term_count;
    uint32_t block_last;
} walk;

static bool is_bounded(const ofsi_impact *impacts, uint32_t count, uint32_t tf, uint32_t length) {
    for (uint32_t i = 0; i < count; i++)
        if (tf <= impacts[i].tf && length >= impacts[i].length)
            return true;
    return false;
}

static ofs_status check_posting(ofsi_segment *s, const ofsi_term *term, ofsi_postings *p, walk *w,
                                ofs_error *err) {
    uint32_t doc = ofsi_postings_doc(p), tf = ofsi_postings_tf(p), length = ofsi_segment_length(s, doc);
    const uint32_t *positions, *codes;
    ofs_status status = ofsi_postings_positions(p, &positions, &codes, err);
    if (status != OFS_OK)
        return status;
    for (uint32_t i = 1; i < tf; i++)
        if (positions[i] < positions[i - 1])
            return damaged(s, OFSI_CHUNK_POSITIONS, term->positions_offset, "positions do not ascend", err);
    if (positions[tf - 1] >= length)
        return damaged(s, OFSI_CHUNK_POSITIONS, term->positions_offset,
                       "a position lies behind its paragraph", err);
    if (!is_bounded(w->term, w->term_count, tf, length) || !is_bounded(w->block, w->block_count, tf, length))
        return damaged(s, OFSI_CHUNK_POSTINGS, term->postings_offset, "impacts do not bound their postings",
                       err);
    w->df++;
    w->cf += tf;
    return OFS_OK;
}

static void take_impacts(walk *w, const ofsi_impact *impacts, uint32_t count, bool of_term) {
    memcpy(of_term ? w->term : w->block, impacts, count * sizeof *impacts);
    *(of_term ? &w->term_count : &w->block_count) = count;
}

static ofs_status walk_postings(ofsi_segment *s, const ofsi_term *term, ofsi_postings *p, walk *w,
                                ofs_error *err) {
    const ofsi_impact *impacts;
    uint32_t count;
    ofs_status status = OFS_OK;
    ofsi_postings_impacts(p, &impacts, &count);
    take_impacts(w, impacts, count, true);
    for (uint32_t doc; status == OFS_OK && (doc = ofsi_postings_next(p)) != OFSI_DOC_END;) {
        if (w->df == 0 || doc > w->block_last) {
            ofsi_postings_block_impacts(p, doc, &w->block_last, &impacts, &count);
            take_impacts(w, impacts, count, false);
            status = ofsi_postings_status(p, err);
        }
        if (status == OFS_OK)
            status = check_posting(s, term, p, w, err);
    }
    if (status == OFS_OK)
        status = ofsi_postings_status(p, err);
    if (status == OFS_OK && (w->df != term->df || w->cf != term->cf))
        status = damaged(s, OFSI_CHUNK_POSTINGS, term->postings_offset,
                         "a term's counts and its postings differ", err);
    return status;
}

static ofs_status check_forms(ofsi_segment *s, ofsi_span text, const ofsi_term *term, ofs_error *err) {
    ofsi_arena arena = {0};
    const ofsi_span *forms;
    const uint64_t *counts;
    uint64_t sum = 0;
    ofs_status status = ofsi_segment_term_forms(s, text, term, &arena, &forms, &counts, err);
    for (uint32_t i = 0; status == OFS_OK && i < term->form_count; i++) {
        bool good = counts[i] > 0 && (i == 0 || counts[i] <= counts[i - 1]) &&
                    !__builtin_add_overflow(sum, counts[i], &sum);
        if (!good)
            status =
                damaged(s, OFSI_CHUNK_FORMS, term->forms_offset, "the counts of forms do not descend", err);
    }
    if (status == OFS_OK && sum != term->cf)
        status = damaged(s, OFSI_CHUNK_FORMS, term->forms_offset, "the counts of forms do not add up", err);
    ofsi_arena_free(&arena);
    return status;
}

ofs_status ofsi_segment_check_term(ofsi_segment *s, ofsi_span text, const ofsi_term *term, ofs_error *err) {
    ofsi_postings *p;
    walk w = {0};
    ofs_status status = ofsi_postings_open(s, term, &p, err);
    if (status != OFS_OK)
        return status;
    status = walk_postings(s, term, p, &w, err);
    ofsi_postings_close(p);
    return status == OFS_OK ? check_forms(s, text, term, err) : status;
}

/* ---- columns and tables ---- */

static ofs_status check_strings(ofsi_segment *s, uint32_t chunk, const ofsi_strings *strings,
                                ofs_error *err) {
    uint32_t before = 0;
    for (uint32_t i = 0; i <= strings->count; i++) {
        uint32_t offset = ofsi_load_u32(strings->offsets + (uint64_t)i * 4);
        if (offset < before || offset > strings->size || (i == 0 && offset != 0))
            return damaged(s, chunk, (uint64_t)i * 4, "the offsets of strings do not ascend", err);
        before = offset;
    }
    return OFS_OK;
}

static ofs_status check_sections(ofsi_segment *s, ofs_error *err) {
    uint32_t before = 0;
    for (uint32_t i = 0; i <= s->section_count; i++) {
        uint32_t offset = ofsi_load_u32(s->section_offsets + (uint64_t)i * 4);
        bool good = i == 0 ? offset == 0 : offset > before && offset - before <= OFSI_SECTION_DEPTH_MAX + 1;
        if (!good || offset > s->section_entry_count)
            return damaged(s, OFSI_CHUNK_SECTIONS, (uint64_t)i * 4, "the offsets of sections do not ascend",
                           err);
        before = offset;
    }
    for (uint32_t i = 0; i < s->section_entry_count; i++)
        if (ofsi_load_u32(s->section_entries + (uint64_t)i * 4) >= s->headings.count)
            return damaged(s, OFSI_CHUNK_SECTIONS, (uint64_t)i * 4, "a section names no heading", err);
    return OFS_OK;
}

static ofs_status check_lengths(ofsi_segment *s, ofs_error *err) {
    uint64_t sum = 0;
    uint32_t escaped = 0;
    for (uint32_t doc = 0; doc < s->doc_count; doc++) {
        if (s->lengths[doc] == 255) {
            if (escaped == s->long_length_count ||
                ofsi_load_u32(s->long_lengths + (uint64_t)escaped * 8) != doc)
                return damaged(s, OFSI_CHUNK_LONG_LENGTHS, (uint64_t)escaped * 8,
                               "a long paragraph's length is missing", err);
            escaped++;
        }
        sum += ofsi_segment_length(s, doc);
    }
    if (escaped != s->long_length_count || sum != s->token_count)
        return damaged(s, OFSI_CHUNK_LENGTHS, 0, "lengths do not add up", err);
    return OFS_OK;
}

static ofs_status check_reports(ofsi_segment *s, ofs_error *err) {
    ofsi_span before = {NULL, 0};
    uint64_t sum = 0;
    for (uint32_t i = 0; i < s->report_count; i++) {
        ofsi_report_row row;
        const uint8_t *at = s->reports + (uint64_t)i * OFSI_REPORT_ROW_SIZE;
        ofsi_segment_report(s, i, &row);
        for (uint32_t field = 0; field < 8; field++)
            if (ofsi_load_u32(at + field * 4) >= (field == 4 ? s->providers.count : s->strings.count))
                return damaged(s, OFSI_CHUNK_REPORTS, (uint64_t)i * OFSI_REPORT_ROW_SIZE,
                               "a report names no string", err);
        if (ofsi_load_u32(at + 52) != row.first_doc || ofsi_load_u32(at + 56) != row.doc_count)
            return damaged(s, OFSI_CHUNK_REPORTS, (uint64_t)i * OFSI_REPORT_ROW_SIZE,
                           "a report's range differs", err);
        if (i && ofsi_span_compare(before, row.id) >= 0)
            return damaged(s, OFSI_CHUNK_REPORTS, (uint64_t)i * OFSI_REPORT_ROW_SIZE,
                           "reports do not ascend by id", err);
        before = row.id;
        uint64_t tokens = 0;
        for (uint32_t d = 0; d < row.doc_count; d++)
            tokens += ofsi_segment_length(s, row.first_doc + d);
        if (tokens != row.token_count)
            return damaged(s, OFSI_CHUNK_REPORTS, (uint64_t)i * OFSI_REPORT_ROW_SIZE,
                           "a report's words differ", err);
        sum += tokens;
    }
    return sum == s->token_count ? OFS_OK : damaged(s, OFSI_CHUNK_REPORTS, 0, "words do not add up", err);
}

static ofs_status check_details(ofsi_segment *s, ofs_error *err) {
    for (uint32_t i = 0; s->details && i < s->report_count; i++) {
        const uint8_t *at = s->details + (uint64_t)i * OFSI_DETAILS_ROW_SIZE;
        if (ofsi_load_u32(at) >= s->strings.count || ofsi_load_u32(at + 4) >= s->strings.count ||
            ofsi_load_u32(at + 20) >= s->strings.count || ofsi_load_u32(at + 8) >= s->grade_count ||
            at[16] >= OFS_CONFIDENCE_COUNT)
            return damaged(s, OFSI_CHUNK_DETAILS, (uint64_t)i * OFSI_DETAILS_ROW_SIZE,
                           "a report's details are out of range", err);
    }
    return OFS_OK;
}

static ofs_status check_ranges(ofsi_segment *s, ofs_error *err) {
    for (uint32_t doc = 0; doc < s->doc_count; doc++) {
        if (ofsi_column_get(s->section, doc) >= s->section_count)
            return damaged(s, OFSI_CHUNK_COL_SECTION, 0, "a paragraph names no section", err);
        if (ofsi_column_get(s->grade, doc) >= s->grade_count)
            return damaged(s, OFSI_CHUNK_COL_GRADE, 0, "a paragraph names no grade", err);
        if (ofsi_column_get(s->number, doc) >= s->numbers.count)
            return damaged(s, OFSI_CHUNK_COL_NUMBER, 0, "a paragraph names no number", err);
        if (ofsi_column_get(s->kind, doc) >= OFS_KIND_COUNT)
            return damaged(s, OFSI_CHUNK_COL_KIND, 0, "a paragraph names no kind", err);
    }
    for (uint32_t i = 0; i < s->grade_count; i++)
        if (ofsi_load_u32(s->grades + (uint64_t)i * OFSI_GRADE_ROW_SIZE) >= s->strings.count)
            return damaged(s, OFSI_CHUNK_GRADES, (uint64_t)i * OFSI_GRADE_ROW_SIZE, "a grade names no label",
                           err);
    return OFS_OK;
}

ofs_status ofsi_segment_check_columns(ofsi_segment *s, ofs_error *err) {
    ofs_status status = check_strings(s, OFSI_CHUNK_HEADINGS, &s->headings, err);
    if (status == OFS_OK)
        status = check_strings(s, OFSI_CHUNK_NUMBERS, &s->numbers, err);
    if (status == OFS_OK)
        status = check_strings(s, OFSI_CHUNK_STRINGS, &s->strings, err);
    if (status == OFS_OK)
        status = check_strings(s, OFSI_CHUNK_PROVIDERS, &s->providers, err);
    if (status == OFS_OK)
        status = check_sections(s, err);
    if (status == OFS_OK)
        status = check_ranges(s, err);
    if (status == OFS_OK)
        status = check_lengths(s, err);
    if (status == OFS_OK)
        status = check_details(s, err);
    return status == OFS_OK ? check_reports(s, err) : status;
}

ofs_status ofsi_segment_check(ofsi_segment *s, ofs_error *err) {
    ofs_status status = OFS_OK;
    for (uint32_t id = 0; id < OFSI_CHUNK_LIMIT && status == OFS_OK; id++)
        status = ofsi_container_verify(&s->file, id, 0, s->file.chunks[id].size, err);
    if (status == OFS_OK)
        status = ofsi_segment_load_columns(s, err);
    if (status == OFS_OK)
        status = ofsi_segment_check_columns(s, err);
    if (status == OFS_OK)
        status = ofsi_segment_check_dictionary(s, err);
    if (status == OFS_OK)
        status = ofsi_segment_check_definitions(s, err);
    return status == OFS_OK ? ofsi_segment_check_store(s, err) : status;
}
