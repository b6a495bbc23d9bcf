/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cursors over a term's postings. Block headers and sums are checked when a block is entered; moving inside a block
 * then trusts them. Positions and codes are decoded only when asked for.
 */
#include "indexer/base/alloc.h"
#include "indexer/format/codec.h"
#include "indexer/format/impacts.h"
#include "indexer/format/postings_layout.h"
#include "indexer/format/segment_impl.h"

enum { NO_BLOCK = -1 };

struct ofsi_postings {
    ofsi_segment *segment;
    ofsi_term term;
    ofs_status status; /* sticky */
    ofs_error error;

    const uint8_t *region; /* of the postings chunk; NULL for an inline posting */
    uint32_t block_count;
    uint64_t blocks_end; /* bytes of the region that blocks take */
    const uint8_t *last_docs, *offsets, *sums, *impact_offsets,
        *impacts; /* skip table; NULL when one block */
    uint32_t impacts_size;
    unsigned number_size; /* 4 or 8 */
    ofsi_impact front[OFSI_IMPACTS_MAX], block_front[OFSI_IMPACTS_MAX];
    uint32_t front_count;

    int64_t block; /* the one decoded, or NO_BLOCK */
    uint32_t count, index;
    ofsi_cursor tf_cursor; /* the block's frequencies, while they are not decoded */
    bool tfs_ready;
    uint32_t doc; /* current */
    uint32_t docs[OFSI_BLOCK], tfs[OFSI_BLOCK];

    uint32_t sum_index; /* tf_before is the sum of tfs[0 .. sum_index) */
    uint64_t tf_before;
    int64_t position_block;
    bool codes_ready;
    uint32_t gaps[OFSI_BLOCK], codes[OFSI_BLOCK];
    uint32_t *positions, *position_codes; /* of the current posting; owned */
    size_t positions_capacity, codes_capacity;
};

static ofs_status damaged(ofsi_postings *p, enum ofsi_chunk_id id, uint64_t offset, const char *what) {
    if (p->status == OFS_OK)
        p->status = ofsi_container_damaged(&p->segment->file, id, offset, what, &p->error);
    p->doc = OFSI_DOC_END;
    return p->status;
}

static ofs_status verify(ofsi_postings *p, enum ofsi_chunk_id id, uint64_t offset, uint64_t size) {
    if (ofsi_container_is_checked(&p->segment->file, id, offset, size))
        return OFS_OK;
    if (p->status == OFS_OK)
        p->status = ofsi_container_verify(&p->segment->file, id, offset, size, &p->error);
    if (p->status != OFS_OK)
        p->doc = OFSI_DOC_END;
    return p->status;
}

static uint64_t load_number(const ofsi_postings *p, const uint8_t *array, uint64_t i) {
    return p->number_size == 8 ? ofsi_load_u64(array + i * 8) : ofsi_load_u32(array + i * 4);
}

/* ---- opening ---- */

/* Finds the skip table's columns from the end of what stands before the term's own front. */
static ofs_status open_skips(ofsi_postings *p, uint64_t end) {
    uint64_t n = p->block_count, supers = (n + OFSI_SUPER_BLOCKS - 1) / OFSI_SUPER_BLOCKS;
    if (end < 5)
        return damaged(p, OFSI_CHUNK_POSTINGS, p->term.postings_offset,
                       "a list of postings has no skip table");
    p->number_size = p->region[end - 1] & OFSI_SKIPS_WIDE ? 8 : 4;
    p->impacts_size = ofsi_load_u32(p->region + end - 5);
    uint64_t fixed = n * (8 + 2 * (uint64_t)p->number_size) + supers * 4 + 5;
    if (p->region[end - 1] > OFSI_SKIPS_WIDE || fixed > end || p->impacts_size > end - fixed)
        return damaged(p, OFSI_CHUNK_POSTINGS, p->term.postings_offset,
                       "a skip table is larger than its list");
    p->blocks_end = end - fixed - p->impacts_size;
    p->last_docs = p->region + p->blocks_end;
    p->offsets = p->last_docs + n * 4;
    p->sums = p->offsets + n * p->number_size;
    p->impact_offsets = p->sums + n * p->number_size;
    p->impacts = p->impact_offsets + (n + supers) * 4;
    return OFS_OK;
}

