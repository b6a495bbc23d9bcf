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
#include "indexer/format/manifest.h"

enum {
    OFSI_SPELL_RARE = 5,
    OFSI_SPELL_TIMES = 100,
    OFSI_SPELL_FEWEST = 4,
    OFSI_SPELL_LONG = 7,
    OFSI_SPELL_MOST = 60
};

/* The alternative as the index mostly writes it, in `arena`; size 0: there is none. */
ofs_status ofsi_spell(const ofsi_snapshot *snapshot, const ofsi_analyzer *analyzer, const ofsi_word *word,
                      ofsi_arena *arena, ofsi_span *alternative, ofs_error *err);

/* The edits between two words in UTF-8 of at most OFSI_SPELL_MOST characters each; more than `most` comes out as most + 1. */
uint32_t ofsi_spell_edits(ofsi_span a, ofsi_span b, uint32_t most);

#endif
