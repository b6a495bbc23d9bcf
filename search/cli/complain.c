/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages on standard error, and the exit statuses that belong to them. */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "indexer/base/utf8.h"
#include "search/cli/cli.h"
#include "search/present/terminal.h"

#define CUT "…"

void say(const char *text) {
    ofsi_buf buf = {0};
    ofsi_buf_text(&buf, "ofsearch: ");
    ofsi_append_clean(&buf, text, strlen(text));
    ofsi_buf_byte(&buf, '\n');
    if (buf.data)
        fwrite(buf.data, 1, buf.size, stderr);
    ofsi_buf_free(&buf);
}

int complain(const ofs_error *err) {
    say(err->message);
    return err->status == OFS_E_USAGE || err->status == OFS_E_QUERY ? EXIT_USAGE : EXIT_TROUBLE;
}

uint32_t terminal_width(int output) {
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    uint64_t value;
    if (columns && ofsi_parse_count(columns, 20, 10000, &value))
        return (uint32_t)value;
    if (isatty(output) && ioctl(output, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
        return size.ws_col;
    return 80;
}

static uint32_t width_of(ofsi_span text) {
    ofsi_buf buf = {0};
    ofsi_append_clean(&buf, text.data, text.size);
    ofsi_buf_byte(&buf, 0);
    uint32_t width = buf.failed ? 0 : ofsi_text_width(buf.data);
    ofsi_buf_free(&buf);
    return width;
}

static size_t step(ofsi_span text, size_t at) {
    do
        at++;
    while (at < text.size && ((unsigned char)text.data[at] & 0xC0) == 0x80);
    return at;
}

/* Bytes from the beginning of `text` that are at most `room` columns wide. */
static size_t fit_head(ofsi_span text, uint32_t room) {
    size_t end = 0;
    for (uint32_t width = 0; end < text.size;) {
        size_t next = step(text, end);
        width += width_of((ofsi_span){text.data + end, next - end});
        if (width > room)
            break;
        end = next;
    }
    return end;
}

/* Where the end of `text` begins that is at most `room` columns wide. */
static size_t fit_tail(ofsi_span text, uint32_t room) {
    size_t from = text.size;
    for (uint32_t width = 0; from > 0;) {
        size_t before = from;
        do
            before--;
        while (before > 0 && ((unsigned char)text.data[before] & 0xC0) == 0x80);
        width += width_of((ofsi_span){text.data + before, from - before});
        if (width > room)
            break;
        from = before;
    }
    return from;
}

/* Of a query that is wider than the terminal, the part around the place: most of it before the place. */
int complain_query(const ofs_error *err, const char *query, const char *prefix) {
    int status = complain(err);
    size_t size = strlen(query);
    if (err->status == OFS_E_LIMIT) /* of a query, where searching is what failed */
        status = EXIT_USAGE;
    if (err->offset < 0 || (uint64_t)err->offset > size)
        return status;
    ofsi_buf buf = {0};
    uint32_t room = terminal_width(STDERR_FILENO) - 1;
    ofsi_buf_text(&buf, "  ");
    if (prefix)
        ofsi_buf_text(&buf, prefix);
    uint32_t column = (uint32_t)buf.size;
    room = room > column + 20 ? room - column : 20;
    ofsi_span before = {query, (size_t)err->offset}, after = {query + err->offset, size - before.size};
    size_t from = fit_tail(before, room * 2 / 3 - 1);
    ofsi_span kept = {query + from, before.size - from};
    ofsi_buf_text(&buf, from ? CUT : "");
    ofsi_append_clean(&buf, kept.data, kept.size);
    uint32_t shown = width_of(kept) + (from ? 1 : 0);
    size_t end = fit_head(after, room - shown - 1);
    ofsi_append_clean(&buf, after.data, end);
    ofsi_buf_text(&buf, end < after.size ? CUT "\n" : "\n");
    for (column += shown; column > 0; column--)
        ofsi_buf_byte(&buf, ' ');
    ofsi_buf_text(&buf, "^\n");
    if (!buf.failed)
        fwrite(buf.data, 1, buf.size, stderr);
    ofsi_buf_free(&buf);
    return status;
}
