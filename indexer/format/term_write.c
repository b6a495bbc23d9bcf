/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Terms to bytes. */
#include "indexer/format/term_write.h"

#include "indexer/format/forms.h"

void ofsi_term_encoder_start(ofsi_term_encoder *e, ofsi_span text, const ofsi_span *forms,
                             const uint64_t *counts, uint32_t form_count) {
    ofsi_buf_reset(&e->forms);
    ofsi_buf_reset(&e->inline_posting);
    ofsi_forms_encode(text, forms, counts, form_count, &e->forms);
    e->postings.postings = e->postings.positions = (ofsi_sink){0};
    ofsi_postings_writer_start(&e->postings, form_count > 1);
    e->term = (ofsi_encoded_term){.text = text, .form_count = form_count};
}

/* All gaps, or all codes, of the blocks that are encoded already and of what waits. */
static void append_positions(ofsi_term_encoder *e, bool codes) {
    ofsi_postings_writer *w = &e->postings;
    ofsi_cursor c = ofsi_cursor_of(w->positions_bytes.data, w->positions_bytes.size);
    while (ofsi_cursor_left(&c) && !c.bad) {
        uint32_t values[OFSI_BLOCK], others[OFSI_BLOCK];
        ofsi_pfor_decode(&c, codes ? others : values);
        if (w->has_codes)
            ofsi_pfor_decode(&c, codes ? values : others);
        for (uint32_t i = 0; i < OFSI_BLOCK; i++)
            ofsi_buf_varint(&e->inline_posting, values[i]);
    }
    for (uint32_t i = 0; i < w->in_positions; i++)
        ofsi_buf_varint(&e->inline_posting, codes ? w->codes[i] : w->position_gaps[i]);
}

/* A term of one document has its posting in the dictionary. */
static void encode_inline(ofsi_term_encoder *e) {
    ofsi_buf_varint(&e->inline_posting, e->postings.last_doc);
    ofsi_buf_varint(&e->inline_posting, e->postings.cf - 1);
    append_positions(e, false);
    if (e->postings.has_codes)
        append_positions(e, true);
}

void ofsi_term_encoder_send(ofsi_term_encoder *e, ofsi_sink postings, ofsi_sink positions) {
    e->postings.postings = postings;
    e->postings.positions = positions;
}

ofs_status ofsi_term_encoder_end(ofsi_term_encoder *e, const ofsi_encoded_term **term, ofs_error *err) {
    ofsi_postings_writer *w = &e->postings;
    ofs_status status = OFS_OK;
    if (w->df > 1)
        status = ofsi_postings_writer_end(w, err);
    else
        encode_inline(e);
    if (status == OFS_OK && (e->inline_posting.failed || e->forms.failed))
        status = ofsi_fail_nomem(err);
    e->term.df = w->df;
    e->term.cf = w->cf;
    e->term.forms = ofsi_buf_span(&e->forms);
    e->term.inline_posting = ofsi_buf_span(&e->inline_posting);
    if (w->df > 1) {
        e->term.postings = ofsi_buf_span(&w->postings_bytes);
        e->term.positions = ofsi_buf_span(&w->positions_bytes);
        e->term.postings_sent = w->postings_size - w->postings_bytes.size;
        e->term.positions_sent = w->positions_size - w->positions_bytes.size;
    }
    *term = &e->term;
    return status;
}

void ofsi_term_encoder_trim(ofsi_term_encoder *e, size_t most) {
    if (e->postings.postings_bytes.capacity > most)
        ofsi_buf_free(&e->postings.postings_bytes);
    if (e->postings.positions_bytes.capacity > most)
        ofsi_buf_free(&e->postings.positions_bytes);
}

void ofsi_term_encoder_free(ofsi_term_encoder *e) {
    ofsi_postings_writer_free(&e->postings);
    ofsi_buf_free(&e->forms);
    ofsi_buf_free(&e->inline_posting);
}
