/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The union of many lists, by windows of 4,096 documents: a count for each document of the window and a bit where there is
 * one, so that what is written comes out in order and nothing is sorted. Lists of the rare terms of a large expansion are
 * first read one after the other and dealt out to the windows, so that not all of them need be open at once.
 */
#include "search/exec/gather.h"

#include "indexer/base/alloc.h"

enum {
    WINDOW_BITS = 12,
    WINDOW = 1 << WINDOW_BITS,
    LANES_MOST = 64, /* terms that are all read side by side, be they rare */
    RARE = 128       /* documents of a term that is dealt out when there are more */
};

/* A list that is read along, block by block. */
typedef struct lane {
    ofsi_postings *cursor;
    const uint8_t *accept;
    uint32_t block;       /* the next */
    uint32_t at, count;   /* of the one at hand */
    const uint32_t *docs; /* its documents */
    const uint32_t *tfs;  /* NULL: all 1 */
} lane;

typedef struct pair {
    uint32_t doc, tf;
} pair;

typedef struct gathering {
    const ofsi_snapshot_segment *part;
    ofsi_expansion *out;
    uint32_t doc_count, window_count;
    lane *lanes;
    uint32_t lane_count;
    pair *rare; /* of the rare terms, by window */
    uint32_t *rare_ends;
    uint32_t counts[WINDOW];
    uint64_t bits[WINDOW / 64];
    ofs_error *err;
} gathering;

static uint32_t add_counts(uint32_t a, uint32_t b) { return a > UINT32_MAX - b ? UINT32_MAX : a + b; }

/* ---- a list ---- */

static ofs_status open_lane(const gathering *g, const ofsi_expanded_term *expanded, lane *l) {
    *l = (lane){.accept = expanded->accept};
    return ofsi_postings_open(g->part->segment, &expanded->term, &l->cursor, g->err);
}

/* Closes it; `status`, or the failure that ended the list. */
static ofs_status close_lane(const gathering *g, lane *l, ofs_status status) {
    if (status == OFS_OK)
        status = ofsi_postings_status(l->cursor, g->err);
    ofsi_postings_close(l->cursor);
    return status;
}

/* Whether there is a posting at hand, from the next block where this one is read. */
static inline bool has_posting(lane *l) {
    ofsi_posting_block block;
    if (l->at < l->count)
        return true;
    if (!ofsi_postings_load(l->cursor, l->block, &block))
        return false;
    l->docs = ofsi_postings_block_docs(l->cursor);
    l->tfs = block.ones ? NULL : ofsi_postings_block_tfs(l->cursor);
    if (!l->docs || (!block.ones && !l->tfs))
        return false;
    l->at = 0;
    l->count = block.count;
    l->block++;
    return true;
}

/* Occurrences in the document at hand whose form fits. */
static ofs_status count_fitting(lane *l, uint32_t *tf, ofs_error *err) {
    const uint32_t *positions, *codes;
    uint32_t count = l->tfs ? l->tfs[l->at] : 1;
    *tf = count;
    if (!l->accept)
        return OFS_OK;
    *tf = 0;
    ofsi_postings_stand(l->cursor, l->at, l->docs[l->at]);
    ofs_status status = ofsi_postings_positions(l->cursor, &positions, &codes, err);
    for (uint32_t i = 0; i < count && status == OFS_OK; i++)
        *tf += l->accept[codes[i]];
    return status;
}

/* ---- one list alone ---- */

static void put(gathering *g, uint32_t doc, uint32_t tf) {
    ofsi_expansion *out = g->out;
    if (tf == 0 || ofsi_snapshot_is_dead(g->part, doc))
        return;
    out->docs[out->doc_count] = doc;
    out->tfs[out->doc_count++] = tf;
}

