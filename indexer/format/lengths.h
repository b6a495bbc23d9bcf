/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lengths of documents in words, exact: a byte each, and for 255 or more a byte 255 and an entry in a sorted list.
 * The writer holds them in memory (impacts need them), the reader in the mapped file; both look them up here.
 *
 *   lengths      := u8 for each document
 *   long lengths := u32 document, ascending, for each | u32 length (255 or more) for each
 */
#ifndef OFSI_FORMAT_LENGTHS_H
#define OFSI_FORMAT_LENGTHS_H

#include "indexer/base/cursor.h"

enum { OFSI_LENGTH_LONG = 255 };

typedef struct ofsi_lengths {
    const uint8_t *bytes;
    const uint8_t *long_docs;
    const uint8_t *long_lengths;
    uint32_t long_count;
} ofsi_lengths;

/* Of a long document; OFSI_LENGTH_LONG when the list does not hold it. */
uint32_t ofsi_lengths_find(const ofsi_lengths *lengths, uint32_t doc);

static inline uint32_t ofsi_lengths_get(const ofsi_lengths *lengths, uint32_t doc) {
    uint8_t length = lengths->bytes[doc];
    return length < OFSI_LENGTH_LONG ? length : ofsi_lengths_find(lengths, doc);
}

#endif
