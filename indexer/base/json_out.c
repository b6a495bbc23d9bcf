/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing JSON values. */
#include "indexer/base/json_out.h"

#include <math.h>
#include <stdio.h>

#include "indexer/base/utf8.h"

void ofsi_json_comma(ofsi_buf *out) {
    char last = out->size ? out->data[out->size - 1] : '{';
    if (last != '{' && last != '[')
        ofsi_buf_byte(out, ',');
}

void ofsi_json_key(ofsi_buf *out, const char *key) {
    ofsi_json_comma(out);
    ofsi_buf_byte(out, '"');
    ofsi_buf_text(out, key);
    ofsi_buf_append(out, "\":", 2);
}

/* Bytes that stand for themselves: ASCII but for controls, quotation mark and backslash. */
static bool is_plain(unsigned char c) { return c >= 0x20 && c < 0x80 && c != '"' && c != '\\'; }

/* The first byte at or behind text[i] that does not stand for itself; eight at a time while none of them can be one. */
static size_t pass_plain(ofsi_span text, size_t i) {
    static const uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
    for (uint64_t x; i + sizeof x <= text.size; i += sizeof x) {
        memcpy(&x, text.data + i, sizeof x);
        uint64_t quote = x ^ ones * '"', backslash = x ^ ones * '\\';
        uint64_t special =
            x | ((x - ones * 0x20) & ~x) | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash);
        if (special & tops)
            break;
    }
    while (i < text.size && is_plain((unsigned char)text.data[i]))
        i++;
    return i;
}

static void append_escaped(ofsi_buf *out, char c) {
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *found = c ? strchr(from, c) : NULL;
    if (found) {
        ofsi_buf_byte(out, '\\');
        ofsi_buf_byte(out, (uint8_t)to[found - from]);
    } else {
        ofsi_buf_printf(out, "\\u%04X", (unsigned)(unsigned char)c);
    }
}

void ofsi_json_string(ofsi_buf *out, ofsi_span text) {
    ofsi_buf_byte(out, '"');
    for (size_t i = 0, from = 0; i <= text.size;) {
        i = pass_plain(text, i);
        uint32_t code;
        size_t n = i < text.size && (unsigned char)text.data[i] >= 0x80
                       ? ofsi_utf8_decode(text.data + i, text.size - i, &code)
                       : 0;
        if (n) {
            i += n;
            continue;
        }
        ofsi_buf_append(out, text.data + from, i - from);
        if (i < text.size && (unsigned char)text.data[i] >= 0x80)
            ofsi_buf_text(out, "\xEF\xBF\xBD");
        else if (i < text.size)
            append_escaped(out, text.data[i]);
        from = ++i;
    }
    ofsi_buf_byte(out, '"');
}

void ofsi_json_text(ofsi_buf *out, const char *text) {
    if (text)
        ofsi_json_string(out, ofsi_span_of(text));
    else
        ofsi_buf_append(out, "null", 4);
}

void ofsi_json_real(ofsi_buf *out, double value) {
    char text[40];
    int n = isfinite(value) ? snprintf(text, sizeof text, "%.12g", value) : 0;
    if (n <= 0) {
        ofsi_buf_append(out, "null", 4);
        return;
    }
    ofsi_buf_append(out, text, (size_t)n);
    if (!strpbrk(text, ".e"))
        ofsi_buf_append(out, ".0", 2);
}
