/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Encoding of postings: blocks of documents and frequencies, blocks of positions and codes, skips and impacts. */
#include "indexer/format/postings_write.h"

#include "indexer/base/alloc.h"
#include "indexer/format/postings_layout.h"

void ofsi_postings_writer_start(ofsi_postings_writer *w, bool has_codes) {
    w->has_codes = has_codes;
    w->df = 0;
    w->cf = 0;
    w->last_doc = w->block_base = UINT32_MAX;
    w->in_block = w->in_positions = 0;
    w->postings_size = w->positions_size = 0;
    w->block_front.count = w->super_front.count = w->term_front.count = 0;
    w->skip_count = w->super_count = w->position_block_count = 0;
    ofsi_buf_reset(&w->impacts);
    ofsi_buf_reset(&w->super_impacts);
}

static ofs_status send(ofsi_sink *sink, ofsi_buf *buf, uint64_t *size, ofs_error *err) {
    if (buf->failed)
        return ofsi_fail_nomem(err);
    ofs_status status = buf->size ? sink->write(sink->context, buf->data, buf->size, err) : OFS_OK;
    *size += buf->size;
    ofsi_buf_reset(buf);
    return status;
}

static ofs_status close_super(ofsi_postings_writer *w, ofs_error *err) {
    if (!ofsi_grow(&w->super_offsets, &w->super_capacity, w->super_count + 1, sizeof *w->super_offsets))
        return ofsi_fail_nomem(err);
    w->super_offsets[w->super_count++] = (uint32_t)w->super_impacts.size;
    ofsi_front_encode(&w->super_front, &w->super_impacts);
    w->super_front.count = 0;
    return OFS_OK;
}

/* A row of the skip table for the block that ends here (and begins at `offset`). */
static ofs_status close_block(ofsi_postings_writer *w, uint64_t offset, uint64_t block_tf, ofs_error *err) {
    if (!ofsi_grow(&w->skips, &w->skip_capacity, w->skip_count + 1, sizeof *w->skips))
        return ofsi_fail_nomem(err);
    if (w->impacts.size > UINT32_MAX / 2)
        return ofsi_fail(err, OFS_E_LIMIT, "a term has more blocks of postings than a segment holds");
    w->skips[w->skip_count++] =
        (ofsi_skip_row){w->last_doc, (uint32_t)w->impacts.size, offset, w->cf - block_tf};
    ofsi_front_encode(&w->block_front, &w->impacts);
    ofsi_front_merge(&w->super_front, &w->block_front);
    ofsi_front_merge(&w->term_front, &w->block_front);
    w->block_front.count = 0;
    w->block_base = w->last_doc;
    w->in_block = 0;
    return w->skip_count % OFSI_SUPER_BLOCKS == 0 ? close_super(w, err) : OFS_OK;
}

/* The documents of a full block as a bitmap of the numbers from block_base + 1 to last_doc. */
static void encode_bitmap(const ofsi_postings_writer *w, uint32_t range, ofsi_buf *out) {
    ofsi_buf_byte(out, OFSI_DOCS_BITMAP);
    ofsi_buf_varint(out, range);
    uint8_t *bits = ofsi_buf_extend(out, (range + 7) / 8);
    uint32_t at = 0;
    for (uint32_t i = 0; bits && i < OFSI_BLOCK; i++) {
        at += w->gaps[i];
        bits[at / 8] = (uint8_t)(bits[at / 8] | 1U << at % 8);
        at++;
    }
}

static uint64_t sum_of(const uint32_t *values, uint32_t count) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += values[i];
    return sum;
}

/* A block in which all numbers follow one another stays PFOR: width 0 takes two bytes. */
static ofs_status flush_block(ofsi_postings_writer *w, ofs_error *err) {
    uint64_t offset = w->postings_size, tf_sum = sum_of(w->tfs, OFSI_BLOCK) + OFSI_BLOCK;
    ofsi_buf *out = &w->scratch;
    ofsi_buf_byte(out, OFSI_DOCS_PFOR);
    ofsi_pfor_encode(w->gaps, out);
    uint32_t range = w->last_doc - w->block_base;
    if (range / 8 + 6 < out->size) {
        ofsi_buf_reset(out);
        encode_bitmap(w, range, out);
    }
    ofsi_pfor_encode(w->tfs, out);
    ofs_status status = send(&w->postings, out, &w->postings_size, err);
    return status == OFS_OK ? close_block(w, offset, tf_sum, err) : status;
}

static ofs_status flush_positions(ofsi_postings_writer *w, ofs_error *err) {
    ofsi_pfor_encode(w->position_gaps, &w->scratch);
    if (w->has_codes)
        ofsi_pfor_encode(w->codes, &w->scratch);
    ofs_status status = send(&w->positions, &w->scratch, &w->positions_size, err);
    if (status != OFS_OK)
        return status;
    if (!ofsi_grow(&w->position_blocks, &w->position_block_capacity, w->position_block_count + 1,
                   sizeof *w->position_blocks))
        return ofsi_fail_nomem(err);
    w->position_blocks[w->position_block_count++] = w->positions_size;
    w->in_positions = 0;
    return OFS_OK;
}

static ofs_status add_positions(ofsi_postings_writer *w, uint32_t tf, const uint32_t *positions,
                                const uint32_t *codes, ofs_error *err) {
    ofs_status status = OFS_OK;
    uint32_t before = 0;
    for (uint32_t i = 0; i < tf && status == OFS_OK; i++) {
        w->position_gaps[w->in_positions] = positions[i] - before;
        w->codes[w->in_positions] = w->has_codes ? codes[i] : 0;
        before = positions[i];
        if (++w->in_positions == OFSI_BLOCK)
            status = flush_positions(w, err);
    }
    return status;
}