static ofs_status open_list(ofsi_postings *p) {
    const ofsi_chunk *chunk = ofsi_segment_chunk(p->segment, OFSI_CHUNK_POSTINGS);
    const ofsi_term *term = &p->term;
    if (term->postings_offset > chunk->size || term->postings_size > chunk->size - term->postings_offset ||
        term->postings_size < 2)
        return damaged(p, OFSI_CHUNK_DICTIONARY, 0, "a term's postings lie outside their chunk");
    p->region = chunk->data + term->postings_offset;
    p->block_count = (term->df - 1) / OFSI_BLOCK + 1;
    uint64_t tail = term->postings_size < 64 ? term->postings_size : 64;
    if (verify(p, OFSI_CHUNK_POSTINGS, term->postings_offset + term->postings_size - tail, tail) != OFS_OK)
        return p->status;
    uint64_t end = term->postings_size - 1;
    uint32_t front_size = p->region[end];
    if (front_size > end)
        return damaged(p, OFSI_CHUNK_POSTINGS, term->postings_offset + end,
                       "impacts are larger than their list");
    end -= front_size;
    ofsi_cursor c = ofsi_cursor_of(p->region + end, front_size);
    if (verify(p, OFSI_CHUNK_POSTINGS, term->postings_offset + end, front_size) != OFS_OK)
        return p->status;
    p->front_count = ofsi_front_decode(&c, p->front);
    if (c.bad || ofsi_cursor_left(&c))
        return damaged(p, OFSI_CHUNK_POSTINGS, term->postings_offset + end, "impacts do not decode");
    p->blocks_end = end;
    if (p->block_count == 1)
        return OFS_OK;
    if (open_skips(p, end) != OFS_OK)
        return p->status;
    return verify(p, OFSI_CHUNK_POSTINGS, term->postings_offset + p->blocks_end, end - p->blocks_end);
}

/* The posting of a term of one document, which stands in the dictionary. */
static ofs_status open_inline(ofsi_postings *p) {
    ofsi_cursor c = ofsi_cursor_of(p->term.entry, p->term.entry_size);
    p->docs[0] = (uint32_t)ofsi_cursor_varint_max(&c, UINT32_MAX);
    p->tfs[0] = (uint32_t)ofsi_cursor_varint_max(&c, UINT32_MAX - 1) + 1;
    if (c.bad || p->docs[0] >= p->segment->doc_count || p->tfs[0] != p->term.cf)
        return damaged(p, OFSI_CHUNK_DICTIONARY, 0, "an inline posting is out of range");
    p->front[0] = (ofsi_impact){p->tfs[0], 0};
    p->front_count = 1;
    p->block_count = 1;
    p->tf_cursor = c;
    return OFS_OK;
}

ofs_status ofsi_postings_open(ofsi_segment *segment, const ofsi_term *term, ofsi_postings **out,
                              ofs_error *err) {
    *out = NULL;
    ofsi_postings *p = ofsi_malloc(sizeof *p);
    if (!p)
        return ofsi_fail_nomem(err);
    memset(p, 0, offsetof(ofsi_postings, docs));
    p->segment = segment;
    p->term = *term;
    p->block = NO_BLOCK;
    p->doc = OFSI_DOC_END;
    p->position_block = NO_BLOCK;
    p->codes_ready = false;
    p->positions = p->position_codes = NULL;
    p->positions_capacity = p->codes_capacity = 0;
    ofs_status status = term->df == 0 || term->df > segment->doc_count || term->cf < term->df
                            ? damaged(p, OFSI_CHUNK_DICTIONARY, 0, "a term's counts are out of range")
                        : term->df == 1 ? open_inline(p)
                                        : open_list(p);
    if (status != OFS_OK) {
        if (err)
            *err = p->error;
        ofsi_postings_close(p);
        return status;
    }
    *out = p;
    return OFS_OK;
}

