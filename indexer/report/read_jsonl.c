/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cuts a .jsonl into lines without holding more than the longest of them, and hands each to the builder of reports
 * (jsonl_report.c). Called by ofs_report_read().
 */
#include <errno.h>
#include <unistd.h>

#include "indexer/base/alloc.h"
#include "indexer/base/error.h"
#include "indexer/report/input.h"
#include "indexer/report/jsonl.h"

enum { FIRST_ROOM = 256 * 1024 };

typedef struct line_reader {
    int fd;
    char *data; /* owned */
    size_t capacity;
    size_t start, end; /* bytes read and not yet given */
    size_t scanned;    /* of them, known to hold no newline */
    bool finished;     /* the file has no more */
} line_reader;

/* More bytes behind `end`; the buffer grows until it holds a line of the greatest length with its newline. */
static ofs_status read_more(line_reader *reader, const char *path, ofs_error *err) {
    if (reader->start > 0) {
        memmove(reader->data, reader->data + reader->start, reader->end - reader->start);
        reader->end -= reader->start;
        reader->scanned -= reader->start;
        reader->start = 0;
    }
    if (reader->end == reader->capacity &&
        !ofsi_grow(&reader->data, &reader->capacity, reader->capacity ? reader->capacity * 2 : FIRST_ROOM, 1))
        return ofsi_fail_nomem(err);
    ssize_t got;
    do
        got = read(reader->fd, reader->data + reader->end, reader->capacity - reader->end);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return ofsi_fail_errno(err, errno, "cannot read", path);
    reader->end += (size_t)got;
    reader->finished = got == 0;
    return OFS_OK;
}

/*
 * The next line without its newline; data NULL at the end of the file. `whole` is false for a line over the limit: it
 * is passed over, and its size is 0.
 */
static ofs_status next_line(line_reader *reader, const char *path, ofsi_span *line, bool *whole,
                            ofs_error *err) {
    *whole = true;
    for (;;) {
        char *newline = reader->end > reader->scanned
                            ? memchr(reader->data + reader->scanned, '\n', reader->end - reader->scanned)
                            : NULL;
        size_t stop = newline ? (size_t)(newline - reader->data) : reader->end;
        if (stop - reader->start > OFSI_JSONL_LINE_MOST)
            *whole = false;
        if (newline || reader->finished) {
            bool none = !newline && stop == reader->start && *whole;
            *line = none ? (ofsi_span){0}
                         : (ofsi_span){reader->data + reader->start, *whole ? stop - reader->start : 0};
            reader->start = reader->scanned = stop + (newline != NULL);
            return OFS_OK;
        }
        reader->scanned = reader->end;
        if (!*whole)
            reader->start = reader->end;
        ofs_status status = read_more(reader, path, err);
        if (status != OFS_OK)
            return status;
    }
}

static ofs_status read_lines(line_reader *reader, const char *path, ofsi_json_builder *builder,
                             ofs_error *err) {
    ofs_status status = OFS_OK;
    for (uint64_t number = 1; status == OFS_OK; number++) {
        ofsi_span line;
        bool whole;
        status = next_line(reader, path, &line, &whole, err);
        if (status != OFS_OK || !line.data)
            break;
        if (number == 1 && line.size >= 3 && memcmp(line.data, "\xEF\xBB\xBF", 3) == 0)
            line = (ofsi_span){line.data + 3, line.size - 3};
        status = whole ? ofsi_json_builder_line(builder, number, line, err)
                       : ofsi_json_builder_warn(builder, number, "longer than the limit of 16 MiB", err);
    }
    return status;
}

ofs_status ofsi_read_jsonl(const char *path, ofs_report_visit visit, void *context, ofs_error *err) {
    line_reader reader = {.fd = -1};
    ofsi_json_builder *builder = NULL;
    ofs_status status = ofsi_input_open(path, &reader.fd, err);
    if (status != OFS_OK)
        return status;
    builder = ofsi_json_builder_new(path, visit, context);
    status = builder ? read_lines(&reader, path, builder, err) : ofsi_fail_nomem(err);
    if (status == OFS_OK)
        status = ofsi_json_builder_end(builder, err);
    ofsi_json_builder_free(builder);
    ofsi_free(reader.data);
    close(reader.fd);
    return status;
}
