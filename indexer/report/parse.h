/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the stages of the parser share. Each stage is one file and looks at all lines once; the order is that
 * of this header, and parse.c calls them. A stage marks what a line is used for; the last ones turn the rest
 * into units.
 *
 * Memory: `scratch` lives as long as the parse, `arena` as long as the report. A failed allocation sets
 * `nomem`, after which every stage may go on with less, as the whole parse is then thrown away.
 */
#ifndef OFSI_REPORT_PARSE_H
#define OFSI_REPORT_PARSE_H

#include "indexer/base/buf.h"
#include "indexer/base/map.h"
#include "indexer/report/lines.h"
#include "indexer/report/match.h"
#include "indexer/report/profile.h"

typedef enum ofsi_use {
    OFSI_USE_BODY = 0,
    OFSI_USE_FURNITURE, /* running heads and feet, page numbers, what the profile leaves out */
    OFSI_USE_CONTENTS,
    OFSI_USE_COVER, /* read into the metadata */
    OFSI_USE_FOOTNOTE,
    OFSI_USE_JUDGEMENT, /* row of a table of judgements */
    OFSI_USE_HEADING,
    OFSI_USE_GRADE,     /* the grade of the heading above */
    OFSI_USE_TIMESCALE, /* "Within three months:" */
    OFSI_USE_LEGEND     /* explains the scale */
} ofsi_use;

typedef struct ofsi_mark {
    ofsi_span text;   /* the line without the marks of bold print that a converted text may hold (`**`) */
    ofsi_span folded; /* the same to compare with */
    ofsi_use use;
    bool gap; /* more room above it than between lines of one paragraph; or first on its page */
    bool
        short_above; /* text: the line above ends so early that this one's first word would have had room on it */
    bool first;      /* FOOTNOTE, HEADING, LEGEND: first line of it */
    uint8_t hashes;   /* Markdown: the `#` the line began with; they are not in its text */
    uint32_t heading; /* HEADING, GRADE: index into headings */
    uint32_t number;  /* of the numbered paragraph that begins here; 0: none */
    uint32_t skip;    /* bytes of that number as printed, with its stop and blanks */
} ofsi_mark;

typedef struct ofsi_heading {
    const char *text;                /* report arena; without its grade and closing colon */
    const ofsi_known_heading *known; /* NULL: not in the profile */
    uint32_t line, line_count;       /* first line, number of lines */
    uint8_t level;                   /* 0: by its look */
    bool inside;  /* it only speaks of a section, and stands inside the one that is open (parse_ranks.c) */
    float weight; /* size in points, a little more when bold; 0 in a text */
    ofs_grade grade;
    bool unjudged; /* "not judged" stands where its grade would */
} ofsi_heading;

/* What the lines of prose of this document look like. */
typedef struct ofsi_look {
    float size;     /* points, most common by letters; 0 in a text */
    float leading;  /* usual room between the boxes of two lines of a paragraph */
    bool bold;      /* prose is bold throughout */
    bool unwrapped; /* a text with a whole paragraph on each line */
} ofsi_look;

typedef struct ofsi_parse {
    const ofsi_document *document;
    ofsi_profile profile;
    ofsi_arena scratch;
    ofs_report *report;
    ofsi_arena *arena;
    ofsi_mark *marks; /* by line; scratch */
    ofsi_look look;
    ofsi_heading *headings; /* heap */
    size_t heading_count, heading_capacity;
    ofsi_span *contents; /* folded entries of the table of contents; heap */
    size_t contents_count, contents_capacity;
    size_t section_capacity, paragraph_capacity, judgement_capacity,
        warning_capacity;  /* of the report's arrays, heap */
    const char **warnings; /* heap until the end */
    ofsi_buf joined;       /* of ofsi_joined */
    ofsi_map words;        /* parse_join.c: words of the document, made when first needed */
    bool has_words;
    bool nomem;
} ofsi_parse;

/* parse.c: what to parse, and who wants to see what each line became. */
typedef struct ofsi_parse_input {
    const ofsi_document *document;
    const char *path, *profile; /* as of ofsi_parse_document() */
    /* Called once when all stages have run and none failed; what it sees dies with the call. NULL: nobody. */
    void (*watch)(void *context, const ofsi_parse *parse);
    void *context;
} ofsi_parse_input;

/* ofsi_parse_document() with somebody watching. */
ofs_status ofsi_parse_watched(const ofsi_parse_input *input, ofs_report **out, ofs_error *err);