void ofsi_postings_close(ofsi_postings *p) {
    if (!p)
        return;
    ofsi_free(p->positions);
    ofsi_free(p->position_codes);
    ofsi_free(p);
}

/* ---- blocks ---- */

static uint64_t block_offset(const ofsi_postings *p, uint64_t block) {
    return p->last_docs ? load_number(p, p->offsets, block) : 0;
}

static uint64_t block_end(const ofsi_postings *p, uint64_t block) {
    return block + 1 < p->block_count ? load_number(p, p->offsets, block + 1) : p->blocks_end;
}

static uint32_t block_last(const ofsi_postings *p, uint64_t block) {
    return ofsi_load_u32(p->last_docs + block * 4);
}

/* Document before the block's first, so that gaps count from it; UINT32_MAX (= -1) before the first block. */
static uint32_t block_base(const ofsi_postings *p, int64_t block) {
    return block == 0 ? UINT32_MAX : block_last(p, (uint64_t)block - 1);
}

/* Gaps in docs[] to numbers; false when one passes the segment's documents. */
static bool sum_gaps(ofsi_postings *p, uint32_t base) {
    uint64_t doc = base == UINT32_MAX ? 0 : (uint64_t)base + 1;
    if (p->count == OFSI_BLOCK && ofsi_sum_gaps(p->docs, (uint32_t)doc))
        return p->docs[OFSI_BLOCK - 1] < p->segment->doc_count;
    for (uint32_t i = 0; i < p->count; i++) {
        doc += p->docs[i];
        p->docs[i] = (uint32_t)doc;
        doc++;
    }
    return doc <= p->segment->doc_count;
}

static bool decode_bitmap(ofsi_postings *p, ofsi_cursor *c, uint32_t base) {
    uint32_t range = (uint32_t)ofsi_cursor_varint_max(c, p->segment->doc_count);
    const uint8_t *bits = ofsi_cursor_bytes(c, ((size_t)range + 7) / 8);
    uint64_t first = base == UINT32_MAX ? 0 : (uint64_t)base + 1;
    uint32_t n = 0;
    if (!bits || first + range > p->segment->doc_count)
        return false;
    for (uint32_t byte = 0; byte < (range + 7) / 8; byte++)
        for (unsigned left = bits[byte]; left; left &= left - 1) {
            if (n == OFSI_BLOCK)
                return false;
            p->docs[n++] = (uint32_t)first + byte * 8 + (uint32_t)__builtin_ctz(left);
        }
    return n == OFSI_BLOCK && p->docs[n - 1] < first + range;
}

static bool decode_tail(ofsi_postings *p, ofsi_cursor *c, uint32_t base) {
    for (uint32_t i = 0; i < p->count; i++) {
        uint64_t code = ofsi_cursor_varint_max(c, (uint64_t)UINT32_MAX << 1 | 1);
        p->docs[i] = (uint32_t)(code >> 1);
        p->tfs[i] = code & 1 ? 1 : (uint32_t)ofsi_cursor_varint_max(c, UINT32_MAX - 2) + 2;
    }
    p->tfs_ready = true;
    return !c->bad && ofsi_cursor_left(c) == 0 && sum_gaps(p, base);
}

static bool decode_full(ofsi_postings *p, ofsi_cursor *c, uint32_t base) {
    uint8_t kind = ofsi_cursor_u8(c);
    bool good = false;
    if (kind == OFSI_DOCS_PFOR) {
        ofsi_pfor_decode(c, p->docs);
        good = !c->bad && sum_gaps(p, base);
    } else if (kind == OFSI_DOCS_BITMAP) {
        good = decode_bitmap(p, c, base);
    }
    p->tf_cursor = *c;
    p->tfs_ready = false;
    return good && !c->bad;
}

