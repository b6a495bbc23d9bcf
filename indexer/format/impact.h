/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Impact fronts: for a set of postings, corners (tf, length) such that every posting has a tf not above, and a length
 * not below, those of some corner. A score that grows with tf and falls with length is then bounded by the corners'
 * scores, whatever k1, b and the average length are. (Ding and Suel 2011 for block maxima; Lucene 8 for the fronts.)
 */
#ifndef OFSI_FORMAT_IMPACT_H
#define OFSI_FORMAT_IMPACT_H

#include "indexer/base/buf.h"
#include "indexer/base/cursor.h"
#include "indexer/format/segment.h"

enum {
    OFSI_FRONT_MAX = 8,      /* corners of a block, or of 32 blocks */
    OFSI_TERM_FRONT_MAX = 4, /* of a whole list */
    OFSI_FRONT_SLOTS = 64    /* frequencies told apart; higher ones share the last slot */
};

/* Least length by frequency. */
typedef struct ofsi_front_builder {
    uint32_t least[OFSI_FRONT_SLOTS]; /* slot tf - 1; UINT32_MAX: none seen */
    uint32_t slots;                   /* those in use are below */
    uint32_t most_tf;
} ofsi_front_builder;

static inline void ofsi_front_reset(ofsi_front_builder *builder) {
    builder->slots = 0;
    builder->most_tf = 0;
}

static inline void ofsi_front_raise(ofsi_front_builder *builder, uint32_t slot, uint32_t length) {
    while (builder->slots <= slot)
        builder->least[builder->slots++] = UINT32_MAX;
    if (length < builder->least[slot])
        builder->least[slot] = length;
}

static inline void ofsi_front_add(ofsi_front_builder *builder, uint32_t tf, uint32_t length) {
    ofsi_front_raise(builder, (tf < OFSI_FRONT_SLOTS ? tf : OFSI_FRONT_SLOTS) - 1, length);
    if (tf > builder->most_tf)
        builder->most_tf = tf;
}

/* Adds what `other` has seen. */
void ofsi_front_join(ofsi_front_builder *builder, const ofsi_front_builder *other);
/* At most `capacity` (1..OFSI_FRONT_MAX) corners, tf and length ascending; returns how many. */
uint32_t ofsi_front_corners(const ofsi_front_builder *builder, uint32_t capacity, ofsi_impact *corners);

/* corner := varint(tf - tf before - 1) | varint(length - length before - 1), from tf 0, and -1 for the first length. */
void ofsi_front_encode(const ofsi_impact *corners, uint32_t count, ofsi_buf *out);
/* Reads corners to the end of the cursor; 1..capacity of them, else the cursor is bad and the result 0. */
uint32_t ofsi_front_decode(ofsi_cursor *cursor, uint32_t capacity, ofsi_impact *corners);

#endif
