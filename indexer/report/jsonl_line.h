/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One line of a .jsonl as the values of the keys that mean something, whichever of two readers has read it: the scanner
 * (jsonl_scan.c), which knows the plain lines that programs write and is several times as fast, or jansson
 * (jsonl_tree.c), which knows all of JSON and says what is wrong with what is none. Used by jsonl_report.c.
 */
#ifndef OFSI_REPORT_JSONL_LINE_H
#define OFSI_REPORT_JSONL_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "indexer/base/arena.h"
#include "indexer/base/error.h"
#include "indexer/base/span.h"

#define OFSI_JSON_KEY_TABLE(X)                                                                               \
    X(REPORT, "report")                                                                                      \
    X(TEXT, "text")                                                                                          \
    X(TITLE, "title")                                                                                        \
    X(PROVIDER, "provider")                                                                                  \
    X(PROVIDER_ID, "provider_id")                                                                            \
    X(PROVIDER_NAME, "provider_name")                                                                        \
    X(INSPECTORATE, "inspectorate")                                                                          \
    X(LEAD_INSPECTOR, "lead_inspector")                                                                      \
    X(INSPECTION, "inspection")                                                                              \
    X(PUBLISHED, "published")                                                                                \
    X(INSPECTED_FROM, "inspected_from")                                                                      \
    X(INSPECTED_TO, "inspected_to")                                                                          \
    X(SECTION, "section")                                                                                    \
    X(GRADE, "grade")                                                                                        \
    X(OVERALL, "overall")                                                                                    \
    X(ROLE, "role")                                                                                          \
    X(PARAGRAPH, "paragraph")                                                                                \
    X(TIMESCALE, "timescale")                                                                                \
    X(ITEM, "item")                                                                                          \
    X(PAGE, "page")                                                                                          \
    X(PAGES, "pages")                                                                                        \
    X(KIND, "kind")                                                                                          \
    X(PROFILE, "profile")                                                                                    \
    X(PROVIDER_ALSO, "provider_also")                                                                        \
    X(HAS_SCALE, "has_scale")                                                                                \
    X(CONFIDENCE, "confidence")                                                                              \
    X(GRADED_SECTIONS, "graded_sections")                                                                    \
    X(WARNING_COUNT, "warning_count")                                                                        \
    X(PARAGRAPH_COUNT, "paragraph_count")                                                                    \
    X(VERBATIM, "verbatim")

typedef enum ofsi_json_key {
#define X(constant, name) OFSI_JSON_##constant,
    OFSI_JSON_KEY_TABLE(X)
#undef X
        OFSI_JSON_KEY_COUNT
} ofsi_json_key;

typedef enum ofsi_json_type {
    OFSI_JSON_NONE, /* not given, or null */
    OFSI_JSON_STRING,
    OFSI_JSON_INTEGER,
    OFSI_JSON_REAL,
    OFSI_JSON_OTHER
} ofsi_json_type;

typedef struct ofsi_json_value {
    ofsi_json_type type;
    ofsi_span text; /* of a string: its characters, decoded */
    int64_t integer;
    double real;
} ofsi_json_value;

/* A grade may be a label or an object as `ofindex parse` prints it: then the value is that of its label. */
typedef struct ofsi_json_levels {
    int64_t level,
        levels; /* OFSI_JSON_UNPLACED and 0: both stand there as 0, the label has no place on a scale */
} ofsi_json_levels;
#define OFSI_JSON_UNPLACED INT64_MIN

/* A list of strings; one alone is a list of one. */
typedef struct ofsi_json_list {
    ofsi_json_value *items; /* owned */
    size_t count, room;
} ofsi_json_list;

typedef struct ofsi_json_line {
    bool is_object;
    /* That of SECTION is not used: it is `headings`. HAS_SCALE and VERBATIM are numbers, 1 for true; PROVIDER_ALSO tells whether `also` is given. */
    ofsi_json_value values[OFSI_JSON_KEY_COUNT];
    ofsi_json_levels grade, overall;
    ofsi_json_list headings, also;
    ofsi_arena decoded; /* strings with escapes */
    struct json_t *tree;
    char reason[160]; /* what is wrong with a line that is no JSON */
} ofsi_json_line;

/* A line of all zeros is ready. Spans are borrowed from the text and the line until the next one is read into it. */

/* False, and no more than that, where the line is anything but a plain one: then ofsi_json_tree() is to read it. */
bool ofsi_json_scan(ofsi_json_line *line, ofsi_span text);
/* OFS_E_INPUT with line->reason; OFS_E_NOMEM. */
ofs_status ofsi_json_tree(ofsi_json_line *line, ofsi_span text, ofs_error *err);
/* What the two share: room for one more item, NULL when out of memory; the levels of a grade that has both or lacks one. */
ofsi_json_value *ofsi_json_list_add(ofsi_json_list *list);
ofsi_json_levels ofsi_json_levels_of(int64_t level, int64_t levels, bool both_given);
/* Empties it, keeping its memory. */
void ofsi_json_line_reset(ofsi_json_line *line);
void ofsi_json_line_free(ofsi_json_line *line);

#endif
