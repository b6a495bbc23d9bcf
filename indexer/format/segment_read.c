/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening a segment, and access to its columns and tables, which segment_load.c has loaded. */
#include <stdlib.h>

#include <ofsearch/report.h>

#include "indexer/base/alloc.h"
#include "indexer/base/cursor.h"
#include "indexer/format/segment_impl.h"

static ofs_status damaged(const ofsi_segment *s, uint32_t chunk, const char *what, ofs_error *err) {
    return ofsi_container_damaged(&s->file, chunk, 0, what, err);
}

/* ---- opening ---- */

static ofs_status read_header(ofsi_segment *s, ofs_error *err) {
    const ofsi_chunk *header = ofsi_segment_chunk(s, OFSI_CHUNK_HEADER);
    if (header->size != OFSI_HEADER_SIZE)
        return damaged(s, OFSI_CHUNK_HEADER, "the header has a wrong size", err);
    ofs_status status = ofsi_container_verify(&s->file, OFSI_CHUNK_HEADER, 0, header->size, err);
    if (status != OFS_OK)
        return status;
    s->doc_count = ofsi_load_u32(header->data);
    s->report_count = ofsi_load_u32(header->data + 4);
    s->token_count = ofsi_load_u64(header->data + 8);
    s->term_count = ofsi_load_u64(header->data + 16);
    s->section_count = ofsi_load_u32(header->data + 24);
    s->grade_count = ofsi_load_u32(header->data + 28);
    if (s->doc_count > INT32_MAX || s->report_count > INT32_MAX || s->section_count == 0 ||
        s->grade_count == 0 || s->term_count > UINT64_MAX / 32)
        return damaged(s, OFSI_CHUNK_HEADER, "a count is out of range", err);
    return OFS_OK;
}

ofs_status ofsi_segment_open(ofsi_storage *storage, const char *name, ofsi_segment **out, ofs_error *err) {
    *out = NULL;
    ofsi_segment *s = ofsi_calloc(1, sizeof *s);
    if (!s)
        return ofsi_fail_nomem(err);
    if (pthread_mutex_init(&s->mutex, NULL) != 0) {
        ofsi_free(s);
        return ofsi_fail_nomem(err);
    }
    ofs_status status = ofsi_container_open(storage, name, &s->file, err);
    if (status == OFS_OK) {
        s->short_name = ofsi_strdup(name);
        status = s->short_name ? read_header(s, err) : ofsi_fail_nomem(err);
    }
    if (status == OFS_OK)
        status = ofsi_dictionary_open(s, err);
    if (status == OFS_OK)
        status = ofsi_store_open(s, err);
    if (status != OFS_OK) {
        ofsi_segment_close(s);
        return status;
    }
    *out = s;
    return OFS_OK;
}

void ofsi_segment_close(ofsi_segment *s) {
    if (!s)
        return;
    ofsi_container_close(&s->file);
    pthread_mutex_destroy(&s->mutex);
    ofsi_free(s->short_name);
    ofsi_free(s->notes);
    ofsi_free(s);
}

void ofsi_segment_release(ofsi_segment *s) { ofsi_blob_release(s->file.blob); }

const char *ofsi_segment_name(const ofsi_segment *s) { return s->short_name; }
uint32_t ofsi_segment_doc_count(const ofsi_segment *s) { return s->doc_count; }
uint32_t ofsi_segment_report_count(const ofsi_segment *s) { return s->report_count; }
uint64_t ofsi_segment_term_count(const ofsi_segment *s) { return s->term_count; }
uint64_t ofsi_segment_token_count(const ofsi_segment *s) { return s->token_count; }
uint64_t ofsi_segment_file_size(const ofsi_segment *s) { return ofsi_blob_data(s->file.blob).size; }

bool ofsi_segment_component(const ofsi_segment *s, uint32_t i, const char **name, uint64_t *bytes) {
    uint32_t seen = 0;
    for (uint32_t id = 1; id < OFSI_CHUNK_LIMIT; id++)
        if (s->file.chunks[id].data && seen++ == i) {
            *name = ofsi_chunk_name(id);
            *bytes = s->file.chunks[id].size;
            return true;
        }
    return false;
}

