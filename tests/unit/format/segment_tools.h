/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What tests of damaged segments share: a small segment that has every shape of the format in it, a walk through every
 * way of reading one, and a seal that makes changed bytes pass their checksums. Uses libc and the rooms alone, so that
 * fuzz targets can include it.
 */
#ifndef OFS_TESTS_SEGMENT_TOOLS_H
#define OFS_TESTS_SEGMENT_TOOLS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/base/cursor.h"
#include "indexer/base/map.h"
#include "indexer/format/segment.h"

/* ---- writing ---- */

static inline ofs_status tool_add_term(ofsi_segment_writer *w, const char *term, uint32_t docs, uint32_t step,
                                       uint32_t forms, ofs_error *err) {
    char upper[64];
    snprintf(upper, sizeof upper, "%s", term);
    for (char *c = upper; *c; c++)
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 32);
    const ofsi_span both[2] = {ofsi_span_of(term), ofsi_span_of(upper)};
    uint64_t counts[2] = {0, 0};
    for (uint32_t d = 0; d < docs; d += step)
        for (uint32_t i = 0; i < 1 + d % 3; i++)
            counts[forms > 1 && (d + i) % 4 == 3]++;
    ofs_status status = ofsi_segment_begin_term(w, ofsi_span_of(term), both, counts, counts[1] ? 2 : 1, err);
    for (uint32_t d = 0; d < docs && status == OFS_OK; d += step) {
        uint32_t positions[3], codes[3], tf = 1 + d % 3;
        for (uint32_t i = 0; i < tf; i++) {
            positions[i] = d % 5 + i * 4;
            codes[i] = forms > 1 && (d + i) % 4 == 3;
        }
        status = ofsi_segment_add_posting(w, d, tf, positions, codes, err);
    }
    return status == OFS_OK ? ofsi_segment_end_term(w, err) : status;
}

static inline ofs_status tool_add_docs(ofsi_segment_writer *w, uint32_t docs, ofs_error *err) {
    static const ofsi_span path[2] = {{"Safeguarding", 12}, {"Leadership", 10}};
    ofs_status status = OFS_OK;
    for (uint32_t d = 0; d < docs && status == OFS_OK; d++) {
        char number[16], text[96], id[32];
        snprintf(number, sizeof number, "%u", d + 1);
        snprintf(id, sizeof id, "report-%04u", d / 10);
        snprintf(text, sizeof text, "Paragraph %u of a council that there never was.", d + 1);
        if (d % 10 == 0) {
            ofsi_report_row row = {.id = ofsi_span_of(id),
                                   .path = ofsi_span_of("reports.jsonl"),
                                   .provider = ofsi_span_of(d % 20 ? "Ashcombe" : "Northmere"),
                                   .inspected_from = INT32_MIN,
                                   .inspected_to = INT32_MIN,
                                   .published = 15000,
                                   .file_hash = UINT64_C(0x0123456789ABCDEF),
                                   .generation = 1,
                                   .inspection = ofsi_span_of(d % 30 ? "Focused visit" : ""),
                                   .provider_name = ofsi_span_of("Ashcombe"),
                                   .overall = ofsi_span_of(d % 40 ? "Good" : ""),
                                   .overall_level = d % 40 ? 2 : 0,
                                   .overall_levels = d % 40 ? 4 : 0,
                                   .confidence = (uint8_t)(d / 10 % 4),
                                   .has_scale = d % 20 == 0,
                                   .graded_sections = d};
            status = ofsi_segment_add_report(w, &row, err);
        }
        ofsi_doc_row doc = {.path = path,
                            .depth = d % 3,
                            .role = ofsi_span_of(d % 7 ? "" : "summary"),
                            .grade = ofsi_span_of(d % 2 ? "Good" : ""),
                            .level = 2,
                            .levels = 4,
                            .kind = (uint8_t)(d % 4),
                            .page = d / 8,
                            .item = d % 11 ? 0 : d % 4,
                            .length = d % 29 == 28 ? 300 + d : 20 + d % 40,
                            .number = ofsi_span_of(number),
                            .timescale = ofsi_span_of(d % 13 ? "" : "Within three months"),
                            .text = ofsi_span_of(text)};
        if (status == OFS_OK)
            status = ofsi_segment_add_doc(w, &doc, err);
        const ofsi_definition_row definition = {.term = ofsi_span_of("lado"),
                                                .short_form = ofsi_span_of(d % 3 ? "LADO" : "LADOs"),
                                                .long_form = ofsi_span_of("designated officer")};
        if (status == OFS_OK && d % 4 == 1)
            status = ofsi_segment_define(w, &definition, d / 10, err);
    }
    return status;
}

