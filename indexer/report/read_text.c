/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reader of .txt and .md: bytes to the line model. Decides the encoding (UTF-8, UTF-16 by its mark, or bytes of
 * Windows-1252 among UTF-8), refuses what is no text, and cuts lines and pages. Called by ofs_report_read().
 *
 * A run of three or more blanks inside a line is what `pdftotext -layout` leaves between columns: it becomes a tab,
 * as in a PDF's table rows.
 */
#include <ofsearch/report.h>

#include <string.h>
#include <strings.h>

#include "indexer/base/alloc.h"
#include "indexer/base/utf8.h"
#include "indexer/report/clean.h"
#include "indexer/report/input.h"
#include "indexer/report/lines.h"

/* A text of this size is 100,000 pages: whatever it is, it is no report. */
enum { MOST_TEXT = 256 * 1024 * 1024 };
enum { TAB_WIDTH = 8 };

typedef struct line_cutter {
    ofsi_document *document;
    ofsi_buf scratch;
    size_t capacity;
    uint32_t page;  /* from 1 */
    uint32_t blank; /* empty lines since the last line of this page */
    bool page_start;
} line_cutter;

static bool ends_with(const char *path, const char *suffix) {
    size_t size = strlen(path), tail = strlen(suffix);
    return size >= tail && strcasecmp(path + size - tail, suffix) == 0;
}

static bool starts_with(ofsi_span text, const char *prefix) {
    size_t size = strlen(prefix);
    return text.size >= size && memcmp(text.data, prefix, size) == 0;
}

/* More than one byte in a hundred (and two) that no text holds, or a signature of a format that we know is not text. */
static bool is_binary(ofsi_span bytes) {
    if (starts_with(bytes, "PK\x03\x04") || starts_with(bytes, "%PDF-") || starts_with(bytes, "{\\rtf") ||
        starts_with(bytes, "\xD0\xCF\x11\xE0"))
        return true;
    size_t odd = 0;
    for (size_t i = 0; i < bytes.size; i++) {
        unsigned char c = (unsigned char)bytes.data[i];
        odd += c < 0x20 && !(c >= '\t' && c <= '\r') && c != 0x1B && c != 0x1A;
    }
    return odd > bytes.size / 100 + 2;
}

static void decode_utf16(ofsi_buf *out, ofsi_span bytes, bool big, ofsi_clean_counts *counts) {
    const unsigned char *b = (const unsigned char *)bytes.data;
    size_t at = 0;
    while (at + 1 < bytes.size) {
        uint32_t unit = big ? (uint32_t)b[at] << 8 | b[at + 1] : (uint32_t)b[at + 1] << 8 | b[at];
        at += 2;
        if (unit >= 0xD800 && unit < 0xDC00 && at + 1 < bytes.size) {
            uint32_t low = big ? (uint32_t)b[at] << 8 | b[at + 1] : (uint32_t)b[at + 1] << 8 | b[at];
            if (low >= 0xDC00 && low < 0xE000) {
                at += 2;
                ofsi_clean_code(out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
                continue;
            }
        }
        if (unit >= 0xD800 && unit < 0xE000)
            unit = OFSI_REPLACEMENT;
        counts->replaced += unit == OFSI_REPLACEMENT;
        ofsi_clean_code(out, unit);
    }
    if (at < bytes.size) {
        counts->replaced++;
        ofsi_clean_code(out, OFSI_REPLACEMENT);
    }
}

static ofs_status decode(const char *path, ofsi_span bytes, ofsi_buf *out, ofsi_clean_counts *counts,
                         ofs_error *err) {
    bool wide = starts_with(bytes, "\xFF\xFE") || starts_with(bytes, "\xFE\xFF");
    if (wide)
        decode_utf16(out, (ofsi_span){bytes.data + 2, bytes.size - 2}, bytes.data[0] == '\xFE', counts);
    else if (is_binary(bytes))
        return ofsi_fail(err, OFS_E_INPUT, "%s is not a text (it holds binary data)", path);
    else
        ofsi_clean_bytes(out, bytes, counts);
    return out->failed ? ofsi_fail_nomem(err) : OFS_OK;
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static ofs_status add_line(line_cutter *cutter, ofsi_span text, ofs_error *err) {
    ofsi_document *document = cutter->document;
    size_t at = 0;
    uint32_t indent = 0;
    for (; at < text.size && is_blank(text.data[at]); at++)
        if (indent < UINT16_MAX)
            indent += text.data[at] == '\t' ? TAB_WIDTH - indent % TAB_WIDTH : 1;
    if (at == text.size) {
        cutter->blank++;
        return OFS_OK;
    }
    ofsi_buf_reset(&cutter->scratch);
    ofsi_clean_line(&cutter->scratch, (ofsi_span){text.data + at, text.size - at}, true);
    if (cutter->scratch.failed || document->line_count == UINT32_MAX ||
        !ofsi_grow(&document->lines, &cutter->capacity, (size_t)document->line_count + 1,
                   sizeof *document->lines))
        return ofsi_fail_nomem(err);
    char *copy = ofsi_arena_strndup(document->arena, cutter->scratch.data, cutter->scratch.size);
    if (!copy)
        return ofsi_fail_nomem(err);
    document->lines[document->line_count++] = (ofsi_line){
        .text = {copy, cutter->scratch.size},
        .page = cutter->page,
        .indent = indent,
        .blank_before = cutter->blank,
        .page_start = cutter->page_start,
    };
    cutter->blank = 0;
    cutter->page_start = false;
    return OFS_OK;
}

/* Lines end at LF, CR, CRLF; a form feed ends its line and its page. */
static ofs_status cut_lines(line_cutter *cutter, ofsi_span text, ofs_error *err) {
    size_t start = 0;
    while (start < text.size) {
        size_t end = start;
        while (end < text.size && text.data[end] != '\n' && text.data[end] != '\r' && text.data[end] != '\f')
            end++;
        bool page_break = end < text.size && text.data[end] == '\f';
        /* "text\f" ends a line; "\n\f" does not make an empty one. */
        if (end > start || !page_break) {
            ofs_status status = add_line(cutter, (ofsi_span){text.data + start, end - start}, err);
            if (status != OFS_OK)
                return status;
        }
        if (page_break) {
            cutter->page++;
            cutter->page_start = true;
            cutter->blank = 0;
        }
        if (end + 1 < text.size && text.data[end] == '\r' && text.data[end + 1] == '\n')
            end++;
        start = end + 1;
    }
    return OFS_OK;
}

/* pdftotext ends every page with a form feed: nothing but blanks behind the last one is no page. */
static uint32_t count_pages(ofsi_span text) {
    size_t breaks = 0;
    bool rest = false;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\f') {
            breaks++;
            rest = false;
        } else if (!is_blank(text.data[i]) && text.data[i] != '\n' && text.data[i] != '\r') {
            rest = true;
        }
    }
    return breaks ? (uint32_t)(breaks + rest) : 0;
}

