/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table of texts and numbers, made once and printed in every format: hits as rows, counts, pivots, search logs. Its cells
 * are appended row by row; failure (memory) is sticky and shows when it is printed.
 */
#ifndef OFSI_PRESENT_TABLE_H
#define OFSI_PRESENT_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "indexer/base/arena.h"
#include "indexer/base/buf.h"
#include "search/present/present.h"

typedef struct ofsi_column {
    const char *name;
    bool is_number; /* every cell is a decimal number, or empty */
} ofsi_column;

typedef struct ofsi_table {
    const char *title; /* borrowed, or in the arena; a worksheet's name, a heading */
    ofsi_arena arena;  /* names and cells */
    ofsi_column *columns;
    uint32_t column_count;
    size_t column_capacity;
    ofsi_span *cells; /* row by row; data NULL: no value */
    size_t cell_count, cell_capacity;
    bool failed;
} ofsi_table;

/* A table of all zeros is empty and ready. All columns come before the first cell. */
void ofsi_table_column(ofsi_table *table, const char *name, bool is_number);
/* The next cell, row by row; the text is copied. */
void ofsi_table_text(ofsi_table *table, ofsi_span text);
/* NULL: no value. */
void ofsi_table_string(ofsi_table *table, const char *text);
void ofsi_table_count(ofsi_table *table, uint64_t count);
/* `digits` behind the point. */
void ofsi_table_real(ofsi_table *table, double value, int digits);
void ofsi_table_none(ofsi_table *table);
size_t ofsi_table_rows(const ofsi_table *table);
void ofsi_table_free(ofsi_table *table);

/* The table in the format of the options; text as columns, trec as text. */
void ofsi_present_table(const ofsi_table *table, const ofsi_present_options *options, ofsi_buf *out);

/* RFC 4180 or, with tabs for commas, lines of tab-separated values (delimited.c). */
void ofsi_print_table_delimited(const ofsi_table *table, const ofsi_present_options *options, ofsi_buf *out);
/* Columns padded to the widest cell, numbers to the right. */
void ofsi_print_table_text(const ofsi_table *table, const ofsi_present_options *options, ofsi_buf *out);
void ofsi_print_table_markdown(const ofsi_table *table, ofsi_buf *out);
void ofsi_print_table_html(const ofsi_table *table, ofsi_buf *out);
/* json: {"columns": [...], "rows": [[...]]}; jsonl: an object a row. */
void ofsi_print_table_json(const ofsi_table *table, const ofsi_present_options *options, ofsi_buf *out);

#endif
