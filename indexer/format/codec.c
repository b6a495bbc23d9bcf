/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bit-packing of 256 values in eight lanes, and PFOR blocks on it. Scalar; the inner loops run over lanes. */
#include "indexer/format/codec.h"

#include <string.h>

void ofsi_pack(const uint32_t *values, unsigned width, uint8_t *out) {
    uint32_t words[32 * OFSI_LANES] = {0};
    uint32_t mask = width == 32 ? UINT32_MAX : (1U << width) - 1;
    if (width == 0)
        return;
    for (unsigned row = 0; row < OFSI_ROWS; row++) {
        unsigned bit = row * width, word = bit / 32, shift = bit % 32;
        for (unsigned lane = 0; lane < OFSI_LANES; lane++) {
            uint32_t value = values[row * OFSI_LANES + lane] & mask;
            words[word * OFSI_LANES + lane] |= value << shift;
            if (shift + width > 32)
                words[(word + 1) * OFSI_LANES + lane] |= value >> (32 - shift);
        }
    }
    for (unsigned i = 0; i < width * OFSI_LANES; i++)
        for (unsigned b = 0; b < 4; b++)
            out[i * 4 + b] = (uint8_t)(words[i] >> (8 * b));
}

void ofsi_unpack(const uint8_t *in, unsigned width, uint32_t *values) {
    uint32_t words[33 * OFSI_LANES];
    uint32_t mask = width == 32 ? UINT32_MAX : (1U << width) - 1;
    if (width == 0) {
        memset(values, 0, OFSI_BLOCK * sizeof *values);
        return;
    }
    for (unsigned i = 0; i < width * OFSI_LANES; i++)
        words[i] = ofsi_load_u32(in + i * 4);
    /* One row of slack, so that a value which ends at its word's end needs no test for the next. */
    memset(words + width * OFSI_LANES, 0, OFSI_LANES * sizeof *words);
    for (unsigned row = 0; row < OFSI_ROWS; row++) {
        unsigned bit = row * width, word = bit / 32, shift = bit % 32;
        const uint32_t *low = words + word * OFSI_LANES, *high = low + OFSI_LANES;
        uint32_t *to = values + row * OFSI_LANES;
        for (unsigned lane = 0; lane < OFSI_LANES; lane++) {
            uint64_t both = (uint64_t)low[lane] | (uint64_t)high[lane] << 32;
            to[lane] = (uint32_t)(both >> shift) & mask;
        }
    }
}

static unsigned varint_size(uint32_t value) {
    unsigned n = 1;
    while (value >= 0x80) {
        value >>= 7;
        n++;
    }
    return n;
}

/* Bytes of the block at a width, exceptions included; UINT32_MAX when there would be more than 255 of them. */
static uint32_t cost_at(const uint32_t *values, unsigned width) {
    uint32_t exceptions = 0, bytes = 2 + width * OFSI_LANES * 4;
    if (width == 32)
        return bytes;
    for (unsigned i = 0; i < OFSI_BLOCK; i++) {
        uint32_t high = values[i] >> width;
        if (high) {
            exceptions++;
            bytes += 1 + varint_size(high);
        }
    }
    return exceptions > 255 ? UINT32_MAX : bytes;
}

static unsigned choose_width(const uint32_t *values) {
    uint32_t all = 0;
    for (unsigned i = 0; i < OFSI_BLOCK; i++)
        all |= values[i];
    unsigned best = ofsi_bit_width(all);
    uint32_t least = cost_at(values, best);
    for (unsigned width = best; width-- > 0;) {
        uint32_t cost = cost_at(values, width);
        if (cost < least) {
            least = cost;
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