/* Lists of one posting, of a tail, of a bitmap, of gaps; one and two forms; more than one block of terms. */
static inline ofs_status tool_write_segment(ofsi_storage *storage, const char *name, uint32_t docs,
                                            ofs_error *err) {
    ofsi_segment_writer *w = NULL;
    uint64_t size;
    ofs_status status = ofsi_segment_create(storage, name, &w, err);
    if (status != OFS_OK)
        return status;
    status = tool_add_docs(w, docs, err);
    if (status == OFS_OK)
        status = tool_add_term(w, "all", docs, 1, 2, err);
    if (status == OFS_OK)
        status = tool_add_term(w, "child", docs, 2, 1, err);
    for (uint32_t i = 0; i < 20 && status == OFS_OK; i++) {
        char term[32];
        snprintf(term, sizeof term, "safeguard%02u", i);
        status = tool_add_term(w, term, docs, i < 10 ? docs : 3 + i, 1 + i % 2, err);
    }
    if (status != OFS_OK) {
        ofsi_segment_abandon(w);
        return status;
    }
    return ofsi_segment_finish(w, &size, err);
}

/* Puts bytes into a storage as a file. */
static inline ofs_status tool_put_file(ofsi_storage *storage, const char *name, const void *data, size_t size,
                                       ofs_error *err) {
    ofsi_output *output;
    ofs_status status = ofsi_storage_create(storage, name, &output, err);
    if (status != OFS_OK)
        return status;
    status = ofsi_output_write(output, data, size, err);
    if (status != OFS_OK) {
        ofsi_output_abandon(output);
        return status;
    }
    return ofsi_output_close(output, false, err);
}

/* ---- reading everything ---- */

typedef struct tool_walk {
    uint64_t digest;                /* of all that was read */
    uint32_t terms_most, docs_most; /* how much of a hostile file is read */
} tool_walk;

static inline void tool_mix(tool_walk *walk, const void *data, size_t size) {
    uint64_t both[2] = {walk->digest, size ? ofsi_hash64(data, size) : 1};
    walk->digest = ofsi_hash64(both, sizeof both);
}

static inline void tool_mix_number(tool_walk *walk, uint64_t value) { tool_mix(walk, &value, sizeof value); }

static inline ofs_status tool_walk_postings(ofsi_segment *s, const ofsi_term *term, uint32_t step,
                                            tool_walk *walk, ofs_error *err) {
    ofsi_postings *p;
    ofs_status status = ofsi_postings_open(s, term, &p, err);
    if (status != OFS_OK)
        return status;
    const ofsi_impact *impacts;
    uint32_t count, last, seen = 0;
    ofsi_postings_impacts(p, &impacts, &count);
    tool_mix(walk, impacts, count * sizeof *impacts);
    uint32_t doc = ofsi_postings_next(p);
    while (status == OFS_OK && doc != OFSI_DOC_END && seen++ < walk->docs_most) {
        const uint32_t *positions, *codes;
        uint32_t tf = ofsi_postings_tf(p);
        tool_mix_number(walk, doc);
        if (step != 2)
            status = ofsi_postings_positions(p, &positions, seen % 2 ? &codes : NULL, err);
        if (step != 2 && status == OFS_OK) {
            tool_mix(walk, positions, tf * sizeof *positions);
            if (seen % 2)
                tool_mix(walk, codes, tf * sizeof *codes);
        }
        ofsi_postings_block_impacts(p, doc, &last, &impacts, &count);
        tool_mix(walk, impacts, count * sizeof *impacts);
        doc = step == 1 ? ofsi_postings_next(p) : ofsi_postings_advance(p, doc + step);
    }
    if (status == OFS_OK)
        status = ofsi_postings_status(p, err);
    ofsi_postings_close(p);
    return status;
}

static inline ofs_status tool_walk_term(ofsi_segment *s, ofsi_span text, const ofsi_term *term,
                                        tool_walk *walk, ofs_error *err) {
    static const uint32_t steps[] = {1, 2, 70, 600};
    ofsi_arena arena = {0};
    const ofsi_span *forms;
    const uint64_t *counts;
    ofsi_term again;
    bool found;
    ofs_status status = OFS_OK;
    tool_mix(walk, text.data, text.size);
    for (size_t i = 0; i < 4 && status == OFS_OK; i++)
        status = tool_walk_postings(s, term, steps[i], walk, err);
    if (status == OFS_OK)
        status = ofsi_segment_term_forms(s, text, term, &arena, &forms, &counts, err);
    for (uint32_t f = 0; status == OFS_OK && f < term->form_count; f++) {
        tool_mix(walk, forms[f].data, forms[f].size);
        tool_mix_number(walk, counts[f]);
    }
    if (status == OFS_OK)
        status = ofsi_segment_find_term(s, text, &again, &found, err);
    if (status == OFS_OK)
        tool_mix_number(walk, found);
    ofsi_arena_free(&arena);
    return status;
}

