/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Characters put right. Windows-1252: the table of the WHATWG's predecessor at unicode.org (five bytes undefined). */
#include "indexer/report/clean.h"

#include "indexer/base/utf8.h"

enum { FIRST_C1 = 0x80, LAST_C1 = 0x9F };

uint32_t ofsi_windows_1252(uint8_t byte) {
    static const uint16_t upper[32] = {
        0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
    };
    return byte >= FIRST_C1 && byte <= LAST_C1 ? upper[byte - FIRST_C1] : byte;
}

static void put_code(ofsi_buf *out, uint32_t code) {
    if (code < 0x80) {
        ofsi_buf_byte(out, (uint8_t)code);
        return;
    }
    char bytes[4];
    ofsi_buf_append(out, bytes, ofsi_utf8_encode(code, bytes));
}

/* Zero-width and direction marks, soft hyphen, byte order mark, strokes drawn over letters. */
static bool is_invisible(uint32_t code) {
    return code == 0xAD || (code >= 0x200B && code <= 0x200F) || (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF || code == 0x0335 || code == 0x0336 ||
           (code >= 0xFE00 && code <= 0xFE0F);
}

static bool is_blank(uint32_t code) {
    return code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x202F ||
           code == 0x205F || code == 0x3000;
}

/* Symbol fonts leave private code points 0xF000 + the byte in the font; all met in reports are marks of lists. */
static void put_private(ofsi_buf *out, uint32_t code) {
    if (code == 0xF02D || code == 0xF0BE)
        put_code(out, code == 0xF02D ? 0x2013 : 0x2022);
    else if (code == 0xF020)
        put_code(out, ' ');
    else if (code >= 0xF021 && code <= 0xF0FF)
        put_code(out, 0x2022);
}

void ofsi_clean_code(ofsi_buf *out, uint32_t code) {
    static const char *const ligatures[] = {"ff", "fi", "fl", "ffi", "ffl", "st", "st"};
    if (code < 0x20 || code == 0x7F) {
        if (code == '\t' || code == '\n' || code == '\r' || code == '\f')
            ofsi_buf_byte(out, (uint8_t)code);
        else if (code == '\v')
            ofsi_buf_byte(out, '\n');
        return;
    }
    if (code < 0x7F) {
        ofsi_buf_byte(out, (uint8_t)code);
        return;
    }
    if (code == 0x2028 || code == 0x2029)
        ofsi_buf_byte(out, '\n');
    else if (is_blank(code))
        ofsi_buf_byte(out, ' ');
    else if (code >= 0xFB00 && code <= 0xFB06)
        ofsi_buf_text(out, ligatures[code - 0xFB00]);
    else if (code >= 0xE000 && code <= 0xF8FF)
        put_private(out, code);
    else if (code > LAST_C1 && !is_invisible(code))
        put_code(out, code);
}

static void put_byte(ofsi_buf *out, uint8_t byte, ofsi_clean_counts *counts) {
    uint32_t code = ofsi_windows_1252(byte);
    if (code == OFSI_REPLACEMENT)
        counts->replaced++;
    else
        counts->recovered++;
    ofsi_clean_code(out, code);
}

void ofsi_clean_bytes(ofsi_buf *out, ofsi_span bytes, ofsi_clean_counts *counts) {
    size_t at = 0;
    while (at < bytes.size) {
        size_t plain = at;
        while (plain < bytes.size && (unsigned char)bytes.data[plain] >= 0x20 &&
               (unsigned char)bytes.data[plain] < 0x7F)
            plain++;
        ofsi_buf_append(out, bytes.data + at, plain - at);
        at = plain;
        if (at == bytes.size)
            break;
        uint32_t code;
        size_t size = ofsi_utf8_decode(bytes.data + at, bytes.size - at, &code);
        if (size == 0) {
            put_byte(out, (uint8_t)bytes.data[at], counts);
            at++;
            continue;
        }
        at += size;
        if (code >= FIRST_C1 && code <= LAST_C1) {
            put_byte(out, (uint8_t)code, counts);
            continue;
        }
        counts->replaced += code == OFSI_REPLACEMENT;
        ofsi_clean_code(out, code);
    }
}

void ofsi_clean_line(ofsi_buf *out, ofsi_span text, bool columns) {
    size_t at = 0;
    bool begun = false;
    while (at < text.size) {
        size_t start = at;
        bool tab = false;
        while (at < text.size && (text.data[at] == ' ' || (text.data[at] >= '\t' && text.data[at] <= '\r')))
            tab |= text.data[at++] == '\t';
        size_t blanks = at - start;
        if (at == text.size)
            return;
        if (blanks && begun)
            ofsi_buf_byte(out, columns && (tab || blanks >= 3) ? '\t' : ' ');
        start = at;
        while (at < text.size && text.data[at] != ' ' && !(text.data[at] >= '\t' && text.data[at] <= '\r'))
            at++;
        ofsi_buf_append(out, text.data + start, at - start);
        begun = true;
    }
}
