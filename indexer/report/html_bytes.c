/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Encodings of HTML: byte order marks, declarations, and what to do where neither fits. */
#include "indexer/report/html_bytes.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

#include "indexer/base/utf8.h"

enum { LABEL_MOST = 40, HEAD = 4096 /* bytes in which a page says its encoding */ };

static bool starts_with(ofsi_span bytes, const char *mark, size_t size) {
    return bytes.size >= size && memcmp(bytes.data, mark, size) == 0;
}

static bool in_label(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == ':' || c == '.';
}

/* The word behind `charset=` or `encoding=`, if there is one. */
static bool find_label(ofsi_span head, const char *key, char label[LABEL_MOST]) {
    size_t size = strlen(key);
    for (size_t i = 0; i + size < head.size; i++) {
        if (strncasecmp(head.data + i, key, size) != 0)
            continue;
        size_t at = i + size, used = 0;
        while (at < head.size && (head.data[at] == ' ' || head.data[at] == '"' || head.data[at] == '\''))
            at++;
        while (at < head.size && used + 1 < LABEL_MOST && in_label(head.data[at]))
            label[used++] = head.data[at++];
        label[used] = '\0';
        if (used)
            return true;
    }
    return false;
}

/* A page whose declaration can be read as ASCII is not in UTF-16; and Latin-1 means Windows-1252. */
static bool is_single_byte_western(const char *label) {
    static const char *const names[] = {"utf-8",      "utf8",         "utf-16",  "iso-8859-1", "iso8859-1",
                                        "iso_8859-1", "latin1",       "latin-1", "us-ascii",   "ascii",
                                        "cp1252",     "windows-1252", "x-ansi",  "ansi"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcasecmp(label, names[i]) == 0)
            return true;
    return strncasecmp(label, "utf-16", 6) == 0 || strncasecmp(label, "utf-32", 6) == 0 ||
           strncasecmp(label, "ucs-", 4) == 0;
}

/* False when iconv does not know the encoding. */
static bool convert(ofsi_buf *out, ofsi_span bytes, const char *label, ofsi_clean_counts *counts) {
    char room[8192];
    iconv_t converter = iconv_open("UTF-8", label);
    if (converter == (iconv_t)-1)
        return false;
    char *from = (char *)bytes.data;
    size_t left = bytes.size;
    while (left > 0 && !out->failed) {
        char *to = room;
        size_t free_bytes = sizeof room;
        size_t done = iconv(converter, &from, &left, &to, &free_bytes);
        int reason = errno;
        ofsi_buf_append(out, room, sizeof room - free_bytes);
        if (done == (size_t)-1 && reason != E2BIG && left > 0) {
            ofsi_buf_text(out, "\xEF\xBF\xBD");
            counts->replaced++;
            from++;
            left--;
            iconv(converter, NULL, NULL, NULL, NULL);
        }
    }
    iconv_close(converter);
    return true;
}

void ofsi_html_decode(ofsi_buf *out, ofsi_span bytes, ofsi_clean_counts *counts) {
    char label[LABEL_MOST];
    ofsi_span head = {bytes.data, bytes.size < HEAD ? bytes.size : HEAD};
    ofsi_buf wide = {0};
    ofsi_clean_counts passed = {0};
    bool converted = false;
    if (starts_with(bytes, "\xFF\xFE", 2) || starts_with(bytes, "\xFE\xFF", 2))
        converted = convert(&wide, bytes, "UTF-16", counts);
    else if (ofsi_utf8_valid_prefix(bytes.data, bytes.size) < bytes.size &&
             (find_label(head, "charset=", label) || find_label(head, "encoding=", label)) &&
             !is_single_byte_western(label))
        converted = convert(&wide, bytes, label, counts);
    /* Characters that are replaced already are counted when their words are read. */
    ofsi_clean_bytes(out, converted ? ofsi_buf_span(&wide) : bytes, &passed);
    counts->recovered += passed.recovered;
    out->failed |= wide.failed;
    ofsi_buf_free(&wide);
}
