/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Streams of bytes in doubling chunks. */
#include "indexer/build/postings.h"

enum { FIRST_CHUNK = 24, LARGEST_CHUNK = 8192 };

struct ofsi_stream_chunk {
    ofsi_stream_chunk *following;
    uint32_t size; /* bytes in `bytes` */
    uint8_t bytes[];
};

static bool add_chunk(ofsi_stream *stream, ofsi_arena *arena) {
    uint32_t size = stream->last ? stream->last->size * 2 : FIRST_CHUNK;
    if (size > LARGEST_CHUNK)
        size = LARGEST_CHUNK;
    ofsi_stream_chunk *chunk = ofsi_arena_alloc(arena, sizeof *chunk + size);
    if (!chunk)
        return false;
    chunk->following = NULL;
    chunk->size = size;
    if (stream->last)
        stream->last->following = chunk;
    else
        stream->first = chunk;
    stream->last = chunk;
    stream->next = chunk->bytes;
    stream->end = chunk->bytes + size;
    return true;
}

static bool put_byte(ofsi_stream *stream, ofsi_arena *arena, uint8_t byte) {
    if (stream->next == stream->end && !add_chunk(stream, arena))
        return false;
    *stream->next++ = byte;
    return true;
}

bool ofsi_stream_varint(ofsi_stream *stream, ofsi_arena *arena, uint32_t value) {
    while (value >= 0x80) {
        if (!put_byte(stream, arena, (uint8_t)(value | 0x80)))
            return false;
        value >>= 7;
    }
    return put_byte(stream, arena, (uint8_t)value);
}

void ofsi_stream_copy(const ofsi_stream *stream, ofsi_buf *out) {
    for (const ofsi_stream_chunk *chunk = stream->first; chunk; chunk = chunk->following) {
        size_t size = chunk == stream->last ? (size_t)(stream->next - chunk->bytes) : chunk->size;
        ofsi_buf_append(out, chunk->bytes, size);
    }
}
