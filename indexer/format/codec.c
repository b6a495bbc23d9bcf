/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bit-packing of 256 values in eight lanes, and PFOR blocks on it. Scalar; the inner loops run over lanes, eight at a time. */
#include "indexer/format/codec.h"

#include <string.h>

static inline void load_lanes(const uint8_t *in, uint32_t lanes[OFSI_LANES]) {
    memcpy(lanes, in, OFSI_LANES * sizeof *lanes);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    for (unsigned lane = 0; lane < OFSI_LANES; lane++)
        lanes[lane] = __builtin_bswap32(lanes[lane]);
#endif
}

static inline void store_lanes(const uint32_t lanes[OFSI_LANES], uint8_t *out) {
    uint32_t words[OFSI_LANES];
    for (unsigned lane = 0; lane < OFSI_LANES; lane++)
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        words[lane] = __builtin_bswap32(lanes[lane]);
#else
        words[lane] = lanes[lane];
#endif
    memcpy(out, words, sizeof words);
}

static inline uint32_t mask_of(unsigned width) { return width == 32 ? UINT32_MAX : (1U << width) - 1; }

/* Inlined with a constant width: every shift is then a constant, and a row is a few vector instructions. */
static inline __attribute__((always_inline)) void unpack_width(const uint8_t *in, unsigned width,
                                                               uint32_t *values) {
    const uint32_t mask = mask_of(width);
#pragma GCC unroll 32
    for (unsigned row = 0; row < OFSI_ROWS; row++) {
        unsigned bit = row * width, shift = bit % 32;
        const uint8_t *at = in + (size_t)(bit / 32) * OFSI_LANES * 4;
        uint32_t low[OFSI_LANES], high[OFSI_LANES] = {0};
        load_lanes(at, low);
        if (shift + width > 32)
            load_lanes(at + OFSI_LANES * 4, high);
        for (unsigned lane = 0; lane < OFSI_LANES; lane++)
            values[row * OFSI_LANES + lane] =
                (low[lane] >> shift | (shift + width > 32 ? high[lane] << (32 - shift) : 0)) & mask;
    }
}

/* clang-format off */
#define EACH_WIDTH(X)                                                                                        \
    X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15) X(16)                   \
    X(17) X(18) X(19) X(20) X(21) X(22) X(23) X(24) X(25) X(26) X(27) X(28) X(29) X(30) X(31) X(32)
/* clang-format on */

void ofsi_pack(const uint32_t *values, unsigned width, uint8_t *out) {
    const uint32_t mask = mask_of(width);
    uint32_t words[OFSI_LANES] = {0};
    for (unsigned row = 0; row < OFSI_ROWS && width; row++) {
        unsigned shift = row * width % 32;
        for (unsigned lane = 0; lane < OFSI_LANES; lane++)
            words[lane] |= (values[row * OFSI_LANES + lane] & mask) << shift;
        if (shift + width < 32)
            continue;
        store_lanes(words, out);
        out += OFSI_LANES * 4;
        for (unsigned lane = 0; lane < OFSI_LANES; lane++)
            words[lane] = shift + width > 32 ? (values[row * OFSI_LANES + lane] & mask) >> (32 - shift) : 0;
    }
}

void ofsi_unpack(const uint8_t *in, unsigned width, uint32_t *values) {
    switch (width) {
#define X(w)                                                                                                 \
    case w:                                                                                                  \
        unpack_width(in, w, values);                                                                         \
        break;
        EACH_WIDTH(X)
#undef X
    default:
        memset(values, 0, OFSI_BLOCK * sizeof *values);
        break;
    }
}

/*
 * The width with the fewest bytes, exceptions included; of equals the largest. A narrower width has all the exceptions
 * of a wider one, so that the first with more than 255 ends the search.
 */
static unsigned choose_width(const uint32_t *values) {
    uint32_t counts[33] = {0};
    for (unsigned i = 0; i < OFSI_BLOCK; i++)
        counts[ofsi_bit_width(values[i])]++;
    unsigned most = 32;
    while (most > 0 && counts[most] == 0)
        most--;
    unsigned best = most;
    uint32_t least = 2 + most * OFSI_LANES * 4, exceptions = 0;
    for (unsigned width = most; width-- > 0;) {
        exceptions += counts[width + 1];
        if (exceptions > 255)
            break;
        uint32_t bytes = 2 + width * OFSI_LANES * 4 + exceptions;
        for (unsigned bits = width + 1; bits <= most; bits++)
            bytes += counts[bits] * ((bits - width + 6) / 7); /* of a varint of the high bits */
        if (bytes < least) {
            least = bytes;
            best = width;
        }
    }
    return best;
}

void ofsi_pfor_encode(const uint32_t *values, ofsi_buf *out) {
    unsigned width = choose_width(values);
    unsigned exceptions = 0;
    for (unsigned i = 0; i < OFSI_BLOCK && width < 32; i++)
        exceptions += values[i] >> width != 0;
    ofsi_buf_byte(out, (uint8_t)width);
    ofsi_buf_byte(out, (uint8_t)exceptions);
    uint8_t *packed = ofsi_buf_extend(out, (size_t)width * OFSI_LANES * 4);
    if (packed)
        ofsi_pack(values, width, packed);
    for (unsigned i = 0; i < OFSI_BLOCK && exceptions; i++)
        if (values[i] >> width)
            ofsi_buf_byte(out, (uint8_t)i);
    for (unsigned i = 0; i < OFSI_BLOCK && exceptions; i++)
        if (values[i] >> width)
            ofsi_buf_varint(out, values[i] >> width);
}

void ofsi_pfor_decode(ofsi_cursor *c, uint32_t *values) {
    unsigned width = ofsi_cursor_u8(c);
    unsigned exceptions = ofsi_cursor_u8(c);
    if (width > 32 || (width == 32 && exceptions))
        c->bad = true;
    const uint8_t *packed = ofsi_cursor_bytes(c, (size_t)width * OFSI_LANES * 4);
    const uint8_t *indexes = ofsi_cursor_bytes(c, exceptions);
    if (!packed || !indexes) {
        memset(values, 0, OFSI_BLOCK * sizeof *values);
        return;
    }
    ofsi_unpack(packed, width, values);
    for (unsigned i = 0; i < exceptions; i++)
        values[indexes[i]] |= (uint32_t)ofsi_cursor_varint_max(c, UINT32_MAX >> width) << width;
}

void ofsi_pfor_skip(ofsi_cursor *c) {
    unsigned width = ofsi_cursor_u8(c);
    unsigned exceptions = ofsi_cursor_u8(c);
    if (width > 32)
        c->bad = true;
    ofsi_cursor_bytes(c, (size_t)width * OFSI_LANES * 4);
    ofsi_cursor_bytes(c, exceptions);
    for (unsigned i = 0; i < exceptions; i++)
        ofsi_cursor_varint(c);
}