/* Decodes block `block` of a list; p->status tells. */
static void enter_block(ofsi_postings *p, int64_t block) {
    uint64_t start = block_offset(p, (uint64_t)block), end = block_end(p, (uint64_t)block);
    uint64_t at = p->term.postings_offset + start;
    p->block = block;
    p->index = 0;
    p->sum_index = 0;
    p->tf_before = 0;
    p->count = (uint64_t)block + 1 < p->block_count ? OFSI_BLOCK : (p->term.df - 1) % OFSI_BLOCK + 1;
    if (start > end || end > p->blocks_end) {
        damaged(p, OFSI_CHUNK_POSTINGS, p->term.postings_offset, "a block of postings lies outside its list");
        return;
    }
    if (verify(p, OFSI_CHUNK_POSTINGS, at, end - start) != OFS_OK)
        return;
    ofsi_cursor c = ofsi_cursor_of(p->region + start, (size_t)(end - start));
    uint32_t base = block_base(p, block);
    bool good = p->count == OFSI_BLOCK ? decode_full(p, &c, base) : decode_tail(p, &c, base);
    if (!good || (p->last_docs && p->docs[p->count - 1] != block_last(p, (uint64_t)block)))
        damaged(p, OFSI_CHUNK_POSTINGS, at, "a block of postings does not decode");
}

static void decode_tfs(ofsi_postings *p) {
    p->tfs_ready = true;
    ofsi_pfor_decode(&p->tf_cursor, p->tfs);
    bool good = !p->tf_cursor.bad && ofsi_cursor_left(&p->tf_cursor) == 0;
    for (uint32_t i = 0; i < OFSI_BLOCK; i++) {
        good = good && p->tfs[i] != UINT32_MAX;
        p->tfs[i]++;
    }
    if (!good)
        damaged(p, OFSI_CHUNK_POSTINGS, p->term.postings_offset, "frequencies do not decode");
}

/* ---- moving ---- */

static uint32_t stop_at_end(ofsi_postings *p) {
    p->block = p->block_count;
    return p->doc = OFSI_DOC_END;
}

static uint32_t enter_inline(ofsi_postings *p) {
    if (p->block != NO_BLOCK)
        return stop_at_end(p);
    p->block = 0;
    p->count = 1;
    p->index = 0;
    p->tfs_ready = true;
    return p->doc = p->docs[0];
}

uint32_t ofsi_postings_next(ofsi_postings *p) {
    if (p->status != OFS_OK || p->block == (int64_t)p->block_count)
        return OFSI_DOC_END;
    if (!p->region)
        return enter_inline(p);
    if (p->block != NO_BLOCK && p->index + 1 < p->count)
        return p->doc = p->docs[++p->index];
    if (p->block + 1 == (int64_t)p->block_count)
        return stop_at_end(p);
    enter_block(p, p->block + 1);
    return p->status == OFS_OK ? p->doc = p->docs[0] : OFSI_DOC_END;
}

/* First block from `block` on whose last document is >= target; block_count when none is. */
static uint64_t find_block(const ofsi_postings *p, uint64_t block, uint32_t target) {
    uint64_t step = 1, low = block, high = block;
    while (high < p->block_count && block_last(p, high) < target) {
        low = high + 1;
        high += step;
        step *= 2;
    }
    if (high > p->block_count)
        high = p->block_count;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (block_last(p, middle) < target)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint32_t seek_in_block(ofsi_postings *p, uint32_t target) {
    uint32_t low = p->index, high = p->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (p->docs[middle] < target)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == p->count)
        return stop_at_end(p);
    p->index = low;
    return p->doc = p->docs[low];
}

uint32_t ofsi_postings_advance(ofsi_postings *p, uint32_t target) {
    if (p->status != OFS_OK || p->block == (int64_t)p->block_count)
        return OFSI_DOC_END;
    if (!p->region) {
        uint32_t doc = p->block == NO_BLOCK ? enter_inline(p) : p->doc;
        return doc >= target ? doc : stop_at_end(p);
    }
    if (p->block != NO_BLOCK && (p->docs[p->count - 1] >= target || p->block + 1 == (int64_t)p->block_count))
        return seek_in_block(p, target);
    uint64_t block = p->last_docs ? find_block(p, (uint64_t)(p->block + 1), target) : 0;
    if (block == p->block_count)
        return stop_at_end(p);
    enter_block(p, (int64_t)block);
    return p->status == OFS_OK ? seek_in_block(p, target) : OFSI_DOC_END;
}

