/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Word breaking: where each word of a text lies, and how it is joined to the one before. Knows neither forms
 * nor terms. Used by analyzer.c.
 */
#ifndef OFSI_ANALYSIS_BREAKER_H
#define OFSI_ANALYSIS_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

#include "indexer/base/span.h"

typedef enum ofsi_joint { OFSI_JOINT_NONE, OFSI_JOINT_HYPHEN, OFSI_JOINT_DOT } ofsi_joint;

/* One word, or one part of a run of letters that is too long for a word. */
typedef struct ofsi_piece {
    size_t start; /* bytes in the text, half-open */
    size_t end;
    ofsi_joint joint; /* what alone stands between this word and the one before */
    bool letters;     /* letters, marks, apostrophes alone, and whole: may be part of a join */
    bool single;      /* one letter */
    bool ascii;       /* its bytes are its surface form */
} ofsi_piece;

/* Classes of 64 bytes of the text, one bit each: of plain.h. */
typedef struct ofsi_breaker_masks {
    size_t base;
    uint64_t words;   /* ASCII letters and digits */
    uint64_t digits;  /* of them */
    uint64_t foreign; /* not ASCII */
    uint64_t hard;    /* foreign, and what may join the word before it to one behind */
} ofsi_breaker_masks;

/* Set `text`, zero the rest. */
typedef struct ofsi_breaker {
    ofsi_span text;
    size_t position;
    bool cut;     /* the word before was cut for its length */
    bool general; /* decode every character: the way without the fast path for ASCII, for tests */
    bool loaded;  /* `masks` are set */
    ofsi_breaker_masks masks;
} ofsi_breaker;

/* The next word; false at the end. Bytes that are not UTF-8 part words. */
bool ofsi_break_next(ofsi_breaker *breaker, ofsi_piece *piece);

#endif
