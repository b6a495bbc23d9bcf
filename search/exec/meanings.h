/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the reports of an index say that abbreviations stand for: its definitions, those of dead reports aside, brought
 * together. Forms that are the same by their stems are one ("Designated Officer", "designated officers"), and
 * the one that most reports have is shown. Slips and misreadings are left out: of one abbreviation, what fewer than one in
 * OFSI_MEANING_PART of the reports say that say the most usual, and all beyond the first OFSI_MEANINGS_MAX.
 */
#ifndef OFSI_EXEC_MEANINGS_H
#define OFSI_EXEC_MEANINGS_H

#include "indexer/analysis/analyzer.h"
#include "indexer/base/error.h"
#include "indexer/base/map.h"

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

/* A definition where an engine keeps it. */
typedef struct ofsi_definition_found {
    ofsi_span term; /* stems of the short form, the s of its plural aside */
    ofsi_span short_form, long_form;
    const uint64_t
        *reports; /* live ones that define it so, each once, by numbers of the engine's; for the call alone */
    size_t report_count;
} ofsi_definition_found;
typedef ofs_status (*ofsi_definition_taker)(void *context, const ofsi_definition_found *found);

/* Where an engine keeps definitions; their texts live as long as `index`. A form may come in several rows. */
typedef struct ofsi_definitions {
    void *index;
    /* Those of one short form. */
    ofs_status (*visit_of)(void *index, ofsi_span term, ofsi_definition_taker take, void *context,
                           ofs_error *err);
    /* All, without their reports; of dead reports too. */
    ofs_status (*visit_all)(void *index, ofsi_definition_taker take, void *context, ofs_error *err);
} ofsi_definitions;

/* Every definition of an index by the stems of its long form; made when first asked for. All zeros is ready. */
typedef struct ofsi_long_forms {
    ofsi_map stems;
    ofsi_span *shorts; /* by number in stems, stems of the short forms, each behind a line feed; owned */
    size_t capacity;
    ofsi_arena arena;
    bool loaded;
} ofsi_long_forms;

/* What the abbreviation of these stems stands for. All in `arena`. */
ofs_status ofsi_meanings_of(const ofsi_definitions *definitions, ofsi_analyzer *analyzer,
                            ofsi_span short_stems, ofsi_arena *arena, ofsi_meanings *meanings,
                            ofs_error *err);
/* The abbreviations that stand for a long form of these stems, each with it alone as its meaning. */
ofs_status ofsi_meanings_like(const ofsi_definitions *definitions, ofsi_analyzer *analyzer,
                              ofsi_long_forms *long_forms, ofsi_span long_stems, ofsi_arena *arena,
                              ofsi_meanings *meanings, ofs_error *err);
/*
 * Whether a form is one of these abbreviations, or one of several of it. A stem prevails as an abbreviation when at least half of its
 * occurrences are written so: "LADO" always, "safe" hardly ever as SAFE.
 */
bool ofsi_meanings_has_form(const ofsi_meanings *meanings, ofsi_span form);
void ofsi_long_forms_free(ofsi_long_forms *long_forms);

#endif
