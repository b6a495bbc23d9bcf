/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PFOR blocks of 256 values, on the kernels that this machine runs. */
#include "indexer/format/codec.h"

#include <string.h>

#include "indexer/format/kernels.h"

void ofsi_pack(const uint32_t *values, unsigned width, uint8_t *out) {
    ofsi_kernels_best()->pack(values, width, out);
}

void ofsi_unpack(const uint8_t *in, unsigned width, uint32_t *values) {
    ofsi_kernels_best()->unpack(in, width, values);
}

bool ofsi_sum_gaps(uint32_t *values, uint32_t first) { return ofsi_kernels_best()->sum_gaps(values, first); }

uint32_t ofsi_count_bits(const uint8_t *bits, uint32_t size) {
    return ofsi_kernels_best()->count_bits(bits, size);
}

/*
 * The width with the fewest bytes, exceptions included; of equals the largest. A narrower width has all the exceptions
 * of a wider one, so that the first with more than 255 ends the search.
 */
static unsigned choose_width(const uint32_t *values) {
    /* Four counts side by side, as neighbours often have one width, and adding to the same twice takes its time. */
    uint32_t side[4][33] = {{0}}, counts[33];
    for (unsigned i = 0; i < OFSI_BLOCK; i++)
        side[i % 4][ofsi_bit_width(values[i])]++;
    for (unsigned bits = 0; bits <= 32; bits++)
        counts[bits] = side[0][bits] + side[1][bits] + side[2][bits] + side[3][bits];
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
    uint32_t any = 0;
    for (unsigned i = 0; i < OFSI_BLOCK; i++)
        any |= values[i];
    unsigned width = any ? choose_width(values) : 0;
    uint8_t indexes[OFSI_BLOCK];
    unsigned exceptions = 0;
    for (unsigned i = 0; i < OFSI_BLOCK && width < 32 && any >> width; i++) {
        indexes[exceptions] = (uint8_t)i; /* there are at most 255 */
        exceptions += values[i] >> width != 0;
    }
    ofsi_buf_byte(out, (uint8_t)width);
    ofsi_buf_byte(out, (uint8_t)exceptions);
    uint8_t *packed = ofsi_buf_extend(out, (size_t)width * OFSI_LANES * 4);
    if (packed)
        ofsi_pack(values, width, packed);
    ofsi_buf_append(out, indexes, exceptions);
    for (unsigned i = 0; i < exceptions && width < 32; i++)
        ofsi_buf_varint(out, values[indexes[i]] >> width);
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

bool ofsi_pfor_peek(const uint8_t *block, size_t size, unsigned i, uint32_t *value) {
    if (size < 2 || block[0] > 32)
        return false;
    unsigned width = block[0], exceptions = block[1], bit = i / OFSI_LANES * width, shift = bit % 32;
    size_t packed = (size_t)width * OFSI_LANES * 4, lane = i % OFSI_LANES;
    if (size < 2 + packed + exceptions)
        return false;
    *value = 0;
    if (width) {
        const uint8_t *at = block + 2 + 4 * (bit / 32 * OFSI_LANES + lane);
        uint64_t words = ofsi_load_u32(at);
        if (shift + width > 32)
            words |= (uint64_t)ofsi_load_u32(at + sizeof(uint32_t) * OFSI_LANES) << 32;
        *value = (uint32_t)(words >> shift & ((UINT64_C(1) << width) - 1));
    }
    const uint8_t *indexes = block + 2 + packed, *found = memchr(indexes, (int)i, exceptions);
    if (!found)
        return true;
    if (width == 32) /* has no exceptions */
        return false;
    ofsi_cursor c = ofsi_cursor_of(indexes + exceptions, size - 2 - packed - exceptions);
    for (const uint8_t *before = indexes; before < found; before++)
        ofsi_cursor_varint(&c);
    *value |= (uint32_t)ofsi_cursor_varint_max(&c, UINT32_MAX >> width) << width;
    return !c.bad;
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
