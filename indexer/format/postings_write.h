/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Encoding of one term's postings and positions. Filled by segment_write.c, where blocks go out as they fill, so that
 * memory is a few bytes a block, whatever the term's length; and by term_write.c, which keeps a term's bytes together.
 * FORMAT.md has the grammar.
 */
#ifndef OFSI_FORMAT_POSTINGS_WRITE_H
#define OFSI_FORMAT_POSTINGS_WRITE_H

#include "indexer/format/codec.h"
#include "indexer/format/impacts.h"

/* A place that bytes are appended to: postings go to the segment, positions to a file beside it. No `write`: they stay. */
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
    uint32_t gaps[OFSI_BLOCK], tfs[OFSI_BLOCK], lengths[OFSI_BLOCK];
    uint32_t in_positions; /* positions waiting */
    uint32_t position_gaps[OFSI_BLOCK], codes[OFSI_BLOCK];
    uint64_t postings_size, positions_size;   /* bytes of blocks so far, gone out or not */
    ofsi_buf postings_bytes, positions_bytes; /* what has not gone out */
    ofsi_front block_front, super_front, term_front;
    ofsi_skip_row *skips; /* owned */
    size_t skip_count, skip_capacity;
    ofsi_buf impacts; /* of blocks */
    ofsi_buf super_impacts;
    uint32_t *super_offsets; /* owned; in super_impacts */
    size_t super_count, super_capacity;
    uint64_t *position_blocks; /* owned; offset of each block of positions but the first */
    size_t position_block_count, position_block_capacity;
} ofsi_postings_writer;

void ofsi_postings_writer_start(ofsi_postings_writer *w, bool has_codes);
/* Full blocks to bytes. */
ofs_status ofsi_postings_writer_flush(ofsi_postings_writer *w, ofs_error *err);
ofs_status ofsi_postings_writer_flush_positions(ofsi_postings_writer *w, ofs_error *err);

/* The first position of a posting, then what each is more than the one before; the code is not used unless has_codes. */
static inline ofs_status ofsi_postings_writer_position(ofsi_postings_writer *w, uint32_t gap, uint32_t code,
                                                       ofs_error *err) {
    ofs_status status = w->in_positions == OFSI_BLOCK ? ofsi_postings_writer_flush_positions(w, err) : OFS_OK;
    if (status != OFS_OK) /* the block is full still */
        return status;
    w->position_gaps[w->in_positions] = gap;
    w->codes[w->in_positions++] = code;
    return OFS_OK;
}

/* Then the posting itself; documents ascend, and `length` is the document's. */
static inline ofs_status ofsi_postings_writer_add(ofsi_postings_writer *w, uint32_t doc, uint32_t tf,
                                                  uint32_t length, ofs_error *err) {
    ofs_status status = w->in_block == OFSI_BLOCK ? ofsi_postings_writer_flush(w, err) : OFS_OK;
    if (status != OFS_OK)
        return status;
    /* UINT32_MAX stands for -1, so that the first gap is the first document. */
    w->gaps[w->in_block] = doc - w->last_doc - 1;
    w->tfs[w->in_block] = tf - 1;
    w->lengths[w->in_block++] = length;
    w->last_doc = doc;
    w->df++;
    w->cf += tf;
    return OFS_OK;
}

/* Writes what waits and the trailers; sizes are then final. For terms of two documents or more. */
ofs_status ofsi_postings_writer_end(ofsi_postings_writer *w, ofs_error *err);
void ofsi_postings_writer_free(ofsi_postings_writer *w);

#endif
