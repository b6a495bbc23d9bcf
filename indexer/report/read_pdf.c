/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reader of .pdf, on the safe side of the worker: looks at the file's first and last bytes, asks the worker
 * (pdf_process.c), checks every byte of its answer, and has the lines laid out (pdf_layout.c). Called by
 * ofs_report_read().
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "indexer/base/alloc.h"
#include "indexer/base/cursor.h"
#include "indexer/report/clean.h"
#include "indexer/report/input.h"
#include "indexer/report/pdf_frame.h"
#include "indexer/report/pdf_layout.h"
#include "indexer/report/pdf_process.h"

/* Beyond any paper; what is larger is a wrong answer. */
static const float FARTHEST = 1e6f;
enum { EDGE = 1024 }; /* bytes at either end of the file in which a PDF says that it is one */

/* ---- the file's own marks ---- */

static bool holds(ofsi_span bytes, const char *mark) {
    return memmem(bytes.data, bytes.size, mark, strlen(mark));
}

static bool is_html(ofsi_span bytes) {
    static const char *const openings[] = {"<!doctype html", "<html", "<head", "<body",
                                           "<script",        "<!--",  "<meta"};
    size_t at = bytes.size >= 3 && memcmp(bytes.data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < bytes.size && isspace((unsigned char)bytes.data[at]))
        at++;
    for (size_t i = 0; i < sizeof openings / sizeof openings[0]; i++) {
        size_t size = strlen(openings[i]);
        if (bytes.size - at >= size && strncasecmp(bytes.data + at, openings[i], size) == 0)
            return true;
    }
    return at + 5 < bytes.size && strncasecmp(bytes.data + at, "<?xml", 5) == 0 && holds(bytes, "<html");
}

static ssize_t read_at(int fd, char *room, size_t size, off_t offset) {
    ssize_t got;
    do
        got = pread(fd, room, size, offset);
    while (got < 0 && errno == EINTR);
    return got;
}

/* A linearised file says its length in its first object. */
static bool is_shorter_than_said(ofsi_span head, off_t size) {
    const char *dictionary = memmem(head.data, head.size, "/Linearized", 11);
    if (!dictionary)
        return false;
    size_t left = head.size - (size_t)(dictionary - head.data);
    const char *end = memmem(dictionary, left, ">>", 2);
    const char *length = end ? memmem(dictionary, (size_t)(end - dictionary), "/L ", 3) : NULL;
    /* strtoll stops at the dictionary's end at the latest. */
    return length && strtoll(length + 3, NULL, 10) > (long long)size;
}

/* Some servers pad with zeros: the last bytes that are not blank decide. */
static ofs_status check_end(const char *path, int fd, off_t size, ofs_error *err) {
    char room[EDGE];
    while (size > 0) {
        size_t want = size < EDGE ? (size_t)size : EDGE;
        ssize_t got = read_at(fd, room, want, size - (off_t)want);
        if (got < 0)
            return ofsi_fail_errno(err, errno, "cannot read", path);
        if ((size_t)got < want)
            break;
        size_t used = want;
        while (used > 0 && (room[used - 1] == '\0' || isspace((unsigned char)room[used - 1])))
            used--;
        if (used == want || size < EDGE || used + (size_t)EDGE / 2 > want)
            return holds((ofsi_span){room, used}, "%%EOF") || holds((ofsi_span){room, used}, "startxref")
                       ? OFS_OK
                       : ofsi_fail(err, OFS_E_INPUT, "%s is cut short: its end is missing", path);
        size -= (off_t)(want - used);
    }
    return ofsi_fail(err, OFS_E_INPUT, "%s is cut short: its end is missing", path);
}

static ofs_status check_marks(const char *path, int fd, ofs_error *err) {
    struct stat info;
    char room[EDGE + 1];
    if (fstat(fd, &info) != 0)
        return ofsi_fail_errno(err, errno, "cannot read", path);
    ssize_t got = read_at(fd, room, EDGE, 0);
    if (got < 0)
        return ofsi_fail_errno(err, errno, "cannot read", path);
    room[got] = '\0';
    ofsi_span head = {room, (size_t)got};
    if (!holds(head, "%PDF-"))
        return is_html(head) ? ofsi_fail(err, OFS_E_INPUT, "%s is an HTML page, not a PDF", path)
                             : ofsi_fail(err, OFS_E_INPUT, "%s is not a PDF", path);
    if (is_shorter_than_said(head, info.st_size))
        return ofsi_fail(err, OFS_E_INPUT, "%s is cut short: it has fewer bytes than it says", path);
    return check_end(path, fd, info.st_size, err);
}

/* ---- the worker's answer ---- */

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

/* ofsi_pdf_ask() has checked that the frames are whole. */
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
        status = kind == OFSI_PDF_BEGIN ? read_begin(reader, &cursor, err) : read_page(reader, &cursor, err);
    }
    return status;
}

static ofs_status settle(answer_reader *reader, ofs_error *err) {
    ofsi_document *document = reader->document;
    if (reader->lines.count == 0)
        return ofsi_fail(err, OFS_E_INPUT, "%s has no text layer (scanned?)", reader->path);
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

ofs_status ofsi_read_pdf(const char *path, const ofs_read_options *options, ofsi_arena *arena,
                         ofsi_document *document, ofs_error *err) {
    int fd = -1;
    ofsi_buf answer = {0};
    *document = (ofsi_document){.arena = arena, .is_pdf = true};
    answer_reader reader = {.path = path, .document = document};
    ofs_status status = ofsi_input_open(path, &fd, err);
    if (status != OFS_OK)
        return status;
    status = check_marks(path, fd, err);
    if (status == OFS_OK)
        status = ofsi_pdf_ask(path, fd, options, &answer, err);
    close(fd);
    if (status == OFS_OK)
        status = read_answer(&reader, ofsi_buf_span(&answer), err);
    if (status == OFS_OK)
        status = settle(&reader, err);
    if (status != OFS_OK)
        *document = (ofsi_document){.arena = arena};
    ofsi_buf_free(&answer);
    ofsi_buf_free(&reader.texts);
    ofsi_buf_free(&reader.scratch);
    ofsi_free(reader.runs);
    ofsi_free(reader.lines.items);
    return status;
}
