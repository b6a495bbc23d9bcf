/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cursors over a term's postings. Block headers and sums are checked when a block is entered; moving inside a block
 * then trusts them. Positions and codes are decoded only when asked for.
 */
#include "indexer/base/alloc.h"
#include "indexer/format/postings_impl.h"

ofs_status ofsi_postings_damaged(ofsi_postings *p, enum ofsi_chunk_id id, uint64_t offset, const char *what) {
    if (p->status == OFS_OK)
        p->status = ofsi_container_damaged(&p->segment->file, id, offset, what, &p->error);
    p->doc = OFSI_DOC_END;
    return p->status;
}

ofs_status ofsi_postings_verify(ofsi_postings *p, enum ofsi_chunk_id id, uint64_t offset, uint64_t size) {
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
        return ofsi_postings_damaged(p, OFSI_CHUNK_POSTINGS, p->term.postings_offset,
                                     "a list of postings has no skip table");
    p->number_size = p->region[end - 1] & OFSI_SKIPS_WIDE ? 8 : 4;
    p->impacts_size = ofsi_load_u32(p->region + end - 5);
    uint64_t fixed = n * (8 + 2 * (uint64_t)p->number_size) + supers * 4 + 5;
    if (p->region[end - 1] > OFSI_SKIPS_WIDE || fixed > end || p->impacts_size > end - fixed)
        return ofsi_postings_damaged(p, OFSI_CHUNK_POSTINGS, p->term.postings_offset,
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
        return ofsi_postings_damaged(p, OFSI_CHUNK_DICTIONARY, 0,
                                     "a term's postings lie outside their chunk");
    p->region = chunk->data + term->postings_offset;
    p->block_count = (term->df - 1) / OFSI_BLOCK + 1;
    uint64_t tail = term->postings_size < 64 ? term->postings_size : 64;
    if (ofsi_postings_verify(p, OFSI_CHUNK_POSTINGS, term->postings_offset + term->postings_size - tail,
                             tail) != OFS_OK)
        return p->status;
    uint64_t end = term->postings_size - 1;
    uint32_t front_size = p->region[end];
    if (front_size > end)
        return ofsi_postings_damaged(p, OFSI_CHUNK_POSTINGS, term->postings_offset + end,
                                     "impacts are larger than their list");
    end -= front_size;
    ofsi_cursor c = ofsi_cursor_of(p->region + end, front_size);
    if (ofsi_postings_verify(p, OFSI_CHUNK_POSTINGS, term->postings_offset + end, front_size) != OFS_OK)
        return p->status;
    p->front_count = ofsi_front_decode(&c, p->front);
    if (c.bad || ofsi_cursor_left(&c))
        return ofsi_postings_damaged(p, OFSI_CHUNK_POSTINGS, term->postings_offset + end,
                                     "impacts do not decode");
    p->blocks_end = end;
    if (p->block_count == 1)
        return OFS_OK;
    if (open_skips(p, end) != OFS_OK)
        return p->status;
    return ofsi_postings_verify(p, OFSI_CHUNK_POSTINGS, term->postings_offset + p->blocks_end,
                                end - p->blocks_end);
}

/* The posting of a term of one document, which stands in the dictionary. */
static ofs_status open_inline(ofsi_postings *p) {
    ofsi_cursor c = ofsi_cursor_of(p->term.entry, p->term.entry_size);
    p->docs[0] = (uint32_t)ofsi_cursor_varint_max(&c, UINT32_MAX);
    p->tfs[0] = (uint32_t)ofsi_cursor_varint_max(&c, UINT32_MAX - 1) + 1;
    if (c.bad || p->docs[0] >= p->segment->doc_count || p->tfs[0] != p->term.cf)
        return ofsi_postings_damaged(p, OFSI_CHUNK_DICTIONARY, 0, "an inline posting is out of range");
    p->front[0] = (ofsi_impact){p->tfs[0], 0};
    p->front_count = 1;
    p->block_count = 1;
    p->inline_rest = c;
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
    p->block = OFSI_NO_BLOCK;
    p->doc = OFSI_DOC_END;
    p->position_block = OFSI_NO_BLOCK;
    p->position_peeks = OFSI_PEEKS;
    for (uint32_t i = OFSI_BLOCK; i < OFSI_BLOCK + OFSI_POSTINGS_SLACK; i++)
        p->docs[i] = UINT32_MAX;
    ofs_status status =
        term->df == 0 || term->df > segment->doc_count || term->cf < term->df
            ? ofsi_postings_damaged(p, OFSI_CHUNK_DICTIONARY, 0, "a term's counts are out of range")
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

/* The first document that the block may hold. */
static uint32_t block_first(const ofsi_postings *p, int64_t block) {
    return block == 0 ? 0 : ofsi_postings_last_of(p, (uint64_t)block - 1) + 1;
}

/* Gaps in docs[] to numbers; false when one passes the segment's documents. */
static bool sum_gaps(ofsi_postings *p) {
    uint64_t doc = p->first;
    if (p->count == OFSI_BLOCK && ofsi_sum_gaps(p->docs, p->first))
        return p->docs[OFSI_BLOCK - 1] < p->segment->doc_count;
    for (uint32_t i = 0; i < p->count; i++) {
        doc += p->docs[i];
        p->docs[i] = (uint32_t)doc;
        doc++;
    }
    return doc <= p->segment->doc_count;
}

/* 64 bits from bit `from` (a multiple of 64) on, those behind the range 0. The file goes on behind a chunk. */
static uint64_t load_bits(const ofsi_postings *p, uint32_t from) {
    uint64_t word = ofsi_load_u64(p->bits + from / 8);
    uint32_t left = p->range - from;
    return left < 64 ? word & ((UINT64_C(1) << left) - 1) : word;
}

/* A bitmap must have as many bits as a block has postings, the last of them at its end. */
static bool take_bitmap(ofsi_postings *p, ofsi_cursor *c) {
    p->range = (uint32_t)ofsi_cursor_varint_max(c, p->segment->doc_count);
    p->bits = ofsi_cursor_bytes(c, ((size_t)p->range + 7) / 8);
    if (!p->bits || (uint64_t)p->first + p->range > p->segment->doc_count || p->range < OFSI_BLOCK)
        return false;
    return ofsi_count_bits(p->bits, p->range) == OFSI_BLOCK &&
           (p->bits[(p->range - 1) / 8] >> (p->range - 1) % 8 & 1);
}

void ofsi_postings_expand_docs(ofsi_postings *p) {
    if (p->docs_ready)
        return;
    ofsi_kernels_best()->expand_bits(p->bits, p->range, p->first, p->docs);
    for (uint32_t i = OFSI_BLOCK; i < OFSI_BLOCK + OFSI_POSTINGS_SLACK; i++)
        p->docs[i] = UINT32_MAX;
    p->docs_ready = true;
}

static bool decode_tail(ofsi_postings *p, ofsi_cursor *c) {
    p->ones = true;
    for (uint32_t i = 0; i < p->count; i++) {
        uint64_t code = ofsi_cursor_varint_max(c, (uint64_t)UINT32_MAX << 1 | 1);
        p->docs[i] = (uint32_t)(code >> 1);
        p->tfs[i] = code & 1 ? 1 : (uint32_t)ofsi_cursor_varint_max(c, UINT32_MAX - 2) + 2;
        p->ones = p->ones && (code & 1);
    }
    p->tfs_ready = p->docs_ready = true;
    bool good = !c->bad && ofsi_cursor_left(c) == 0 && sum_gaps(p);
    for (uint32_t i = p->count; i < OFSI_BLOCK; i++) /* see ofsi_postings_keep() */
        p->docs[i] = UINT32_MAX;
    return good;
}

static bool decode_full(ofsi_postings *p, ofsi_cursor *c) {
    uint8_t kind = ofsi_cursor_u8(c);
    bool good = false;
    p->docs_ready = kind == OFSI_DOCS_PFOR;
    if (kind == OFSI_DOCS_PFOR) {
        ofsi_pfor_decode(c, p->docs);
        good = !c->bad && sum_gaps(p);
    } else if (kind == OFSI_DOCS_BITMAP) {
        good = take_bitmap(p, c);
    }
    p->tf_vector = c->next;
    p->tf_vector_size = ofsi_cursor_left(c);
    p->tfs_ready = false;
    p->ones = p->tf_vector_size == 2 && c->next[0] == 0 && c->next[1] == 0;
    return good && !c->bad;
}

void ofsi_postings_enter(ofsi_postings *p, int64_t block) {
    p->block = block;
    p->index = 0;
    p->has_index = true;
    p->index_asks = 0;
    p->sum_index = 0;
    p->tf_before = 0;
    p->starts_ready = false;
    p->bits = NULL;
    if (!p->region) { /* inline: one posting, decoded at opening */
        p->count = 1;
        p->docs_ready = p->tfs_ready = true;
        p->ones = p->tfs[0] == 1;
        for (uint32_t i = 1; i < OFSI_BLOCK; i++)
            p->docs[i] = UINT32_MAX;
        return;
    }
    uint64_t start = block_offset(p, (uint64_t)block), end = block_end(p, (uint64_t)block);
    uint64_t at = p->term.postings_offset + start;
    p->count = (uint64_t)block + 1 < p->block_count ? OFSI_BLOCK : (p->term.df - 1) % OFSI_BLOCK + 1;
    p->first = block_first(p, block);
    if (start > end || end > p->blocks_end) {
        ofsi_postings_damaged(p, OFSI_CHUNK_POSTINGS, p->term.postings_offset,
                              "a block of postings lies outside its list");
        return;
    }
    if (ofsi_postings_verify(p, OFSI_CHUNK_POSTINGS, at, end - start) != OFS_OK)
        return;
    ofsi_cursor c = ofsi_cursor_of(p->region + start, (size_t)(end - start));
    bool good = p->count == OFSI_BLOCK ? decode_full(p, &c) : decode_tail(p, &c);
    if (good && p->last_docs) {
        good = ofsi_postings_last_in_block(p) == ofsi_postings_last_of(p, (uint64_t)block);
    }
    if (!good)
        ofsi_postings_damaged(p, OFSI_CHUNK_POSTINGS, at, "a block of postings does not decode");
}

void ofsi_postings_expand_tfs(ofsi_postings *p) {
    if (p->tfs_ready)
        return;
    p->tfs_ready = true;
    ofsi_cursor c = ofsi_cursor_of(p->tf_vector, p->tf_vector_size);
    ofsi_pfor_decode(&c, p->tfs);
    uint32_t wrapped = 0;
    for (uint32_t i = 0; i < OFSI_BLOCK; i++) {
        p->tfs[i]++;
        wrapped |= p->tfs[i] == 0;
    }
    if (c.bad || ofsi_cursor_left(&c) || wrapped)
        ofsi_postings_damaged(p, OFSI_CHUNK_POSTINGS, p->term.postings_offset, "frequencies do not decode");
}

/* ---- moving ---- */

static uint32_t stop_at_end(ofsi_postings *p) {
    p->block = p->block_count;
    return p->doc = OFSI_DOC_END;
}

uint32_t ofsi_postings_next_bit(const ofsi_postings *p, uint32_t target) {
    uint32_t bit = target > p->first ? target - p->first : 0;
    if (bit >= p->range)
        return OFSI_DOC_END;
    uint32_t from = bit & ~63U;
    uint64_t word = load_bits(p, from) & UINT64_MAX << (bit & 63);
    while (!word) {
        from += 64;
        if (from >= p->range)
            return OFSI_DOC_END;
        word = load_bits(p, from);
    }
    return p->first + from + (uint32_t)__builtin_ctzll(word);
}

enum { INDEX_ASKS = 6 };

uint32_t ofsi_postings_index(ofsi_postings *p) {
    if (p->has_index)
        return p->index;
    p->index = ofsi_count_bits(p->bits, p->doc - p->first);
    if (++p->index_asks == INDEX_ASKS) /* worth looking up from now on */
        ofsi_postings_expand_docs(p);
    p->has_index = true;
    return p->index;
}

/* Stands at the first posting of the block just entered. */
static uint32_t stand_at_first(ofsi_postings *p) {
    if (p->status != OFS_OK)
        return OFSI_DOC_END;
    return p->doc = p->docs_ready ? p->docs[0] : ofsi_postings_next_bit(p, p->first);
}

uint32_t ofsi_postings_next(ofsi_postings *p) {
    if (p->status != OFS_OK || p->block == (int64_t)p->block_count)
        return OFSI_DOC_END;
    if (p->block != OFSI_NO_BLOCK) {
        if (p->docs_ready) {
            if (ofsi_postings_index(p) + 1 < p->count)
                return p->doc = p->docs[++p->index];
        } else if (p->doc != p->first + p->range - 1) {
            p->index++;
            return p->doc = ofsi_postings_next_bit(p, p->doc + 1);
        }
    }
    if (p->block + 1 == (int64_t)p->block_count)
        return stop_at_end(p);
    ofsi_postings_enter(p, p->block + 1);
    return stand_at_first(p);
}

uint64_t ofsi_postings_find_block(const ofsi_postings *p, uint64_t block, uint32_t target) {
    uint64_t step = 1, low = block, high = block;
    while (high < p->block_count && ofsi_postings_last_of(p, high) < target) {
        low = high + 1;
        high += step;
        step *= 2;
    }
    if (high > p->block_count)
        high = p->block_count;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (ofsi_postings_last_of(p, middle) < target)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Without branches that a processor has to guess: half of what is left at a time. */
static uint32_t seek_in_block(ofsi_postings *p, uint32_t target) {
    if (!p->docs_ready) {
        p->has_index = false;
        p->doc = ofsi_postings_next_bit(p, target);
        return p->doc == OFSI_DOC_END ? stop_at_end(p) : p->doc;
    }
    uint32_t low = ofsi_postings_index(p), left = p->count - low;
    while (left > 1) {
        uint32_t half = left / 2;
        low += half & -(uint32_t)(p->docs[low + half - 1] < target);
        left -= half;
    }
    low += p->docs[low] < target;
    if (low >= p->count)
        return stop_at_end(p);
    p->index = low;
    return p->doc = p->docs[low];
}

uint32_t ofsi_postings_advance(ofsi_postings *p, uint32_t target) {
    if (p->status != OFS_OK || p->block == (int64_t)p->block_count)
        return OFSI_DOC_END;
    if (p->block != OFSI_NO_BLOCK &&
        (ofsi_postings_last_in_block(p) >= target || p->block + 1 == (int64_t)p->block_count))
        return seek_in_block(p, target);
    uint64_t block = p->last_docs ? ofsi_postings_find_block(p, (uint64_t)(p->block + 1), target) : 0;
    if (block == p->block_count)
        return stop_at_end(p);
    ofsi_postings_enter(p, (int64_t)block);
    return p->status == OFS_OK ? seek_in_block(p, target) : OFSI_DOC_END;
}

uint32_t ofsi_postings_seek(ofsi_postings *p, uint32_t target) {
    if (p->status != OFS_OK)
        return OFSI_DOC_END;
    bool entered = p->block != OFSI_NO_BLOCK && p->block != (int64_t)p->block_count;
    if (!entered || target < p->first || target > ofsi_postings_last_in_block(p)) {
        uint64_t from = entered && target >= p->first ? (uint64_t)p->block : 0;
        uint64_t block = p->last_docs ? ofsi_postings_find_block(p, from, target) : 0;
        if (block == p->block_count)
            return stop_at_end(p);
        if (p->block != (int64_t)block)
            ofsi_postings_enter(p, (int64_t)block);
        if (p->status != OFS_OK)
            return OFSI_DOC_END;
    }
    p->index = 0;
    p->has_index = true;
    return seek_in_block(p, target);
}

void ofsi_postings_rewind(ofsi_postings *p) {
    p->block = OFSI_NO_BLOCK;
    p->doc = OFSI_DOC_END;
}

uint32_t ofsi_postings_doc(const ofsi_postings *p) { return p->doc; }

/* One frequency is taken from among the packed ones: a block is seldom asked for many. */
uint32_t ofsi_postings_tf(ofsi_postings *p) {
    uint32_t value;
    if (p->status != OFS_OK || p->block == OFSI_NO_BLOCK || p->block == (int64_t)p->block_count)
        return 0;
    if (p->ones)
        return 1;
    uint32_t index = ofsi_postings_index(p);
    if (p->tfs_ready)
        return p->tfs[index];
    if (ofsi_pfor_peek(p->tf_vector, p->tf_vector_size, index, &value) && value < UINT32_MAX)
        return value + 1;
    ofsi_postings_expand_tfs(p);
    return p->status == OFS_OK ? p->tfs[index] : 0;
}

ofs_status ofsi_postings_status(const ofsi_postings *p, ofs_error *err) {
    if (p->status != OFS_OK && err)
        *err = p->error;
    return p->status;
}
