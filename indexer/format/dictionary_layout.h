/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shape of a block of terms, for its writer and its reader. FORMAT.md has the grammar. */
#ifndef OFSI_FORMAT_DICTIONARY_LAYOUT_H
#define OFSI_FORMAT_DICTIONARY_LAYOUT_H

#include "indexer/base/span.h"

/* Where a term's bytes end, in this order in each row of a block. */
enum ofsi_dictionary_end {
    OFSI_END_POSTINGS,
    OFSI_END_POSITIONS,
    OFSI_END_FORMS,
    OFSI_END_RECORD, /* in the block itself */
    OFSI_DICTIONARY_ENDS
};

enum {
    OFSI_DICTIONARY_BASES = 3,                                           /* all but the records' */
    OFSI_DICTIONARY_HEAD = OFSI_DICTIONARY_BASES + OFSI_DICTIONARY_ENDS, /* bytes of widths */
    OFSI_DICTIONARY_WIDTH_MAX = 56, /* bits: so that one load of eight bytes holds a number */
    OFSI_DICTIONARY_NIBBLE = 15,    /* of a text's head: more follows */
    OFSI_DICTIONARY_TERM_MAX = 245
};

/* The first eight bytes as a number that orders as they do, zero-padded. */
static inline uint64_t ofsi_dictionary_prefix(ofsi_span term) {
    uint8_t bytes[8] = {0};
    uint64_t prefix = 0;
    if (term.size >= sizeof bytes)
        memcpy(bytes, term.data, sizeof bytes);
    else
        for (size_t i = 0; i < term.size; i++)
            bytes[i] = (uint8_t)term.data[i];
    for (size_t i = 0; i < sizeof bytes; i++)
        prefix = prefix << 8 | bytes[i];
    return prefix;
}

#endif
