/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pivots: for people a cell is "12 (39%)", for programs its count, what it is out of, and the share. */
#include "search/present/pivot.h"

#include <inttypes.h>

#include <jansson.h>

#include "search/present/head.h"
#include "search/present/head_json.h"
#include "search/present/printers.h"

static double share_of(const ofs_pivot_cell *cell) {
    return cell->of ? (double)cell->count / (double)cell->of : 0.0;
}

/* A value that is none: grades have a word for it. */
static const char *name_of(const char *name, const char *field) {
    if (name)
        return name;
    return strcmp(field, "grade") == 0 || strcmp(field, "overall") == 0 ? "ungraded" : "(none)";
}

/* ---- for people ---- */

static void put_short(ofsi_table *table, const ofs_pivot_cell *cell) {
    ofsi_buf text = {0};
    ofsi_buf_printf(&text, "%" PRIu64, cell->count);
    if (cell->of)
        ofsi_buf_printf(&text, " (%.0f%%)", 100.0 * share_of(cell));
    ofsi_table_text(table, ofsi_buf_span(&text));
    table->failed = table->failed || text.failed;
    ofsi_buf_free(&text);
}

/* Where every row is out of the same, as with queries under one set of filters, that is a row of its own. */
static bool same_base(const ofs_pivot_table *pivot) {
    for (uint32_t r = 1; r < pivot->row_count; r++)
        for (uint32_t c = 0; c < pivot->column_count; c++)
            if (pivot->cells[(size_t)r * pivot->column_count + c].of != pivot->cells[c].of)
                return false;
    return pivot->row_count > 0;
}

static void put_base_row(ofsi_table *table, const ofs_pivot_table *pivot) {
    ofsi_table_string(table, "out of");
    for (uint32_t c = 0; c < pivot->column_count; c++)
        ofsi_table_count(table, pivot->cells[c].of);
    if (pivot->row_totals)
        ofsi_table_count(table, pivot->row_totals[0].of);
}

static void fill_short(ofsi_table *table, const ofs_pivot_table *pivot, const ofsi_pivot_names *names) {
    ofsi_table_column(table, names->rows, false);
    for (uint32_t c = 0; c < pivot->column_count; c++)
        ofsi_table_column(table, name_of(pivot->columns[c], names->columns), true);
    if (pivot->row_totals)
        ofsi_table_column(table, "all", true);
    for (uint32_t r = 0; r < pivot->row_count; r++) {
        ofsi_table_string(table, name_of(pivot->rows[r], names->rows));
        for (uint32_t c = 0; c < pivot->column_count; c++)
            put_short(table, &pivot->cells[(size_t)r * pivot->column_count + c]);
        if (pivot->row_totals)
            put_short(table, &pivot->row_totals[r]);
    }
    if (pivot->column_totals) {
        ofsi_table_string(table, "all");
        for (uint32_t c = 0; c < pivot->column_count; c++)
            put_short(table, &pivot->column_totals[c]);
        if (pivot->row_totals)
            put_short(table, &pivot->total);
    } else if (same_base(pivot)) {
        put_base_row(table, pivot);
    }
}

/* ---- for spreadsheets ---- */

static void add_columns(ofsi_table *table, const char *name) {
    static const char *const suffixes[] = {"", " of", " share"};
    for (int i = 0; i < 3; i++) {
        ofsi_buf text = {0};
        ofsi_buf_printf(&text, "%s%s", name, suffixes[i]);
        ofsi_buf_byte(&text, 0);
        table->failed = table->failed || text.failed;
        if (!text.failed)
            ofsi_table_column(table, text.data, true);
        ofsi_buf_free(&text);
    }
}

static void put_long(ofsi_table *table, const ofs_pivot_cell *cell) {
    ofsi_table_count(table, cell->count);
    ofsi_table_count(table, cell->of);
    if (cell->of)
        ofsi_table_real(table, share_of(cell), 4);
    else
        ofsi_table_none(table);
}

static void fill_long(ofsi_table *table, const ofs_pivot_table *pivot, const ofsi_pivot_names *names,
                      const char *log) {
    ofsi_table_column(table, names->rows, false);
    for (uint32_t c = 0; c < pivot->column_count; c++)
        add_columns(table, name_of(pivot->columns[c], names->columns));
    if (pivot->row_totals)
        add_columns(table, "all");
    if (log)
        ofsi_table_column(table, "search", false);
    for (uint32_t r = 0; r < pivot->row_count; r++) {
        ofsi_table_string(table, name_of(pivot->rows[r], names->rows));
        for (uint32_t c = 0; c < pivot->column_count; c++)
            put_long(table, &pivot->cells[(size_t)r * pivot->column_count + c]);
        if (pivot->row_totals)
            put_long(table, &pivot->row_totals[r]);
        if (log)
            ofsi_table_string(table, log);
    }
}

/* ---- json ---- */

static json_t *cell_object(const ofs_pivot_cell *cell) {
    return json_pack("{sI sI}", "count", (json_int_t)cell->count, "of", (json_int_t)cell->of);
}

static json_t *cells_array(const ofs_pivot_cell *cells, uint32_t count) {
    json_t *array = json_array();
    for (uint32_t c = 0; c < count; c++)
        if (json_array_append_new(array, cell_object(&cells[c])) != 0) {
            json_decref(array);
            return NULL;
        }
    return array;
}

