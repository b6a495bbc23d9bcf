/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Postings in memory: for each stem a stream of bytes in chunks of an arena that double in size. A posting is: gap to the
 * document before, tf, then for each occurrence the gap of positions and the code of the form; all varints.
 */
#ifndef OFSI_BUILD_POSTINGS_H
#define OFSI_BUILD_POSTINGS_H

#include "indexer/base/arena.h"
#include "indexer/base/buf.h"

typedef struct ofsi_stream_chunk ofsi_stream_chunk;

typedef struct ofsi_stream {
    ofsi_stream_chunk *first, *last;
    uint8_t *next, *end; /* free bytes of the last chunk */
} ofsi_stream;

/* False when out of memory. */
bool ofsi_stream_varint(ofsi_stream *stream, ofsi_arena *arena, uint32_t value);
/* Appends the whole stream to a buffer. */
void ofsi_stream_copy(const ofsi_stream *stream, ofsi_buf *out);

#endif