static inline ofs_status tool_walk_terms(ofsi_segment *s, tool_walk *walk, ofs_error *err) {
    ofsi_term_scan *scan;
    ofsi_span text;
    ofsi_term term;
    bool more = true;
    ofs_status status = ofsi_term_scan_open(s, (ofsi_span){"", 0}, &scan, err);
    for (uint32_t i = 0; status == OFS_OK && more && i < walk->terms_most; i++) {
        status = ofsi_term_scan_next(scan, &text, &term, &more, err);
        if (status == OFS_OK && more) {
            /* A term that was found keeps its text while the scan stands. */
            ofsi_term copy = term;
            status = tool_walk_term(s, text, &copy, walk, err);
        }
    }
    if (status == OFS_OK)
        status = ofsi_term_scan_seek(scan, (ofsi_span){"m", 1}, err);
    if (status == OFS_OK)
        status = ofsi_term_scan_next(scan, &text, &term, &more, err);
    ofsi_term_scan_close(scan);
    return status;
}

static inline void tool_walk_report(const ofsi_segment *s, uint32_t report, tool_walk *walk) {
    ofsi_report_row row;
    ofsi_segment_report(s, report, &row);
    const ofsi_span texts[] = {row.id,         row.path,
                               row.title,      row.provider,
                               row.inspection, row.provider_name,
                               row.overall,    ofsi_segment_provider(s, ofsi_segment_provider_of(s, report))};
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++)
        tool_mix(walk, texts[t].data, texts[t].size);
    tool_mix_number(walk, (uint64_t)row.first_doc << 32 | row.doc_count);
    tool_mix_number(walk, row.token_count ^ row.file_hash ^ (uint32_t)row.published);
    tool_mix_number(walk, (uint64_t)row.graded_sections << 32 | (uint64_t)row.overall_level << 24 |
                              (uint64_t)row.overall_levels << 16 | (uint64_t)row.confidence << 8 |
                              row.has_scale);
}

static inline void tool_walk_section(const ofsi_segment *s, uint32_t section, tool_walk *walk) {
    uint32_t headings[OFSI_SECTION_DEPTH_MAX];
    uint32_t depth = ofsi_segment_section_path(s, section, headings, OFSI_SECTION_DEPTH_MAX);
    ofsi_span role = ofsi_segment_section_role(s, section);
    for (uint32_t d = 0; d < depth && d < OFSI_SECTION_DEPTH_MAX; d++) {
        ofsi_span text = ofsi_segment_heading(s, headings[d]);
        tool_mix(walk, text.data, text.size);
    }
    tool_mix(walk, role.data, role.size);
}

static inline void tool_walk_grade(const ofsi_segment *s, uint32_t grade, tool_walk *walk) {
    uint8_t levels[2];
    ofsi_span label = ofsi_segment_grade_label(s, grade, &levels[0], &levels[1]);
    tool_mix(walk, label.data, label.size);
    tool_mix(walk, levels, sizeof levels);
}

static inline void tool_walk_columns(const ofsi_segment *s, uint32_t doc, tool_walk *walk) {
    ofsi_span number = ofsi_segment_number(s, doc);
    const uint32_t values[] = {ofsi_segment_length(s, doc), ofsi_segment_report_of(s, doc),
                               ofsi_segment_kind(s, doc),   ofsi_segment_page(s, doc),
                               ofsi_segment_item(s, doc),   ofsi_segment_section(s, doc),
                               ofsi_segment_grade(s, doc)};
    tool_mix(walk, values, sizeof values);
    tool_mix(walk, number.data, number.size);
}

/* What there is of one document, and no more is loaded. */
static inline ofs_status tool_walk_doc(ofsi_segment *s, uint32_t doc, tool_walk *walk, ofs_error *err) {
    ofs_status status = ofsi_segment_load_doc(s, doc, err);
    if (status != OFS_OK)
        return status;
    tool_walk_columns(s, doc, walk);
    tool_walk_section(s, ofsi_segment_section(s, doc), walk);
    tool_walk_grade(s, ofsi_segment_grade(s, doc), walk);
    tool_walk_report(s, ofsi_segment_report_of(s, doc), walk);
    return OFS_OK;
}