static ofs_status copy_list(gathering *g, const ofsi_expanded_term *expanded) {
    lane l;
    uint32_t tf;
    ofs_status status = open_lane(g, expanded, &l);
    if (status != OFS_OK)
        return status;
    for (; status == OFS_OK && has_posting(&l); l.at++) {
        status = count_fitting(&l, &tf, g->err);
        if (status == OFS_OK)
            put(g, l.docs[l.at], tf);
    }
    return close_lane(g, &l, status);
}

/* ---- the rare terms of many ---- */

static bool is_rare(const ofsi_expansion *e, uint32_t i) {
    return e->term_count > LANES_MOST && e->terms[i].term.df < RARE;
}

static ofs_status read_rare(gathering *g, const ofsi_expanded_term *expanded, pair *pairs, size_t *count) {
    lane l;
    ofs_status status = open_lane(g, expanded, &l);
    if (status != OFS_OK)
        return status;
    for (; status == OFS_OK && has_posting(&l); l.at++) {
        pairs[*count].doc = l.docs[l.at];
        status = count_fitting(&l, &pairs[*count].tf, g->err);
        *count += status == OFS_OK && pairs[*count].tf > 0;
    }
    return close_lane(g, &l, status);
}

/* Pairs in the order of their windows; rare_ends[w] is where those of window w end. */
static void deal(gathering *g, const pair *pairs, size_t count) {
    uint32_t *starts = g->rare_ends + 1, sum = 0; /* one place on, so that they end as ends */
    for (size_t i = 0; i < count; i++)
        starts[pairs[i].doc >> WINDOW_BITS]++;
    for (uint32_t w = 0; w < g->window_count; w++) {
        uint32_t n = starts[w];
        starts[w] = sum;
        sum += n;
    }
    for (size_t i = 0; i < count; i++)
        g->rare[starts[pairs[i].doc >> WINDOW_BITS]++] = pairs[i];
}

static ofs_status gather_rare(gathering *g) {
    const ofsi_expansion *e = g->out;
    size_t most = 0, count = 0;
    for (uint32_t i = 0; i < e->term_count; i++)
        most += is_rare(e, i) ? e->terms[i].term.df : 0;
    if (most == 0)
        return OFS_OK;
    ofs_status status = OFS_OK;
    pair *pairs = ofsi_malloc(most * sizeof *pairs);
    g->rare = ofsi_malloc(most * sizeof *g->rare);
    g->rare_ends = ofsi_calloc((size_t)g->window_count + 1, sizeof *g->rare_ends);
    if (!pairs || !g->rare || !g->rare_ends)
        status = ofsi_fail_nomem(g->err);
    for (uint32_t i = 0; i < e->term_count && status == OFS_OK; i++)
        if (is_rare(e, i))
            status = read_rare(g, &e->terms[i], pairs, &count);
    if (status == OFS_OK)
        deal(g, pairs, count);
    ofsi_free(pairs);
    return status;
}

/* ---- windows ---- */

static void count_in(gathering *g, uint32_t at, uint32_t tf) {
    g->counts[at] = add_counts(g->counts[at], tf);
    g->bits[at / 64] |= UINT64_C(1) << at % 64;
}

static ofs_status open_lanes(gathering *g) {
    const ofsi_expansion *e = g->out;
    g->lanes = ofsi_calloc(e->term_count, sizeof *g->lanes);
    if (!g->lanes)
        return ofsi_fail_nomem(g->err);
    for (uint32_t i = 0; i < e->term_count; i++) {
        if (is_rare(e, i))
            continue;
        ofs_status status = open_lane(g, &e->terms[i], &g->lanes[g->lane_count]);
        if (status != OFS_OK)
            return status;
        g->lane_count++;
    }
    return OFS_OK;
}

/* Where all forms fit, frequencies are the counts. */
static void add_lane(gathering *g, lane *l, uint32_t first) {
    while (has_posting(l) && l->docs[l->at] - first < WINDOW) {
        uint32_t i = l->at;
        for (; i < l->count && l->docs[i] - first < WINDOW; i++)
            count_in(g, l->docs[i] - first, l->tfs ? l->tfs[i] : 1);
        l->at = i;
    }
}

