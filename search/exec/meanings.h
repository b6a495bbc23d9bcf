/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the reports of an index say that abbreviations stand for: the definitions of its segments, those of dead reports
 * aside, brought together. Forms that are the same by their stems are one ("Designated Officer", "designated officers"), and
 * the one that most reports have is shown. Slips and misreadings are left out: of one abbreviation, what fewer than one in
 * OFSI_MEANING_PART of the reports say that say the most usual, and all beyond the first OFSI_MEANINGS_MAX.
 */
#ifndef OFSI_EXEC_MEANINGS_H
#define OFSI_EXEC_MEANINGS_H

#include "indexer/analysis/analyzer.h"
#include "indexer/base/map.h"
#include "indexer/format/manifest.h"

enum { OFSI_MEANINGS_MAX = 8, OFSI_MEANING_PART = 20 };

typedef struct ofsi_meaning {
    ofsi_span short_form, long_form; /* as most of the reports write them */
    ofsi_span short_stems,
        long_stems;   /* a blank between them; of the short form without the s of its plural */
    uint64_t reports; /* live ones that say so */
} ofsi_meaning;

typedef struct ofsi_meanings {
    ofsi_meaning *items; /* most reports first, then in byte order of the long form */
    uint32_t count;
} ofsi_meanings;

/* Every definition of the snapshot by the stems of its long form; made when first asked for. All zeros is ready. */
typedef struct ofsi_long_forms {
    ofsi_map stems;
    ofsi_span *shorts; /* by number in stems, stems of the short forms, each behind a line feed; owned */
    size_t capacity;
    ofsi_arena arena;
    bool loaded;
} ofsi_long_forms;

/* What the abbreviation of these stems stands for. All in `arena`. */
ofs_status ofsi_meanings_of(const ofsi_snapshot *snapshot, ofsi_analyzer *analyzer, ofsi_span short_stems,
                            ofsi_arena *arena, ofsi_meanings *meanings, ofs_error *err);
/* The abbreviations that stand for a long form of these stems, each with it alone as its meaning. */
ofs_status ofsi_meanings_like(const ofsi_snapshot *snapshot, ofsi_analyzer *analyzer,
                              ofsi_long_forms *long_forms, ofsi_span long_stems, ofsi_arena *arena,
                              ofsi_meanings *meanings, ofs_error *err);
/*
 * Whether at least half of the occurrences of a stem are written as one of its abbreviations is: "LADO" always, "safe"
 * hardly ever as SAFE.
 */
ofs_status ofsi_meanings_prevail(const ofsi_snapshot *snapshot, ofsi_span stem, const ofsi_meanings *meanings,
                                 bool *prevail, ofs_error *err);
void ofsi_long_forms_free(ofsi_long_forms *long_forms);

#endif
