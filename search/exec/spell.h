/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words of the index that a word was perhaps meant to be: "safegarding", "safeguarding". Used behind the engine's seam.
 *
 * A word is looked at when at most OFSI_SPELL_RARE paragraphs hold any form of it; of 4 letters or more, without a digit.
 * Alternatives are forms of the index within one edit, from 7 letters on within two (a letter more, less, or other, two beside each
 * other exchanged: Damerau's edits, none overlapping another), the fewest edits first, then those that most paragraphs hold. A word
 * that the index has is only thought a slip where the alternative is one edit away and OFSI_SPELL_TIMES as frequent.
 */
#ifndef OFSI_EXEC_SPELL_H
#define OFSI_EXEC_SPELL_H

#include "indexer/analysis/analyzer.h"
#include "indexer/base/arena.h"
#include "indexer/base/map.h"
#include "indexer/format/manifest.h"

enum {
    OFSI_SPELL_RARE = 5,
    OFSI_SPELL_TIMES = 100,
    OFSI_SPELL_FEWEST = 4,
    OFSI_SPELL_LONG = 7,
    OFSI_SPELL_MOST = 60
};

/* ---- for every engine ---- */

/* Whether a word that `own` paragraphs hold is looked at, and the edits that it may be away. */
bool ofsi_spell_looks_at(const ofsi_word *word, uint64_t own);
uint32_t ofsi_spell_most(const ofsi_word *word);
/* The edits between two words in UTF-8 of at most OFSI_SPELL_MOST characters each; more than `most` comes out as most + 1. */
uint32_t ofsi_spell_edits(ofsi_span a, ofsi_span b, uint32_t most);

typedef struct ofsi_spell_candidate {
    uint32_t edits;
    uint64_t paragraphs; /* that hold its stem */
    uint64_t count;      /* of the surface form kept */
    ofsi_span surface;
} ofsi_spell_candidate;

/* Forms that may have been meant; set the arena, zero the rest. */
typedef struct ofsi_spelling {
    ofsi_arena *arena;                /* surfaces are copied here */
    ofsi_map forms;                   /* folded; numbers of candidates */
    ofsi_spell_candidate *candidates; /* owned */
    size_t capacity;
} ofsi_spelling;

/*
 * A form of another stem than the word's, near it. Of forms that fold alike the most frequent one is kept; the paragraphs
 * of all are added up.
 */
ofs_status ofsi_spelling_offer(ofsi_spelling *spelling, ofsi_span folded, uint32_t edits, ofsi_span surface,
                               uint64_t count, uint64_t paragraphs, ofs_error *err);
/* The best of those for a word that `own` paragraphs hold; size 0: none is. */
void ofsi_spelling_choose(const ofsi_spelling *spelling, uint64_t own, ofsi_span *alternative);
void ofsi_spelling_free(ofsi_spelling *spelling);

/* ---- over segments ---- */

/* The alternative as the index mostly writes it, in `arena`; size 0: there is none. */
ofs_status ofsi_spell(const ofsi_snapshot *snapshot, const ofsi_analyzer *analyzer, const ofsi_word *word,
                      ofsi_arena *arena, ofsi_span *alternative, ofs_error *err);

#endif
