/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Postings in memory: what one thread has inverted. For each stem a stream of bytes in chunks of an arena that double in
 * size, and for each word how often it occurred. Several lanes fill at the same time, with one analyzer between them, and
 * are written out together (terms.h): documents ascend in each, and no document is in two.
 *
 * A stream is made of varints: of a document gap << 1 | 1, gap = what lies between it and the one before; then of its
 * first occurrence position << 1 | other, and of each further one gap << 2 | other << 1; `other` says that the word is not
 * the stem's form 0, and then the form's number less 1 follows.
 */
#ifndef OFSI_BUILD_LANE_H
#define OFSI_BUILD_LANE_H

#include "indexer/analysis/analyzer.h"
#include "indexer/base/arena.h"

typedef struct ofsi_lane_stem {
    uint8_t *first, *next; /* of the stream's bytes; NULL: the stem has not occurred */
    uint8_t *end;          /* of the last chunk: its size stands there, and the place of the next one later */
    uint32_t next_doc;     /* behind the last document */
    uint32_t position;     /* of the last occurrence */
} ofsi_lane_stem;

typedef struct ofsi_lane {
    ofsi_arena chunks;
    ofsi_tokens tokens;
    ofsi_lane_stem *stems; /* by stem id */
    size_t stem_count, stem_capacity;
    uint32_t *counts; /* by word: how often it occurred */
    size_t word_count, word_capacity;
} ofsi_lane;

/* A lane of all zeros is empty and ready. */

/* Inverts a paragraph; *length is the number of its words. Documents ascend. */
ofs_status ofsi_lane_add(ofsi_lane *lane, ofsi_analyzer *analyzer, uint32_t doc, ofsi_span text,
                         uint32_t *length, ofs_error *err);
/* Heap bytes held. */
size_t ofsi_lane_bytes(const ofsi_lane *lane);
/* Empties its streams; counts of words stay. */
void ofsi_lane_empty(ofsi_lane *lane);
/* Empties it; what it holds that does not grow with the documents stays. */
void ofsi_lane_reset(ofsi_lane *lane);
void ofsi_lane_free(ofsi_lane *lane);

/* A reader of one stream: stands before a document, or behind the last. */
typedef struct ofsi_lane_cursor {
    const uint8_t *at, *end, *stop; /* the last chunk ends at `stop` */
    size_t size;                    /* of the chunk */
    uint32_t doc;                   /* when there is one */
    bool more;
} ofsi_lane_cursor;

/* False, and *cursor at the end, when the stem has no postings in the lane. */
bool ofsi_lane_read(const ofsi_lane *lane, uint32_t stem, ofsi_lane_cursor *cursor);
/* For the bytes as they lie: the first chunk from at to end, false when there is none; then the next. */
bool ofsi_lane_enter(const ofsi_lane *lane, uint32_t stem, ofsi_lane_cursor *cursor);
bool ofsi_lane_cursor_next_chunk(ofsi_lane_cursor *c);
/* The next varint of a stream. */
uint64_t ofsi_lane_cursor_slow(ofsi_lane_cursor *c);

static inline uint64_t ofsi_lane_cursor_varint(ofsi_lane_cursor *c) {
    if (c->end - c->at >= 2) {
        uint8_t low = c->at[0], high = c->at[1];
        if (low < 0x80) {
            c->at++;
            return low;
        }
        if (high < 0x80) {
            c->at += 2;
            return (uint64_t)(low & 0x7F) | (uint64_t)high << 7;
        }
    }
    return ofsi_lane_cursor_slow(c);
}

/* Reads the first document of a stream that has just been entered. */
static inline void ofsi_lane_cursor_begin(ofsi_lane_cursor *c) {
    c->doc = (uint32_t)(ofsi_lane_cursor_varint(c) >> 1);
    c->more = true;
}

static inline bool ofsi_lane_cursor_at_end(const ofsi_lane_cursor *c) { return c->at == c->stop; }

#endif