/* The lane's documents of the window that begins with `first`. */
static ofs_status read_lane(gathering *g, lane *l, uint32_t first) {
    uint32_t tf;
    if (!l->accept) {
        add_lane(g, l, first);
        return OFS_OK;
    }
    for (; has_posting(l) && l->docs[l->at] - first < WINDOW; l->at++) {
        ofs_status status = count_fitting(l, &tf, g->err);
        if (status != OFS_OK)
            return status;
        if (tf)
            count_in(g, l->docs[l->at] - first, tf);
    }
    return OFS_OK;
}

/* Writes what the window holds, in order, and empties it. */
static void empty_window(gathering *g, uint32_t first) {
    for (uint32_t w = 0; w < WINDOW / 64; w++) {
        for (uint64_t left = g->bits[w]; left; left &= left - 1) {
            uint32_t at = w * 64 + (uint32_t)__builtin_ctzll(left);
            put(g, first + at, g->counts[at]);
            g->counts[at] = 0;
        }
        g->bits[w] = 0;
    }
}

static ofs_status read_windows(gathering *g) {
    ofs_status status = OFS_OK;
    for (uint32_t w = 0; w < g->window_count && status == OFS_OK; w++) {
        uint32_t first = w << WINDOW_BITS;
        for (uint32_t i = 0; i < g->lane_count && status == OFS_OK; i++)
            status = read_lane(g, &g->lanes[i], first);
        for (uint32_t i = g->rare ? g->rare_ends[w] : 0; g->rare && i < g->rare_ends[w + 1]; i++)
            count_in(g, g->rare[i].doc - first, g->rare[i].tf);
        empty_window(g, first);
    }
    return status;
}

static ofs_status gather_many(gathering *g) {
    ofs_status status = gather_rare(g);
    if (status == OFS_OK)
        status = open_lanes(g);
    if (status == OFS_OK)
        status = read_windows(g);
    for (uint32_t i = 0; i < g->lane_count; i++)
        status = close_lane(g, &g->lanes[i], status);
    ofsi_free(g->lanes);
    ofsi_free(g->rare);
    ofsi_free(g->rare_ends);
    return status;
}

/* Room for as many documents as there can be. */
static ofs_status make_room(gathering *g, ofsi_arena *arena) {
    ofsi_expansion *e = g->out;
    uint64_t most = 0;
    for (uint32_t i = 0; i < e->term_count; i++)
        most += e->terms[i].term.df;
    if (most > g->doc_count)
        most = g->doc_count;
    e->docs = ofsi_arena_alloc(arena, (size_t)most * sizeof *e->docs);
    e->tfs = ofsi_arena_alloc(arena, (size_t)most * sizeof *e->tfs);
    return e->docs && e->tfs ? OFS_OK : ofsi_fail_nomem(g->err);
}

ofs_status ofsi_gather(const ofsi_snapshot_segment *part, ofsi_arena *arena, ofsi_expansion *expansion,
                       ofs_error *err) {
    if (expansion->term_count == 1 && !expansion->terms[0].accept && !part->dead_bits) {
        expansion->only = &expansion->terms[0].term;
        expansion->doc_count = expansion->only->df;
        return OFS_OK;
    }
    gathering *g = ofsi_calloc(1, sizeof *g);
    if (!g)
        return ofsi_fail_nomem(err);
    g->part = part;
    g->out = expansion;
    g->doc_count = ofsi_segment_doc_count(part->segment);
    g->window_count = (g->doc_count + WINDOW - 1) >> WINDOW_BITS;
    g->err = err;
    ofs_status status = make_room(g, arena);
    if (status == OFS_OK)
        status = expansion->term_count == 1 ? copy_list(g, &expansion->terms[0]) : gather_many(g);
    if (status != OFS_OK)
        expansion->doc_count = 0;
    ofsi_free(g);
    return status;
}
