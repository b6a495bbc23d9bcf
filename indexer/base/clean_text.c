/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cleaning and measuring of text for a terminal. */
#include "indexer/base/clean_text.h"

#include <string.h>
#include <utf8proc.h>

#include "indexer/base/utf8.h"

uint32_t ofsi_char_width(uint32_t code) {
    if (code >= 0x20 && code < 0x7F)
        return 1;
    int width = utf8proc_charwidth((utf8proc_int32_t)code);
    return width < 0 ? 0 : (uint32_t)width;
}

uint32_t ofsi_text_width(const char *text) {
    size_t size = strlen(text);
    uint32_t width = 0;
    for (size_t i = 0; i < size;) {
        uint32_t code = 0;
        size_t n = ofsi_utf8_decode(text + i, size - i, &code);
        width += n ? ofsi_char_width(code) : 0;
        i += n ? n : 1;
    }
    return width;
}

/* Characters that could drive or garble a terminal: controls, and the marks that reorder what follows. */
static bool is_unsafe(uint32_t code) {
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069) || code == 0x2028 || code == 0x2029;
}

void ofsi_append_clean(ofsi_buf *out, const char *text, size_t size) {
    for (size_t i = 0; i < size;) {
        uint32_t code = 0;
        size_t n = ofsi_utf8_decode(text + i, size - i, &code);
        if (n == 0) {
            ofsi_buf_text(out, "\xEF\xBF\xBD");
            i++;
            continue;
        }
        if (!is_unsafe(code))
            ofsi_buf_append(out, text + i, n);
        else if (code == '\n' || code == '\t' || code == 0x2028 || code == 0x2029)
            ofsi_buf_byte(out, ' ');
        i += n;
    }
}
