/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inner loops of the block codec, built several times for the instruction sets of one architecture and chosen when
 * the program runs. All give the same bytes and values. Used by codec.c; tests compare every one with the first.
 */
#ifndef OFSI_FORMAT_KERNELS_H
#define OFSI_FORMAT_KERNELS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct ofsi_kernels {
    const char *name; /* "portable", "avx2", ... */
    /* As ofsi_pack() and ofsi_unpack() of codec.h. */
    void (*pack)(const uint32_t *values, unsigned width, uint8_t *out);
    void (*unpack)(const uint8_t *in, unsigned width, uint32_t *values);
    /* As ofsi_sum_gaps() of codec.h. */
    bool (*sum_gaps)(uint32_t *values, uint32_t first);
    /* As ofsi_count_bits() of codec.h. */
    uint32_t (*count_bits)(const uint8_t *bits, uint32_t size);
} ofsi_kernels;

/* The best that this machine runs. Static. */
const ofsi_kernels *ofsi_kernels_best(void);
/* Kernel set `i` if this machine runs it, else NULL; 0 is the portable one, which every machine runs. */
const ofsi_kernels *ofsi_kernels_at(unsigned i);
enum { OFSI_KERNELS_COUNT = 4 };

#endif
