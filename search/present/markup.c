/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Escaping for markdown (CommonMark's backslash escapes), html and URLs. */
#include "search/present/markup.h"

#include "indexer/base/clean_text.h"

/* Line breaks too become blanks: a line of a paragraph never begins a heading, a list or a quotation. */
static void append_clean(ofsi_buf *out, ofsi_span text, const char *special,
                         void (*escape)(ofsi_buf *out, char c)) {
    size_t from = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (!text.data[i] || !strchr(special, text.data[i]))
            continue;
        ofsi_append_clean(out, text.data + from, i - from);
        escape(out, text.data[i]);
        from = i + 1;
    }
    if (text.size > from)
        ofsi_append_clean(out, text.data + from, text.size - from);
}

static void escape_markdown(ofsi_buf *out, char c) {
    ofsi_buf_byte(out, '\\');
    ofsi_buf_byte(out, (uint8_t)c);
}

void ofsi_append_markdown(ofsi_buf *out, ofsi_span text) {
    append_clean(out, text, "\\`*_{}[]<>#|~$&", escape_markdown);
}

void ofsi_append_markdown_line(ofsi_buf *out, ofsi_span text) {
    size_t digits = 0;
    while (digits < text.size && text.data[digits] >= '0' && text.data[digits] <= '9')
        digits++;
    bool bullet = text.size && (text.data[0] == '-' || text.data[0] == '+');
    bool number = digits && digits < text.size && (text.data[digits] == '.' || text.data[digits] == ')');
    if (bullet || number) {
        ofsi_buf_append(out, text.data, digits);
        escape_markdown(out, text.data[digits]);
        text = (ofsi_span){text.data + digits + 1, text.size - digits - 1};
    }
    ofsi_append_markdown(out, text);
}

static void escape_html(ofsi_buf *out, char c) {
    switch (c) {
    case '&':
        ofsi_buf_text(out, "&amp;");
        break;
    case '<':
        ofsi_buf_text(out, "&lt;");
        break;
    case '>':
        ofsi_buf_text(out, "&gt;");
        break;
    case '"':
        ofsi_buf_text(out, "&quot;");
        break;
    case '\'':
        ofsi_buf_text(out, "&#39;");
        break;
    default:
        ofsi_buf_byte(out, (uint8_t)c); /* newline, tab */
        break;
    }
}

void ofsi_append_html(ofsi_buf *out, ofsi_span text) { append_clean(out, text, "&<>\"'\n\t", escape_html); }

void ofsi_append_url_path(ofsi_buf *out, ofsi_span text) {
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     strchr("-._~/", c) != NULL;
        if (plain && c)
            ofsi_buf_byte(out, c);
        else
            ofsi_buf_printf(out, "%%%02X", c);
    }
}
