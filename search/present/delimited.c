/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * csv as RFC 4180 has it (commas, quotes doubled, CRLF), tsv as IANA has it (tabs, no quoting, LF: a tab or a line break in
 * a value becomes a blank). A text that a spreadsheet would take for a formula gets an apostrophe in front, which such
 * programs take for "text follows": OWASP, "CSV Injection".
 */
#include "search/present/fields.h"
#include "search/present/printers.h"

static bool is_formula(ofsi_span text) {
    return text.size && strchr("=+-@\t\r", text.data[0]) && text.data[0];
}

static void append_csv(ofsi_buf *out, ofsi_span text, bool neutralise) {
    bool quoted = false;
    for (size_t i = 0; i < text.size && !quoted; i++)
        quoted = strchr(",\"\r\n", text.data[i]) != NULL;
    if (quoted)
        ofsi_buf_byte(out, '"');
    if (neutralise)
        ofsi_buf_byte(out, '\'');
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"')
            ofsi_buf_byte(out, '"');
        ofsi_buf_byte(out, (uint8_t)text.data[i]);
    }
    if (quoted)
        ofsi_buf_byte(out, '"');
}

static void append_tsv(ofsi_buf *out, ofsi_span text, bool neutralise) {
    if (neutralise)
        ofsi_buf_byte(out, '\'');
    for (size_t i = 0; i < text.size; i++)
        ofsi_buf_byte(out, strchr("\t\r\n", text.data[i]) ? ' ' : (uint8_t)text.data[i]);
}

static void append_value(ofsi_buf *out, ofsi_span text, bool is_number, ofsi_format format) {
    bool neutralise = !is_number && is_formula(text);
    if (format == OFSI_FORMAT_CSV)
        append_csv(out, text, neutralise);
    else
        append_tsv(out, text, neutralise);
}

static void end_value(ofsi_buf *out, bool last, ofsi_format format) {
    if (format == OFSI_FORMAT_CSV)
        ofsi_buf_text(out, last ? "\r\n" : ",");
    else
        ofsi_buf_byte(out, last ? '\n' : '\t');
}

/* Behind a row's last value stands the search log, where it is wanted. */
static void end_row_value(ofsi_buf *out, bool last, const char *log, const ofsi_present_options *options) {
    if (last && options->log) {
        end_value(out, false, options->format);
        append_value(out, ofsi_span_of(log), false, options->format);
    }
    end_value(out, last, options->format);
}

void ofsi_print_table_delimited(const ofsi_table *table, const ofsi_present_options *options, ofsi_buf *out) {
    uint32_t n = table->column_count;
    if (n == 0)
        return;
    if (!options->continued && options->excel)
        ofsi_buf_text(out, "\xEF\xBB\xBF");
    for (uint32_t c = 0; c < n && !options->continued; c++) {
        append_value(out, ofsi_span_of(table->columns[c].name), false, options->format);
        end_row_value(out, c + 1 == n, "search", options);
    }
    for (size_t i = 0; i < table->cell_count; i++) {
        append_value(out, table->cells[i], table->columns[i % n].is_number, options->format);
        end_row_value(out, i % n + 1 == n, options->log, options);
    }
}

void ofsi_print_delimited(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out) {
    ofsi_table table = {0};
    ofsi_hits_fill(&table, results, options);
    ofsi_present_table(&table, options, out);
    ofsi_table_free(&table);
}
