/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Both directions of the chunk of abbreviations. FORMAT.md has its grammar. */
#include "indexer/format/definitions.h"

#include <stdlib.h>

#include "indexer/base/alloc.h"
#include "indexer/base/cursor.h"
#include "indexer/format/segment_impl.h"

/* ---- writing ---- */

ofs_status ofsi_definitions_add(ofsi_definitions_writer *w, const ofsi_definition_row *row, uint32_t report,
                                ofs_error *err) {
    if (w->report != report)
        w->report_uses = 0;
    w->report = report;
    if (w->report_uses == OFSI_REPORT_DEFINITIONS_MAX)
        return OFS_OK;
    w->report_uses++;
    ofsi_buf_reset(&w->key);
    ofsi_buf_string(&w->key, row->term);
    ofsi_buf_string(&w->key, row->short_form);
    ofsi_buf_string(&w->key, row->long_form);
    uint32_t number = w->key.failed ? OFSI_MAP_NONE : ofsi_map_intern(&w->rows, ofsi_buf_span(&w->key), NULL);
    if (number == OFSI_MAP_NONE)
        return ofsi_fail_nomem(err);
    ofsi_buf_u32(&w->uses, number);
    ofsi_buf_u32(&w->uses, report);
    return w->uses.failed ? ofsi_fail_nomem(err) : OFS_OK;
}

static ofsi_definition_row decode_key(ofsi_span key) {
    ofsi_cursor c = ofsi_cursor_of(key.data, key.size);
    ofsi_definition_row row = {.term = ofsi_cursor_string(&c)};
    row.short_form = ofsi_cursor_string(&c);
    row.long_form = ofsi_cursor_string(&c);
    return row;
}

static int compare_rows(const ofsi_definition_row *a, const ofsi_definition_row *b) {
    int order = ofsi_span_compare(a->term, b->term);
    if (order == 0)
        order = ofsi_span_compare(a->short_form, b->short_form);
    return order ? order : ofsi_span_compare(a->long_form, b->long_form);
}

typedef struct use {
    uint32_t row, report; /* row: at first its number in the map, then its place in the chunk */
} use;

static int by_key(const void *a, const void *b, void *context) {
    const ofsi_map *rows = context;
    ofsi_definition_row x = decode_key(rows->keys[*(const uint32_t *)a]),
                        y = decode_key(rows->keys[*(const uint32_t *)b]);
    return compare_rows(&x, &y);
}

static int by_place(const void *a, const void *b) {
    const use *x = a, *y = b;
    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    return (x->report > y->report) - (x->report < y->report);
}

/* The uses by the places of their rows, then by report, each once; their count. */
static size_t sort_uses(const ofsi_definitions_writer *w, uint32_t *order, uint32_t *places, use *uses) {
    size_t count = w->uses.size / 8, kept = 0;
    for (uint32_t i = 0; i < w->rows.count; i++)
        order[i] = i;
    qsort_r(order, w->rows.count, sizeof *order, by_key, (void *)(uintptr_t)&w->rows);
    for (uint32_t i = 0; i < w->rows.count; i++)
        places[order[i]] = i;
    for (size_t i = 0; i < count; i++)
        uses[i] = (use){places[ofsi_load_u32(w->uses.data + i * 8)], ofsi_load_u32(w->uses.data + i * 8 + 4)};
    qsort(uses, count, sizeof *uses, by_place);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || by_place(&uses[kept - 1], &uses[i]) != 0)
            uses[kept++] = uses[i];
    return kept;
}

static void put_rows(const ofsi_definitions_writer *w, const uint32_t *order, const use *uses, size_t count,
                     ofsi_buf *offsets, ofsi_buf *rows) {
    for (size_t i = 0, first; i < count;) {
        uint32_t row = uses[i].row;
        ofsi_span key = w->rows.keys[order[row]];
        for (first = i; i < count && uses[i].row == row; i++)
            ;
        ofsi_buf_append(rows, key.data, key.size);
        ofsi_buf_varint(rows, i - first);
        for (size_t u = first; u < i; u++)
            ofsi_buf_varint(rows, u == first ? uses[u].report : uses[u].report - uses[u - 1].report - 1);
        ofsi_buf_u32(offsets, (uint32_t)rows->size);
    }
}

ofs_status ofsi_definitions_write(ofsi_definitions_writer *w, ofsi_container_writer *file, ofs_error *err) {
    ofsi_buf chunk = {0}, rows = {0};
    if (w->rows.count == 0)
        return OFS_OK;
    uint32_t *order = ofsi_reallocarray(NULL, w->rows.count, sizeof *order);
    uint32_t *places = ofsi_reallocarray(NULL, w->rows.count, sizeof *places);
    use *uses = ofsi_reallocarray(NULL, w->uses.size / 8, sizeof *uses);
    ofs_status status = order && places && uses ? OFS_OK : ofsi_fail_nomem(err);
    if (status == OFS_OK) {
        size_t count = sort_uses(w, order, places, uses);
        ofsi_buf_u32(&chunk, w->rows.count);
        ofsi_buf_u32(&chunk, 0);
        put_rows(w, order, uses, count, &chunk, &rows);
        if (rows.size > UINT32_MAX)
            status = ofsi_fail(err, OFS_E_LIMIT, "the abbreviations of a segment come to more than 4 GiB");
    }
    if (status == OFS_OK) {
        ofsi_buf_append(&chunk, rows.data, rows.size);
        status = chunk.failed || rows.failed
                     ? ofsi_fail_nomem(err)
                     : ofsi_container_chunk(file, OFSI_CHUNK_ABBREVIATIONS, chunk.data, chunk.size, err);
    }
    ofsi_free(order);
    ofsi_free(places);
    ofsi_free(uses);
    ofsi_buf_free(&chunk);
    ofsi_buf_free(&rows);
    return status;
}

