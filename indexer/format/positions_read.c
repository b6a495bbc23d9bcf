/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Positions and form codes of the posting that a cursor stands at. A few values of a block are taken one by one from
 * among the packed ones; a block that is asked for more is decoded.
 */
#include "indexer/base/alloc.h"
#include "indexer/format/postings_impl.h"

uint64_t ofsi_postings_tf_before(const ofsi_postings *p) {
    if (!p->last_docs)
        return 0;
    return p->number_size == 8 ? ofsi_load_u64(p->sums + (uint64_t)p->block * 8)
                               : ofsi_load_u32(p->sums + (uint64_t)p->block * 4);
}

uint64_t ofsi_postings_position_index(ofsi_postings *p) {
    uint32_t index = ofsi_postings_index(p);
    uint64_t before = ofsi_postings_tf_before(p);
    if (p->ones)
        return before + index;
    ofsi_postings_expand_tfs(p);
    if (p->sum_index > index) {
        p->sum_index = 0;
        p->tf_before = 0;
    }
    for (; p->sum_index < index; p->sum_index++)
        p->tf_before += p->tfs[p->sum_index];
    return before + p->tf_before;
}

/* Finds the bytes of block `block` (the one of the tail comes after the full ones); p->status tells. */
static void find_position_block(ofsi_postings *p, uint64_t block) {
    const ofsi_chunk *chunk = ofsi_segment_chunk(p->segment, OFSI_CHUNK_POSITIONS);
    const ofsi_term *term = &p->term;
    uint64_t full = term->cf / OFSI_BLOCK, size = term->positions_size, start = 0;
    p->gaps_ready = p->codes_ready = false;
    p->position_asks = 0;
    if (term->positions_offset > chunk->size || size > chunk->size - term->positions_offset || size == 0) {
        ofsi_postings_damaged(p, OFSI_CHUNK_DICTIONARY, 0, "a term's positions lie outside their chunk");
        return;
    }
    const uint8_t *region = chunk->data + term->positions_offset;
    if (full) {
        if (ofsi_postings_verify(p, OFSI_CHUNK_POSITIONS, term->positions_offset + size - 1, 1) != OFS_OK)
            return;
        unsigned width = region[size - 1] & OFSI_SKIPS_WIDE ? 8 : 4;
        if (region[size - 1] > OFSI_SKIPS_WIDE || full > (size - 1) / width) {
            ofsi_postings_damaged(p, OFSI_CHUNK_POSITIONS, term->positions_offset,
                                  "the table of positions is larger than its list");
            return;
        }
        size -= 1 + full * width;
        uint64_t row = size + (block ? block - 1 : 0) * width;
        if (ofsi_postings_verify(p, OFSI_CHUNK_POSITIONS, term->positions_offset + row, width) != OFS_OK)
            return;
        start = block == 0 ? 0 : width == 8 ? ofsi_load_u64(region + row) : ofsi_load_u32(region + row);
    }
    if (start > size) {
        ofsi_postings_damaged(p, OFSI_CHUNK_POSITIONS, term->positions_offset,
                              "a block of positions lies outside its list");
        return;
    }
    uint64_t most = 2 * (2 + 1024 + 255 * 6); /* of a full block of gaps and one of codes */
    uint64_t left = block < full && size - start > most ? most : size - start;
    if (ofsi_postings_verify(p, OFSI_CHUNK_POSITIONS, term->positions_offset + start, left) != OFS_OK)
        return;
    p->position_block = (int64_t)block;
    p->position_at = region + start;
    p->position_left = (size_t)left;
}

/* The gaps of the block found, and its codes if they are wanted. */
static void decode_position_block(ofsi_postings *p, bool codes) {
    const ofsi_term *term = &p->term;
    ofsi_cursor c = ofsi_cursor_of(p->position_at, p->position_left);
    uint32_t n = (uint32_t)(term->cf % OFSI_BLOCK);
    if ((uint64_t)p->position_block < term->cf / OFSI_BLOCK) {
        ofsi_pfor_decode(&c, p->gaps);
        if (codes)
            ofsi_pfor_decode(&c, p->codes);
    } else {
        for (uint32_t i = 0; i < n; i++)
            p->gaps[i] = (uint32_t)ofsi_cursor_varint_max(&c, UINT32_MAX);
        for (uint32_t i = 0; i < n && codes; i++)
            p->codes[i] = (uint32_t)ofsi_cursor_varint_max(&c, UINT32_MAX);
    }
    if (c.bad)
        ofsi_postings_damaged(p, OFSI_CHUNK_POSITIONS, term->positions_offset, "positions do not decode");
    p->gaps_ready = true;
    p->codes_ready = codes;
}

