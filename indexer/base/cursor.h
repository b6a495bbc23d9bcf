/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checked reading of bytes that come from a file. A cursor never reads past its end; the first read that would is
 * remembered (`bad`), gives zero, and so do all later ones: decode a record, then ask once.
 */
#ifndef OFSI_BASE_CURSOR_H
#define OFSI_BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "indexer/base/span.h"

typedef struct ofsi_cursor {
    const uint8_t *next;
    const uint8_t *end;
    bool bad;
} ofsi_cursor;

static inline ofsi_cursor ofsi_cursor_of(const void *data, size_t size) {
    const uint8_t *start = data ? data : (const uint8_t *)""; /* arithmetic on NULL is undefined, even + 0 */
    return (ofsi_cursor){start, start + (data ? size : 0), false};
}

static inline size_t ofsi_cursor_left(const ofsi_cursor *c) { return (size_t)(c->end - c->next); }

static inline const uint8_t *ofsi_cursor_bytes(ofsi_cursor *c, size_t size) {
    if (c->bad || ofsi_cursor_left(c) < size) {
        c->bad = true;
        return NULL;
    }
    const uint8_t *at = c->next;
    c->next += size;
    return at;
}

static inline uint8_t ofsi_cursor_u8(ofsi_cursor *c) {
    const uint8_t *at = ofsi_cursor_bytes(c, 1);
    return at ? *at : 0;
}

/* Little-endian loads from any address; the caller has checked the range. */
static inline uint16_t ofsi_load_u16(const void *at) {
    const uint8_t *b = at;
    return (uint16_t)(b[0] | b[1] << 8);
}
static inline uint32_t ofsi_load_u32(const void *at) {
    const uint8_t *b = at;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}
static inline uint64_t ofsi_load_u64(const void *at) {
    uint64_t value;
    memcpy(&value, at, sizeof value);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    value = __builtin_bswap64(value);
#endif
    return value;
}

static inline uint16_t ofsi_cursor_u16(ofsi_cursor *c) {
    const uint8_t *at = ofsi_cursor_bytes(c, 2);
    return at ? ofsi_load_u16(at) : (uint16_t)0;
}
static inline uint32_t ofsi_cursor_u32(ofsi_cursor *c) {
    const uint8_t *at = ofsi_cursor_bytes(c, 4);
    return at ? ofsi_load_u32(at) : 0;
}
static inline uint64_t ofsi_cursor_u64(ofsi_cursor *c) {
    const uint8_t *at = ofsi_cursor_bytes(c, 8);
    return at ? ofsi_load_u64(at) : 0;
}

/* LEB128 of at most 10 bytes and 64 bits; an over-long or too large one is bad. */
static inline uint64_t ofsi_cursor_varint(ofsi_cursor *c) {
    uint64_t value = 0;
    if (!c->bad && c->next < c->end && *c->next < 0x80)
        return *c->next++; /* nearly all */
    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t b = ofsi_cursor_u8(c);
        if (c->bad)
            return 0;
        if (shift == 63 && b > 1)
            break;
        value |= (uint64_t)(b & 0x7F) << shift;
        if (!(b & 0x80))
            return value;
    }
    c->bad = true;
    return 0;
}

/* As above, and bad when the value is over `most`. */
static inline uint64_t ofsi_cursor_varint_max(ofsi_cursor *c, uint64_t most) {
    uint64_t value = ofsi_cursor_varint(c);
    if (value > most) {
        c->bad = true;
        return 0;
    }
    return value;
}

/* varint size, then the bytes: borrowed from the file. */
static inline ofsi_span ofsi_cursor_string(ofsi_cursor *c) {
    size_t size = (size_t)ofsi_cursor_varint_max(c, ofsi_cursor_left(c));
    const uint8_t *at = ofsi_cursor_bytes(c, size);
    return at ? (ofsi_span){(const char *)at, size} : (ofsi_span){NULL, 0};
}

#endif