ofs_status ofsi_postings_writer_add(ofsi_postings_writer *w, uint32_t doc, uint32_t tf, uint32_t length,
                                    const uint32_t *positions, const uint32_t *codes, ofs_error *err) {
    /* UINT32_MAX stands for -1, so that the first gap is the first document. */
    w->gaps[w->in_block] = doc - w->last_doc - 1;
    w->tfs[w->in_block] = tf - 1;
    w->in_block++;
    w->last_doc = doc;
    w->df++;
    w->cf += tf;
    ofsi_front_add(&w->block_front, tf, length);
    ofs_status status = add_positions(w, tf, positions, codes, err);
    if (status == OFS_OK && w->in_block == OFSI_BLOCK)
        status = flush_block(w, err);
    return status;
}

static ofs_status flush_tail(ofsi_postings_writer *w, ofs_error *err) {
    uint64_t offset = w->postings_size, tf_sum = sum_of(w->tfs, w->in_block) + w->in_block;
    if (w->in_block == 0)
        return OFS_OK;
    for (uint32_t i = 0; i < w->in_block; i++) {
        ofsi_buf_varint(&w->scratch, (uint64_t)w->gaps[i] << 1 | (w->tfs[i] == 0));
        if (w->tfs[i])
            ofsi_buf_varint(&w->scratch, w->tfs[i] - 1);
    }
    ofs_status status = send(&w->postings, &w->scratch, &w->postings_size, err);
    return status == OFS_OK ? close_block(w, offset, tf_sum, err) : status;
}

static void append_number(ofsi_buf *out, uint64_t value, bool wide) {
    if (wide)
        ofsi_buf_u64(out, value);
    else
        ofsi_buf_u32(out, (uint32_t)value);
}

/* The table that finds a block by document: column by column, as a search reads it. */
static void append_skips(ofsi_postings_writer *w, ofsi_buf *out) {
    bool wide = w->postings_size > UINT32_MAX || w->cf > UINT32_MAX;
    for (size_t i = 0; i < w->skip_count; i++)
        ofsi_buf_u32(out, w->skips[i].last_doc);
    for (size_t i = 0; i < w->skip_count; i++)
        append_number(out, w->skips[i].offset, wide);
    for (size_t i = 0; i < w->skip_count; i++)
        append_number(out, w->skips[i].cum_tf, wide);
    for (size_t i = 0; i < w->skip_count; i++)
        ofsi_buf_u32(out, w->skips[i].impact_offset);
    for (size_t i = 0; i < w->super_count; i++)
        ofsi_buf_u32(out, (uint32_t)w->impacts.size + w->super_offsets[i]);
    ofsi_buf_append(out, w->impacts.data, w->impacts.size);
    ofsi_buf_append(out, w->super_impacts.data, w->super_impacts.size);
    ofsi_buf_u32(out, (uint32_t)(w->impacts.size + w->super_impacts.size));
    ofsi_buf_byte(out, wide ? OFSI_SKIPS_WIDE : 0);
}

static ofs_status end_postings(ofsi_postings_writer *w, ofs_error *err) {
    ofs_status status = flush_tail(w, err);
    if (status != OFS_OK)
        return status;
    if (w->skip_count % OFSI_SUPER_BLOCKS != 0 && w->df > OFSI_BLOCK)
        status = close_super(w, err);
    if (status != OFS_OK)
        return status;
    if (w->df > OFSI_BLOCK)
        append_skips(w, &w->scratch);
    size_t before = w->scratch.size;
    ofsi_front_encode(&w->term_front, &w->scratch);
    ofsi_buf_byte(&w->scratch, (uint8_t)(w->scratch.size - before));
    if (w->impacts.failed || w->super_impacts.failed)
        return ofsi_fail_nomem(err);
    return send(&w->postings, &w->scratch, &w->postings_size, err);
}

static ofs_status end_positions(ofsi_postings_writer *w, ofs_error *err) {
    bool wide = w->positions_size > UINT32_MAX;
    for (uint32_t i = 0; i < w->in_positions; i++)
        ofsi_buf_varint(&w->scratch, w->position_gaps[i]);
    for (uint32_t i = 0; i < w->in_positions && w->has_codes; i++)
        ofsi_buf_varint(&w->scratch, w->codes[i]);
    for (size_t i = 0; i < w->position_block_count; i++)
        append_number(&w->scratch, w->position_blocks[i], wide);
    if (w->position_block_count)
        ofsi_buf_byte(&w->scratch, wide ? OFSI_SKIPS_WIDE : 0);
    return send(&w->positions, &w->scratch, &w->positions_size, err);
}

ofs_status ofsi_postings_writer_end(ofsi_postings_writer *w, ofs_error *err) {
    ofs_status status = end_postings(w, err);
    return status == OFS_OK ? end_positions(w, err) : status;
}

void ofsi_postings_writer_free(ofsi_postings_writer *w) {
    ofsi_free(w->skips);
    ofsi_free(w->super_offsets);
    ofsi_free(w->position_blocks);
    ofsi_buf_free(&w->impacts);
    ofsi_buf_free(&w->super_impacts);
    ofsi_buf_free(&w->scratch);
    *w = (ofsi_postings_writer){0};
}
