/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of output formats, and the outputs that are too small for a printer of their own. */
#include "search/present/present.h"

#include <inttypes.h>
#include <stdio.h>

#include "indexer/base/clean_text.h"
#include "search/present/counts.h"
#include "search/present/head.h"
#include "search/present/markup.h"
#include "search/present/printers.h"
#include "search/present/sheet.h"
#include "search/present/table.h"

typedef struct format_row {
    const char *name;
    bool exports_all;
    void (*print)(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out);
} format_row;

static const format_row formats[OFSI_FORMAT_COUNT] = {
    [OFSI_FORMAT_TEXT] = {"text", false, ofsi_print_text},
    [OFSI_FORMAT_JSON] = {"json", false, ofsi_print_json},
    [OFSI_FORMAT_JSONL] = {"jsonl", true, ofsi_print_jsonl},
    [OFSI_FORMAT_TREC] = {"trec", true, ofsi_print_trec},
    [OFSI_FORMAT_CSV] = {"csv", true, ofsi_print_delimited},
    [OFSI_FORMAT_TSV] = {"tsv", true, ofsi_print_delimited},
    [OFSI_FORMAT_XLSX] = {"xlsx", true, ofsi_print_xlsx},
    [OFSI_FORMAT_MARKDOWN] = {"markdown", true, ofsi_print_markdown},
    [OFSI_FORMAT_HTML] = {"html", true, ofsi_print_html},
};

const char *ofsi_format_name(ofsi_format format) { return formats[format].name; }

bool ofsi_format_find(const char *name, ofsi_format *format) {
    for (size_t i = 0; i < OFSI_FORMAT_COUNT; i++)
        if (strcmp(formats[i].name, name) == 0) {
            *format = (ofsi_format)i;
            return true;
        }
    return false;
}

bool ofsi_format_exports_all(ofsi_format format) { return formats[format].exports_all; }

void ofsi_present_results(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out) {
    formats[options->format].print(results, options, out);
}

void ofsi_append_heading_text(ofsi_buf *out, ofsi_span text, const ofsi_present_options *options) {
    if (options->format == OFSI_FORMAT_HTML)
        ofsi_append_html(out, text);
    else if (options->format == OFSI_FORMAT_MARKDOWN)
        ofsi_append_markdown(out, text);
    else
        ofsi_append_clean(out, text.data, text.size);
}

void ofsi_append_count(ofsi_buf *out, uint64_t count) {
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%" PRIu64, count);
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            ofsi_buf_byte(out, ',');
        ofsi_buf_byte(out, (uint8_t)digits[i]);
    }
}

void ofsi_present_begin(ofsi_present_options *options, ofsi_buf *out) {
    if (options->format == OFSI_FORMAT_HTML)
        ofsi_html_begin(out);
    if (options->format == OFSI_FORMAT_XLSX) {
        options->sheet = ofsi_sheet_open();
        out->failed = out->failed || !options->sheet;
    }
}

void ofsi_present_end(ofsi_present_options *options, ofsi_buf *out) {
    if (options->format == OFSI_FORMAT_HTML)
        ofsi_html_end(out);
    if (options->format == OFSI_FORMAT_XLSX) {
        ofsi_sheet_close(options->sheet, out);
        options->sheet = NULL;
    }
}

void ofsi_present_counts(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out) {
    ofsi_table counts = {0};
    ofsi_counts_fill(&counts, results, options);
    ofsi_present_logged(&counts, results, options, out);
    ofsi_table_free(&counts);
}

static bool is_plain(ofsi_format format) { return format == OFSI_FORMAT_TEXT || format == OFSI_FORMAT_TREC; }

static void print_reports_plain(const ofs_facet *facet, const ofsi_present_options *options, ofsi_buf *out) {
    for (uint32_t v = 0; v < facet->value_count; v++) {
        const ofs_facet_value *value = &facet->values[v];
        if (options->batch) {
            ofsi_append_clean(out, options->name, strlen(options->name));
            ofsi_buf_byte(out, '\t');
        }
        ofsi_append_clean(out, value->path[0], strlen(value->path[0]));
        ofsi_buf_printf(out, "\t%" PRIu64 "\n", value->count);
    }
}

