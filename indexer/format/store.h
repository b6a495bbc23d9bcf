/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The paragraph store: texts in zlib blocks of about 24 KiB, so that a paragraph is found in one inflate. Both
 * directions of its bytes are in store.c. FORMAT.md has the grammar.
 */
#ifndef OFSI_FORMAT_STORE_H
#define OFSI_FORMAT_STORE_H

#include "indexer/base/buf.h"
#include "indexer/format/deflate.h"
#include "indexer/format/segment_impl.h"

enum {
    OFSI_STORE_BLOCK = 24 * 1024,          /* a block is closed when it holds this much */
    OFSI_STORE_TEXT_MAX = 64 * 1024 * 1024 /* bytes of one paragraph */
};

typedef struct ofsi_store_writer {
    ofsi_deflater *deflater; /* made with the first block */
    ofsi_buf raw;            /* the open block */
    ofsi_buf packed;
    ofsi_buf first_docs, offsets, sizes; /* u32, u64, u32 a block */
    uint32_t doc_count;
    uint32_t block_first;
    uint64_t offset;
} ofsi_store_writer;

/* Appends a paragraph; full blocks go to the open chunk of `file`. */
ofs_status ofsi_store_add(ofsi_store_writer *w, ofsi_container_writer *file, ofsi_span text,
                          ofsi_span timescale, ofs_error *err);
/* The last block; and then the index chunk, into *index. */
ofs_status ofsi_store_end(ofsi_store_writer *w, ofsi_container_writer *file, ofsi_buf *index, ofs_error *err);
void ofsi_store_writer_free(ofsi_store_writer *w);

#endif
