/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening a segment, and access to its columns and tables. */
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

/* ---- loading of columns ---- */

static ofs_status verify_whole(ofsi_segment *s, uint32_t chunk, ofs_error *err) {
    return ofsi_container_verify(&s->file, chunk, 0, s->file.chunks[chunk].size, err);
}

static ofs_status load_column(ofsi_segment *s, uint32_t id, ofsi_column *column, ofs_error *err) {
    const ofsi_chunk *chunk = &s->file.chunks[id];
    ofs_status status = verify_whole(s, id, err);
    if (status != OFS_OK)
        return status;
    uint64_t width = chunk->size >= 16 ? ofsi_load_u64(chunk->data) : 33;
    if (width > 32 || chunk->size - 16 != (s->doc_count * width + 7) / 8)
        return damaged(s, id, "the column has a wrong size", err);
    *column = (ofsi_column){width ? chunk->data + 8 : NULL, (unsigned)width};
    return OFS_OK;
}

static ofs_status load_strings(ofsi_segment *s, uint32_t id, ofsi_strings *strings, ofs_error *err) {
    const ofsi_chunk *chunk = &s->file.chunks[id];
    ofs_status status = verify_whole(s, id, err);
    if (status != OFS_OK)
        return status;
    uint64_t count = chunk->size >= 8 ? ofsi_load_u32(chunk->data) : 0;
    if (count == 0 || count > (chunk->size - 8) / 4)
        return damaged(s, id, "the table has a wrong size", err);
    uint64_t bytes = chunk->size - 8 - count * 4;
    *strings = (ofsi_strings){(uint32_t)count, chunk->data + 4, chunk->data + 8 + count * 4, (uint32_t)bytes};
    if (bytes > UINT32_MAX || ofsi_load_u32(strings->offsets + count * 4) != bytes)
        return damaged(s, id, "the table's strings have a wrong size", err);
    return OFS_OK;
}

static ofs_status load_sections(ofsi_segment *s, ofs_error *err) {
    const ofsi_chunk *chunk = ofsi_segment_chunk(s, OFSI_CHUNK_SECTIONS);
    ofs_status status = verify_whole(s, OFSI_CHUNK_SECTIONS, err);
    if (status != OFS_OK)
        return status;
    uint64_t count = s->section_count;
    if (chunk->size < 8 || count > (chunk->size - 8) / 4 || ofsi_load_u32(chunk->data) != count ||
        chunk->size % 4)
        return damaged(s, OFSI_CHUNK_SECTIONS, "the table of sections has a wrong size", err);
    s->section_offsets = chunk->data + 4;
    s->section_entries = chunk->data + 8 + count * 4;
    s->section_entry_count = (uint32_t)((chunk->size - 8 - count * 4) / 4);
    return OFS_OK;
}

static ofs_status load_rows(ofsi_segment *s, uint32_t id, uint64_t rows, uint64_t row_size,
                            const uint8_t **data, ofs_error *err) {
    ofs_status status = verify_whole(s, id, err);
    if (status == OFS_OK && s->file.chunks[id].size != rows * row_size)
        status = damaged(s, id, "the table has a wrong size", err);
    *data = s->file.chunks[id].data;
    return status;
}

static ofs_status load_lengths(ofsi_segment *s, ofs_error *err) {
    ofs_status status = load_rows(s, OFSI_CHUNK_LENGTHS, s->doc_count, 1, &s->lengths, err);
    if (status == OFS_OK)
        status = verify_whole(s, OFSI_CHUNK_LONG_LENGTHS, err);
    const ofsi_chunk *chunk = ofsi_segment_chunk(s, OFSI_CHUNK_LONG_LENGTHS);
    if (status == OFS_OK && (chunk->size % 8 || chunk->size / 8 > s->doc_count))
        status = damaged(s, OFSI_CHUNK_LONG_LENGTHS, "the table has a wrong size", err);
    s->long_lengths = chunk->data;
    s->long_length_count = (uint32_t)(chunk->size / 8);
    return status;
}

/* The starts must ascend from 0 to the number of documents, or a search by them would not end well. */
static ofs_status load_report_starts(ofsi_segment *s, ofs_error *err) {
    ofs_status status =
        load_rows(s, OFSI_CHUNK_REPORT_STARTS, (uint64_t)s->report_count + 1, 4, &s->report_starts, err);
    uint32_t before = 0;
    for (uint32_t i = 0; status == OFS_OK && i <= s->report_count; i++) {
        uint32_t start = ofsi_load_u32(s->report_starts + (uint64_t)i * 4);
        if (start < before || (i == 0 && start != 0) || (i == s->report_count && start != s->doc_count))
            status = damaged(s, OFSI_CHUNK_REPORT_STARTS, "the starts of reports do not ascend", err);
        before = start;
    }
    return status;
}

static ofs_status load_all(ofsi_segment *s, ofs_error *err) {
    const struct {
        uint32_t chunk;
        ofsi_column *column;
    } columns[] = {{OFSI_CHUNK_COL_SECTION, &s->section}, {OFSI_CHUNK_COL_GRADE, &s->grade},
                   {OFSI_CHUNK_COL_KIND, &s->kind},       {OFSI_CHUNK_COL_PAGE, &s->page},
                   {OFSI_CHUNK_COL_ITEM, &s->item},       {OFSI_CHUNK_COL_NUMBER, &s->number}};
    const struct {
        uint32_t chunk;
        ofsi_strings *strings;
    } tables[] = {{OFSI_CHUNK_HEADINGS, &s->headings},
                  {OFSI_CHUNK_NUMBERS, &s->numbers},
                  {OFSI_CHUNK_STRINGS, &s->strings},
                  {OFSI_CHUNK_PROVIDERS, &s->providers}};
    ofs_status status = load_lengths(s, err);
    for (size_t i = 0; i < sizeof columns / sizeof *columns && status == OFS_OK; i++)
        status = load_column(s, columns[i].chunk, columns[i].column, err);
    for (size_t i = 0; i < sizeof tables / sizeof *tables && status == OFS_OK; i++)
        status = load_strings(s, tables[i].chunk, tables[i].strings, err);
    if (status == OFS_OK)
        status = load_sections(s, err);
    if (status == OFS_OK)
        status = load_rows(s, OFSI_CHUNK_GRADES, s->grade_count, OFSI_GRADE_ROW_SIZE, &s->grades, err);
    if (status == OFS_OK)
        status = load_rows(s, OFSI_CHUNK_REPORTS, s->report_count, OFSI_REPORT_ROW_SIZE, &s->reports, err);
    if (status == OFS_OK && s->file.chunks[OFSI_CHUNK_DETAILS].data)
        status = load_rows(s, OFSI_CHUNK_DETAILS, s->report_count, OFSI_DETAILS_ROW_SIZE, &s->details, err);
    return status == OFS_OK ? load_report_starts(s, err) : status;
}

ofs_status ofsi_segment_load_columns(ofsi_segment *s, ofs_error *err) {
    if (atomic_load_explicit(&s->columns_loaded, memory_order_acquire))
        return OFS_OK;
    pthread_mutex_lock(&s->mutex);
    ofs_status status = atomic_load(&s->columns_loaded) ? OFS_OK : load_all(s, err);
    if (status == OFS_OK)
        atomic_store_explicit(&s->columns_loaded, true, memory_order_release);
    pthread_mutex_unlock(&s->mutex);
    return status;
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
