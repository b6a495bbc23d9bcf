/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The worker's answer to a document: every frame, count, box and text in it is checked before it is used, as the worker
 * may be in the hands of the file it read. Called by read_pdf.c.
 */
#include "indexer/report/pdf_answer.h"

#include <math.h>

#include "indexer/base/alloc.h"
#include "indexer/base/cursor.h"
#include "indexer/report/clean.h"
#include "indexer/report/pdf_frame.h"
#include "indexer/report/pdf_layout.h"

/* Beyond any paper; what is larger is a wrong answer. */
static const float FARTHEST = 1e6f;

typedef struct answer_reader {
    const char *path;
    ofsi_document *document;
    ofsi_line_list lines;
    ofsi_pdf_run *runs; /* of the page at hand */
    size_t run_capacity;
    ofsi_buf texts; /* their texts, clean */
    ofsi_buf scratch;
    ofsi_clean_counts counts;
    uint32_t pages_seen;
} answer_reader;

static ofs_status wrong_answer(const answer_reader *reader, ofs_error *err) {
    return ofsi_fail(err, OFS_E_INPUT, "%s made the PDF library give a wrong answer", reader->path);
}

static float read_float(ofsi_cursor *cursor) {
    uint32_t bits = ofsi_cursor_u32(cursor);
    float value;
    memcpy(&value, &bits, sizeof value);
    if (!isfinite(value) || value > FARTHEST || value < -FARTHEST) {
        cursor->bad = true;
        return 0;
    }
    return value;
}

static void read_clean(answer_reader *reader, ofsi_span raw, ofsi_buf *out) {
    ofsi_buf_reset(&reader->scratch);
    ofsi_clean_bytes(&reader->scratch, raw, &reader->counts);
    ofsi_clean_line(out, ofsi_buf_span(&reader->scratch), false);
    out->failed |= reader->scratch.failed;
}

static ofs_status read_begin(answer_reader *reader, ofsi_cursor *cursor, ofs_error *err) {
    uint32_t pages = (uint32_t)ofsi_cursor_varint_max(cursor, OFSI_PDF_PAGES_MOST);
    ofsi_span title = ofsi_cursor_string(cursor);
    if (cursor->bad || pages == 0 || reader->document->page_count)
        return wrong_answer(reader, err);
    ofsi_clean_counts counts = reader->counts;
    ofsi_buf_reset(&reader->texts);
    read_clean(reader, title, &reader->texts);
    reader->counts = counts;
    reader->document->page_count = pages;
    if (reader->texts.size > 0)
        reader->document->info_title =
            ofsi_arena_strndup(reader->document->arena, reader->texts.data, reader->texts.size);
    bool failed = reader->texts.failed || (reader->texts.size > 0 && !reader->document->info_title);
    return failed ? ofsi_fail_nomem(err) : OFS_OK;
}

static void read_run(answer_reader *reader, ofsi_cursor *cursor, ofsi_pdf_run *run) {
    *run = (ofsi_pdf_run){.line = (uint32_t)ofsi_cursor_varint_max(cursor, UINT32_MAX)};
    run->x0 = read_float(cursor);
    run->y0 = read_float(cursor);
    run->x1 = read_float(cursor);
    run->y1 = read_float(cursor);
    run->size = read_float(cursor);
    run->letters = (uint32_t)ofsi_cursor_varint_max(cursor, OFSI_PDF_FRAME_MOST);
    run->bold = (uint32_t)ofsi_cursor_varint_max(cursor, run->letters);
    run->italic = (uint32_t)ofsi_cursor_varint_max(cursor, run->letters);
    if (run->x1 < run->x0 || run->y1 < run->y0 || run->size < 0)
        cursor->bad = true;
    /* The texts move while they grow: only their size is known yet. */
    size_t start = reader->texts.size;
    read_clean(reader, ofsi_cursor_string(cursor), &reader->texts);
    run->text.size = reader->texts.size - start;
}

static ofs_status read_page(answer_reader *reader, ofsi_cursor *cursor, ofs_error *err) {
    uint32_t page = (uint32_t)ofsi_cursor_varint_max(cursor, reader->document->page_count);
    size_t count = (size_t)ofsi_cursor_varint_max(cursor, ofsi_cursor_left(cursor));
    if (cursor->bad || page != reader->pages_seen + 1)
        return wrong_answer(reader, err);
    if (!ofsi_grow(&reader->runs, &reader->run_capacity, count, sizeof *reader->runs))
        return ofsi_fail_nomem(err);
    reader->pages_seen = page;
    ofsi_buf_reset(&reader->texts);
    size_t kept = 0;
    for (size_t i = 0; i < count && !cursor->bad; i++) {
        read_run(reader, cursor, &reader->runs[kept]);
        kept += reader->runs[kept].text.size > 0;
    }
    if (cursor->bad || ofsi_cursor_left(cursor) > 0)
        return wrong_answer(reader, err);
    if (reader->texts.failed)
        return ofsi_fail_nomem(err);
    const char *text = reader->texts.data;
    for (size_t i = 0; i < kept; i++) {
        reader->runs[i].text.data = text;
        text += reader->runs[i].text.size;
    }
    bool laid = ofsi_pdf_layout(reader->runs, kept, page, reader->document->arena, &reader->lines);
    return laid ? OFS_OK : ofsi_fail_nomem(err);
}