static ofs_status copy_inline(ofsi_postings *p, uint32_t tf, bool codes) {
    ofsi_cursor c = p->inline_rest;
    for (uint32_t i = 0; i < tf; i++)
        p->positions[i] = (uint32_t)ofsi_cursor_varint_max(&c, UINT32_MAX);
    for (uint32_t i = 0; i < tf && codes; i++)
        p->position_codes[i] = (uint32_t)ofsi_cursor_varint_max(&c, UINT32_MAX);
    return c.bad ? ofsi_postings_damaged(p, OFSI_CHUNK_DICTIONARY, 0, "an inline posting does not decode")
                 : OFS_OK;
}

/* Position gap `at` of the stream without decoding its block, if that will do. */
static bool peek_gap(ofsi_postings *p, uint64_t at, uint32_t *gap) {
    bool full = (uint64_t)p->position_block < p->term.cf / OFSI_BLOCK;
    return !p->gaps_ready && full && p->position_asks++ < p->position_peeks &&
           ofsi_pfor_peek(p->position_at, p->position_left, (unsigned)(at % OFSI_BLOCK), gap);
}

/* From `at` of the stream on, as many as the room of p->positions was made for. */
static ofs_status copy_blocks(ofsi_postings *p, uint64_t at, uint32_t tf, bool codes) {
    if (p->status == OFS_OK && (at > p->term.cf || tf > p->term.cf - at))
        ofsi_postings_damaged(p, OFSI_CHUNK_POSTINGS, p->term.postings_offset,
                              "frequencies pass the term's occurrences");
    for (uint32_t i = 0; i < tf && p->status == OFS_OK; i++, at++) {
        if (p->position_block != (int64_t)(at / OFSI_BLOCK))
            find_position_block(p, at / OFSI_BLOCK);
        if (p->status == OFS_OK && !codes && peek_gap(p, at, &p->positions[i]))
            continue;
        if (p->status == OFS_OK && (!p->gaps_ready || (codes && !p->codes_ready)))
            decode_position_block(p, codes);
        p->positions[i] = p->gaps[at % OFSI_BLOCK];
        if (codes)
            p->position_codes[i] = p->codes[at % OFSI_BLOCK];
    }
    return p->status;
}

/* Gaps to positions, and the codes' range. */
static ofs_status finish_positions(ofsi_postings *p, uint32_t tf, bool codes) {
    uint64_t position = 0;
    for (uint32_t i = 0; i < tf; i++) {
        position += p->positions[i];
        if (position > UINT32_MAX || (codes && p->position_codes[i] >= p->term.form_count))
            return ofsi_postings_damaged(p, OFSI_CHUNK_POSITIONS, p->term.positions_offset,
                                         "positions or codes are out of range");
        p->positions[i] = (uint32_t)position;
    }
    return OFS_OK;
}

static ofs_status reserve(ofsi_postings *p, uint32_t tf, ofs_error *err) {
    if ((tf > p->positions_capacity &&
         !ofsi_grow(&p->positions, &p->positions_capacity, tf, sizeof *p->positions)) ||
        (tf > p->codes_capacity &&
         !ofsi_grow(&p->position_codes, &p->codes_capacity, tf, sizeof *p->position_codes)))
        return ofsi_fail_nomem(err);
    return OFS_OK;
}

/*
 * Room for a posting's positions; OFS_E_NOMEM is not kept in the cursor. A damaged frequency must not turn into a giant
 * allocation: a byte of a list holds at most a block of positions, one of an inline posting at most one.
 */
static ofs_status make_room(ofsi_postings *p, uint32_t tf, ofs_error *err) {
    uint64_t room = p->region ? p->term.positions_size : p->term.entry_size;
    if (p->status == OFS_OK && (tf > p->term.cf || tf / (p->region ? OFSI_BLOCK : 1) > room))
        ofsi_postings_damaged(p, OFSI_CHUNK_POSTINGS, p->term.postings_offset,
                              "frequencies pass the term's occurrences");
    return p->status == OFS_OK && reserve(p, tf, err) != OFS_OK ? OFS_E_NOMEM : p->status;
}

