/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Columns and tables made ready: each part first opened, that is its shape checked and its views set, then verified, whole
 * or where one document or report has its values. Who looks at ten paragraphs of a million reads a few pages so.
 */
#include "indexer/base/cursor.h"
#include "indexer/format/segment_impl.h"

static ofs_status damaged(const ofsi_segment *s, uint32_t chunk, const char *what, ofs_error *err) {
    return ofsi_container_damaged(&s->file, chunk, 0, what, err);
}

static ofs_status verify(ofsi_segment *s, uint32_t chunk, uint64_t offset, uint64_t size, ofs_error *err) {
    return ofsi_container_verify(&s->file, chunk, offset, size, err);
}

/* ---- opening: of the chunk itself only what the shape is read from is verified ---- */

static ofs_status open_column(ofsi_segment *s, uint32_t id, ofsi_column *column, ofs_error *err) {
    const ofsi_chunk *chunk = &s->file.chunks[id];
    ofs_status status = chunk->size >= 16 ? verify(s, id, 0, 8, err) : OFS_OK;
    if (status != OFS_OK)
        return status;
    uint64_t width = chunk->size >= 16 ? ofsi_load_u64(chunk->data) : 33;
    if (width > 32 || chunk->size - 16 != (s->doc_count * width + 7) / 8)
        return damaged(s, id, "the column has a wrong size", err);
    *column = (ofsi_column){width ? chunk->data + 8 : NULL, (unsigned)width};
    return OFS_OK;
}

static ofs_status open_strings(ofsi_segment *s, uint32_t id, ofsi_strings *strings, ofs_error *err) {
    const ofsi_chunk *chunk = &s->file.chunks[id];
    ofs_status status = chunk->size >= 8 ? verify(s, id, 0, 4, err) : OFS_OK;
    if (status != OFS_OK)
        return status;
    uint64_t count = chunk->size >= 8 ? ofsi_load_u32(chunk->data) : 0;
    if (count == 0 || count > (chunk->size - 8) / 4)
        return damaged(s, id, "the table has a wrong size", err);
    uint64_t bytes = chunk->size - 8 - count * 4;
    status = verify(s, id, 4 + count * 4, 4, err);
    if (status != OFS_OK)
        return status;
    *strings = (ofsi_strings){(uint32_t)count, chunk->data + 4, chunk->data + 8 + count * 4, (uint32_t)bytes};
    if (bytes > UINT32_MAX || ofsi_load_u32(strings->offsets + count * 4) != bytes)
        return damaged(s, id, "the table's strings have a wrong size", err);
    return OFS_OK;
}

static ofs_status open_sections(ofsi_segment *s, ofs_error *err) {
    const ofsi_chunk *chunk = ofsi_segment_chunk(s, OFSI_CHUNK_SECTIONS);
    uint64_t count = s->section_count;
    ofs_status status = chunk->size >= 8 ? verify(s, OFSI_CHUNK_SECTIONS, 0, 4, err) : OFS_OK;
    if (status != OFS_OK)
        return status;
    if (chunk->size < 8 || count > (chunk->size - 8) / 4 || ofsi_load_u32(chunk->data) != count ||
        chunk->size % 4)
        return damaged(s, OFSI_CHUNK_SECTIONS, "the table of sections has a wrong size", err);
    s->section_offsets = chunk->data + 4;
    s->section_entries = chunk->data + 8 + count * 4;
    s->section_entry_count = (uint32_t)((chunk->size - 8 - count * 4) / 4);
    return OFS_OK;
}

static ofs_status open_rows(ofsi_segment *s, uint32_t id, uint64_t rows, uint64_t row_size,
                            const uint8_t **data, ofs_error *err) {
    if (s->file.chunks[id].size != rows * row_size)
        return damaged(s, id, "the table has a wrong size", err);
    *data = s->file.chunks[id].data;
    return OFS_OK;
}

static ofs_status open_lengths(ofsi_segment *s, ofs_error *err) {
    const ofsi_chunk *chunk = ofsi_segment_chunk(s, OFSI_CHUNK_LONG_LENGTHS);
    ofs_status status = open_rows(s, OFSI_CHUNK_LENGTHS, s->doc_count, 1, &s->lengths, err);
    if (status == OFS_OK && (chunk->size % 8 || chunk->size / 8 > s->doc_count))
        status = damaged(s, OFSI_CHUNK_LONG_LENGTHS, "the table has a wrong size", err);
    s->long_lengths = chunk->data;
    s->long_length_count = (uint32_t)(chunk->size / 8);
    return status;
}