static json_t *row_object(const ofs_pivot_table *pivot, uint32_t r) {
    json_t *row = json_pack("{so so}", "value", ofsi_text_json(pivot->rows[r]), "cells",
                            cells_array(&pivot->cells[(size_t)r * pivot->column_count], pivot->column_count));
    if (row && pivot->row_totals)
        json_object_set_new(row, "all", cell_object(&pivot->row_totals[r]));
    return row;
}

static json_t *head_object(const ofsi_pivot_names *names, const ofs_results *results,
                           const ofsi_present_options *options) {
    json_t *object = ofsi_head_json(results, options);
    json_t *about = json_pack("{ss ss ss}", "rows_by", names->rows, "columns_by", names->columns, "count_by",
                              names->by_report ? "report" : "paragraph");
    if (object && (!about || json_object_update(object, about) != 0)) {
        json_decref(object);
        object = NULL;
    }
    json_decref(about);
    return object;
}

static bool fill_json(json_t *object, const ofs_pivot_table *pivot) {
    json_t *columns = json_array(), *rows = json_array();
    bool ok = columns && rows;
    for (uint32_t c = 0; ok && c < pivot->column_count; c++)
        ok = json_array_append_new(columns, ofsi_text_json(pivot->columns[c])) == 0;
    for (uint32_t r = 0; ok && r < pivot->row_count; r++)
        ok = json_array_append_new(rows, row_object(pivot, r)) == 0;
    ok = json_object_set_new(object, "columns", columns) == 0 && ok;
    ok = json_object_set_new(object, "rows", rows) == 0 && ok;
    if (ok && pivot->column_totals)
        ok = json_object_set_new(object, "all", cells_array(pivot->column_totals, pivot->column_count)) == 0;
    if (ok && pivot->column_totals && pivot->row_totals)
        ok = json_object_set_new(object, "total", cell_object(&pivot->total)) == 0;
    return ok;
}

static int append_chunk(const char *data, size_t size, void *context) {
    ofsi_buf *out = context;
    ofsi_buf_append(out, data, size);
    return out->failed ? -1 : 0;
}

static void print_json(const ofs_pivot_table *pivot, const ofsi_pivot_names *names,
                       const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out) {
    json_t *object = head_object(names, results, options);
    if (!object || !fill_json(object, pivot) ||
        json_dump_callback(object, append_chunk, out, options->indent ? JSON_INDENT(2) : JSON_COMPACT) != 0)
        out->failed = true;
    ofsi_buf_byte(out, '\n');
    json_decref(object);
}

/* ---- the head and the whole ---- */

static void append_title(ofsi_buf *out, const ofsi_pivot_names *names) {
    ofsi_buf_printf(out, "%s by %s and %s", names->by_report ? "reports" : "paragraphs", names->rows,
                    names->columns);
}

static void print_spreadsheet(const ofs_pivot_table *pivot, const ofsi_pivot_names *names,
                              const ofs_results *results, const ofsi_present_options *options,
                              ofsi_buf *out) {
    ofsi_table table = {.title = "Pivot"}, head = {0};
    ofsi_buf log = {0};
    bool is_book = options->format == OFSI_FORMAT_XLSX;
    if (!is_book)
        ofsi_append_head_line(&log, results, options);
    ofsi_buf_byte(&log, 0);
    table.failed = log.failed;
    fill_long(&table, pivot, names, is_book || log.failed ? NULL : log.data);
    ofsi_present_table(&table, options, out);
    if (is_book) {
        ofsi_head_fill(&head, results, options);
        ofsi_present_table(&head, options, out);
    }
    ofsi_buf_free(&log);
    ofsi_table_free(&table);
    ofsi_table_free(&head);
}

/* text, markdown, html: a heading, the search log, the table. */
static void print_page(const ofs_pivot_table *pivot, const ofsi_pivot_names *names,
                       const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out) {
    ofsi_table table = {.title = "Pivot"}, head = {0};
    bool html = options->format == OFSI_FORMAT_HTML, markdown = options->format == OFSI_FORMAT_MARKDOWN;
    ofsi_buf_text(out, html ? "<h1>" : markdown ? "# " : "");
    append_title(out, names);
    ofsi_buf_text(out, html ? "</h1>\n" : markdown ? "\n\n" : "\n");
    if (html || markdown) {
        ofsi_head_fill(&head, results, options);
        ofsi_present_table(&head, options, out);
    }
    fill_short(&table, pivot, names);
    ofsi_present_table(&table, options, out);
    if (pivot->row_count < pivot->row_distinct)
        ofsi_buf_printf(out, html ? "<p>and %u more rows</p>\n" : "and %u more rows\n",
                        pivot->row_distinct - pivot->row_count);
    if (pivot->column_count < pivot->column_distinct)
        ofsi_buf_printf(out, html ? "<p>and %u more columns</p>\n" : "and %u more columns\n",
                        pivot->column_distinct - pivot->column_count);
    ofsi_table_free(&table);
    ofsi_table_free(&head);
}

void ofsi_present_pivot(const ofs_pivot_table *pivot, const ofsi_pivot_names *names,
                        const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out) {
    switch (options->format) {
    case OFSI_FORMAT_JSON:
    case OFSI_FORMAT_JSONL:
        print_json(pivot, names, results, options, out);
        break;
    case OFSI_FORMAT_CSV:
    case OFSI_FORMAT_TSV:
    case OFSI_FORMAT_XLSX:
        print_spreadsheet(pivot, names, results, options, out);
        break;
    default:
        print_page(pivot, names, results, options, out);
        break;
    }
}
