/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A block of the lead. Its documents are cut into ranges over which the bounds of all lists stay the same; in a range
 * that may hold one of the best, a posting is a candidate when its own part, by its tf and its paragraph's length,
 * reaches what the other lists cannot make up for.
 */
#include <math.h>

#include "indexer/base/cursor.h"
#include "indexer/format/codec.h"
#include "search/exec/rank_impl.h"

enum { TFS = 16 }; /* higher frequencies are taken without asking */

/* Documents [first, last] of the block. */
typedef struct range {
    uint32_t first, last;
    double missing; /* what the lead's weighted part must reach in it */
} range;

/* By tf of the lead, the greatest length that reaches what is missing; -1: none. */
typedef struct reach {
    int16_t longest[TFS];
} reach;

typedef struct lead_block {
    const ofsi_window *found; /* the matches, or NULL: they are not known */
    bool loaded;
    ofsi_posting_block block;
    uint32_t most_tf;
    uint32_t at; /* in docs[]: those before are behind */
} lead_block;

typedef struct candidates {
    const uint32_t *docs;
    uint32_t count;
    uint16_t *kept;  /* numbers of docs[] */
    uint32_t *found; /* the room for docs of a bitmap */
} candidates;

/* ---- ranges ---- */

/* The bounds of the others at `doc`, weighted and added; *last falls to where one of them ends. */
static double bound_others(ofsi_ranker *r, uint32_t doc, uint32_t *last) {
    double sum = 0.0;
    for (uint32_t i = 0; i < r->order_count; i++) {
        ofsi_source *source = r->order[i];
        ofsi_source_bound_at(source, r->bm25, doc);
        sum += source->weight * source->bound;
        *last = source->bound_end < *last ? source->bound_end : *last;
    }
    return sum;
}

/* What the lead has to add, a little less for rounding. */
static double missing_beside(const ofsi_ranker *r, double others) {
    return r->threshold - others - (fabs(r->threshold) + others) * (OFSI_ABOVE - 1.0);
}

/* From the formula of a part: the norm, and with it the length, may not be above a limit; one more for rounding. */
static reach find_reach(const ofsi_ranker *r, double missing, uint32_t most_tf) {
    reach reached = {{0}}; /* also for frequencies that a front hides: a damaged one, then */
    double full = r->lead->weight * r->lead->idf;
    double base = r->bm25->norms[0], step = r->bm25->norms[1] - base;
    for (uint32_t tf = 1; tf < TFS && tf <= most_tf; tf++) {
        double most = missing > 0.0 ? (double)tf * (full / missing - 1.0) : INFINITY; /* of the norm */
        double length = most < base - 1e-9 ? -1.0 : step > 0.0 ? (most - base) / step + 1.0 : OFSI_LENGTHS;
        reached.longest[tf] = (int16_t)(length >= OFSI_LENGTHS - 1 ? OFSI_LENGTHS - 1
                                        : length < 0.0             ? -1
                                                                   : (int)length);
    }
    reached.longest[0] = OFSI_LENGTHS - 1; /* stands for tf of TFS and more */
    return reached;
}

/* ---- candidates ---- */

/* The first of docs[from .. count) above `last`. */
static uint32_t find_end(const uint32_t *docs, uint32_t from, uint32_t count, uint32_t last) {
    uint32_t left = count - from;
    if (left == 0 || docs[count - 1] <= last)
        return count;
    while (left > 1) {
        uint32_t half = left / 2;
        from += half & -(uint32_t)(docs[from + half - 1] <= last);
        left -= half;
    }
    return from + (docs[from] <= last);
}

static void take_docs(const ofsi_ranker *r, lead_block *b, const range *in, const reach *reached,
                      candidates *c) {
    const uint32_t *docs = b->block.docs, *tfs = NULL;
    uint32_t n = 0, i = b->at;
    bool all = reached->longest[1] == OFSI_LENGTHS - 1;
    if (i < b->block.count && docs[i] < in->first)
        i = find_end(docs, i, b->block.count, in->first - 1);
    uint32_t end = b->at = find_end(docs, i, b->block.count, in->last);
    if (!b->block.ones && !all && i < end)
        tfs = ofsi_postings_block_tfs(r->lead->cursor);
    for (; i < end && all; i++)
        c->kept[n++] = (uint16_t)i;
    for (; i < end && !tfs; i++) {
        c->kept[n] = (uint16_t)i;
        n += r->lengths[docs[i]] <= reached->longest[1];
    }
    for (; i < end; i++) {
        c->kept[n] = (uint16_t)i;
        n += r->lengths[docs[i]] <= reached->longest[tfs[i] < TFS ? tfs[i] : 0];
    }
    c->docs = docs;
    c->count = n;
}

