/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strict UTF-8 decoding. */
#include "indexer/base/utf8.h"

#include <string.h>

size_t ofsi_utf8_decode(const char *text, size_t size, uint32_t *code) {
    const unsigned char *b = (const unsigned char *)text;
    if (b[0] < 0x80) {
        *code = b[0];
        return 1;
    }
    size_t length = b[0] < 0xC2 ? 0 : b[0] < 0xE0 ? 2 : b[0] < 0xF0 ? 3 : b[0] < 0xF5 ? 4 : 0;
    if (length == 0 || length > size)
        return 0;
    uint32_t value = b[0] & (0xFFU >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((b[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (b[i] & 0x3FU);
    }
    if ((length == 3 && (value < 0x800 || (value >= 0xD800 && value < 0xE000))) ||
        (length == 4 && (value < 0x10000 || value > 0x10FFFF)))
        return 0;
    *code = value;
    return length;
}

size_t ofsi_utf8_encode(uint32_t code, char out[4]) {
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xC0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xE0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}

#define NOT_ASCII UINT64_C(0x8080808080808080)

size_t ofsi_utf8_valid_prefix(const char *text, size_t size) {
    size_t i = 0;
    uint32_t code;
    while (i < size) {
        uint64_t eight;
        while (size - i >= sizeof eight && (memcpy(&eight, text + i, sizeof eight), (eight & NOT_ASCII) == 0))
            i += sizeof eight;
        if (i < size && (unsigned char)text[i] < 0x80) {
            i++;
            continue;
        }
        if (i == size)
            break;
        size_t n = ofsi_utf8_decode(text + i, size - i, &code);
        if (n == 0)
            break;
        i += n;
    }
    return i;
}
