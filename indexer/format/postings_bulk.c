/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole blocks of postings: bounds without decoding, documents all at once, documents as bits of a window. */
#include "indexer/format/postings_impl.h"

void ofsi_postings_impacts(const ofsi_postings *p, const ofsi_impact **impacts, uint32_t *count) {
    *impacts = p->front;
    *count = p->front_count;
}

uint32_t ofsi_postings_df(const ofsi_postings *p) { return p->term.df; }

uint32_t ofsi_postings_block_count(const ofsi_postings *p) { return p->block_count; }

uint32_t ofsi_postings_block_last(const ofsi_postings *p, uint32_t block) {
    return p->last_docs ? ofsi_postings_last_of(p, block) : OFSI_DOC_END - 1;
}

uint32_t ofsi_postings_find(const ofsi_postings *p, uint32_t block, uint32_t target) {
    return p->last_docs ? (uint32_t)ofsi_postings_find_block(p, block, target) : block;
}

/* The front that number `i` of the table of offsets names. */
static uint32_t read_front(ofsi_postings *p, uint64_t i, const ofsi_impact **impacts) {
    uint32_t offset = ofsi_load_u32(p->impact_offsets + i * 4);
    if (offset > p->impacts_size) {
        ofsi_postings_damaged(p, OFSI_CHUNK_POSTINGS, p->term.postings_offset,
                              "impacts lie outside their table");
        return 0;
    }
    ofsi_cursor c = ofsi_cursor_of(p->impacts + offset, p->impacts_size - offset);
    uint32_t n = ofsi_front_decode(&c, p->block_front);
    if (n == 0)
        ofsi_postings_damaged(p, OFSI_CHUNK_POSTINGS, p->term.postings_offset, "impacts do not decode");
    *impacts = p->block_front;
    return n;
}

uint32_t ofsi_postings_block_front(ofsi_postings *p, uint32_t block, const ofsi_impact **impacts) {
    if (p->last_docs)
        return read_front(p, block, impacts);
    *impacts = p->front;
    return p->front_count;
}

uint32_t ofsi_postings_super_front(ofsi_postings *p, uint32_t super, const ofsi_impact **impacts) {
    if (p->last_docs)
        return read_front(p, (uint64_t)p->block_count + super, impacts);
    *impacts = p->front;
    return p->front_count;
}

void ofsi_postings_block_impacts(ofsi_postings *p, uint32_t target, uint32_t *last,
                                 const ofsi_impact **impacts, uint32_t *count) {
    *impacts = p->front;
    *count = p->front_count;
    *last = p->segment->doc_count - 1;
    uint64_t block = p->block == OFSI_NO_BLOCK ? 0 : (uint64_t)p->block;
    if (block < p->block_count && !p->last_docs)
        return;
    if (block < p->block_count)
        block = ofsi_postings_find_block(p, block, target);
    if (block == p->block_count) {
        *last = OFSI_DOC_END;
        *count = 0;
        return;
    }
    *last = ofsi_postings_last_of(p, block);
    *count = read_front(p, block, impacts);
}

bool ofsi_postings_load(ofsi_postings *p, uint32_t block, ofsi_posting_block *out) {
    if (p->status != OFS_OK || block >= p->block_count)
        return false;
    if (p->block != (int64_t)block)
        ofsi_postings_enter(p, block);
    if (p->status != OFS_OK)
        return false;
    *out = (ofsi_posting_block){.count = p->count, .ones = p->ones};
    if (p->docs_ready)
        out->docs = p->docs;
    else {
        out->bits = p->bits;
        out->first = p->first;
        out->range = p->range;
    }
    return true;
}

const uint32_t *ofsi_postings_block_docs(ofsi_postings *p) {
    ofsi_postings_expand_docs(p);
    return p->docs;
}

const uint32_t *ofsi_postings_block_tfs(ofsi_postings *p) {
    ofsi_postings_expand_tfs(p);
    return p->status == OFS_OK ? p->tfs : NULL;
}

void ofsi_postings_stand(ofsi_postings *p, uint32_t index, uint32_t doc) {
    if (p->status != OFS_OK)
        return;
    p->index = index;
    p->has_index = index != UINT32_MAX;
    p->doc = doc;
}

/* ---- candidates ---- */

