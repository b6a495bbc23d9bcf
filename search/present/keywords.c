/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Telling words: for people a short table a side, for programs one with every number. */
#include "search/present/keywords.h"

#include <inttypes.h>

#include "search/present/head.h"
#include "search/present/printers.h"

static void put_share(ofsi_table *table, uint64_t count, uint64_t of) {
    ofsi_buf text = {0};
    ofsi_buf_printf(&text, "%" PRIu64 " (%.1f%%)", count, of ? 100.0 * (double)count / (double)of : 0.0);
    ofsi_table_text(table, ofsi_buf_span(&text));
    table->failed = table->failed || text.failed;
    ofsi_buf_free(&text);
}

static void print_side(const ofs_keywords *keywords, int side, const char *const names[2],
                       const ofsi_present_options *options, ofsi_buf *out) {
    const ofs_keyword_side *this = &keywords->sides[side], *that = &keywords->sides[!side];
    bool html = options->format == OFSI_FORMAT_HTML, markdown = options->format == OFSI_FORMAT_MARKDOWN;
    ofsi_table table = {.title = "Keywords"};
    ofsi_buf text = {0};
    ofsi_buf_printf(&text, "%s: ", names[side]);
    ofsi_append_count(&text, this->total);
    ofsi_buf_text(&text, this->total == 1 ? " paragraph" : " paragraphs");
    ofsi_table_column(&table, "word", false);
    ofsi_table_column(&table, "here", true);
    ofsi_table_column(&table, names[1] ? "there" : "elsewhere", true);
    ofsi_table_column(&table, "score", true);
    for (size_t i = 0; i < this->word_count; i++) {
        const ofs_keyword *word = &this->words[i];
        ofsi_table_string(&table, word->word);
        put_share(&table, word->count, this->total);
        put_share(&table, word->other, that->total);
        ofsi_table_real(&table, word->score, 1);
    }
    ofsi_buf_text(out, html ? "<h2>" : markdown ? "## " : "");
    ofsi_append_heading_text(out, ofsi_buf_span(&text), options);
    ofsi_buf_text(out, html ? "</h2>\n" : markdown ? "\n\n" : "\n");
    if (this->word_count)
        ofsi_present_table(&table, options, out);
    else
        ofsi_buf_text(out, html ? "<p>no word differs enough</p>\n" : "no word differs enough\n");
    if (!html)
        ofsi_buf_byte(out, '\n');
    out->failed = out->failed || text.failed || table.failed;
    ofsi_buf_free(&text);
    ofsi_table_free(&table);
}

static void print_page(const ofs_keywords *keywords, const char *const names[2], const ofs_results *results,
                       const ofsi_present_options *options, ofsi_buf *out) {
    ofsi_table head = {0};
    if (options->format != OFSI_FORMAT_TEXT) {
        ofsi_head_fill(&head, results, options);
        ofsi_present_table(&head, options, out);
    }
    for (int side = 0; side < (names[1] ? 2 : 1); side++)
        print_side(keywords, side, names, options, out);
    ofsi_table_free(&head);
}

static void fill_rows(ofsi_table *table, const ofs_keywords *keywords, const char *const names[2],
                      const char *log) {
    static const char *const columns[] = {"side", "word",  "term",     "count",
                                          "of",   "other", "other_of", "score"};
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        ofsi_table_column(table, columns[i], i > 2);
    if (log)
        ofsi_table_column(table, "search", false);
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < keywords->sides[side].word_count; i++) {
            const ofs_keyword *word = &keywords->sides[side].words[i];
            ofsi_table_string(table, names[side]);
            ofsi_table_string(table, word->word);
            ofsi_table_string(table, word->term);
            ofsi_table_count(table, word->count);
            ofsi_table_count(table, keywords->sides[side].total);
            ofsi_table_count(table, word->other);
            ofsi_table_count(table, keywords->sides[!side].total);
            ofsi_table_real(table, word->score, 3);
            if (log)
                ofsi_table_string(table, log);
        }
}

void ofsi_present_keywords(const ofs_keywords *keywords, const char *const names[2],
                           const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out) {
    ofsi_table table = {.title = "Keywords"}, head = {0};
    ofsi_buf log = {0};
    bool delimited = options->format == OFSI_FORMAT_CSV || options->format == OFSI_FORMAT_TSV;
    if (options->format == OFSI_FORMAT_TEXT || options->format == OFSI_FORMAT_MARKDOWN ||
        options->format == OFSI_FORMAT_HTML) {
        print_page(keywords, names, results, options, out);
        return;
    }
    if (delimited)
        ofsi_append_head_line(&log, results, options);
    ofsi_buf_byte(&log, 0);
    table.failed = log.failed;
    fill_rows(&table, keywords, names, delimited && !log.failed ? log.data : NULL);
    ofsi_present_options described = *options;
    described.described = results;
    ofsi_present_table(&table, &described, out);
    if (options->format == OFSI_FORMAT_XLSX) {
        ofsi_head_fill(&head, results, options);
        ofsi_present_table(&head, options, out);
    }
    ofsi_buf_free(&log);
    ofsi_table_free(&table);
    ofsi_table_free(&head);
}
