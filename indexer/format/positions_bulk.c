/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Positions of many candidates. A list of postings is gone through once, and of each candidate is kept where its positions
 * begin in the term's stream, by sums over a block of frequencies; the stream is then read by itself, block by block. So
 * neither is decoded again for each document, as it is where a cursor stands at one (positions_read.c).
 */
#include "indexer/format/postings_impl.h"

/* Sums over the block's frequencies; not where one is so large that a sum might pass 32 bits. */
static bool sum_block(ofsi_postings *p) {
    uint32_t *sums = p->starts + 1;
    p->starts[0] = 0;
    if (p->ones) {
        for (uint32_t i = 0; i < OFSI_BLOCK; i++)
            sums[i] = i + 1;
        return true;
    }
    if (p->tfs_ready) {
        for (uint32_t i = 0; i < OFSI_BLOCK; i++) /* behind a tail's count: old numbers */
            sums[i] = i < p->count ? p->tfs[i] - 1 : 0;
    } else {
        ofsi_cursor c = ofsi_cursor_of(p->tf_vector, p->tf_vector_size);
        ofsi_pfor_decode(&c, sums);
        if (c.bad || ofsi_cursor_left(&c))
            return false; /* expanding them tells */
    }
    return ofsi_sum_gaps(sums, 1);
}

/* The places of kept[from .. m->found), by their numbers in the block. */
static void find_places(ofsi_postings *p, const ofsi_meeting *m, uint32_t from, ofsi_position_run *places) {
    uint64_t before = ofsi_postings_tf_before(p);
    if (!p->starts_ready && from < m->found) {
        p->starts_small = sum_block(p);
        p->starts_ready = true;
    }
    for (uint32_t i = from; i < m->found && p->starts_small; i++) {
        uint32_t index = m->indexes[i], start = p->starts[index];
        places[m->kept[i]] = (ofsi_position_run){before + start, p->starts[index + 1] - start};
    }
    for (uint32_t i = from; i < m->found && !p->starts_small; i++) {
        p->index = m->indexes[i];
        p->has_index = true;
        places[m->kept[i]] = (ofsi_position_run){ofsi_postings_position_index(p), p->tfs[p->index]};
    }
}

/* Of the block's own documents every one is at its number. */
static void meet_own(ofsi_meeting *m) {
    for (; m->from < m->count; m->from++)
        m->indexes[m->from] = (uint8_t)m->kept[m->from];
    m->found = m->count;
}

/* Candidates that the current block decides. */
static void meet_block(ofsi_postings *p, ofsi_meeting *m) {
    const ofsi_kernels *kernels = ofsi_kernels_best();
    uint32_t words = (p->range + 63) / 64;
    m->last = ofsi_postings_last_in_block(p);
    if (m->docs == p->docs) {
        meet_own(m);
    } else if (p->docs_ready || words > OFSI_RANKS) {
        ofsi_postings_expand_docs(p);
        kernels->meet_docs(m, p->docs, 0);
    } else {
        kernels->rank_bits(p->bits, words, p->ranks);
        kernels->meet_bits(m, p->bits, p->first, p->ranks);
    }
}

/* Whether the places found lie in the stream, one behind the other; p->status tells. */
static bool are_inside(ofsi_postings *p, const ofsi_candidates *c, uint32_t count) {
    uint64_t end = 0;
    bool good = true;
    for (uint32_t i = 0; i < count && good; i++) {
        const ofsi_position_run *place = &c->places[c->kept[i]];
        good = place->at >= end && place->at <= p->term.cf && place->tf <= p->term.cf - place->at;
        end = place->at + place->tf;
    }
    if (!good)
        ofsi_postings_damaged(p, OFSI_CHUNK_POSTINGS, p->term.postings_offset,
                              "frequencies and the term's occurrences do not go together");
    return good;
}

/* Where more values of each block of positions will be asked for than one by one are cheap, it is decoded at once. */
static void expect_asks(ofsi_postings *p, const ofsi_candidates *c, uint32_t count) {
    uint64_t first = count ? c->places[c->kept[0]].at : 0,
             last = count ? c->places[c->kept[count - 1]].at : 0;
    uint64_t blocks = last / OFSI_BLOCK - first / OFSI_BLOCK + 1;
    p->position_peeks = count / blocks > OFSI_PEEKS ? 0 : OFSI_PEEKS;
}

uint32_t ofsi_postings_keep_places(ofsi_postings *p, const ofsi_candidates *c) {
    uint8_t indexes[OFSI_BLOCK];
    ofsi_meeting m = {.docs = c->docs, .kept = c->kept, .indexes = indexes, .count = c->count};
    if (c->count)
        ofsi_postings_go_back(p, c->docs[c->kept[0]]);
    while (m.from < m.count && ofsi_postings_enter_for(p, c->docs[c->kept[m.from]])) {
        uint32_t found = m.found;
        meet_block(p, &m);
        find_places(p, &m, found, c->places);
    }
    if (p->status != OFS_OK || !are_inside(p, c, m.found))
        return 0;
    expect_asks(p, c, m.found);
    ofsi_postings_stand_nowhere(p);
    return m.found;
}

/* ---- marks ---- */

static uint64_t mark(const uint32_t *gaps, uint32_t count, uint32_t offset) {
    uint32_t start = 0 - offset;
    uint64_t marks = 0;
    for (uint32_t i = 0; i < count; i++) {
        start += gaps[i];
        marks |= UINT64_C(1) << start % 64;
    }
    return marks;
}

ofs_status ofsi_postings_keep_marked(ofsi_postings *p, ofsi_candidates *c, uint32_t offset, uint64_t *marks,
                                     ofs_error *err) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        uint16_t number = c->kept[i];
        const ofsi_position_run *place = &c->places[number];
        uint32_t from = (uint32_t)(place->at % OFSI_BLOCK);
        const uint32_t *gaps = &p->gaps[from];
        if (!p->gaps_ready || p->position_block != (int64_t)(place->at / OFSI_BLOCK) ||
            place->tf > OFSI_BLOCK - from) {
            ofs_status status = ofsi_postings_gaps(p, place, &gaps, NULL, err);
            if (status != OFS_OK)
                return status;
        }
        marks[number] &= mark(gaps, place->tf, offset);
        c->kept[n] = number;
        n += marks[number] != 0;
    }
    c->count = n;
    return OFS_OK;
}