/* parse_look.c: folded texts, gaps, the look of prose. */
void ofsi_parse_look(ofsi_parse *parse);
/* parse_furniture.c: running heads, page numbers, footnotes, contents. */
void ofsi_parse_furniture(ofsi_parse *parse);
void ofsi_parse_contents(ofsi_parse *parse);
/* parse_tables.c: lines of tables whose rows are findings, in the order of their cells; document and marks are others then. */
void ofsi_parse_tables(ofsi_parse *parse);
/* parse_cover.c: title, provider, dates, lead inspector. */
void ofsi_parse_cover(ofsi_parse *parse);
/* parse_ids.c: the provider's number, wherever it is printed. */
void ofsi_parse_ids(ofsi_parse *parse);
/* parse_lead.c: who led the inspection, where the cover does not say. */
void ofsi_parse_lead(ofsi_parse *parse);
/* "Karen McKeown HMI", "Lorna Schlechte, Her Majesty's Inspector": the name alone; empty where there is no name. */
ofsi_span ofsi_person(ofsi_span value);
/* parse_judgements.c: the report's own tables of grades. */
void ofsi_parse_judgements(ofsi_parse *parse);
/* parse_headings.c, then the grades that belong to them. */
void ofsi_parse_headings(ofsi_parse *parse);
/* parse_timescales.c: whether a line is a timescale; `previous`: the text line before it, UINT32_MAX when it is the first. */
bool ofsi_is_timescale(const ofsi_parse *parse, uint32_t line, uint32_t previous);
/* parse_ranks.c: which headings only speak of a section. */
void ofsi_parse_ranks(ofsi_parse *parse);
/* parse_outcome.c: the outcome in a sentence. */
void ofsi_parse_outcome(ofsi_parse *parse);
/* parse_numbers.c: which lines begin a numbered paragraph. */
void ofsi_parse_numbers(ofsi_parse *parse);
/* parse_minor.c: short lines over the items of a list, which are headings. */
void ofsi_parse_minor(ofsi_parse *parse);
/* parse_units.c: sections and units. */
void ofsi_parse_units(ofsi_parse *parse);
/* parse_whole.c: kind of inspection, overall grade. */
void ofsi_parse_whole(ofsi_parse *parse);
/* parse_confidence.c: how sure all of it is. */
void ofsi_parse_confidence(ofsi_parse *parse);

/* ---- parse_sections.c: headings to paths ---- */

enum { OFSI_MOST_DEPTH = 8 };

typedef struct ofsi_open_section {
    uint32_t heading; /* index */
    uint8_t level;
    uint32_t section; /* in the report, OFS_NO_SECTION as long as nothing stands under it */
    ofs_grade grade;  /* its own, or that of the section around it */
    bool filled;      /* some unit stands right under it */
    bool inside;      /* as of the heading */
    bool holds;       /* a heading in the same type followed it at once: such ones are of its subsections */
} ofsi_open_section;

typedef struct ofsi_outline {
    ofsi_open_section open[OFSI_MOST_DEPTH]; /* from the outermost */
    uint32_t depth;
    /* What was open before the innermost section, which is a leaf; waiting when there is such a one. */
    ofsi_open_section before[OFSI_MOST_DEPTH];
    uint32_t before_depth;
    bool waiting;
} ofsi_outline;

/* Enters the section of a heading, leaving those that end there. */
void ofsi_enter_heading(ofsi_parse *parse, ofsi_outline *outline, uint32_t heading);
/* Leaves the sections that a numbered paragraph ends. */
void ofsi_leave_unnumbered(const ofsi_parse *parse, ofsi_outline *outline);
/* The section of what stands here, made when it is the first; OFS_NO_SECTION before the first heading. */
uint32_t ofsi_current_section(ofsi_parse *parse, ofsi_outline *outline);
/* The innermost heading, NULL before the first. */
const ofsi_heading *ofsi_current_heading(const ofsi_parse *parse, const ofsi_outline *outline);

/* ---- parse_grades.c ---- */

/*
 * Reads a whole folded text as a grade: "good", "grade 2 (good)", "requires improvement to be good". *none: a
 * wording that stands for no grade ("not judged"). False when it is neither.
 */
bool ofsi_grade_whole(const ofsi_profile *profile, ofsi_span folded, ofs_grade *grade, bool *none);
/*
 * A grade at the end of a folded text, behind a colon, "is", "are", a dash or a tab's blank: the words it
 * takes with what joins it, 0 when there is none. `loose`: a blank alone may part them.
 */
uint32_t ofsi_grade_suffix(const ofsi_profile *profile, ofsi_span folded, bool loose, ofs_grade *grade);
/*
 * Whether some wording of a grade begins with the folded text and goes on ("requires", "requires improvement
 * to").
 */
bool ofsi_grade_begins(const ofsi_profile *profile, ofsi_span folded);

/* ---- parse_dates.c ---- */

typedef struct ofsi_days {
    ofs_date first, last;
} ofsi_days;

/* The first day or range of days in a text; several ranges joined by "and" or commas are one. */
bool ofsi_find_days(ofsi_span text, ofsi_days *days);

/* ---- parse_join.c ---- */

/* Appends a line to a text that it goes on, minding hyphens at the line's end. */
void ofsi_join_line(ofsi_parse *parse, ofsi_buf *text, ofsi_span line);

/* ---- parse.c ---- */

/* Adds a sentence to the report's warnings. */
void ofsi_warn(ofsi_parse *parse, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* `count` text lines from `line`, folded and joined by blanks; valid until the next call. */
ofsi_span ofsi_joined(ofsi_parse *parse, uint32_t line, uint32_t count);
/* The line next to `line` that is not furniture, a footnote or contents; UINT32_MAX when there is none. */
uint32_t ofsi_next_line(const ofsi_parse *parse, uint32_t line);
uint32_t ofsi_previous_line(const ofsi_parse *parse, uint32_t line);
/* A grade whose label is the report's. */
ofs_grade ofsi_keep_grade(ofsi_parse *parse, ofs_grade grade);
/* Copies a text to the report, tabs and newlines as blanks; sets nomem. */
const char *ofsi_keep(ofsi_parse *parse, ofsi_span text);

static inline ofsi_span ofsi_line_text(const ofsi_parse *parse, uint32_t line) {
    return parse->marks[line].text;
}

#endif
