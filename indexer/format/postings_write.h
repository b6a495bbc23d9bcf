/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Encoding of one term's postings and positions. Filled posting by posting by segment_write.c; blocks go out as they
 * fill, so that memory is a few bytes a block, whatever the term's length. FORMAT.md has the grammar.
 */
#ifndef OFSI_FORMAT_POSTINGS_WRITE_H
#define OFSI_FORMAT_POSTINGS_WRITE_H

#include "indexer/format/codec.h"
#include "indexer/format/impacts.h"

/* A place that bytes are appended to: postings go to the segment, positions to a file beside it. */
typedef struct ofsi_sink {
    ofs_status (*write)(void *context, const void *data, size_t size, ofs_error *err);
    void *context;
} ofsi_sink;

typedef struct ofsi_skip_row {
    uint32_t last_doc;
    uint32_t impact_offset;
    uint64_t offset;
    uint64_t cum_tf;
} ofsi_skip_row;

typedef struct ofsi_postings_writer {
    ofsi_sink postings, positions;
    bool has_codes; /* the term has more than one form */
    uint32_t df;
    uint64_t cf;
    uint32_t last_doc;   /* of the posting before; UINT32_MAX (= -1) before the first */
    uint32_t block_base; /* last document of the block before, likewise */
    uint32_t in_block;   /* postings waiting */
    uint32_t gaps[OFSI_BLOCK], tfs[OFSI_BLOCK];
    uint32_t in_positions; /* positions waiting */
    uint32_t position_gaps[OFSI_BLOCK], codes[OFSI_BLOCK];
    uint64_t postings_size, positions_size; /* bytes gone out for this term */
    ofsi_front block_front, super_front, term_front;
    ofsi_skip_row *skips; /* owned */
    size_t skip_count, skip_capacity;
    ofsi_buf impacts; /* of blocks */
    ofsi_buf super_impacts;
    uint32_t *super_offsets; /* owned; in super_impacts */
    size_t super_count, super_capacity;
    uint64_t *position_blocks; /* owned; offset of each block of positions but the first */
    size_t position_block_count, position_block_capacity;
    ofsi_buf scratch;
} ofsi_postings_writer;

void ofsi_postings_writer_start(ofsi_postings_writer *w, bool has_codes);
/* Positions ascend; `length` is the document's; codes are ignored unless has_codes. */
ofs_status ofsi_postings_writer_add(ofsi_postings_writer *w, uint32_t doc, uint32_t tf, uint32_t length,
                                    const uint32_t *positions, const uint32_t *codes, ofs_error *err);
/* Writes what waits and the trailers; sizes are then final. For terms of two documents or more. */
ofs_status ofsi_postings_writer_end(ofsi_postings_writer *w, ofs_error *err);
void ofsi_postings_writer_free(ofsi_postings_writer *w);

#endif
