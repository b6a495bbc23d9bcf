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
    ofsi_buf_reset(&w->postings_bytes);
    ofsi_buf_reset(&w->positions_bytes);
}

/* What a buffer has got since it held `before` bytes counts; it goes out where there is a place to go. */
static ofs_status send(ofsi_sink *sink, ofsi_buf *buf, size_t before, uint64_t *size, ofs_error *err) {
    if (buf->failed)
        return ofsi_fail_nomem(err);
    *size += buf->size - before;
    if (!sink->write)
        return OFS_OK;
    ofs_status status = buf->size ? sink->write(sink->context, buf->data, buf->size, err) : OFS_OK;
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

/* The block's front: most postings have one of a few frequencies, of which the shortest document alone counts. */
static void fill_front(ofsi_postings_writer *w) {
    enum { FEW = 8 };
    uint32_t shortest[FEW];
    memset(shortest, 0xFF, sizeof shortest);
    for (uint32_t i = 0; i < w->in_block; i++) {
        uint32_t more = w->tfs[i], length = w->lengths[i];
        if (more >= FEW)
            ofsi_front_add(&w->block_front, more + 1, length);
        else
            shortest[more] = length < shortest[more] ? length : shortest[more];
    }
    for (uint32_t more = FEW; more-- > 0;)
        if (shortest[more] != UINT32_MAX)
            ofsi_front_add(&w->block_front, more + 1, shortest[more]);
}

/* A row of the skip table for the block that ends here (and begins at `offset`). */
static ofs_status close_block(ofsi_postings_writer *w, uint64_t offset, uint64_t block_tf, ofs_error *err) {
    if (!ofsi_grow(&w->skips, &w->skip_capacity, w->skip_count + 1, sizeof *w->skips))
        return ofsi_fail_nomem(err);
    if (w->impacts.size > UINT32_MAX / 2)
        return ofsi_fail(err, OFS_E_LIMIT, "a term has more blocks of postings than a segment holds");
    w->skips[w->skip_count++] =
        (ofsi_skip_row){w->last_doc, (uint32_t)w->impacts.size, offset, w->cf - block_tf};
    fill_front(w);
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
ofs_status ofsi_postings_writer_flush(ofsi_postings_writer *w, ofs_error *err) {
    uint64_t offset = w->postings_size, tf_sum = sum_of(w->tfs, OFSI_BLOCK) + OFSI_BLOCK;
    ofsi_buf *out = &w->postings_bytes;
    size_t before = out->size;
    ofsi_buf_byte(out, OFSI_DOCS_PFOR);
    ofsi_pfor_encode(w->gaps, out);
    uint32_t range = w->last_doc - w->block_base;
    /* A bitmap is read without decoding: worth half as much again. */
    size_t size = out->size - before;
    if (!out->failed && range / 8 + 6 < size + size / 2) {
        out->size = before;
        encode_bitmap(w, range, out);
    }
    ofsi_pfor_encode(w->tfs, out);
    ofs_status status = send(&w->postings, out, before, &w->postings_size, err);
    return status == OFS_OK ? close_block(w, offset, tf_sum, err) : status;
}

ofs_status ofsi_postings_writer_flush_positions(ofsi_postings_writer *w, ofs_error *err) {
    size_t before = w->positions_bytes.size;
    ofsi_pfor_encode(w->position_gaps, &w->positions_bytes);
    if (w->has_codes)
        ofsi_pfor_encode(w->codes, &w->positions_bytes);
    w->in_positions = 0;
    ofs_status status = send(&w->positions, &w->positions_bytes, before, &w->positions_size, err);
    if (status != OFS_OK)
        return status;
    if (!ofsi_grow(&w->position_blocks, &w->position_block_capacity, w->position_block_count + 1,
                   sizeof *w->position_blocks))
        return ofsi_fail_nomem(err);
    w->position_blocks[w->position_block_count++] = w->positions_size;
    return OFS_OK;
}

static ofs_status flush_tail(ofsi_postings_writer *w, ofs_error *err) {
    uint64_t offset = w->postings_size, tf_sum = sum_of(w->tfs, w->in_block) + w->in_block;
    ofsi_buf *out = &w->postings_bytes;
    size_t before = out->size;
    if (w->in_block == OFSI_BLOCK)
        return ofsi_postings_writer_flush(w, err);
    if (w->in_block == 0)
        return OFS_OK;
    for (uint32_t i = 0; i < w->in_block; i++) {
        ofsi_buf_varint(out, (uint64_t)w->gaps[i] << 1 | (w->tfs[i] == 0));
        if (w->tfs[i])
            ofsi_buf_varint(out, w->tfs[i] - 1);
    }
    ofs_status status = send(&w->postings, out, before, &w->postings_size, err);
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
    ofsi_buf *out = &w->postings_bytes;
    size_t before = out->size;
    if (w->df > OFSI_BLOCK)
        append_skips(w, out);
    size_t front = out->size;
    ofsi_front_encode(&w->term_front, out);
    ofsi_buf_byte(out, (uint8_t)(out->size - front));
    if (w->impacts.failed || w->super_impacts.failed)
        return ofsi_fail_nomem(err);
    return send(&w->postings, out, before, &w->postings_size, err);
}

static ofs_status end_positions(ofsi_postings_writer *w, ofs_error *err) {
    bool wide = w->positions_size > UINT32_MAX;
    ofsi_buf *out = &w->positions_bytes;
    if (w->in_positions == OFSI_BLOCK) {
        ofs_status status = ofsi_postings_writer_flush_positions(w, err);
        if (status != OFS_OK)
            return status;
    }
    size_t before = out->size;
    for (uint32_t i = 0; i < w->in_positions; i++)
        ofsi_buf_varint(out, w->position_gaps[i]);
    for (uint32_t i = 0; i < w->in_positions && w->has_codes; i++)
        ofsi_buf_varint(out, w->codes[i]);
    for (size_t i = 0; i < w->position_block_count; i++)
        append_number(out, w->position_blocks[i], wide);
    if (w->position_block_count)
        ofsi_buf_byte(out, wide ? OFSI_SKIPS_WIDE : 0);
    return send(&w->positions, out, before, &w->positions_size, err);
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
    ofsi_buf_free(&w->postings_bytes);
    ofsi_buf_free(&w->positions_bytes);
    *w = (ofsi_postings_writer){0};
}
