/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A pattern along the beginning of a word, character by character: can a word that begins so still fit, and with which
 * character might it go on? For fuzzy words this is the Levenshtein automaton, its states being rows of the table of
 * distances, of which only the 2 * distance + 1 cells about the diagonal can be within the distance. Used by expand.c,
 * which walks sorted terms: rows of what a term shares with the one before are kept.
 */
#ifndef OFSI_EXEC_TRAIL_H
#define OFSI_EXEC_TRAIL_H

#include "search/exec/pattern.h"

/* No character. */
#define OFSI_TRAIL_END UINT32_MAX

enum {
    OFSI_TRAIL_MAX = 256,   /* characters; longer than any term */
    OFSI_TRAIL_DISTANCE = 2 /* beyond it every beginning will do */
};

typedef struct ofsi_trail {
    const ofsi_pattern *pattern;
    uint32_t count;                /* characters taken */
    uint16_t ends[OFSI_TRAIL_MAX]; /* bytes of the beginning up to behind each */
    uint32_t codes[OFSI_TRAIL_MAX];
    char text[4 * OFSI_TRAIL_MAX];
    uint8_t rows[OFSI_TRAIL_MAX + 1]
                [2 * OFSI_TRAIL_DISTANCE + 1]; /* FUZZY: before each character, and behind the last */
} ofsi_trail;

/* The empty beginning. */
void ofsi_trail_start(ofsi_trail *trail, const ofsi_pattern *pattern);
/* Bytes of the beginning. */
uint32_t ofsi_trail_size(const ofsi_trail *trail);
/*
 * Goes over to another text: gives back what is not of it, and takes characters as long as a word that fits may begin so.
 * True when the whole text is taken.
 */
bool ofsi_trail_move(ofsi_trail *trail, ofsi_span text);
/* Whether the trail keeps rows. */
static inline bool ofsi_trail_has_rows(const ofsi_pattern *p) {
    return p->kind == OFSI_PATTERN_FUZZY && p->distance <= OFSI_TRAIL_DISTANCE;
}
/* Where it keeps rows: whether the beginning is itself a word that fits. */
bool ofsi_trail_fits(const ofsi_trail *trail);
/* Gives back the last character. */
uint32_t ofsi_trail_pop(ofsi_trail *trail);
/* The least character above `code` with which a word that fits may go on, or OFSI_TRAIL_END. */
uint32_t ofsi_trail_next(const ofsi_trail *trail, uint32_t code);

#endif
