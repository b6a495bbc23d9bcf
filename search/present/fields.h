/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a hit by name: columns of csv, tsv and xlsx, keys of json and jsonl with --fields. OUTPUT.md lists them. */
#ifndef OFSI_PRESENT_FIELDS_H
#define OFSI_PRESENT_FIELDS_H

#include "search/present/table.h"

typedef struct ofsi_hit_field {
    const char *name;
    bool is_number;
    bool is_usual; /* among the columns unless others are asked for */
    /* Appends the value; nothing when there is none. NULL: it is of the search, not of the hit (query, search). */
    void (*append)(ofsi_buf *out, const ofs_hit *hit);
} ofsi_hit_field;

size_t ofsi_hit_field_count(void);
/* By number, below the count; static. */
const ofsi_hit_field *ofsi_hit_field_at(size_t number);
/* False when there is no such field. */
bool ofsi_hit_field_find(ofsi_span name, uint8_t *number);

/* Whether one of the fields comes from the paragraph's text; hits without it are faster. */
bool ofsi_fields_need_text(const uint8_t *numbers, size_t count);

/* Whether the search log is one of the fields. */
bool ofsi_fields_have_log(const uint8_t *numbers, size_t count);

/* "report#25", as `show` and trec name a paragraph: #number, #number.item, #@place; the bare report where OUTPUT.md says. */
void ofsi_append_ref(ofsi_buf *out, const ofs_hit *hit);

/* Fills an empty table with the results' hits, a row each, in the fields of the options. */
void ofsi_hits_fill(ofsi_table *table, const ofs_results *results, const ofsi_present_options *options);

/* The value of a field for a hit, also of those of the search; replaces what `value` held. */
void ofsi_hit_value(const ofsi_hit_field *field, const ofs_hit *hit, const ofs_results *results,
                    const ofsi_present_options *options, ofsi_buf *value);

#endif
