/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reader of .pdf, on the safe side of the worker: looks at the file's first and last bytes, asks the worker
 * (pdf_process.c) and has its answer decoded (pdf_answer.c). Called by ofs_report_read().
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "indexer/report/input.h"
#include "indexer/report/pdf_answer.h"
#include "indexer/report/pdf_process.h"
#include "indexer/report/read_scan.h"

enum {
    EDGE = 1024,        /* bytes at either end of the file in which a PDF says that it is one */
    PADDING = 64 * 1024 /* zeros or blanks behind the end that are passed over */
};

/* ---- the file's own marks ---- */

static bool holds(ofsi_span bytes, const char *mark) {
    return memmem(bytes.data, bytes.size, mark, strlen(mark));
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
    off_t least = size > PADDING ? size - PADDING : 0;
    while (size > least) {
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
        return ofsi_input_is_html(head) ? ofsi_fail(err, OFS_E_INPUT, "%s is an HTML page, not a PDF", path)
                                        : ofsi_fail(err, OFS_E_INPUT, "%s is not a PDF", path);
    if (is_shorter_than_said(head, info.st_size))
        return ofsi_fail(err, OFS_E_INPUT, "%s is cut short: it has fewer bytes than it says", path);
    return check_end(path, fd, info.st_size, err);
}

/* No text at all; or, where it was asked for, less than a scanner's own stamps would be. */
static bool is_scan(const ofsi_document *document, const ofs_read_options *options) {
    enum { STAMP = 40 };
    size_t bytes = 0;
    for (uint32_t i = 0; i < document->line_count; i++)
        bytes += document->lines[i].text.size;
    return document->line_count == 0 || (options->ocr && bytes / STAMP < document->page_count);
}

static ofs_status read_images(const char *path, const ofs_read_options *options, ofsi_document *document,
                              ofs_error *err) {
    uint32_t pages = document->page_count;
    if (!options->ocr)
        return ofsi_fail(err, OFS_E_INPUT,
                         "%s is a scan: it has no text layer (%u page%s); --ocr reads it by tesseract", path,
                         pages, pages == 1 ? "" : "s");
    return ofsi_read_scan(path, pages, options, document, err);
}

ofs_status ofsi_read_pdf(const char *path, const ofs_read_options *options, ofsi_arena *arena,
                         ofsi_document *document, ofs_error *err) {
    int fd = -1;
    ofsi_buf answer = {0};
    *document = (ofsi_document){.arena = arena, .is_pdf = true};
    ofs_status status = ofsi_input_open(path, &fd, err);
    if (status != OFS_OK)
        return status;
    status = check_marks(path, fd, err);
    if (status == OFS_OK)
        status = ofsi_pdf_ask(path, fd, options, &answer, err);
    close(fd);
    if (status == OFS_OK)
        status = ofsi_pdf_decode(path, ofsi_buf_span(&answer), document, err);
    if (status == OFS_OK && is_scan(document, options))
        status = read_images(path, options, document, err);
    if (status != OFS_OK)
        *document = (ofsi_document){.arena = arena};
    ofsi_buf_free(&answer);
    return status;
}