/* The lines were gathered on the heap as their number was not known; they belong to the arena. */
static ofs_status settle(line_cutter *cutter, const char *path, ofs_error *err) {
    ofsi_document *document = cutter->document;
    if (document->line_count == 0)
        return ofsi_fail(err, OFS_E_INPUT, "%s is empty (nothing but blanks)", path);
    size_t size = document->line_count * sizeof *document->lines;
    ofsi_line *lines = ofsi_arena_alloc(document->arena, size);
    if (!lines)
        return ofsi_fail_nomem(err);
    memcpy(lines, document->lines, size);
    ofsi_free(document->lines);
    document->lines = lines;
    for (uint32_t i = 0; document->page_count == 0 && i < document->line_count; i++)
        lines[i].page = 0;
    return OFS_OK;
}

ofs_status ofsi_cut_text(const char *path, ofsi_span text, ofsi_arena *arena, ofsi_document *document,
                         ofs_error *err) {
    *document = (ofsi_document){.arena = arena, .page_count = count_pages(text)};
    line_cutter cutter = {.document = document, .page = 1, .page_start = true};
    ofs_status status = cut_lines(&cutter, text, err);
    if (status == OFS_OK)
        status = settle(&cutter, path, err);
    if (status != OFS_OK) {
        ofsi_free(cutter.capacity ? document->lines : NULL);
        *document = (ofsi_document){.arena = arena};
    }
    ofsi_buf_free(&cutter.scratch);
    return status;
}

ofs_status ofsi_read_text(const char *path, ofsi_arena *arena, ofsi_document *document, ofs_error *err) {
    ofsi_buf bytes = {0}, text = {0};
    ofsi_clean_counts counts = {0};
    *document = (ofsi_document){.arena = arena};
    ofs_status status = ofsi_input_read(path, MOST_TEXT, &bytes, err);
    if (status == OFS_OK)
        status = decode(path, ofsi_buf_span(&bytes), &text, &counts, err);
    ofsi_buf_free(&bytes);
    if (status == OFS_OK)
        status = ofsi_cut_text(path, ofsi_buf_span(&text), arena, document, err);
    if (status == OFS_OK) {
        document->is_markdown = ends_with(path, ".md");
        document->recovered = counts.recovered;
        document->replaced = counts.replaced;
    }
    ofsi_buf_free(&text);
    return status;
}