static ofs_status explain_failure(const answer_reader *reader, ofsi_cursor *cursor, ofs_error *err) {
    uint8_t failure = ofsi_cursor_u8(cursor);
    unsigned detail = (unsigned)ofsi_cursor_varint_max(cursor, UINT32_MAX);
    const char *path = reader->path;
    switch (cursor->bad ? 0 : failure) {
    case OFSI_PDF_DAMAGED:
        return ofsi_fail(err, OFS_E_INPUT, "%s is a damaged PDF", path);
    case OFSI_PDF_ENCRYPTED:
        return ofsi_fail(err, OFS_E_INPUT, "%s is encrypted and needs a password", path);
    case OFSI_PDF_NO_PAGES:
        return ofsi_fail(err, OFS_E_INPUT, "%s has no pages (an empty or damaged PDF)", path);
    case OFSI_PDF_TOO_MANY_PAGES:
        return ofsi_fail(err, OFS_E_INPUT, "%s has %u pages, over the limit of %u", path, detail,
                         (unsigned)OFSI_PDF_PAGES_MOST);
    case OFSI_PDF_BAD_PAGE:
        return ofsi_fail(err, OFS_E_INPUT, "%s is a damaged PDF: page %u cannot be read", path, detail);
    case OFSI_PDF_TOO_LARGE:
        return ofsi_fail(err, OFS_E_INPUT, "%s has more text on page %u than the limit of %u MiB", path,
                         detail, (unsigned)OFSI_PDF_FRAME_MOST >> 20);
    default:
        return wrong_answer(reader, err);
    }
}

static ofs_status read_answer(answer_reader *reader, ofsi_span answer, ofs_error *err) {
    ofsi_cursor frames = ofsi_cursor_of(answer.data, answer.size);
    ofs_status status = OFS_OK;
    while (status == OFS_OK) {
        uint32_t kind = ofsi_cursor_u32(&frames);
        uint32_t size = ofsi_cursor_u32(&frames);
        const uint8_t *bytes = ofsi_cursor_bytes(&frames, size);
        if (!bytes)
            return wrong_answer(reader, err);
        ofsi_cursor cursor = ofsi_cursor_of(bytes, size);
        if (kind == OFSI_PDF_FAIL)
            return explain_failure(reader, &cursor, err);
        if (kind == OFSI_PDF_END) {
            uint32_t pages = reader->document->page_count;
            return pages > 0 && reader->pages_seen == pages ? OFS_OK : wrong_answer(reader, err);
        }
        if (kind != OFSI_PDF_BEGIN && kind != OFSI_PDF_PAGE)
            return wrong_answer(reader, err);
        status = kind == OFSI_PDF_BEGIN ? read_begin(reader, &cursor, err) : read_page(reader, &cursor, err);
    }
    return status;
}

static ofs_status settle(answer_reader *reader, ofs_error *err) {
    ofsi_document *document = reader->document;
    if (reader->lines.count == 0)
        return OFS_OK;
    if (reader->lines.count > UINT32_MAX)
        return ofsi_fail(err, OFS_E_LIMIT, "%s has more lines than can be counted", reader->path);
    size_t size = reader->lines.count * sizeof *document->lines;
    document->lines = ofsi_arena_alloc(document->arena, size);
    if (!document->lines)
        return ofsi_fail_nomem(err);
    memcpy(document->lines, reader->lines.items, size);
    document->line_count = (uint32_t)reader->lines.count;
    document->recovered = reader->counts.recovered;
    document->replaced = reader->counts.replaced;
    return OFS_OK;
}

ofs_status ofsi_pdf_decode(const char *path, ofsi_span answer, ofsi_document *document, ofs_error *err) {
    answer_reader reader = {.path = path, .document = document};
    ofs_status status = read_answer(&reader, answer, err);
    if (status == OFS_OK)
        status = settle(&reader, err);
    ofsi_buf_free(&reader.texts);
    ofsi_buf_free(&reader.scratch);
    ofsi_free(reader.runs);
    ofsi_free(reader.lines.items);
    return status;
}
