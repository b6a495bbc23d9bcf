/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A cursor over postings from inside, for the files that read them: postings_read.c (opening and moving), postings_bulk.c
 * (whole blocks), positions_read.c. A full block of a bitmap is not expanded into docs[] until somebody needs that.
 */
#ifndef OFSI_FORMAT_POSTINGS_IMPL_H
#define OFSI_FORMAT_POSTINGS_IMPL_H

#include "indexer/format/codec.h"
#include "indexer/format/impacts.h"
#include "indexer/format/kernels.h"
#include "indexer/format/postings_layout.h"
#include "indexer/format/segment_impl.h"

enum { OFSI_NO_BLOCK = -1 };
/* Values of a block of positions taken one by one before it is decoded: about as dear as decoding it. */
enum { OFSI_PEEKS = 12 };
enum { OFSI_RANKS = 256 }; /* words of 64 bits: more than a writer ever makes a bitmap of */

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

    int64_t block; /* the one entered, OFSI_NO_BLOCK before, block_count behind */
    uint32_t count;
    uint32_t index;      /* of the current posting in the block; see has_index */
    bool has_index;      /* false: in a bitmap, not counted yet */
    const uint8_t *bits; /* of a bitmap, or NULL: bit 0 is document `first` */
    uint32_t first, range;
    bool docs_ready, tfs_ready;
    const uint8_t *tf_vector; /* the block's frequencies - 1, while they are packed */
    size_t tf_vector_size;
    bool ones; /* every frequency of the block is 1 */
    bool starts_ready, starts_small;
    ofsi_cursor inline_rest;
    uint32_t doc; /* current */

    uint32_t index_asks; /* of the block's bitmap: how often its postings were counted */
    uint32_t sum_index;  /* tf_before is the sum of tfs[0 .. sum_index) */
    uint64_t tf_before;
    int64_t position_block;  /* the one decoded, or that position_at is of; OFSI_NO_BLOCK */
    uint32_t position_asks;  /* values taken from it one by one */
    uint32_t position_peeks; /* and how many may be */
    const uint8_t *position_at;
    size_t position_left;
    bool gaps_ready, codes_ready;
    uint32_t *positions, *position_codes; /* of the current posting; owned */
    size_t positions_capacity, codes_capacity;

    uint32_t docs[OFSI_BLOCK + OFSI_POSTINGS_SLACK]; /* those behind `count` are UINT32_MAX */
    uint32_t tfs[OFSI_BLOCK];
    uint32_t gaps[OFSI_BLOCK], codes[OFSI_BLOCK];
    uint32_t
        starts[OFSI_BLOCK +
               1]; /* of positions_bulk.c: sums of the frequencies before, where they are ready and small */
    uint16_t ranks[OFSI_RANKS];
};

/* Keeps the failure and stands at the end. */
ofs_status ofsi_postings_damaged(ofsi_postings *p, enum ofsi_chunk_id id, uint64_t offset, const char *what);
/* Checks the sums of the pages that hold these bytes of the chunk. */
ofs_status ofsi_postings_verify(ofsi_postings *p, enum ofsi_chunk_id id, uint64_t offset, uint64_t size);

/* Makes block `block` the current one, standing nowhere in it; p->status tells. */
void ofsi_postings_enter(ofsi_postings *p, int64_t block);
/* docs[] and tfs[] of the current block, decoded once. */
void ofsi_postings_expand_docs(ofsi_postings *p);
void ofsi_postings_expand_tfs(ofsi_postings *p);
/* The number in its block of the current posting. */
uint32_t ofsi_postings_index(ofsi_postings *p);
/* The first document >= target of the current block's bitmap, or OFSI_DOC_END. */
uint32_t ofsi_postings_next_bit(const ofsi_postings *p, uint32_t target);
/* Where the cursor has been moved past `target` for somebody else: stands before the list. */
static inline void ofsi_postings_go_back(ofsi_postings *p, uint32_t target) {
    if (p->status == OFS_OK &&
        (p->block == (int64_t)p->block_count || (p->block != OFSI_NO_BLOCK && target < p->first)))
        p->block = OFSI_NO_BLOCK;
}
/* At no document; its number in the block is then where a search begins, and nobody may count bits up to it. */
static inline void ofsi_postings_stand_nowhere(ofsi_postings *p) {
    p->doc = OFSI_DOC_END - 1;
    p->index = p->has_index && p->index < p->count ? p->index : 0;
    p->has_index = true;
}
/* Goes on to the block that decides whether the list has `target`. False: it has not, nor anything behind. */
bool ofsi_postings_enter_for(ofsi_postings *p, uint32_t target);
/* Occurrences in the blocks before the current one; place of the current posting's first position in the stream. */
uint64_t ofsi_postings_tf_before(const ofsi_postings *p);
uint64_t ofsi_postings_position_index(ofsi_postings *p);
/* First block from `block` on whose last document is >= target; block_count when none is. A list of several blocks. */
uint64_t ofsi_postings_find_block(const ofsi_postings *p, uint64_t block, uint32_t target);

static inline uint32_t ofsi_postings_last_of(const ofsi_postings *p, uint64_t block) {
    return ofsi_load_u32(p->last_docs + block * 4);
}

/* Of the block entered. */
static inline uint32_t ofsi_postings_last_in_block(const ofsi_postings *p) {
    return p->docs_ready ? p->docs[p->count - 1] : p->first + p->range - 1;
}

#endif