void ofsi_present_reports(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out) {
    ofsi_table table = {.title = "Reports"};
    const ofs_facet *facet = &results->facets[0];
    if (options->format == OFSI_FORMAT_JSON || options->format == OFSI_FORMAT_JSONL) {
        ofsi_print_reports_json(results, options, out);
        return;
    }
    if (is_plain(options->format)) {
        print_reports_plain(facet, options, out);
        return;
    }
    if (options->batch)
        ofsi_table_column(&table, "query", false);
    ofsi_table_column(&table, "report", false);
    ofsi_table_column(&table, "paragraphs", true);
    for (uint32_t v = 0; v < facet->value_count; v++) {
        if (options->batch)
            ofsi_table_string(&table, options->name);
        ofsi_table_string(&table, facet->values[v].path[0]);
        ofsi_table_count(&table, facet->values[v].count);
    }
    ofsi_present_logged(&table, results, options, out);
    ofsi_table_free(&table);
}

void ofsi_present_count(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out) {
    ofsi_table table = {.title = "Count"};
    if (options->format == OFSI_FORMAT_JSON || options->format == OFSI_FORMAT_JSONL) {
        ofsi_print_count_json(results, options, out);
        return;
    }
    if (is_plain(options->format)) {
        if (options->batch) {
            ofsi_append_clean(out, options->name, strlen(options->name));
            ofsi_buf_byte(out, '\t');
        }
        ofsi_buf_printf(out, "%" PRIu64 "\n", results->total);
        return;
    }
    ofsi_table_column(&table, "query", false);
    ofsi_table_column(&table, "paragraphs", true);
    ofsi_table_column(&table, "reports", true);
    ofsi_table_string(&table, options->batch ? options->name : results->query);
    ofsi_table_count(&table, results->total);
    ofsi_table_count(&table, results->report_total);
    ofsi_present_logged(&table, results, options, out);
    ofsi_table_free(&table);
}

void ofsi_present_paragraphs(const ofs_hit *hits, size_t count, const ofsi_present_options *options,
                             ofsi_buf *out) {
    if (options->format == OFSI_FORMAT_JSON || options->format == OFSI_FORMAT_JSONL) {
        ofsi_print_paragraphs_json(hits, count, options, out);
    } else if (is_plain(options->format)) {
        ofsi_print_paragraphs_text(hits, count, options, out);
    } else {
        const ofs_results shown = {.query = count ? hits[0].report->id : "",
                                   .interpreted = "",
                                   .hits = hits,
                                   .hit_count = count,
                                   .total = count};
        ofsi_present_options bare = *options;
        bare.run = NULL; /* nothing was asked */
        formats[options->format].print(&shown, &bare, out);
    }
}

void ofsi_present_nothing(const ofs_results *results, ofsi_buf *out) {
    ofsi_buf_text(out, "no paragraph matches");
    if (results->query && *results->query) {
        ofsi_buf_text(out, ": ");
        ofsi_append_clean(out, results->query, strlen(results->query));
    }
    ofsi_buf_byte(out, '\n');
    for (uint32_t i = 0; i < results->word_count; i++) {
        const ofs_word_count *word = &results->words[i];
        ofsi_buf_text(out, "  ");
        ofsi_append_clean(out, word->word, strlen(word->word));
        ofsi_buf_text(out, ": ");
        ofsi_append_where(out, word->paragraphs, word->notes);
        if (results->word_count > 1) {
            ofsi_buf_text(out, "; without it ");
            ofsi_append_count(out, word->without);
            ofsi_buf_text(out, word->without == 1 ? " matches" : " match");
        }
        ofsi_buf_byte(out, '\n');
    }
    if (results->suggestion) {
        ofsi_buf_text(out, "try: ");
        ofsi_append_clean(out, results->suggestion, strlen(results->suggestion));
        ofsi_buf_byte(out, '\n');
    }
}

/* Most messages begin with the name of their shard. */
const char *ofsi_missing_error(const ofs_missing *missing) {
    size_t size = strlen(missing->shard);
    const char *error = missing->error;
    return strncmp(error, missing->shard, size) == 0 ? error + size + strspn(error + size, ": ") : error;
}

void ofsi_present_missing(const ofs_missing *missing, size_t count, ofsi_buf *out) {
    ofsi_buf_text(out, "partial answer, without ");
    for (size_t i = 0; i < count; i++) {
        const char *error = ofsi_missing_error(&missing[i]);
        ofsi_buf_text(out, i ? "; " : "");
        ofsi_append_clean(out, missing[i].shard, strlen(missing[i].shard));
        ofsi_buf_text(out, " (");
        ofsi_append_clean(out, error, strlen(error));
        ofsi_buf_byte(out, ')');
    }
    ofsi_buf_byte(out, '\n');
}