/* ---- columns: a number beyond its table (a crafted file) reads as entry 0, "none"; check reports it ---- */

/* Last row of a table of { u32 key, ... } whose key is <= doc. */
static uint32_t find_row(const uint8_t *rows, uint32_t count, uint32_t row_size, uint32_t doc) {
    uint32_t low = 0, high = count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (ofsi_load_u32(rows + (uint64_t)middle * row_size) <= doc)
            low = middle;
        else
            high = middle;
    }
    return low;
}

uint32_t ofsi_segment_length(const ofsi_segment *s, uint32_t doc) {
    uint8_t length = s->lengths[doc];
    if (length < 255 || s->long_length_count == 0)
        return length;
    const uint8_t *row =
        s->long_lengths + (uint64_t)find_row(s->long_lengths, s->long_length_count, 8, doc) * 8;
    return ofsi_load_u32(row) == doc ? ofsi_load_u32(row + 4) : length;
}

const uint8_t *ofsi_segment_short_lengths(const ofsi_segment *s) { return s->lengths; }

/* Reports without paragraphs share their start with the next: the last one that starts at or before doc holds it. */
uint32_t ofsi_segment_report_of(const ofsi_segment *s, uint32_t doc) {
    return find_row(s->report_starts, s->report_count, 4, doc);
}

static uint32_t at_most(uint32_t value, uint32_t count) { return value < count ? value : 0; }

uint8_t ofsi_segment_kind(const ofsi_segment *s, uint32_t doc) {
    return (uint8_t)at_most(ofsi_column_get(s->kind, doc), OFS_KIND_COUNT);
}
uint32_t ofsi_segment_page(const ofsi_segment *s, uint32_t doc) { return ofsi_column_get(s->page, doc); }
uint32_t ofsi_segment_item(const ofsi_segment *s, uint32_t doc) { return ofsi_column_get(s->item, doc); }

ofsi_span ofsi_segment_number(const ofsi_segment *s, uint32_t doc) {
    return ofsi_strings_get(&s->numbers, ofsi_column_get(s->number, doc));
}

uint32_t ofsi_segment_section(const ofsi_segment *s, uint32_t doc) {
    return at_most(ofsi_column_get(s->section, doc), s->section_count);
}

uint32_t ofsi_segment_grade(const ofsi_segment *s, uint32_t doc) {
    return at_most(ofsi_column_get(s->grade, doc), s->grade_count);
}

/* ---- tables ---- */

uint32_t ofsi_segment_section_count(const ofsi_segment *s) { return s->section_count; }

/* Words [*first, result) of a section: the role, then headings. */
static uint32_t section_words(const ofsi_segment *s, uint32_t section, uint32_t *first) {
    uint32_t start = ofsi_load_u32(s->section_offsets + (uint64_t)section * 4);
    uint32_t end = ofsi_load_u32(s->section_offsets + (uint64_t)section * 4 + 4);
    if (start >= end || end > s->section_entry_count || end - start > OFSI_SECTION_DEPTH_MAX + 1)
        start = end = 0;
    *first = start;
    return end;
}

static uint32_t section_word(const ofsi_segment *s, uint32_t i) {
    return at_most(ofsi_load_u32(s->section_entries + (uint64_t)i * 4), s->headings.count);
}

uint32_t ofsi_segment_section_path(const ofsi_segment *s, uint32_t section, uint32_t *headings,
                                   uint32_t capacity) {
    uint32_t first, end = section_words(s, section, &first);
    uint32_t depth = end > first ? end - first - 1 : 0;
    for (uint32_t d = 0; d < depth && d < capacity; d++)
        headings[d] = section_word(s, first + 1 + d);
    return depth;
}

ofsi_span ofsi_segment_section_role(const ofsi_segment *s, uint32_t section) {
    uint32_t first, end = section_words(s, section, &first);
    return ofsi_strings_get(&s->headings, end > first ? section_word(s, first) : 0);
}

uint32_t ofsi_segment_heading_count(const ofsi_segment *s) { return s->headings.count; }

