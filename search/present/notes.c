/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is told beside an answer, on standard error: what words of the query stand for. */
#include "search/present/counts.h"
#include "search/present/printers.h"
#include "search/present/terminal.h"

static void append_text(ofsi_buf *out, const char *text) { ofsi_append_clean(out, text, strlen(text)); }

/* "LADO: local authority designated officer (in 25 reports); @LADO finds both" */
static void append_abbreviation(const ofs_results *results, uint32_t first, uint32_t end, ofsi_buf *out) {
    append_text(out, results->abbreviations[first].word);
    for (uint32_t i = first; i < end; i++) {
        const ofs_abbreviation *item = &results->abbreviations[i];
        ofsi_buf_text(out, i == first ? ": " : ", or ");
        append_text(out, item->stands_for);
        ofsi_buf_text(out, " (in ");
        ofsi_append_count(out, item->reports);
        ofsi_buf_text(out, item->reports == 1 ? " report)" : " reports)");
    }
    if (!results->abbreviations[first].widened) {
        bool quoted = strchr(results->abbreviations[first].word, ' ') != NULL;
        ofsi_buf_text(out, quoted ? "; @\"" : "; @");
        append_text(out, results->abbreviations[first].word);
        ofsi_buf_text(out, quoted ? "\" finds both" : " finds both");
    }
    ofsi_buf_byte(out, '\n');
}

void ofsi_present_notes(const ofs_results *results, ofsi_buf *out) {
    for (uint32_t first = 0, end; first < results->abbreviation_count; first = end) {
        for (end = first + 1;
             end < results->abbreviation_count &&
             strcmp(results->abbreviations[first].word, results->abbreviations[end].word) == 0;
             end++)
            ;
        append_abbreviation(results, first, end, out);
    }
}