/* The starts must ascend from 0 to the number of documents, or a search by them would not end well. */
static ofs_status open_starts(ofsi_segment *s, ofs_error *err) {
    ofs_status status =
        verify(s, OFSI_CHUNK_REPORT_STARTS, 0, s->file.chunks[OFSI_CHUNK_REPORT_STARTS].size, err);
    if (status == OFS_OK)
        status =
            open_rows(s, OFSI_CHUNK_REPORT_STARTS, (uint64_t)s->report_count + 1, 4, &s->report_starts, err);
    uint32_t before = 0;
    for (uint32_t i = 0; status == OFS_OK && i <= s->report_count; i++) {
        uint32_t start = ofsi_load_u32(s->report_starts + (uint64_t)i * 4);
        if (start < before || (i == 0 && start != 0) || (i == s->report_count && start != s->doc_count))
            status = damaged(s, OFSI_CHUNK_REPORT_STARTS, "the starts of reports do not ascend", err);
        before = start;
    }
    return status;
}

static ofs_status open_details(ofsi_segment *s, ofs_error *err) {
    if (!s->file.chunks[OFSI_CHUNK_DETAILS].data)
        return OFS_OK;
    return open_rows(s, OFSI_CHUNK_DETAILS, s->report_count, OFSI_DETAILS_ROW_SIZE, &s->details, err);
}

static ofs_status open_part(ofsi_segment *s, enum ofsi_part part, ofs_error *err) {
    switch (part) {
    case OFSI_PART_LENGTHS:
        return open_lengths(s, err);
    case OFSI_PART_STARTS:
        return open_starts(s, err);
    case OFSI_PART_KIND:
        return open_column(s, OFSI_CHUNK_COL_KIND, &s->kind, err);
    case OFSI_PART_SECTION:
        return open_column(s, OFSI_CHUNK_COL_SECTION, &s->section, err);
    case OFSI_PART_GRADE:
        return open_column(s, OFSI_CHUNK_COL_GRADE, &s->grade, err);
    case OFSI_PART_PAGE:
        return open_column(s, OFSI_CHUNK_COL_PAGE, &s->page, err);
    case OFSI_PART_ITEM:
        return open_column(s, OFSI_CHUNK_COL_ITEM, &s->item, err);
    case OFSI_PART_NUMBER:
        return open_column(s, OFSI_CHUNK_COL_NUMBER, &s->number, err);
    case OFSI_PART_HEADINGS:
        return open_strings(s, OFSI_CHUNK_HEADINGS, &s->headings, err);
    case OFSI_PART_SECTIONS:
        return open_sections(s, err);
    case OFSI_PART_GRADES:
        return open_rows(s, OFSI_CHUNK_GRADES, s->grade_count, OFSI_GRADE_ROW_SIZE, &s->grades, err);
    case OFSI_PART_NUMBERS:
        return open_strings(s, OFSI_CHUNK_NUMBERS, &s->numbers, err);
    case OFSI_PART_STRINGS:
        return open_strings(s, OFSI_CHUNK_STRINGS, &s->strings, err);
    case OFSI_PART_PROVIDERS:
        return open_strings(s, OFSI_CHUNK_PROVIDERS, &s->providers, err);
    case OFSI_PART_REPORTS:
        return open_rows(s, OFSI_CHUNK_REPORTS, s->report_count, OFSI_REPORT_ROW_SIZE, &s->reports, err);
    case OFSI_PART_DETAILS:
        return open_details(s, err);
    default:
        return OFS_OK;
    }
}

