/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Prefix, wildcard and fuzzy words: does a folded word fit? Used by expand.c over the dictionary and by highlight.c over
 * a text.
 */
#ifndef OFSI_EXEC_PATTERN_H
#define OFSI_EXEC_PATTERN_H

#include <stdbool.h>
#include <stdint.h>

#include "indexer/base/arena.h"
#include "indexer/base/error.h"

typedef enum ofsi_pattern_kind {
    OFSI_PATTERN_PREFIX,   /* begins with the text */
    OFSI_PATTERN_WILDCARD, /* `*`: any run of characters, also none; `?`: one character */
    OFSI_PATTERN_FUZZY     /* at most `distance` characters put in, left out or changed */
} ofsi_pattern_kind;

/* Longest text of a pattern, in characters: no word is longer. */
enum { OFSI_PATTERN_MAX = 256 };

typedef struct ofsi_pattern {
    ofsi_pattern_kind kind;
    ofsi_span text;    /* folded */
    ofsi_span literal; /* what every word that fits begins with */
    uint32_t distance;
    const uint32_t *codes; /* FUZZY: the text's characters */
    uint32_t code_count;
    const uint32_t *head; /* others: the characters that a word begins with, OFSI_PATTERN_ANY for `?` */
    uint32_t head_count;
    bool open; /* and that more may follow */
} ofsi_pattern;

#define OFSI_PATTERN_ANY UINT32_MAX

/*
 * Folds `text` (wildcards kept) and prepares the pattern in `arena`. Sets *empty, and makes nothing, when no word could
 * be meant. OFS_E_LIMIT when it is longer than any word, OFS_E_NOMEM.
 */
ofs_status ofsi_pattern_make(ofsi_pattern_kind kind, ofsi_span text, uint32_t distance, ofsi_arena *arena,
                             ofsi_pattern *pattern, bool *empty, ofs_error *err);

/* Bytes of the character at `at`; one byte that is not UTF-8 is one character. */
size_t ofsi_pattern_decode(ofsi_span text, size_t at, uint32_t *code);

bool ofsi_pattern_fits(const ofsi_pattern *pattern, ofsi_span folded);

#endif