ofsi_span ofsi_segment_heading(const ofsi_segment *s, uint32_t heading) {
    return ofsi_strings_get(&s->headings, heading);
}

uint32_t ofsi_segment_grade_count(const ofsi_segment *s) { return s->grade_count; }

ofsi_span ofsi_segment_grade_label(const ofsi_segment *s, uint32_t grade, uint8_t *level, uint8_t *levels) {
    const uint8_t *row = s->grades + (uint64_t)grade * OFSI_GRADE_ROW_SIZE;
    *level = row[4];
    *levels = row[5];
    return ofsi_strings_get(&s->strings, ofsi_load_u32(row));
}

static void read_details(const ofsi_segment *s, uint32_t report, ofsi_report_row *row) {
    static const uint8_t none[OFSI_DETAILS_ROW_SIZE];
    const uint8_t *at = s->details ? s->details + (uint64_t)report * OFSI_DETAILS_ROW_SIZE : none;
    row->inspection = ofsi_strings_get(&s->strings, ofsi_load_u32(at));
    row->provider_name = ofsi_strings_get(&s->strings, ofsi_load_u32(at + 4));
    row->overall = ofsi_segment_grade_label(s, at_most(ofsi_load_u32(at + 8), s->grade_count),
                                            &row->overall_level, &row->overall_levels);
    row->graded_sections = ofsi_load_u32(at + 12);
    row->confidence = (uint8_t)at_most(at[16], OFS_CONFIDENCE_COUNT);
    row->has_scale = at[17] != 0;
    row->provider_keys = ofsi_strings_get(&s->strings, ofsi_load_u32(at + 20));
}

void ofsi_segment_report(const ofsi_segment *s, uint32_t report, ofsi_report_row *row) {
    const uint8_t *at = s->reports + (uint64_t)report * OFSI_REPORT_ROW_SIZE;
    ofsi_span *texts[] = {&row->id, &row->path,        &row->profile,      &row->title,
                          NULL,     &row->provider_id, &row->inspectorate, &row->lead_inspector};
    for (size_t i = 0; i < 8; i++)
        if (texts[i])
            *texts[i] = ofsi_strings_get(&s->strings, ofsi_load_u32(at + i * 4));
    row->provider = ofsi_strings_get(&s->providers, ofsi_load_u32(at + 16));
    row->inspected_from = (int32_t)ofsi_load_u32(at + 32);
    row->inspected_to = (int32_t)ofsi_load_u32(at + 36);
    row->published = (int32_t)ofsi_load_u32(at + 40);
    row->pages = ofsi_load_u32(at + 44);
    row->warning_count = ofsi_load_u32(at + 48);
    row->first_doc = ofsi_load_u32(s->report_starts + (uint64_t)report * 4);
    row->doc_count = ofsi_load_u32(s->report_starts + (uint64_t)report * 4 + 4) - row->first_doc;
    row->file_size = ofsi_load_u64(at + 64);
    row->file_mtime_ns = (int64_t)ofsi_load_u64(at + 72);
    row->file_hash = ofsi_load_u64(at + 80);
    row->generation = ofsi_load_u64(at + 88);
    row->token_count = ofsi_load_u64(at + 96);
    read_details(s, report, row);
}

void ofsi_segment_report_docs(const ofsi_segment *s, uint32_t report, uint32_t *first, uint32_t *end) {
    *first = ofsi_load_u32(s->report_starts + (uint64_t)report * 4);
    *end = ofsi_load_u32(s->report_starts + (uint64_t)report * 4 + 4);
}

uint32_t ofsi_segment_provider_of(const ofsi_segment *s, uint32_t report) {
    return at_most(ofsi_load_u32(s->reports + (uint64_t)report * OFSI_REPORT_ROW_SIZE + 16),
                   s->providers.count);
}

uint32_t ofsi_segment_provider_count(const ofsi_segment *s) { return s->providers.count; }

ofsi_span ofsi_segment_provider(const ofsi_segment *s, uint32_t provider) {
    return ofsi_strings_get(&s->providers, provider);
}