/* Of the candidates from `from` on those that the current block decides; *kept_count grows by those that it holds. */
static uint32_t keep_in_block(ofsi_postings *p, const uint32_t *docs, uint16_t *kept, uint32_t from,
                              uint32_t count, uint32_t *kept_count) {
    uint32_t last = ofsi_postings_last_in_block(p);
    p->has_index = p->docs_ready;
    if (p->docs_ready) {
        uint8_t indexes[OFSI_BLOCK];
        ofsi_meeting m = {docs, kept, indexes, from, count, *kept_count, last};
        uint32_t at = p->index < p->count && p->docs[p->index] <= docs[kept[from]] ? p->index : 0;
        p->index = ofsi_kernels_best()->meet_docs(&m, p->docs, at);
        *kept_count = m.found;
        return m.from;
    }
    for (; from < count && docs[kept[from]] <= last; from++) {
        uint32_t bit = docs[kept[from]] - p->first;
        kept[*kept_count] = kept[from];
        *kept_count += docs[kept[from]] >= p->first && (p->bits[bit / 8] >> bit % 8 & 1);
    }
    p->index = 0;
    return from;
}

bool ofsi_postings_enter_for(ofsi_postings *p, uint32_t target) {
    if (p->status != OFS_OK || p->block == (int64_t)p->block_count)
        return false;
    if (p->block != OFSI_NO_BLOCK && ofsi_postings_last_in_block(p) >= target)
        return true;
    uint64_t next = (uint64_t)(p->block + 1);
    if (p->last_docs)
        next = ofsi_postings_find_block(p, next, target);
    if (next >= p->block_count)
        return false;
    ofsi_postings_enter(p, (int64_t)next);
    /* A list of one block may end before it. */
    return p->status == OFS_OK && ofsi_postings_last_in_block(p) >= target;
}

uint32_t ofsi_postings_keep(ofsi_postings *p, const uint32_t *docs, uint16_t *kept, uint32_t count) {
    uint32_t n = 0;
    if (count)
        ofsi_postings_go_back(p, docs[kept[0]]);
    for (uint32_t from = 0; from < count && ofsi_postings_enter_for(p, docs[kept[from]]);)
        from = keep_in_block(p, docs, kept, from, count, &n);
    if (p->status == OFS_OK)
        ofsi_postings_stand_nowhere(p);
    return n;
}

/* ---- windows ---- */

/* Sets those of the block's bits that are documents of [low, end) in the window that begins at `first`, which is not above low. */
static void fill_bits(const ofsi_postings *p, uint32_t first, uint32_t low, uint32_t end, uint64_t *words) {
    uint32_t from = low > p->first ? (low - p->first) & ~63U : 0;
    for (; from < p->range && p->first + from < end; from += 64) {
        uint64_t doc = (uint64_t)p->first + from, word = ofsi_load_u64(p->bits + from / 8);
        if (p->range - from < 64)
            word &= (UINT64_C(1) << (p->range - from)) - 1;
        if (doc < low) {
            word >>= low - doc;
            doc = low;
        }
        if (end - doc < 64)
            word &= (UINT64_C(1) << (end - doc)) - 1;
        uint32_t at = (uint32_t)(doc - first), shift = at & 63;
        words[at >> 6] |= word << shift;
        if (shift && word >> (64 - shift))
            words[(at >> 6) + 1] |= word >> (64 - shift);
    }
}

/* Sets the documents of the block from the current one on that are in the window. */
static void fill_docs(const ofsi_postings *p, uint32_t first, uint32_t end, uint64_t *words) {
    uint32_t n = p->count;
    while (n > p->index && p->docs[n - 1] >= end) /* mostly the whole block is in it */
        n--;
    for (uint32_t i = p->index; i < n; i++) {
        uint32_t at = p->docs[i] - first;
        words[at >> 6] |= UINT64_C(1) << (at & 63);
    }
}

void ofsi_postings_fill(ofsi_postings *p, uint32_t first, uint32_t end, uint64_t *words) {
    ofsi_postings_seek(p, first);
    while (p->status == OFS_OK && p->block != (int64_t)p->block_count && p->doc < end) {
        if (p->docs_ready) {
            ofsi_postings_index(p);
            if (p->doc >= first)
                fill_docs(p, first, end, words);
        } else {
            fill_bits(p, first, p->doc > first ? p->doc : first, end, words);
        }
        uint32_t last = ofsi_postings_last_in_block(p);
        if (last < end && p->block + 1 < (int64_t)p->block_count) {
            ofsi_postings_enter(p, p->block + 1);
            if (p->status == OFS_OK)
                p->doc = p->docs_ready ? p->docs[0] : ofsi_postings_next_bit(p, p->first);
        } else {
            ofsi_postings_advance(p, end);
        }
    }
}