/* A part has one chunk, but for the lengths. */
static ofs_status verify_part(ofsi_segment *s, unsigned number, ofs_error *err) {
    static const uint32_t chunks[OFSI_PART_COUNT] = {
        OFSI_CHUNK_LENGTHS,   OFSI_CHUNK_REPORT_STARTS, OFSI_CHUNK_COL_KIND, OFSI_CHUNK_COL_SECTION,
        OFSI_CHUNK_COL_GRADE, OFSI_CHUNK_COL_PAGE,      OFSI_CHUNK_COL_ITEM, OFSI_CHUNK_COL_NUMBER,
        OFSI_CHUNK_HEADINGS,  OFSI_CHUNK_SECTIONS,      OFSI_CHUNK_GRADES,   OFSI_CHUNK_NUMBERS,
        OFSI_CHUNK_STRINGS,   OFSI_CHUNK_PROVIDERS,     OFSI_CHUNK_REPORTS,  OFSI_CHUNK_DETAILS};
    ofs_status status = verify(s, chunks[number], 0, s->file.chunks[chunks[number]].size, err);
    if (status == OFS_OK && chunks[number] == OFSI_CHUNK_LENGTHS)
        status = verify(s, OFSI_CHUNK_LONG_LENGTHS, 0, s->file.chunks[OFSI_CHUNK_LONG_LENGTHS].size, err);
    return status;
}

/* Opens what is not open yet, and with `whole` verifies it; one thread at a time, while others may read what is open. */
static ofs_status ready_parts(ofsi_segment *s, unsigned parts, bool whole, ofs_error *err) {
    atomic_uint *done = whole ? &s->parts_loaded : &s->parts_open;
    if ((atomic_load_explicit(done, memory_order_acquire) & parts) == parts)
        return OFS_OK;
    ofs_status status = OFS_OK;
    pthread_mutex_lock(&s->mutex);
    for (unsigned number = 0; number < OFSI_PART_COUNT && status == OFS_OK; number++) {
        unsigned part = 1u << number;
        if (!(parts & part) || (atomic_load(done) & part))
            continue;
        if (!(atomic_load(&s->parts_open) & part))
            status = open_part(s, (enum ofsi_part)part, err);
        if (status == OFS_OK)
            atomic_fetch_or_explicit(&s->parts_open, part, memory_order_release);
        if (status == OFS_OK && whole)
            status = verify_part(s, number, err);
        if (status == OFS_OK && whole)
            atomic_fetch_or_explicit(&s->parts_loaded, part, memory_order_release);
    }
    pthread_mutex_unlock(&s->mutex);
    return status;
}

ofs_status ofsi_segment_load(ofsi_segment *s, unsigned parts, ofs_error *err) {
    return ready_parts(s, parts, true, err);
}

ofs_status ofsi_segment_load_columns(ofsi_segment *s, ofs_error *err) {
    return ready_parts(s, OFSI_PART_ALL, true, err);
}

/* ---- the values of one document, of one report ---- */

/* What verifying has come to; the first failure stays. */
typedef struct touch {
    ofsi_segment *segment;
    ofs_status status;
    ofs_error *err;
} touch;

static void touch_bytes(touch *t, uint32_t chunk, uint64_t offset, uint64_t size) {
    if (t->status == OFS_OK)
        t->status = verify(t->segment, chunk, offset, size, t->err);
}

static void touch_column(touch *t, uint32_t chunk, ofsi_column column, uint32_t doc) {
    if (column.data)
        touch_bytes(t, chunk, 8 + (uint64_t)doc * column.width / 8, 8); /* eight zero bytes end the chunk */
}

static void touch_string(touch *t, uint32_t chunk, const ofsi_strings *strings, uint32_t i) {
    if (i >= strings->count)
        return;
    touch_bytes(t, chunk, 4 + (uint64_t)i * 4, 8);
    uint32_t start = ofsi_load_u32(strings->offsets + (uint64_t)i * 4);
    uint32_t end = ofsi_load_u32(strings->offsets + (uint64_t)i * 4 + 4);
    if (start <= end && end <= strings->size)
        touch_bytes(t, chunk, 8 + (uint64_t)strings->count * 4 + start, end - start);
}

static void touch_grade(touch *t, uint32_t grade) {
    const ofsi_segment *s = t->segment;
    if (grade >= s->grade_count)
        grade = 0;
    touch_bytes(t, OFSI_CHUNK_GRADES, (uint64_t)grade * OFSI_GRADE_ROW_SIZE, OFSI_GRADE_ROW_SIZE);
    touch_string(t, OFSI_CHUNK_STRINGS, &s->strings,
                 ofsi_load_u32(s->grades + (uint64_t)grade * OFSI_GRADE_ROW_SIZE));
}

