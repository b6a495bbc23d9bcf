/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The builder of reports from lines of JSON, from inside: what its two files share. jsonl_report.c owns reports, warnings and
 * paragraphs, jsonl_values.c what is read of a line.
 */
#ifndef OFSI_REPORT_JSONL_BUILDER_H
#define OFSI_REPORT_JSONL_BUILDER_H

#include "indexer/base/buf.h"
#include "indexer/base/map.h"
#include "indexer/report/jsonl.h"
#include "indexer/report/jsonl_line.h"

/* The text keys and the days of a report. */
enum { OFSI_JSONL_TEXTS = 8, OFSI_JSONL_DATES = 3 };

struct ofsi_json_builder {
    const char *path;
    ofs_report_visit visit;
    void *context;
    ofs_report *report; /* being filled; NULL between reports */
    ofsi_arena *arena;  /* of `report` */
    bool named;         /* its lines carry its id */
    uint32_t differing; /* bits of the text keys already warned of */
    bool scale_given;   /* a line has said whether such reports give grades */
    ofs_paragraph *paragraphs;
    size_t paragraph_room;
    ofs_section *sections;
    size_t section_room;
    ofsi_map section_keys;
    ofsi_buf warnings; /* NUL-terminated strings of this report, or of the next one when none is open */
    uint32_t warning_count;
    uint64_t warnings_left_out;
    /*
     * What the report's last line said of it, as it stood there: a line that says the same again, as nearly all do, is
     * compared and not cleaned. Empty: nothing is known.
     */
    ofsi_buf same_id, same_texts[OFSI_JSONL_TEXTS], same_dates[OFSI_JSONL_DATES], same_section;
    uint32_t last_section; /* of same_section */
    ofsi_json_line line;   /* being read */
    ofsi_span body;        /* the line's own text, clean: in the line or in `body_text` */
    ofsi_buf body_text;
    ofsi_buf key, clean, text; /* scratch */
    char first_reason[200];    /* why the first bad line was bad */
    uint64_t first_bad;        /* its number; 0: none was */
    uint64_t bad;              /* lines of the file that are left out */
    bool any;                  /* a report was given */
    bool failed;               /* out of memory on the way */
};

/* A warning of the open report, or of the next one. */
__attribute__((format(printf, 2, 3))) void ofsi_jsonl_warn(ofsi_json_builder *b, const char *format, ...);

/* ---- values of b->line; what is wrong with one is a warning, lack of memory sets b->failed ---- */

/* A string or number as one clean line in b->text, NUL-terminated; false when the value is neither or is empty. */
bool ofsi_jsonl_read_string(ofsi_json_builder *b, const ofsi_json_value *value, bool keep_lines);
/* The line's text into b->body; false when it is empty. */
bool ofsi_jsonl_read_body(ofsi_json_builder *b, const ofsi_json_value *value);
/* A whole number from 0 to the largest of a uint32_t; 0 when not given, or with a warning when it is none. */
uint32_t ofsi_jsonl_read_number(ofsi_json_builder *b, ofsi_json_key key, const char *name, uint64_t number);
/* A text in the report's arena; NULL when not given. */
const char *ofsi_jsonl_read_text(ofsi_json_builder *b, ofsi_json_key key, const char *name, uint64_t number);
/* What the line says of its report: the first line that gives a text or a day decides. */
void ofsi_jsonl_read_report(ofsi_json_builder *b, uint64_t number);
/* The number of the line's section in the report, which may be a new one. */
uint32_t ofsi_jsonl_read_section(ofsi_json_builder *b, uint64_t number);
/* Whether the bytes are those of the line before, when that was remembered. */
bool ofsi_jsonl_is_same(const ofsi_buf *before, ofsi_span now);
void ofsi_jsonl_keep_same(ofsi_buf *before, ofsi_span now);
/* Another report begins: what lines said of the last one is not to be compared with. */
void ofsi_jsonl_forget(ofsi_json_builder *b);

#endif
