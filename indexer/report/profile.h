/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is known of a family of reports, as data: how it is recognised, how its cover, headings, grades,
 * numbers and recommendations look. Loaded from YAML (profiles/, or a user's file), read by the parser,
 * changed by nobody. All patterns and texts to compare with are folded (match.h).
 */
#ifndef OFSI_REPORT_PROFILE_H
#define OFSI_REPORT_PROFILE_H

#include <ofsearch/report.h>

#include "indexer/report/lines.h"

typedef struct ofsi_patterns {
    const ofsi_span *items;
    uint32_t count;
} ofsi_patterns;

/* Where a cue is looked for. */
typedef enum ofsi_cue_place {
    OFSI_CUE_TITLE,   /* up to five lines of the first pages, joined */
    OFSI_CUE_HEADING, /* a line of its own, anywhere */
    OFSI_CUE_TEXT     /* any part of the first pages */
} ofsi_cue_place;

typedef struct ofsi_cue {
    ofsi_cue_place place;
    ofsi_span pattern;
    const char *printed; /* as the profile writes it, for people */
} ofsi_cue;

typedef struct ofsi_scale_label {
    const char *label;     /* as results spell it */
    ofsi_patterns aliases; /* the label itself first; other wordings behind it */
    ofsi_patterns
        verbs;        /* wordings that follow a heading without a joint: "... leavers require improvement" */
    uint32_t printed; /* the number that the inspectorate prints for it ("Grade 4"), 0 when none */
} ofsi_scale_label;

typedef enum ofsi_numbering {
    OFSI_NUMBERING_MIXED, /* both may be met: decided by the text */
    OFSI_NUMBERED,
    OFSI_UNNUMBERED
} ofsi_numbering;

/* Where a section's grade is printed; a set of bits. */
enum {
    OFSI_GRADE_BELOW = 1,    /* a line of its own under the heading */
    OFSI_GRADE_SUFFIX = 2,   /* behind the heading: "...: good", "... is good", in a column at its right */
    OFSI_GRADE_SENTENCE = 4, /* the heading is a sentence: "The graded judgement for adoption is good" */
    OFSI_GRADE_TABLE = 8     /* only in the report's table: the section of that name has it */
};

typedef enum ofsi_provider_place {
    OFSI_PROVIDER_BELOW_TITLE, /* the lines under the title */
    OFSI_PROVIDER_ABOVE_TITLE,
    OFSI_PROVIDER_IN_TITLE, /* {provider} in a title pattern */
    OFSI_PROVIDER_NONE
} ofsi_provider_place;

typedef struct ofsi_known_heading {
    ofsi_patterns texts; /* wordings of one heading, globs */
    const char *name;    /* what paths call it, whichever wording is printed; NULL: as it is printed */
    uint8_t level;       /* from 1 */
    const char *role;    /* NULL: none */
    bool ungraded;       /* does not take over the grade of the section around it */
    bool leaf;  /* holds no other section: what follows goes on under the sections that were open before it */
    bool items; /* each paragraph under it is a recommendation */
    bool notes; /* what stands under it is not a finding: legends, back matter */
    bool unnumbered; /* a numbered paragraph ends it */
    bool judged;     /* its own grade is a judgement of the report, also where no table has it */
} ofsi_known_heading;

/* What a report with such a title is called. */
typedef struct ofsi_inspection {
    const char *name;
    ofsi_patterns titles; /* none: whatever the title */
} ofsi_inspection;

/* A table whose rows are findings, by the heads of its columns. */
enum { OFSI_ROW_TABLE_COLUMNS = 2 };
typedef struct ofsi_row_table {
    ofsi_patterns heads; /* plain texts, one or two */
} ofsi_row_table;

typedef struct ofsi_labels {
    ofsi_patterns inspected, published, lead, provider, provider_id, ignored;
    ofsi_patterns lead_lines; /* cells that begin with the leader's name: "*, lead inspector" */
} ofsi_labels;

typedef struct ofsi_profile {
    const char *id;
    const char *inspectorate;           /* NULL: not known */
    const ofsi_inspection *inspections; /* the first that fits gives the kind of inspection */
    uint32_t inspection_count;
    uint32_t first_year, last_year;
    uint32_t precedence; /* profiles are tried from the lowest */
    const ofsi_cue *cues;
    uint32_t cue_count;
    const ofsi_scale_label *scale; /* best first */
    uint32_t scale_count;
    ofsi_patterns ungraded; /* words that stand where a grade would and are none: "not judged" */
    ofsi_numbering numbering;
    uint32_t grade_places;
    ofsi_patterns titles; /* {provider} captures */
    ofsi_provider_place provider_place;
    ofsi_patterns not_provider; /* lines near the title that are no provider's name */
    ofsi_labels labels;
    ofsi_patterns provider_in_text; /* {provider} in a sentence of the first page, where the title has none */
    ofsi_patterns inspected_near;   /* parts of a sentence that gives the days of the inspection in prose */
    ofsi_patterns contents;         /* headings of the table of contents */
    ofsi_patterns tables;           /* headings of the report's table of judgements */
    ofsi_patterns table_heads;      /* head rows of such tables: left out */
    ofsi_patterns not_judgements;   /* rows of such tables that are no finding of this report */
    ofsi_patterns expected;         /* judgements that every such report has */
    ofsi_patterns whole;            /* judgements that grade the report as a whole */
    ofsi_patterns outcome; /* headings over the sentence that says the outcome by a wording of the scale */
    ofsi_patterns grade_lines; /* lines and sentences under a heading that give its grade: {grade} captures */
    bool no_front_table;       /* rows of label and grade on the first page are headings, not a table */
    ofsi_patterns overall;     /* sentences of the cover that give the overall grade, ending in {grade} */
    const ofsi_row_table *row_tables;
    uint32_t row_table_count;
    ofsi_patterns recommendation_leads;
    ofsi_patterns timescales;
    ofsi_patterns legends;     /* lines that explain the scale */
    ofsi_patterns leave_out;   /* furniture that a file may print once only */
    ofsi_patterns back_matter; /* where what is the same in every report begins, to the next known heading */
    ofsi_patterns salutations, closings; /* where a letter's text begins and ends */
    const ofsi_known_heading *headings;
    uint32_t heading_count;
} ofsi_profile;

/*
 * Reads a profile from YAML text. `name` is for messages. All it points to lives in the arena. Errors:
 * OFS_E_INPUT with "name:line: reason", OFS_E_NOMEM.
 */
ofs_status ofsi_profile_load(ofsi_span yaml, const char *name, ofsi_arena *arena, ofsi_profile *profile,
                             ofs_error *err);

/*
 * The profile for a document: `name` is a built-in's id or a file, NULL to recognise. *cue gets what it was
 * recognised by, or NULL. Errors: OFS_E_NOT_FOUND with the known names, those of loading.
 */
ofs_status ofsi_profile_find(const ofsi_document *document, const char *name, ofsi_arena *arena,
                             ofsi_profile *profile, const char **cue, ofs_error *err);

/* Whether any of the patterns fits the whole folded text. */
bool ofsi_patterns_fit(const ofsi_patterns *patterns, ofsi_span text);
/*
 * The longest of the patterns (plain texts) that the folded text begins with, up to a blank, colon or its
 * end.
 */
const ofsi_span *ofsi_patterns_begin(const ofsi_patterns *patterns, ofsi_span text);
/* Whether any of the patterns (plain texts) stands in the folded text. */
bool ofsi_patterns_within(const ofsi_patterns *patterns, ofsi_span text);

/*
 * A folded text that fits a title pattern. Where the pattern has {provider} (or {grade}), *first and *words tell which
 * words of the text it captured (0 words: it has none).
 */
bool ofsi_title_fits(ofsi_span pattern, ofsi_span text, uint32_t *first, uint32_t *words);

#endif
