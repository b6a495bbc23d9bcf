/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Search logs. */
#include "search/present/head.h"

#include <inttypes.h>
#include <time.h>

#include "search/present/printers.h"

static void put_row(ofsi_table *table, const char *what, ofsi_buf *value) {
    ofsi_table_string(table, what);
    ofsi_table_text(table, ofsi_buf_span(value));
    table->failed = table->failed || value->failed;
    ofsi_buf_reset(value);
}

static void append_number_of(ofsi_buf *out, uint64_t count, const char *one, const char *many) {
    ofsi_append_count(out, count);
    ofsi_buf_byte(out, ' ');
    ofsi_buf_text(out, count == 1 ? one : many);
}

static void append_both(ofsi_buf *out, uint64_t paragraphs, uint64_t reports) {
    append_number_of(out, paragraphs, "paragraph in ", "paragraphs in ");
    append_number_of(out, reports, "report", "reports");
}

static void put_question(ofsi_table *table, const ofs_results *results, const ofsi_present_options *options,
                         ofsi_buf *value) {
    if (options->batch) {
        ofsi_buf_text(value, options->name);
        put_row(table, "Name", value);
    }
    const char *const *queries = options->run->queries;
    for (size_t i = 0; queries && queries[i]; i += 2) {
        ofsi_buf_printf(value, "%s: %s", queries[i], queries[i + 1]);
        put_row(table, "Query", value);
    }
    if (!queries) {
        ofsi_buf_text(value, results->query);
        put_row(table, "Query", value);
        ofsi_buf_text(value, results->interpreted);
        put_row(table, "Read as", value);
    }
    for (size_t i = 0; options->run->asked && options->run->asked[i]; i++)
        ofsi_buf_printf(value, "%s%s", i ? " " : "", options->run->asked[i]);
    if (value->size)
        put_row(table, "Options", value);
}

static void put_answer(ofsi_table *table, const ofs_results *results, const ofsi_present_options *options,
                       ofsi_buf *value) {
    if (!options->run->queries) {
        append_both(value, results->total, results->report_total);
        put_row(table, "Found", value);
    }
    if (results->base_reports) {
        append_both(value, results->base_total, results->base_reports);
        put_row(table, "Out of", value);
    }
    if (results->hit_count && results->hit_count < results->total) {
        ofsi_append_count(value, options->offset + 1);
        ofsi_buf_text(value, " to ");
        ofsi_append_count(value, options->offset + results->hit_count);
        put_row(table, "Shown", value);
    }
}

void ofsi_head_fill(ofsi_table *table, const ofs_results *results, const ofsi_present_options *options) {
    ofsi_buf value = {0};
    struct tm day;
    char text[40];
    if (!options->run)
        return;
    time_t searched = (time_t)options->run->searched;
    table->title = "Search";
    ofsi_table_column(table, "what", false);
    ofsi_table_column(table, "value", false);
    put_question(table, results, options, &value);
    put_answer(table, results, options, &value);
    if (results->missing_count) {
        ofsi_present_missing(results->missing, results->missing_count, &value);
        value.size -= value.size ? 1 : 0; /* the line's end */
        put_row(table, "Not whole", &value);
    }
    append_both(&value, results->index_paragraphs, results->index_reports);
    put_row(table, "Searched", &value);
    if (results->index_failed_files != OFS_UNKNOWN) {
        append_number_of(&value, results->index_failed_files, "file", "files");
        put_row(table, "Could not be read", &value);
    }
    ofsi_buf_printf(&value, "%s, generation %" PRIu64, options->run->index, results->index_generation);
    put_row(table, "Index", &value);
    if (gmtime_r(&searched, &day) && strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &day)) {
        ofsi_buf_printf(&value, "%s, with %s", text, options->run->program);
        put_row(table, "On", &value);
    }
    ofsi_buf_free(&value);
}

void ofsi_append_head_line(ofsi_buf *out, const ofs_results *results, const ofsi_present_options *options) {
    ofsi_table head = {0};
    ofsi_head_fill(&head, results, options);
    for (size_t i = 0; i + 1 < head.cell_count; i += 2) {
        ofsi_buf_text(out, i ? "; " : "");
        ofsi_buf_append(out, head.cells[i].data, head.cells[i].size);
        ofsi_buf_text(out, ": ");
        ofsi_buf_append(out, head.cells[i + 1].data, head.cells[i + 1].size);
    }
    out->failed = out->failed || head.failed;
    ofsi_table_free(&head);
}

static void append_heading(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out) {
    bool html = options->format == OFSI_FORMAT_HTML;
    ofsi_buf title = {0};
    ofsi_append_title(&title, results, options);
    ofsi_buf_text(out, html ? "<h1>" : "# ");
    ofsi_append_heading_text(out, ofsi_buf_span(&title), options);
    ofsi_buf_text(out, html ? "</h1>\n" : "\n\n");
    out->failed = out->failed || title.failed;
    ofsi_buf_free(&title);
}

void ofsi_present_logged(const ofsi_table *table, const ofs_results *results,
                         const ofsi_present_options *options, ofsi_buf *out) {
    ofsi_present_options logged = *options;
    ofsi_table head = {0};
    ofsi_buf line = {0};
    logged.described = results;
    bool page = options->format == OFSI_FORMAT_HTML || options->format == OFSI_FORMAT_MARKDOWN;
    if (page)
        append_heading(results, options, out);
    if (page || options->format == OFSI_FORMAT_XLSX)
        ofsi_head_fill(&head, results, options);
    if (options->format == OFSI_FORMAT_CSV || options->format == OFSI_FORMAT_TSV) {
        ofsi_append_head_line(&line, results, options);
        ofsi_buf_byte(&line, 0);
        logged.log = line.data;
    }
    if (page)
        ofsi_present_table(&head, options, out);
    ofsi_present_table(table, &logged, out);
    if (!page)
        ofsi_present_table(&head, options, out);
    out->failed = out->failed || line.failed;
    ofsi_table_free(&head);
    ofsi_buf_free(&line);
}
