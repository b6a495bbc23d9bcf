/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The trec format: `query Q0 docid rank score run`, as trec_eval reads it. OUTPUT.md says how a docid is made: the bare
 * report id for a lone unnumbered paragraph, so that collections of one paragraph a document keep their names.
 */
#include "search/present/printers.h"

/* The columns are parted by blanks, so a blank in a name would shift them. */
static void append_column(ofsi_buf *out, const char *text) {
    for (; *text; text++)
        ofsi_buf_byte(out, (unsigned char)*text <= ' ' ? (uint8_t)'_' : (uint8_t)*text);
}

/* Nine digits behind the point. Scores are small; one that is not, or is none, is left to printf. */
static void append_score(ofsi_buf *out, double score) {
    char digits[9];
    if (!(score >= 0 && score < 1e6)) {
        ofsi_buf_printf(out, "%.9f", score);
        return;
    }
    uint64_t scaled = (uint64_t)(score * 1e9 + 0.5), rest = scaled % 1000000000;
    ofsi_buf_count(out, scaled / 1000000000);
    ofsi_buf_byte(out, '.');
    for (int i = 8; i >= 0; i--, rest /= 10)
        digits[i] = (char)('0' + rest % 10);
    ofsi_buf_append(out, digits, sizeof digits);
}

void ofsi_print_trec(const ofs_results *results, const ofsi_present_options *options, ofsi_buf *out) {
    for (size_t i = 0; i < results->hit_count; i++) {
        const ofs_hit *hit = &results->hits[i];
        append_column(out, options->name);
        ofsi_buf_text(out, " Q0 ");
        append_column(out, hit->report->id);
        if (hit->number) {
            ofsi_buf_byte(out, '#');
            append_column(out, hit->number);
            if (hit->item) {
                ofsi_buf_byte(out, '.');
                ofsi_buf_count(out, hit->item);
            }
        } else if (hit->place > 0) {
            ofsi_buf_text(out, "#@");
            ofsi_buf_count(out, hit->place);
        }
        ofsi_buf_byte(out, ' ');
        ofsi_buf_count(out, hit->rank);
        ofsi_buf_byte(out, ' ');
        append_score(out, hit->score);
        ofsi_buf_text(out, " ofsearch\n");
    }
}