static void touch_section(touch *t, uint32_t section) {
    const ofsi_segment *s = t->segment;
    if (section >= s->section_count)
        section = 0;
    touch_bytes(t, OFSI_CHUNK_SECTIONS, 4 + (uint64_t)section * 4, 8);
    uint32_t start = ofsi_load_u32(s->section_offsets + (uint64_t)section * 4);
    uint32_t end = ofsi_load_u32(s->section_offsets + (uint64_t)section * 4 + 4);
    if (start >= end || end > s->section_entry_count || end - start > OFSI_SECTION_DEPTH_MAX + 1)
        return;
    touch_bytes(t, OFSI_CHUNK_SECTIONS, 8 + (uint64_t)s->section_count * 4 + (uint64_t)start * 4,
                (uint64_t)(end - start) * 4);
    touch_string(t, OFSI_CHUNK_HEADINGS, &s->headings, 0); /* for a number beyond the table */
    for (uint32_t i = start; i < end; i++)
        touch_string(t, OFSI_CHUNK_HEADINGS, &s->headings,
                     ofsi_load_u32(s->section_entries + (uint64_t)i * 4));
}

static void touch_report(touch *t, uint32_t report) {
    static const uint32_t details[] = {0, 4, 20};
    const ofsi_segment *s = t->segment;
    const uint8_t *row = s->reports + (uint64_t)report * OFSI_REPORT_ROW_SIZE;
    touch_bytes(t, OFSI_CHUNK_REPORTS, (uint64_t)report * OFSI_REPORT_ROW_SIZE, OFSI_REPORT_ROW_SIZE);
    for (uint32_t field = 0; field < 8; field++)
        if (field == 4)
            touch_string(t, OFSI_CHUNK_PROVIDERS, &s->providers, ofsi_load_u32(row + 16));
        else
            touch_string(t, OFSI_CHUNK_STRINGS, &s->strings, ofsi_load_u32(row + (size_t)field * 4));
    if (!s->details) {
        touch_grade(t, 0);
        return;
    }
    row = s->details + (uint64_t)report * OFSI_DETAILS_ROW_SIZE;
    touch_bytes(t, OFSI_CHUNK_DETAILS, (uint64_t)report * OFSI_DETAILS_ROW_SIZE, OFSI_DETAILS_ROW_SIZE);
    for (size_t i = 0; i < sizeof details / sizeof *details; i++)
        touch_string(t, OFSI_CHUNK_STRINGS, &s->strings, ofsi_load_u32(row + details[i]));
    touch_grade(t, ofsi_load_u32(row + 8));
}

ofs_status ofsi_segment_load_report(ofsi_segment *s, uint32_t report, ofs_error *err) {
    const unsigned parts = OFSI_PART_STARTS | OFSI_PART_GRADES | OFSI_PART_STRINGS | OFSI_PART_PROVIDERS |
                           OFSI_PART_REPORTS | OFSI_PART_DETAILS;
    touch t = {s, ready_parts(s, parts, false, err), err};
    if (t.status == OFS_OK)
        touch_report(&t, report);
    return t.status;
}

ofs_status ofsi_segment_load_doc(ofsi_segment *s, uint32_t doc, ofs_error *err) {
    touch t = {s, ready_parts(s, OFSI_PART_ALL, false, err), err};
    if (t.status != OFS_OK)
        return t.status;
    touch_column(&t, OFSI_CHUNK_COL_KIND, s->kind, doc);
    touch_column(&t, OFSI_CHUNK_COL_SECTION, s->section, doc);
    touch_column(&t, OFSI_CHUNK_COL_GRADE, s->grade, doc);
    touch_column(&t, OFSI_CHUNK_COL_PAGE, s->page, doc);
    touch_column(&t, OFSI_CHUNK_COL_ITEM, s->item, doc);
    touch_column(&t, OFSI_CHUNK_COL_NUMBER, s->number, doc);
    touch_bytes(&t, OFSI_CHUNK_LENGTHS, doc, 1);
    if (s->lengths[doc] == 255)
        touch_bytes(&t, OFSI_CHUNK_LONG_LENGTHS, 0, s->file.chunks[OFSI_CHUNK_LONG_LENGTHS].size);
    touch_string(&t, OFSI_CHUNK_NUMBERS, &s->numbers, ofsi_column_get(s->number, doc));
    touch_section(&t, ofsi_column_get(s->section, doc));
    touch_grade(&t, ofsi_column_get(s->grade, doc));
    touch_report(&t, ofsi_segment_report_of(s, doc));
    return t.status;
}