static inline void tool_walk_tables(const ofsi_segment *s, tool_walk *walk) {
    for (uint32_t i = 0; i < ofsi_segment_report_count(s) && i < walk->docs_most; i++)
        tool_walk_report(s, i, walk);
    for (uint32_t i = 0; i < ofsi_segment_section_count(s) && i < walk->docs_most; i++)
        tool_walk_section(s, i, walk);
    for (uint32_t i = 0; i < ofsi_segment_grade_count(s) && i < walk->docs_most; i++)
        tool_walk_grade(s, i, walk);
}

static inline ofs_status tool_walk_docs(ofsi_segment *s, tool_walk *walk, ofs_error *err) {
    ofsi_store_cache cache = {0};
    ofsi_span text, timescale;
    ofs_status status = OFS_OK;
    uint32_t docs = ofsi_segment_doc_count(s);
    for (uint32_t i = 0; i < docs && i < walk->docs_most && status == OFS_OK; i++) {
        uint32_t doc = (uint32_t)((uint64_t)i * 7919 % docs);
        tool_walk_columns(s, doc, walk);
        status = ofsi_segment_text(s, doc, &cache, &text, &timescale, err);
        if (status == OFS_OK) {
            tool_mix(walk, text.data, text.size);
            tool_mix(walk, timescale.data, timescale.size);
        }
    }
    ofsi_store_cache_free(&cache);
    return status;
}

static inline ofs_status tool_walk_definitions(ofsi_segment *s, tool_walk *walk, ofs_error *err) {
    uint32_t count;
    ofs_status status = ofsi_segment_definition_count(s, &count, err);
    for (uint32_t i = 0; i < count && i < walk->docs_most && status == OFS_OK; i++) {
        ofsi_definition_row row;
        status = ofsi_segment_definition(s, i, &row, err);
        if (status != OFS_OK)
            break;
        uint32_t *reports = malloc(row.report_count * sizeof *reports);
        if (!reports)
            return ofsi_fail_nomem(err);
        tool_mix(walk, row.term.data, row.term.size);
        tool_mix(walk, row.short_form.data, row.short_form.size);
        tool_mix(walk, row.long_form.data, row.long_form.size);
        status = ofsi_segment_definition_reports(s, &row, reports, err);
        if (status == OFS_OK)
            tool_mix(walk, reports, row.report_count * sizeof *reports);
        free(reports);
    }
    return status;
}

/* Reads all there is; a part that fails does not keep the others from being read. The first failure is returned. */
static inline ofs_status tool_walk_segment(ofsi_segment *s, tool_walk *walk, ofs_error *err) {
    ofs_status terms = tool_walk_terms(s, walk, err);
    ofs_error other;
    ofs_status columns = ofsi_segment_load_columns(s, &other);
    if (columns == OFS_OK) {
        tool_walk_tables(s, walk);
        columns = tool_walk_docs(s, walk, &other);
        if (columns == OFS_OK)
            columns = tool_walk_definitions(s, walk, &other);
    }
    if (terms == OFS_OK && columns != OFS_OK && err)
        *err = other;
    return terms == OFS_OK ? columns : terms;
}

/* ---- checksums ---- */

static inline void tool_store_u32(uint8_t *at, uint32_t value) {
    for (int b = 0; b < 4; b++)
        at[b] = (uint8_t)(value >> (8 * b));
}

static inline void tool_store_u64(uint8_t *at, uint64_t value) {
    tool_store_u32(at, (uint32_t)value);
    tool_store_u32(at + 4, (uint32_t)(value >> 32));
}

/* Makes every checksum of the file right again, as far as its table and footer still tell where they are. */
static inline void tool_reseal(uint8_t *file, size_t size) {
    enum { FOOT = 48, ROW = 24, PAGE = 16384 };
    if (size < 16 + FOOT)
        return;
    uint8_t *foot = file + size - FOOT;
    uint64_t sums = ofsi_load_u64(foot), count = ofsi_load_u64(foot + 8), rows = ofsi_load_u64(foot + 16);
    uint64_t room = size - FOOT, sum = 0;
    if (sums > room || count > (room - sums) / 4 || rows > (room - sums - count * 4) / ROW)
        return;
    for (uint64_t r = 0; r < rows; r++) {
        const uint8_t *row = file + sums + count * 4 + r * ROW;
        uint64_t offset = ofsi_load_u64(row + 8), bytes = ofsi_load_u64(row + 16);
        if (offset > sums || bytes > sums - offset)
            continue;
        for (uint64_t at = 0; at < bytes && sum < count; at += PAGE, sum++)
            tool_store_u32(file + sums + sum * 4,
                           (uint32_t)ofsi_hash64(file + offset + at, bytes - at < PAGE ? bytes - at : PAGE));
    }
    tool_store_u64(foot + 24, ofsi_hash64(file + sums, size - (size_t)sums - 24));
}

#endif
