/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The block codec: 256 integers bit-packed in eight lanes (value i is in lane i % 8, row i / 8), with a few exceptions
 * patched in (PFOR: Zukowski, Heman, Nes, Boncz, "Super-Scalar RAM-CPU Cache Compression", ICDE 2006; vertical layout:
 * Lemire, Boytsov, "Decoding billions of integers per second through vectorization", 2015). Used by postings and positions.
 */
#ifndef OFSI_FORMAT_CODEC_H
#define OFSI_FORMAT_CODEC_H

#include <stdbool.h>
#include <stdint.h>

#include "indexer/base/buf.h"
#include "indexer/base/cursor.h"

enum { OFSI_LANES = 8, OFSI_BLOCK = 256, OFSI_ROWS = OFSI_BLOCK / OFSI_LANES };

/* Bits that a value needs: 0 for 0. */
static inline unsigned ofsi_bit_width(uint32_t value) {
    return value ? 32U - (unsigned)__builtin_clz(value) : 0;
}

/* Packs the low `width` (0..32) bits of 256 values into width * 32 bytes. */
void ofsi_pack(const uint32_t *values, unsigned width, uint8_t *out);
/* The reverse. `in` has width * 32 bytes. */
void ofsi_unpack(const uint8_t *in, unsigned width, uint32_t *values);

/*
 * 256 gaps to ascending numbers, in place: values[i] = first + i + values[0] + ... + values[i]. False, with nothing
 * changed, when that might pass 32 bits: the caller then adds with more.
 */
bool ofsi_sum_gaps(uint32_t *values, uint32_t first);
/* How many of the first `size` bits are 1; bit i is bit i % 8 of byte i / 8. */
uint32_t ofsi_count_bits(const uint8_t *bits, uint32_t size);

/* Appends a block of 256 values in the width that takes fewest bytes. */
void ofsi_pfor_encode(const uint32_t *values, ofsi_buf *out);
/* Reads a block; sets c->bad when it is damaged or cut short. */
void ofsi_pfor_decode(ofsi_cursor *c, uint32_t *values);
/*
 * Value `i` of the block in `size` bytes alone, without decoding the others; false when it cannot be had so (cut short, or
 * damaged): decoding then tells.
 */
bool ofsi_pfor_peek(const uint8_t *block, size_t size, unsigned i, uint32_t *value);
/* Passes over a block without decoding it. */
void ofsi_pfor_skip(ofsi_cursor *c);

#endif
