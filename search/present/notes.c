/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is told beside an answer, on standard error: what words of the query stand for, and what was perhaps meant. */
#include "search/present/counts.h"
#include "search/present/printers.h"
#include "search/present/terminal.h"

static void append_text(ofsi_buf *out, const char *text) { ofsi_append_clean(out, text, strlen(text)); }

/* "LADO: local authority designated officer (in 25 reports); @LADO finds both" */
static void append_abbreviation(const ofs_results *results, uint32_t first, uint32_t end, ofsi_buf *out) {
    /* A phrase may hold the mark that asks for both, which does nothing there. */
    const char *word = results->abbreviations[first].word;
    word += strspn(word, "@");
    append_text(out, word);
    for (uint32_t i = first; i < end; i++) {
        const ofs_abbreviation *item = &results->abbreviations[i];
        ofsi_buf_text(out, i == first ? ": " : ", or ");
        append_text(out, item->stands_for);
        ofsi_buf_text(out, " (in ");
        ofsi_append_count(out, item->reports);
        ofsi_buf_text(out, item->reports == 1 ? " report)" : " reports)");
    }
    if (!results->abbreviations[first].widened) {
        bool quoted = strchr(word, ' ') != NULL;
        ofsi_buf_text(out, quoted ? "; @\"" : "; @");
        append_text(out, word);
        ofsi_buf_text(out, quoted ? "\" finds both" : " finds both");
    }
    ofsi_buf_byte(out, '\n');
}

void ofsi_append_where(ofsi_buf *out, uint64_t paragraphs, uint64_t notes) {
    if (!paragraphs && !notes) {
        ofsi_buf_text(out, "in no paragraph");
        return;
    }
    ofsi_buf_text(out, "in ");
    ofsi_append_count(out, paragraphs ? paragraphs : notes);
    if (paragraphs)
        ofsi_buf_text(out, paragraphs == 1 ? " paragraph" : " paragraphs");
    else
        ofsi_buf_text(out, notes == 1 ? " note alone (kind:note finds it)"
                                      : " notes alone (kind:note finds them)");
}

static void append_frequency(const char *word, uint64_t paragraphs, uint64_t notes, ofsi_buf *out) {
    append_text(out, word);
    ofsi_buf_text(out, " is ");
    ofsi_append_where(out, paragraphs, notes);
}

static void append_corrections(const ofs_results *results, ofsi_buf *out) {
    ofsi_buf_text(out, "did you mean: ");
    append_text(out, results->did_you_mean);
    ofsi_buf_byte(out, '\n');
    for (uint32_t i = 0; i < results->correction_count; i++) {
        const ofs_correction *item = &results->corrections[i];
        ofsi_buf_text(out, "  ");
        append_frequency(item->word, item->paragraphs, item->notes, out);
        ofsi_buf_text(out, ", ");
        append_frequency(item->instead, item->instead_paragraphs, 0, out);
        ofsi_buf_byte(out, '\n');
    }
}

void ofsi_present_notes(const ofs_results *results, ofsi_buf *out) {
    for (uint32_t i = 0; i < results->advice_count; i++) {
        append_text(out, results->advice[i]);
        ofsi_buf_byte(out, '\n');
    }
    if (results->did_you_mean)
        append_corrections(results, out);
    for (uint32_t first = 0, end; first < results->abbreviation_count; first = end) {
        for (end = first + 1;
             end < results->abbreviation_count &&
             strcmp(results->abbreviations[first].word, results->abbreviations[end].word) == 0;
             end++)
            ;
        append_abbreviation(results, first, end, out);
    }
}