uint32_t ofsi_postings_doc(const ofsi_postings *p) { return p->doc; }

uint32_t ofsi_postings_tf(ofsi_postings *p) {
    if (!p->tfs_ready)
        decode_tfs(p);
    return p->status == OFS_OK ? p->tfs[p->index] : 0;
}

ofs_status ofsi_postings_status(const ofsi_postings *p, ofs_error *err) {
    if (p->status != OFS_OK && err)
        *err = p->error;
    return p->status;
}

/* ---- impacts ---- */

void ofsi_postings_impacts(const ofsi_postings *p, const ofsi_impact **impacts, uint32_t *count) {
    *impacts = p->front;
    *count = p->front_count;
}

void ofsi_postings_block_impacts(ofsi_postings *p, uint32_t target, uint32_t *last,
                                 const ofsi_impact **impacts, uint32_t *count) {
    *impacts = p->front;
    *count = p->front_count;
    *last = p->segment->doc_count - 1;
    uint64_t block = p->block == NO_BLOCK ? 0 : (uint64_t)p->block;
    if (block < p->block_count && !p->last_docs)
        return;
    if (block < p->block_count)
        block = find_block(p, block, target);
    if (block == p->block_count) {
        *last = OFSI_DOC_END;
        *count = 0;
        return;
    }
    *last = block_last(p, block);
    uint32_t offset = ofsi_load_u32(p->impact_offsets + block * 4);
    if (offset > p->impacts_size) {
        damaged(p, OFSI_CHUNK_POSTINGS, p->term.postings_offset, "impacts lie outside their table");
        return;
    }
    ofsi_cursor c = ofsi_cursor_of(p->impacts + offset, p->impacts_size - offset);
    uint32_t n = ofsi_front_decode(&c, p->block_front);
    if (n == 0) {
        damaged(p, OFSI_CHUNK_POSTINGS, p->term.postings_offset, "impacts do not decode");
        return;
    }
    *impacts = p->block_front;
    *count = n;
}

/* ---- positions ---- */

/* Place of the current posting's first position in the term's stream of positions. */
static uint64_t position_index(ofsi_postings *p) {
    if (p->sum_index > p->index) {
        p->sum_index = 0;
        p->tf_before = 0;
    }
    for (; p->sum_index < p->index; p->sum_index++)
        p->tf_before += p->tfs[p->sum_index];
    return p->tf_before + (p->last_docs ? load_number(p, p->sums, (uint64_t)p->block) : 0);
}