/* Bit i: the length of document `first` + i is not above `longest`. The segment has `left` documents from there on. */
static uint64_t short_ones(const uint8_t *lengths, uint8_t longest, uint32_t left) {
    typedef uint8_t bytes __attribute__((vector_size(16)));
    uint64_t mask = 0;
    if (left < 64) {
        for (uint32_t i = 0; i < left; i++)
            mask |= (uint64_t)(lengths[i] <= longest) << i;
        return mask;
    }
    for (unsigned part = 0; part < 4; part++) {
        bytes some;
        memcpy(&some, lengths + part * 16, sizeof some);
        bytes fits = (bytes)(some <= longest);
#if defined __SSE2__
        typedef char chars __attribute__((vector_size(16)));
        mask |= (uint64_t)(uint32_t)__builtin_ia32_pmovmskb128((chars)fits) << (part * 16);
#else
        for (unsigned i = 0; i < 16; i++)
            mask |= (uint64_t)(fits[i] & 1) << (part * 16 + i);
#endif
    }
    return mask;
}

/* Of a bitmap: by the length that the highest tf would reach, since frequencies cannot be told from bits. */
static void take_bits(const ofsi_ranker *r, const ofsi_posting_block *block, const range *in, int longest,
                      candidates *c) {
    uint32_t n = 0, from = in->first > block->first ? (in->first - block->first) & ~63U : 0;
    c->docs = c->found;
    for (; longest >= 0 && from < block->range && block->first + from <= in->last; from += 64) {
        uint64_t word = ofsi_load_u64(block->bits + from / 8);
        uint32_t first = block->first + from, left = block->range - from;
        if (left < 64)
            word &= (UINT64_C(1) << left) - 1;
        if (first < in->first)
            word &= UINT64_MAX << (in->first - first);
        if (in->last - first < 63)
            word &= (UINT64_C(1) << (in->last - first + 1)) - 1;
        if (longest < OFSI_LENGTHS - 1)
            word &= short_ones(r->lengths + first, (uint8_t)longest, r->scan->doc_count - first);
        for (; word && n < OFSI_BLOCK_SIZE; word &= word - 1) {
            c->found[n] = first + (uint32_t)__builtin_ctzll(word);
            c->kept[n] = (uint16_t)n;
            n++;
        }
    }
    c->count = n;
}

/* Drops the candidates without a word that every match holds, or without which nothing here can be among the best. */
static void keep_needed(ofsi_ranker *r, double all, candidates *c) {
    for (uint32_t i = 0; i < r->order_count && c->count; i++) {
        ofsi_source *source = r->order[i];
        double without = (all - source->weight * source->bound) + all * (OFSI_ABOVE - 1.0);
        source->needed = source->required || without < r->threshold;
        if (!source->needed || !source->cursor)
            continue;
        c->count = ofsi_postings_keep(source->cursor, c->docs, c->kept, c->count);
    }
}

/* ---- a block ---- */

static void keep_found(const ofsi_window *w, candidates *c) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        uint32_t at = c->docs[c->kept[i]] - w->first;
        c->kept[n] = c->kept[i];
        n += (uint32_t)(w->words[at / 64] >> at % 64 & 1);
    }
    c->count = n;
}

static void rank_range(ofsi_ranker *r, lead_block *b, const range *in, double all) {
    candidates c = {.kept = r->kept, .found = r->found};
    reach reached = find_reach(r, in->missing, b->most_tf);
    int longest = reached.longest[b->most_tf < TFS ? b->most_tf : 0];
    ofsi_posting_block *block = &b->block;
    if (!block->docs && !block->ones && longest > reached.longest[1])
        block->docs = ofsi_postings_block_docs(r->lead->cursor); /* frequencies tell more than lengths */
    if (block->docs)
        take_docs(r, b, in, &reached, &c);
    else
        take_bits(r, block, in, longest, &c);
    if (b->found)
        keep_found(b->found, &c);
    else
        keep_needed(r, all, &c);
    for (uint32_t i = 0; i < c.count; i++) {
        uint32_t index = block->docs ? c.kept[i] : UINT32_MAX;
        if (b->found)
            ofsi_rank_score(r, c.docs[c.kept[i]], index);
        else
            ofsi_rank_consider(r, c.docs[c.kept[i]], index);
    }
}

/* ---- matches that are known ---- */

enum { FEW_FOUND = 16 }; /* in a block's range: looked for in the block, which is else gone through */

static bool are_few(const ofsi_window *w, uint32_t first, uint32_t last) {
    uint32_t from = (first - w->first) / 64, to = (last - w->first) / 64;
    const uint8_t *bits = (const uint8_t *)(w->words + from); /* only counted */
    return ofsi_count_bits(bits, (to - from + 1) * 64) <= FEW_FOUND;
}

/* Those of a length that the highest tf would reach. */
static void take_found(const ofsi_ranker *r, const ofsi_window *w, const range *in, int longest,
                       candidates *c) {
    uint32_t n = 0;
    for (uint32_t first = in->first & ~63U; longest >= 0 && first <= in->last; first += 64) {
        uint64_t word = w->words[(first - w->first) / 64];
        if (first < in->first)
            word &= UINT64_MAX << (in->first - first);
        if (in->last - first < 63)
            word &= (UINT64_C(1) << (in->last - first + 1)) - 1;
        for (; word && n < OFSI_BLOCK_SIZE; word &= word - 1) {
            c->found[n] = first + (uint32_t)__builtin_ctzll(word);
            n += r->lengths[c->found[n]] <= longest;
        }
    }
    c->count = n;
}

