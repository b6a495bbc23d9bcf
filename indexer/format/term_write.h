/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A term encoded apart from its segment, in memory: nothing in its bytes depends on where they will stand, so that several
 * threads encode terms of one segment at the same time. Called by build's flush; ofsi_segment_add_term() takes the result.
 */
#ifndef OFSI_FORMAT_TERM_WRITE_H
#define OFSI_FORMAT_TERM_WRITE_H

#include "indexer/format/postings_write.h"
#include "indexer/format/segment.h"

/* An encoder of all zeros with `lengths` set is ready. One thread. */
typedef struct ofsi_term_encoder {
    ofsi_lengths lengths; /* of the segment */
    ofsi_postings_writer postings;
    ofsi_buf forms, inline_posting;
    ofsi_encoded_term term;
} ofsi_term_encoder;

/* As ofsi_segment_begin_term(); `text` must stay until the term is written. */
void ofsi_term_encoder_start(ofsi_term_encoder *e, ofsi_span text, const ofsi_span *forms,
                             const uint64_t *counts, uint32_t form_count);

/* The positions of a posting: the first one, then what each is more than the one before. */
static inline ofs_status ofsi_term_encoder_position(ofsi_term_encoder *e, uint32_t gap, uint32_t code,
                                                    ofs_error *err) {
    return ofsi_postings_writer_position(&e->postings, gap, code, err);
}

/* Then the posting they are of. Documents ascend. */
static inline ofs_status ofsi_term_encoder_posting(ofsi_term_encoder *e, uint32_t doc, uint32_t tf,
                                                   ofs_error *err) {
    return ofsi_postings_writer_add(&e->postings, doc, tf, ofsi_length_at(&e->lengths, doc), err);
}

/*
 * From the second posting on a large term's blocks may go out as they are full, instead of staying in memory, to where the
 * segment wants them: then it must be the next term that is added.
 */
void ofsi_term_encoder_send(ofsi_term_encoder *e, ofsi_sink postings, ofsi_sink positions);
void ofsi_segment_term_sinks(ofsi_segment_writer *writer, ofsi_sink *postings, ofsi_sink *positions);

/* The term, which has a posting; its bytes are the encoder's until it starts another. */
ofs_status ofsi_term_encoder_end(ofsi_term_encoder *e, const ofsi_encoded_term **term, ofs_error *err);
/* Gives back the memory of a large term's bytes. */
void ofsi_term_encoder_trim(ofsi_term_encoder *e, size_t most);
void ofsi_term_encoder_free(ofsi_term_encoder *e);

#endif
