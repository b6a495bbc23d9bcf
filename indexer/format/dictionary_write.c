/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The term dictionary as it is written: a block's parts are gathered apart, so that a search meets texts alone. */
#include "indexer/format/dictionary.h"

/* Numbers of some bits each, low bits first. */
typedef struct bit_writer {
    ofsi_buf *out;
    uint64_t pending; /* fewer than eight bits between two calls */
    unsigned bits;
} bit_writer;

static void put_bits(bit_writer *w, uint64_t value, unsigned width) {
    for (unsigned done = 0; done < width;) {
        unsigned some = width - done < 32 ? width - done : 32;
        w->pending |= (value >> done & ((UINT64_C(1) << some) - 1)) << w->bits;
        w->bits += some;
        done += some;
        for (; w->bits >= 8; w->bits -= 8, w->pending >>= 8)
            ofsi_buf_byte(w->out, (uint8_t)w->pending);
    }
}

static void flush_bits(bit_writer *w) {
    if (w->bits)
        ofsi_buf_byte(w->out, (uint8_t)w->pending);
}

static uint8_t width_of(uint64_t most) { return (uint8_t)(most ? 64 - __builtin_clzll(most) : 0); }

/* Widths, bases and ends. */
static void put_numbers(const ofsi_dictionary_writer *w, ofsi_buf *out) {
    uint8_t widths[OFSI_DICTIONARY_HEAD];
    const uint64_t *last = w->ends[w->in_block - 1];
    for (size_t i = 0; i < OFSI_DICTIONARY_BASES; i++)
        widths[i] = width_of(w->bases[i]);
    for (size_t i = 0; i < OFSI_DICTIONARY_ENDS; i++)
        widths[OFSI_DICTIONARY_BASES + i] = width_of(last[i]);
    ofsi_buf_append(out, widths, sizeof widths);
    for (size_t i = 0; i < sizeof widths; i++)
        if (widths[i] > OFSI_DICTIONARY_WIDTH_MAX) /* no file is so large */
            out->failed = true;
    bit_writer bits = {.out = out};
    for (size_t i = 0; i < OFSI_DICTIONARY_BASES; i++)
        put_bits(&bits, w->bases[i], widths[i]);
    for (uint32_t t = 0; t < w->in_block; t++)
        for (size_t i = 0; i < OFSI_DICTIONARY_ENDS; i++)
            put_bits(&bits, w->ends[t][i], widths[OFSI_DICTIONARY_BASES + i]);
    flush_bits(&bits);
}

static void close_block(ofsi_dictionary_writer *w, ofsi_buf *done) {
    size_t before = done->size;
    put_numbers(w, done);
    ofsi_buf_append(done, w->heads, w->in_block);
    ofsi_buf_append(done, w->rests.data, w->rests.size);
    ofsi_buf_append(done, w->block.data, w->block.size);
    if (w->block.failed || w->rests.failed)
        done->failed = true;
    w->size += done->size - before;
    ofsi_buf_reset(&w->block);
    ofsi_buf_reset(&w->rests);
    w->in_block = 0;
}

static void open_block(ofsi_dictionary_writer *w, const ofsi_dictionary_entry *entry) {
    ofsi_buf_u64(&w->index, ofsi_dictionary_prefix(entry->term));
    ofsi_buf_u64(&w->offsets, w->size);
    w->bases[OFSI_END_POSTINGS] = entry->postings_offset;
    w->bases[OFSI_END_POSITIONS] = entry->positions_offset;
    w->bases[OFSI_END_FORMS] = entry->forms_offset;
    w->last_size = 0;
}

static size_t shared_prefix(const uint8_t *a, size_t a_size, ofsi_span b) {
    size_t n = 0;
    while (n < a_size && n < b.size && a[n] == (uint8_t)b.data[n])
        n++;
    return n;
}

/* Half of a text's head; what does not fit in it goes before the rest. */
static uint8_t put_nibble(ofsi_dictionary_writer *w, size_t size) {
    if (size < OFSI_DICTIONARY_NIBBLE)
        return (uint8_t)size;
    ofsi_buf_byte(&w->rests, (uint8_t)(size - OFSI_DICTIONARY_NIBBLE));
    return OFSI_DICTIONARY_NIBBLE;
}

static void put_text(ofsi_dictionary_writer *w, ofsi_span term) {
    size_t shared = shared_prefix(w->last, w->last_size, term);
    uint8_t high = put_nibble(w, shared), low = put_nibble(w, term.size - shared);
    w->heads[w->in_block] = (uint8_t)(high << 4 | low);
    ofsi_buf_append(&w->rests, term.data + shared, term.size - shared);
    memcpy(w->last, term.data, term.size);
    w->last_size = term.size;
}

static void put_record(ofsi_dictionary_writer *w, const ofsi_dictionary_entry *entry) {
    ofsi_buf *out = &w->block;
    ofsi_buf_varint(out, entry->df);
    ofsi_buf_varint(out, entry->cf - entry->df);
    if (entry->forms_size)
        ofsi_buf_varint(out, entry->form_count - 1);
    if (entry->df == 1)
        ofsi_buf_append(out, entry->inline_posting.data, entry->inline_posting.size);
}

void ofsi_dictionary_add(ofsi_dictionary_writer *w, const ofsi_dictionary_entry *entry, ofsi_buf *done) {
    static const uint64_t none[OFSI_DICTIONARY_ENDS];
    bool in_lists = entry->df != 1;
    if (w->in_block == 0)
        open_block(w, entry);
    put_text(w, entry->term);
    put_record(w, entry);
    const uint64_t *before = w->in_block ? w->ends[w->in_block - 1] : none;
    uint64_t *ends = w->ends[w->in_block];
    ends[OFSI_END_POSTINGS] = before[OFSI_END_POSTINGS] + (in_lists ? entry->postings_size : 0);
    ends[OFSI_END_POSITIONS] = before[OFSI_END_POSITIONS] + (in_lists ? entry->positions_size : 0);
    ends[OFSI_END_FORMS] = before[OFSI_END_FORMS] + entry->forms_size;
    ends[OFSI_END_RECORD] = w->block.size;
    w->term_count++;
    if (++w->in_block == OFSI_DICTIONARY_BLOCK)
        close_block(w, done);
}

void ofsi_dictionary_end(ofsi_dictionary_writer *w, ofsi_buf *done, ofsi_buf *index) {
    if (w->in_block)
        close_block(w, done);
    ofsi_buf_append(index, w->index.data, w->index.size);
    ofsi_buf_append(index, w->offsets.data, w->offsets.size);
    ofsi_buf_u64(index, w->size);
    if (w->index.failed || w->offsets.failed)
        index->failed = true;
}

void ofsi_dictionary_writer_free(ofsi_dictionary_writer *w) {
    ofsi_buf_free(&w->block);
    ofsi_buf_free(&w->rests);
    ofsi_buf_free(&w->index);
    ofsi_buf_free(&w->offsets);
}