static void decode_position_block(ofsi_postings *p, uint64_t block, bool codes) {
    const ofsi_chunk *chunk = ofsi_segment_chunk(p->segment, OFSI_CHUNK_POSITIONS);
    const ofsi_term *term = &p->term;
    uint64_t full = term->cf / OFSI_BLOCK, size = term->positions_size, start = 0;
    if (term->positions_offset > chunk->size || size > chunk->size - term->positions_offset || size == 0) {
        damaged(p, OFSI_CHUNK_DICTIONARY, 0, "a term's positions lie outside their chunk");
        return;
    }
    const uint8_t *region = chunk->data + term->positions_offset;
    if (full) {
        if (verify(p, OFSI_CHUNK_POSITIONS, term->positions_offset + size - 1, 1) != OFS_OK)
            return;
        unsigned width = region[size - 1] & OFSI_SKIPS_WIDE ? 8 : 4;
        if (region[size - 1] > OFSI_SKIPS_WIDE || full > (size - 1) / width) {
            damaged(p, OFSI_CHUNK_POSITIONS, term->positions_offset,
                    "the table of positions is larger than its list");
            return;
        }
        size -= 1 + full * width;
        uint64_t row = size + (block ? block - 1 : 0) * width;
        if (verify(p, OFSI_CHUNK_POSITIONS, term->positions_offset + row, width) != OFS_OK)
            return;
        start = block == 0 ? 0 : width == 8 ? ofsi_load_u64(region + row) : ofsi_load_u32(region + row);
    }
    if (start > size) {
        damaged(p, OFSI_CHUNK_POSITIONS, term->positions_offset,
                "a block of positions lies outside its list");
        return;
    }
    uint64_t most = 2 * (2 + 1024 + 255 * 6); /* of a full block of gaps and one of codes */
    uint64_t left = block < full && size - start > most ? most : size - start;
    if (verify(p, OFSI_CHUNK_POSITIONS, term->positions_offset + start, left) != OFS_OK)
        return;
    ofsi_cursor c = ofsi_cursor_of(region + start, (size_t)left);
    uint32_t n = (uint32_t)(term->cf % OFSI_BLOCK);
    if (block < full) {
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
        damaged(p, OFSI_CHUNK_POSITIONS, term->positions_offset + start, "positions do not decode");
    p->position_block = (int64_t)block;
    p->codes_ready = codes;
}

static ofs_status copy_inline(ofsi_postings *p, uint32_t tf, bool codes) {
    ofsi_cursor c = p->tf_cursor;
    for (uint32_t i = 0; i < tf; i++)
        p->positions[i] = (uint32_t)ofsi_cursor_varint_max(&c, UINT32_MAX);
    for (uint32_t i = 0; i < tf && codes; i++)
        p->position_codes[i] = (uint32_t)ofsi_cursor_varint_max(&c, UINT32_MAX);
    return c.bad ? damaged(p, OFSI_CHUNK_DICTIONARY, 0, "an inline posting does not decode") : OFS_OK;
}

static ofs_status copy_blocks(ofsi_postings *p, uint32_t tf, bool codes) {
    uint64_t at = position_index(p);
    if (at > p->term.cf || tf > p->term.cf - at)
        return damaged(p, OFSI_CHUNK_POSTINGS, p->term.postings_offset,
                       "frequencies pass the term's occurrences");
    for (uint32_t i = 0; i < tf; i++, at++) {
        uint64_t block = at / OFSI_BLOCK;
        if (p->position_block != (int64_t)block || (codes && !p->codes_ready))
            decode_position_block(p, block, codes);
        if (p->status != OFS_OK)
            return p->status;
        p->positions[i] = p->gaps[at % OFSI_BLOCK];
        if (codes)
            p->position_codes[i] = p->codes[at % OFSI_BLOCK];
    }
    return OFS_OK;
}

/* Gaps to positions, and the codes' range. */
static ofs_status finish_positions(ofsi_postings *p, uint32_t tf, bool codes) {
    uint64_t position = 0;
    for (uint32_t i = 0; i < tf; i++) {
        position += p->positions[i];
        if (position > UINT32_MAX || (codes && p->position_codes[i] >= p->term.form_count))
            return damaged(p, OFSI_CHUNK_POSITIONS, p->term.positions_offset,
                           "positions or codes are out of range");
        p->positions[i] = (uint32_t)position;
    }
    return OFS_OK;
}

ofs_status ofsi_postings_positions(ofsi_postings *p, const uint32_t **positions, const uint32_t **codes,
                                   ofs_error *err) {
    uint32_t tf = ofsi_postings_tf(p);
    bool stored = codes && p->term.form_count > 1;
    ofs_status status = p->status;
    /*
     * A damaged frequency must not turn into a giant allocation: a byte of a list holds at most a block of positions,
     * one of an inline posting at most one.
     */
    uint64_t room = p->region ? p->term.positions_size : p->term.entry_size;
    if (status == OFS_OK && (tf > p->term.cf || tf / (p->region ? OFSI_BLOCK : 1) > room))
        status = damaged(p, OFSI_CHUNK_POSTINGS, p->term.postings_offset,
                         "frequencies pass the term's occurrences");
    if (status == OFS_OK &&
        (!ofsi_grow(&p->positions, &p->positions_capacity, tf, sizeof *p->positions) ||
         !ofsi_grow(&p->position_codes, &p->codes_capacity, tf, sizeof *p->position_codes)))
        return ofsi_fail_nomem(err);
    if (status == OFS_OK)
        status = p->region ? copy_blocks(p, tf, stored) : copy_inline(p, tf, stored);
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