/* Scores those that reach what is missing. */
static void score_few(ofsi_ranker *r, lead_block *b, const candidates *c, const reach *reached) {
    const uint32_t *docs = b->block.docs = ofsi_postings_block_docs(r->lead->cursor);
    const uint32_t *tfs = b->block.ones ? NULL : ofsi_postings_block_tfs(r->lead->cursor);
    uint32_t index = 0;
    for (uint32_t i = 0; i < c->count && r->scan->status == OFS_OK; i++) {
        uint32_t doc = c->found[i];
        if (index < b->block.count && docs[index] < doc)
            index = find_end(docs, index, b->block.count, doc - 1);
        uint32_t tf = tfs && index < b->block.count ? tfs[index] : 1;
        if (index < b->block.count && r->lengths[doc] <= reached->longest[tf < TFS ? tf : 0])
            ofsi_rank_score(r, doc, index);
    }
}

/* Decodes the block once there is need of it. */
static bool is_loaded(ofsi_ranker *r, lead_block *b, uint32_t number) {
    if (!b->loaded)
        b->loaded = ofsi_postings_load(r->lead->cursor, number, &b->block);
    return b->loaded;
}

static void rank_few(ofsi_ranker *r, lead_block *b, uint32_t number, const range *in) {
    candidates c = {.kept = r->kept, .found = r->found};
    reach reached = find_reach(r, in->missing, b->most_tf);
    take_found(r, b->found, in, reached.longest[b->most_tf < TFS ? b->most_tf : 0], &c);
    if (c.count && is_loaded(r, b, number))
        score_few(r, b, &c, &reached);
}

/*
 * Of the matches docs[kept[from .. end)] those that reach what is missing are scored, until one raises the threshold.
 * Returns the first that is left.
 */
static uint32_t score_found(ofsi_ranker *r, const ofsi_posting_block *block, const uint16_t *kept,
                            uint32_t from, uint32_t end, const reach *reached) {
    const uint32_t *tfs = block->ones ? NULL : ofsi_postings_block_tfs(r->lead->cursor);
    double threshold = r->threshold;
    while (from < end && r->threshold == threshold) {
        uint32_t index = kept[from++], doc = block->docs[index], tf = tfs ? tfs[index] : 1;
        if (r->lengths[doc] <= reached->longest[tf < TFS ? tf : 0])
            ofsi_rank_score(r, doc, index);
    }
    return from;
}

void ofsi_rank_found(ofsi_ranker *r, uint32_t number, const ofsi_posting_block *block, const uint16_t *kept,
                     uint32_t count) {
    const ofsi_impact *pairs;
    uint32_t n = ofsi_postings_block_front(r->lead->cursor, number, &pairs);
    if (n == 0)
        return; /* damaged */
    uint32_t most_tf = pairs[n - 1].tf;
    double highest = r->lead->weight * ofsi_source_bound(r->lead, r->bm25, pairs, n);
    for (uint32_t i = 0; i < count && r->scan->status == OFS_OK;) {
        uint32_t last = OFSI_DOC_END, end = i + 1;
        double missing = -INFINITY;
        if (r->threshold > -INFINITY)
            missing = missing_beside(r, bound_others(r, block->docs[kept[i]], &last));
        while (end < count && block->docs[kept[end]] <= last)
            end++;
        if (highest > missing || (highest == missing && !r->strict)) {
            reach reached = find_reach(r, missing, most_tf);
            i = score_found(r, block, kept, i, end, &reached);
        } else {
            i = end;
        }
    }
}

void ofsi_rank_block(ofsi_ranker *r, uint32_t number, uint32_t first, uint32_t last,
                     const ofsi_window *found) {
    const ofsi_impact *pairs;
    lead_block b = {.found = found, .loaded = false};
    bool few = found && are_few(found, first, last);
    uint32_t n = ofsi_postings_block_front(r->lead->cursor, number, &pairs);
    if (n == 0)
        return; /* damaged */
    b.most_tf = pairs[n - 1].tf;
    double highest = r->lead->weight * ofsi_source_bound(r->lead, r->bm25, pairs, n);
    for (uint64_t doc = first; doc <= last && r->scan->status == OFS_OK && !r->failed;) {
        range in = {.first = (uint32_t)doc, .last = last, .missing = -INFINITY};
        double others = INFINITY;
        if (r->threshold > -INFINITY) {
            others = bound_others(r, in.first, &in.last);
            in.missing = missing_beside(r, others);
        }
        if (highest > in.missing || (highest == in.missing && !r->strict)) {
            if (few)
                rank_few(r, &b, number, &in);
            else if (is_loaded(r, &b, number))
                rank_range(r, &b, &in, highest + others);
            else
                return;
        }
        doc = (uint64_t)in.last + 1;
    }
}