void ofsi_definitions_writer_free(ofsi_definitions_writer *w) {
    ofsi_map_free(&w->rows);
    ofsi_buf_free(&w->uses);
    ofsi_buf_free(&w->key);
}

/* ---- reading ---- */

static ofs_status damaged(const ofsi_segment *s, uint64_t offset, const char *what, ofs_error *err) {
    return ofsi_container_damaged(&s->file, OFSI_CHUNK_ABBREVIATIONS, offset, what, err);
}

ofs_status ofsi_segment_definition_count(ofsi_segment *s, uint32_t *count, ofs_error *err) {
    const ofsi_chunk *chunk = ofsi_segment_chunk(s, OFSI_CHUNK_ABBREVIATIONS);
    *count = 0;
    if (!chunk->data)
        return OFS_OK;
    ofs_status status = ofsi_container_verify(&s->file, OFSI_CHUNK_ABBREVIATIONS, 0, chunk->size, err);
    if (status != OFS_OK)
        return status;
    uint64_t rows = chunk->size >= 8 ? ofsi_load_u32(chunk->data) : 0;
    if (rows == 0 || rows > (chunk->size - 8) / 4 || rows == UINT32_MAX)
        return damaged(s, 0, "the table has a wrong size", err);
    *count = (uint32_t)rows;
    return OFS_OK;
}

ofs_status ofsi_segment_definition(ofsi_segment *s, uint32_t i, ofsi_definition_row *row, ofs_error *err) {
    const ofsi_chunk *chunk = ofsi_segment_chunk(s, OFSI_CHUNK_ABBREVIATIONS);
    uint64_t head = 8 + (uint64_t)ofsi_load_u32(chunk->data) * 4;
    const uint8_t *offset = chunk->data + 4 + (uint64_t)i * 4;
    uint32_t start = ofsi_load_u32(offset), end = ofsi_load_u32(offset + 4);
    if (start > end || end > chunk->size - head)
        return damaged(s, 4 + (uint64_t)i * 4, "the offsets of abbreviations do not ascend", err);
    ofsi_cursor c = ofsi_cursor_of(chunk->data + head + start, end - start);
    *row = (ofsi_definition_row){.term = ofsi_cursor_string(&c)};
    row->short_form = ofsi_cursor_string(&c);
    row->long_form = ofsi_cursor_string(&c);
    row->report_count = (uint32_t)ofsi_cursor_varint_max(&c, s->report_count);
    row->reports = c.next;
    row->reports_size = (uint32_t)ofsi_cursor_left(&c);
    if (c.bad || !row->term.size || !row->short_form.size || !row->long_form.size || !row->report_count)
        return damaged(s, head + start, "an abbreviation's row is cut short", err);
    return OFS_OK;
}

ofs_status ofsi_segment_definition_reports(ofsi_segment *s, const ofsi_definition_row *row, uint32_t *reports,
                                           ofs_error *err) {
    ofsi_cursor c = ofsi_cursor_of(row->reports, row->reports_size);
    uint64_t next = 0;
    for (uint32_t i = 0; i < row->report_count; i++) {
        next += ofsi_cursor_varint_max(&c, s->report_count);
        if (c.bad || next >= s->report_count)
            return damaged(s,
                           (uint64_t)(row->reports - ofsi_segment_chunk(s, OFSI_CHUNK_ABBREVIATIONS)->data),
                           "an abbreviation names no report", err);
        reports[i] = (uint32_t)next++;
    }
    return ofsi_cursor_left(&c) == 0
               ? OFS_OK
               : damaged(s, (uint64_t)(row->reports - ofsi_segment_chunk(s, OFSI_CHUNK_ABBREVIATIONS)->data),
                         "an abbreviation's row has bytes too many", err);
}

/* ---- check ---- */

static ofs_status check_row(ofsi_segment *s, uint32_t i, ofsi_definition_row *before, ofs_error *err) {
    ofsi_definition_row row = {0};
    ofs_status status = ofsi_segment_definition(s, i, &row, err);
    if (status != OFS_OK)
        return status;
    if (i && compare_rows(before, &row) >= 0)
        return damaged(s, 4 + (uint64_t)i * 4, "abbreviations do not ascend", err);
    uint32_t *reports = ofsi_reallocarray(NULL, row.report_count, sizeof *reports);
    if (!reports)
        return ofsi_fail_nomem(err);
    status = ofsi_segment_definition_reports(s, &row, reports, err);
    ofsi_free(reports);
    *before = row;
    return status;
}

ofs_status ofsi_segment_check_definitions(ofsi_segment *s, ofs_error *err) {
    uint32_t count;
    ofsi_definition_row before = {0};
    ofs_status status = ofsi_segment_definition_count(s, &count, err);
    const uint8_t *table = ofsi_segment_chunk(s, OFSI_CHUNK_ABBREVIATIONS)->data;
    uint64_t head = 8 + (uint64_t)count * 4;
    if (status == OFS_OK && count &&
        (ofsi_load_u32(table + 4) != 0 ||
         ofsi_load_u32(table + head - 4) != ofsi_segment_chunk(s, OFSI_CHUNK_ABBREVIATIONS)->size - head))
        status = damaged(s, 4, "the table of abbreviations does not fill its chunk", err);
    for (uint32_t i = 0; i < count && status == OFS_OK; i++)
        status = check_row(s, i, &before, err);
    return status;
}