/* Of a posting all of whose positions are in a block that is at hand; false: the long way. */
static bool take_ready(ofsi_postings *p) {
    if (!p->region || p->status != OFS_OK || p->block < 0 || p->block == (int64_t)p->block_count)
        return false;
    uint64_t at = ofsi_postings_position_index(p), sum = 0;
    uint32_t tf = p->ones ? 1 : p->tfs[ofsi_postings_index(p)], from = (uint32_t)(at % OFSI_BLOCK);
    if (at >= p->term.cf || tf > p->term.cf - at || tf > p->positions_capacity || tf > OFSI_BLOCK - from ||
        p->position_block != (int64_t)(at / OFSI_BLOCK) || p->status != OFS_OK)
        return false;
    if (!p->gaps_ready)
        return tf == 1 && peek_gap(p, at, &p->positions[0]);
    for (uint32_t i = 0; i < tf; i++) {
        sum += p->gaps[from + i];
        p->positions[i] = (uint32_t)sum;
    }
    return sum <= UINT32_MAX;
}

ofs_status ofsi_postings_positions(ofsi_postings *p, const uint32_t **positions, const uint32_t **codes,
                                   ofs_error *err) {
    if (!codes && take_ready(p)) {
        *positions = p->positions;
        return OFS_OK;
    }
    uint32_t tf = ofsi_postings_tf(p);
    bool stored = codes && p->term.form_count > 1;
    ofs_status status = make_room(p, tf, err);
    if (status == OFS_E_NOMEM)
        return status;
    if (status == OFS_OK)
        status = p->region ? copy_blocks(p, ofsi_postings_position_index(p), tf, stored)
                           : copy_inline(p, tf, stored);
    if (status == OFS_OK && codes && !stored)
        memset(p->position_codes, 0, tf * sizeof *p->position_codes);
    if (status == OFS_OK)
        status = finish_positions(p, tf, stored);
    if (status != OFS_OK) {
        if (err)
            *err = p->error;
        return status;
    }
    *positions = p->positions;
    if (codes)
        *codes = p->position_codes;
    return OFS_OK;
}

/* ---- a document's positions ---- */

/* Stands at the document; false: the list has not got it. */
static bool stand_at(ofsi_postings *p, uint32_t doc) {
    bool here = p->status == OFS_OK && p->block >= 0 && p->block < (int64_t)p->block_count &&
                doc >= p->first && doc <= ofsi_postings_last_in_block(p);
    if (!here)
        return ofsi_postings_seek(p, doc) == doc;
    ofsi_postings_expand_docs(p);
    uint32_t at = p->has_index && p->docs[p->index] <= doc ? p->index : 0;
    p->index = at = ofsi_find_place(p->docs, at, doc);
    p->has_index = true;
    p->doc = p->docs[at];
    return p->doc == doc;
}

ofs_status ofsi_postings_positions_in(ofsi_postings *p, uint32_t doc, const uint32_t **positions,
                                      uint32_t *count, ofs_error *err) {
    *count = 0;
    if (!stand_at(p, doc))
        return ofsi_postings_status(p, err);
    if (p->ones && p->region && p->gaps_ready) { /* the gap is the position */
        uint64_t at = ofsi_postings_position_index(p);
        if (at < p->term.cf && p->position_block == (int64_t)(at / OFSI_BLOCK)) {
            *positions = &p->gaps[at % OFSI_BLOCK];
            *count = 1;
            return OFS_OK;
        }
    }
    ofs_status status = ofsi_postings_positions(p, positions, NULL, err);
    *count = status == OFS_OK ? ofsi_postings_tf(p) : 0;
    return status;
}

/* ---- places ---- */

ofs_status ofsi_postings_gaps(ofsi_postings *p, const ofsi_position_run *place, const uint32_t **gaps,
                              const uint32_t **codes, ofs_error *err) {
    uint32_t from = (uint32_t)(place->at % OFSI_BLOCK);
    bool stored = codes && p->term.form_count > 1;
    if (!codes && p->gaps_ready && p->position_block == (int64_t)(place->at / OFSI_BLOCK) &&
        place->tf <= OFSI_BLOCK - from && p->status == OFS_OK) {
        *gaps = &p->gaps[from];
        return OFS_OK;
    }
    ofs_status status = make_room(p, place->tf, err);
    if (status == OFS_E_NOMEM)
        return status;
    if (status == OFS_OK)
        status = p->region ? copy_blocks(p, place->at, place->tf, stored) : copy_inline(p, place->tf, stored);
    if (status == OFS_OK && codes && !stored)
        memset(p->position_codes, 0, place->tf * sizeof *p->position_codes);
    for (uint32_t i = 0; i < place->tf && stored && status == OFS_OK; i++)
        if (p->position_codes[i] >= p->term.form_count)
            status = ofsi_postings_damaged(p, OFSI_CHUNK_POSITIONS, p->term.positions_offset,
                                           "codes are out of range");
    if (status != OFS_OK)
        return ofsi_postings_status(p, err);
    *gaps = p->positions;
    if (codes)
        *codes = p->position_codes;
    return OFS_OK;
}
