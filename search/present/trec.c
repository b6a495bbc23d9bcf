/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The trec format: `query Q0 docid rank score run`, as trec_eval reads it. OUTPUT.md says how a docid is made: the bare
 * report id for a lone unnumbered paragraph, so that collections of one paragraph a document keep their names.
 */
#include <inttypes.h>

#include "search/present/printers.h"

/* The columns are parted by blanks, so a blank in a name would shift them. */
static void append_column(ofsi_buf *out, const char *text) {
    for (; *text; text++)
        ofsi_buf_byte(out, (unsigned char)*text <= ' ' ? (uint8_t)'_' : (uint8_t)*text);
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
            if (hit->item)
                ofsi_buf_printf(out, ".%u", hit->item);
        } else if (hit->place > 0) {
            ofsi_buf_printf(out, "#@%u", hit->place);
        }
        ofsi_buf_printf(out, " %" PRIu64 " %.9f ofsearch\n", hit->rank, hit->score);
    }
}
