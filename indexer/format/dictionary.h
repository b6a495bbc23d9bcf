/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The term dictionary: blocks of 16 sorted, front-coded terms with what leads to their postings, and a sparse index of
 * the blocks. Written by dictionary_write.c, read by dictionary_read.c. FORMAT.md has the grammar.
 */
#ifndef OFSI_FORMAT_DICTIONARY_H
#define OFSI_FORMAT_DICTIONARY_H

#include "indexer/base/buf.h"
#include "indexer/format/dictionary_layout.h"
#include "indexer/format/segment_impl.h"

typedef struct ofsi_dictionary_writer {
    ofsi_buf block;   /* what the open block's terms are apart from text and ends; then the whole block */
    ofsi_buf rests;   /* of their texts */
    ofsi_buf index;   /* u64 first eight bytes of each block's first term */
    ofsi_buf offsets; /* u64 a block */
    uint8_t heads[OFSI_DICTIONARY_BLOCK];
    uint64_t bases[OFSI_DICTIONARY_BASES];
    uint64_t ends[OFSI_DICTIONARY_BLOCK][OFSI_DICTIONARY_ENDS];
    uint32_t in_block;
    uint64_t size;     /* bytes of closed blocks */
    uint8_t last[256]; /* the term before */
    size_t last_size;
    uint64_t term_count;
} ofsi_dictionary_writer;

/* What an entry says of a term; an inline posting's bytes (df 1) or offsets (else). */
typedef struct ofsi_dictionary_entry {
    ofsi_span term;
    uint32_t df;
    uint64_t cf;
    uint32_t form_count;
    uint64_t forms_offset, forms_size;
    uint64_t postings_offset, postings_size, positions_offset, positions_size;
    ofsi_span inline_posting;
} ofsi_dictionary_entry;

/* Terms ascend, and their offsets follow one another. A block that is complete is left in *done (emptied by the caller) to
 * be written. */
void ofsi_dictionary_add(ofsi_dictionary_writer *w, const ofsi_dictionary_entry *entry, ofsi_buf *done);
/* The last block, and the whole index chunk. */
void ofsi_dictionary_end(ofsi_dictionary_writer *w, ofsi_buf *done, ofsi_buf *index);
void ofsi_dictionary_writer_free(ofsi_dictionary_writer *w);

#endif
