/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making tables, and printing them for people: as columns and as markdown. */
#include "search/present/table.h"

#include <inttypes.h>
#include <stdio.h>

#include "indexer/base/alloc.h"
#include "indexer/base/clean_text.h"
#include "search/present/markup.h"
#include "search/present/sheet.h"
#include "search/present/terminal.h"

void ofsi_table_column(ofsi_table *table, const char *name, bool is_number) {
    char *copy = ofsi_arena_strndup(&table->arena, name, strlen(name));
    if (!copy || !ofsi_grow(&table->columns, &table->column_capacity, (size_t)table->column_count + 1,
                            sizeof *table->columns)) {
        table->failed = true;
        return;
    }
    table->columns[table->column_count++] = (ofsi_column){copy, is_number};
}

static void put_cell(ofsi_table *table, ofsi_span cell) {
    if (!ofsi_grow(&table->cells, &table->cell_capacity, table->cell_count + 1, sizeof *table->cells)) {
        table->failed = true;
        return;
    }
    table->cells[table->cell_count++] = cell;
}

void ofsi_table_text(ofsi_table *table, ofsi_span text) {
    char *copy = ofsi_arena_strndup(&table->arena, text.data ? text.data : "", text.size);
    if (!copy)
        table->failed = true;
    else
        put_cell(table, (ofsi_span){copy, text.size});
}

void ofsi_table_none(ofsi_table *table) { put_cell(table, (ofsi_span){NULL, 0}); }

void ofsi_table_string(ofsi_table *table, const char *text) {
    if (text)
        ofsi_table_text(table, ofsi_span_of(text));
    else
        ofsi_table_none(table);
}

void ofsi_table_count(ofsi_table *table, uint64_t count) {
    char text[24];
    int n = snprintf(text, sizeof text, "%" PRIu64, count);
    ofsi_table_text(table, (ofsi_span){text, (size_t)n});
}

void ofsi_table_real(ofsi_table *table, double value, int digits) {
    char text[400]; /* the longest double has 309 digits before the point */
    int n = snprintf(text, sizeof text, "%.*f", digits, value);
    ofsi_table_text(table, (ofsi_span){text, n > 0 ? (size_t)n : 0});
}

size_t ofsi_table_rows(const ofsi_table *table) {
    return table->column_count ? table->cell_count / table->column_count : 0;
}

void ofsi_table_free(ofsi_table *table) {
    ofsi_arena_free(&table->arena);
    ofsi_free(table->columns);
    ofsi_free(table->cells);
    *table = (ofsi_table){0};
}

static uint32_t width_of_cell(ofsi_span cell) { return cell.size ? ofsi_text_width(cell.data) : 0; }

static void pad(ofsi_buf *out, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        ofsi_buf_byte(out, ' ');
}

static void append_cell(ofsi_buf *out, ofsi_span cell, uint32_t width, bool right, bool last) {
    uint32_t used = width_of_cell(cell), blanks = width > used ? width - used : 0;
    if (right)
        pad(out, blanks);
    ofsi_append_clean(out, cell.data, cell.size);
    if (!right && !last)
        pad(out, blanks);
    ofsi_buf_text(out, last ? "\n" : "  ");
}

void ofsi_print_table_text(const ofsi_table *table, const ofsi_present_options *options, ofsi_buf *out) {
    uint32_t n = table->column_count;
    uint32_t *widths = ofsi_calloc(n, sizeof *widths);
    if (!widths) {
        out->failed = true;
        return;
    }
    for (uint32_t c = 0; c < n; c++)
        widths[c] = ofsi_text_width(table->columns[c].name);
    for (size_t i = 0; i < table->cell_count; i++) {
        uint32_t width = width_of_cell(table->cells[i]);
        widths[i % n] = width > widths[i % n] ? width : widths[i % n];
    }
    ofsi_look_begin(out, OFSI_LOOK_TITLE, options->color);
    for (uint32_t c = 0; c < n; c++)
        append_cell(out, ofsi_span_of(table->columns[c].name), widths[c], table->columns[c].is_number,
                    c + 1 == n);
    ofsi_look_end(out, OFSI_LOOK_TITLE, options->color);
    for (size_t i = 0; i < table->cell_count; i++)
        append_cell(out, table->cells[i], widths[i % n], table->columns[i % n].is_number, i % n + 1 == n);
    ofsi_free(widths);
}

static void append_markdown_cell(ofsi_buf *out, ofsi_span cell) {
    ofsi_buf_byte(out, ' ');
    ofsi_append_markdown(out, cell);
    ofsi_buf_text(out, " |");
}

void ofsi_print_table_markdown(const ofsi_table *table, ofsi_buf *out) {
    uint32_t n = table->column_count;
    ofsi_buf_byte(out, '|');
    for (uint32_t c = 0; c < n; c++)
        append_markdown_cell(out, ofsi_span_of(table->columns[c].name));
    ofsi_buf_text(out, "\n|");
    for (uint32_t c = 0; c < n; c++)
        ofsi_buf_text(out, table->columns[c].is_number ? " ---: |" : " --- |");
    for (size_t i = 0; i < table->cell_count; i++) {
        if (i % n == 0)
            ofsi_buf_text(out, "\n|");
        append_markdown_cell(out, table->cells[i]);
    }
    ofsi_buf_text(out, "\n\n");
}

void ofsi_print_table_html(const ofsi_table *table, ofsi_buf *out) {
    uint32_t n = table->column_count;
    ofsi_buf_text(out, "<table>\n<thead><tr>");
    for (uint32_t c = 0; c < n; c++) {
        ofsi_buf_text(out, table->columns[c].is_number ? "<th class=\"n\">" : "<th>");
        ofsi_append_html(out, ofsi_span_of(table->columns[c].name));
        ofsi_buf_text(out, "</th>");
    }
    ofsi_buf_text(out, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < table->cell_count; i++) {
        if (i % n == 0)
            ofsi_buf_text(out, "<tr>");
        ofsi_buf_text(out, table->columns[i % n].is_number ? "<td class=\"n\">" : "<td>");
        ofsi_append_html(out, table->cells[i]);
        ofsi_buf_text(out, i % n + 1 == n ? "</td></tr>\n" : "</td>");
    }
    ofsi_buf_text(out, "</tbody>\n</table>\n");
}

void ofsi_present_table(const ofsi_table *table, const ofsi_present_options *options, ofsi_buf *out) {
    out->failed = out->failed || table->failed;
    if (table->failed || table->column_count == 0)
        return;
    switch (options->format) {
    case OFSI_FORMAT_CSV:
    case OFSI_FORMAT_TSV:
        ofsi_print_table_delimited(table, options, out);
        break;
    case OFSI_FORMAT_JSON:
    case OFSI_FORMAT_JSONL:
        ofsi_print_table_json(table, options, out);
        break;
    case OFSI_FORMAT_MARKDOWN:
        ofsi_print_table_markdown(table, out);
        break;
    case OFSI_FORMAT_HTML:
        ofsi_print_table_html(table, out);
        break;
    case OFSI_FORMAT_XLSX:
        ofsi_sheet_add(options->sheet, table, out);
        break;
    default:
        ofsi_print_table_text(table, options, out);
        break;
    }
}
