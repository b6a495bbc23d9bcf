/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inner loops of the block codec, built several times for the instruction sets of one architecture and chosen when
 * the program runs. All give the same bytes and values. Used by codec.c; tests compare every one with the first.
 */
#ifndef OFSI_FORMAT_KERNELS_H
#define OFSI_FORMAT_KERNELS_H

#include <stdbool.h>
#include <stdint.h>

/* Numbers behind the last of a block's that may be read: all UINT32_MAX. */
enum { OFSI_POSTINGS_SLACK = 16 };

/* Candidates, of which those stay that a block of postings holds, one of the kernels below having gone over them. */
typedef struct ofsi_meeting {
    const uint32_t *docs; /* candidates are docs[kept[from .. count)], ascending */
    uint16_t *kept;
    uint8_t *indexes; /* of kept[i] in the block it was found in, by i */
    uint32_t from, count;
    uint32_t found; /* kept[0 .. found) were found so far */
    uint32_t last;  /* the block's last document: it decides about the candidates up to it */
} ofsi_meeting;

/* The first place from `at` on with a document >= target; the block has one. Steps of 16, then halves without branches. */
static inline uint32_t ofsi_find_place(const uint32_t *docs, uint32_t at, uint32_t target) {
    while (docs[at + OFSI_POSTINGS_SLACK - 1] < target)
        at += OFSI_POSTINGS_SLACK;
    for (uint32_t half = OFSI_POSTINGS_SLACK / 2; half; half /= 2)
        at += half & -(uint32_t)(docs[at + half - 1] < target);
    return at;
}

typedef struct ofsi_kernels {
    const char *name; /* "portable", "avx2", ... */
    /* As ofsi_pack() and ofsi_unpack() of codec.h. */
    void (*pack)(const uint32_t *values, unsigned width, uint8_t *out);
    void (*unpack)(const uint8_t *in, unsigned width, uint32_t *values);
    /* As ofsi_sum_gaps() of codec.h. */
    bool (*sum_gaps)(uint32_t *values, uint32_t first);
    /* As ofsi_count_bits() of codec.h. */
    uint32_t (*count_bits)(const uint8_t *bits, uint32_t size);
    /* How many of the bits before bit 64 * i are 1, for i below `words`. */
    void (*rank_bits)(const uint8_t *bits, uint32_t words, uint16_t *ranks);
    /*
     * Numbers first + i of the 256 bits that are 1 among the first `size`; bit i is bit i % 8 of byte i / 8. The last of the
     * bits is 1. Up to 7 bytes behind are read, up to 16 numbers behind are written.
     */
    void (*expand_bits)(const uint8_t *bits, uint32_t size, uint32_t first, uint32_t *numbers);
    /* Candidates met with a block's documents, those before `at` being behind; returns where the next may be. */
    uint32_t (*meet_docs)(ofsi_meeting *m, const uint32_t *block, uint32_t at);
    /* Candidates met with a block's bits, the first of which is document `first`; `ranks` as made by rank_bits. */
    void (*meet_bits)(ofsi_meeting *m, const uint8_t *bits, uint32_t first, const uint16_t *ranks);
} ofsi_kernels;

/* The best that this machine runs. Static. */
const ofsi_kernels *ofsi_kernels_best(void);
/* Kernel set `i` if this machine runs it, else NULL; 0 is the portable one, which every machine runs. */
const ofsi_kernels *ofsi_kernels_at(unsigned i);
enum { OFSI_KERNELS_COUNT = 4 };

#endif
