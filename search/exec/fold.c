/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Near-identical paragraphs: A. Broder, "On the resemblance and containment of documents", 1997. A paragraph is the set of
 * its shingles, runs of SHINGLE words each hashed; two are near-identical when they share at least four fifths of all the
 * shingles that either has. To find the pairs without comparing all, only paragraphs that share one of the KEYS least hashes
 * (a sample of the set, Broder's sketch) are compared, then exactly. The best-ranked stands for its like.
 */
#include "search/exec/fold.h"

#include <stdlib.h>

#include "indexer/base/alloc.h"
#include "indexer/base/map.h"

enum { SHINGLE = 4, KEYS = 8, TEXTS_AT_ONCE = 1000 };

typedef struct shingles {
    const uint64_t *hashes; /* ascending, distinct */
    size_t count;
} shingles;

/* Representatives that have a hash among their least. */
typedef struct link {
    uint32_t representative;
    uint32_t next; /* number of a link, OFSI_MAP_NONE: none */
} link;

typedef struct folding {
    ofsi_engine *engine;
    ofsi_analyzer *analyzer;
    ofsi_arena arena; /* shingles of representatives */
    shingles *sets;   /* of representatives */
    size_t set_count, set_capacity;
    ofsi_map keys; /* hashes */
    uint32_t *heads;
    size_t head_capacity;
    link *links;
    size_t link_count, link_capacity;
    ofsi_tokens tokens;
    uint64_t *hashes; /* of the paragraph at hand */
    size_t hash_capacity;
    ofs_error *err;
} folding;

static int by_hash(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Words are taken as folded, so that case and marks do not matter; the last run may be shorter. */
static ofs_status make_shingles(folding *f, ofsi_span text, shingles *out) {
    ofs_status status = ofsi_analyze(f->analyzer, text, &f->tokens, f->err);
    size_t count = 0, kept = 0;
    if (status != OFS_OK)
        return status;
    if (!ofsi_grow(&f->hashes, &f->hash_capacity, f->tokens.count + 1, sizeof *f->hashes))
        return ofsi_fail_nomem(f->err);
    uint64_t run[SHINGLE] = {0};
    size_t words = 0;
    for (size_t i = 0; i < f->tokens.count; i++) {
        if (f->tokens.items[i].span > 1)
            continue;
        ofsi_span word = ofsi_analyzer_word(f->analyzer, f->tokens.items[i].word)->folded;
        memmove(run, run + 1, sizeof run - sizeof *run);
        run[SHINGLE - 1] = ofsi_hash64(word.data, word.size);
        if (++words >= SHINGLE)
            f->hashes[count++] = ofsi_hash64(run, sizeof run);
    }
    if (words < SHINGLE)
        f->hashes[count++] = ofsi_hash64(run, sizeof run);
    qsort(f->hashes, count, sizeof *f->hashes, by_hash);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || f->hashes[kept - 1] != f->hashes[i])
            f->hashes[kept++] = f->hashes[i];
    *out = (shingles){f->hashes, kept};
    return OFS_OK;
}

/*
 * Whether at least four fifths of all that either has are shared: no more than a ninth of both together may then be without
 * its like. Most sets that are compared share little, and that soon shows.
 */
static bool are_alike(const shingles *a, const shingles *b) {
    size_t i = 0, k = 0, shared = 0, all = a->count + b->count;
    while (i < a->count && k < b->count && 9 * (i + k - 2 * shared) <= all) {
        uint64_t x = a->hashes[i], y = b->hashes[k];
        shared += x == y;
        i += x <= y;
        k += y <= x;
    }
    return 9 * (all - 2 * shared) <= all;
}

static ofsi_span key_of(const uint64_t *hash) { return (ofsi_span){(const char *)hash, sizeof *hash}; }

/* The first representative that is like the paragraph, or OFSI_MAP_NONE. */
static uint32_t find_like(const folding *f, const shingles *set) {
    uint32_t best = OFSI_MAP_NONE;
    for (size_t i = 0; i < set->count && i < KEYS; i++) {
        uint32_t key = ofsi_map_find(&f->keys, key_of(&set->hashes[i]));
        uint32_t at = key == OFSI_MAP_NONE ? OFSI_MAP_NONE : f->heads[key];
        for (; at != OFSI_MAP_NONE; at = f->links[at].next) {
            uint32_t r = f->links[at].representative;
            if (r < best && are_alike(set, &f->sets[r]))
                best = r;
        }
    }
    return best;
}

static ofs_status add_representative(folding *f, const shingles *set) {
    uint64_t *hashes = ofsi_arena_alloc(&f->arena, set->count * sizeof *hashes);
    if (!hashes || f->set_count >= OFSI_MAP_NONE - 1 ||
        !ofsi_grow(&f->sets, &f->set_capacity, f->set_count + 1, sizeof *f->sets) ||
        !ofsi_grow(&f->links, &f->link_capacity, f->link_count + KEYS, sizeof *f->links))
        return ofsi_fail_nomem(f->err);
    memcpy(hashes, set->hashes, set->count * sizeof *hashes);
    f->sets[f->set_count] = (shingles){hashes, set->count};
    for (size_t i = 0; i < set->count && i < KEYS; i++) {
        bool added;
        uint32_t key = ofsi_map_intern(&f->keys, key_of(&hashes[i]), &added);
        if (key == OFSI_MAP_NONE ||
            !ofsi_grow(&f->heads, &f->head_capacity, (size_t)key + 1, sizeof *f->heads))
            return ofsi_fail_nomem(f->err);
        f->links[f->link_count] = (link){(uint32_t)f->set_count, added ? OFSI_MAP_NONE : f->heads[key]};
        f->heads[key] = (uint32_t)f->link_count++;
    }
    f->set_count++;
    return OFS_OK;
}

static ofs_status fold_one(folding *f, ofsi_span text, uint32_t *representative) {
    shingles set = {NULL, 0};
    ofs_status status = make_shingles(f, text, &set);
    if (status != OFS_OK)
        return status;
    *representative = find_like(f, &set);
    if (*representative != OFSI_MAP_NONE)
        return OFS_OK;
    *representative = (uint32_t)f->set_count;
    return add_representative(f, &set);
}

/* By rank: the number of the representative of each. */
static ofs_status fold_all(folding *f, const ofsi_ranked *ranked, size_t count, uint32_t *representatives) {
    ofsi_arena texts = {0};
    ofs_status status = OFS_OK;
    for (size_t i = 0; i < count && status == OFS_OK;) {
        ofsi_fetch fetch = {.arena = &texts};
        for (size_t end = i + TEXTS_AT_ONCE; i < count && i < end && status == OFS_OK; i++) {
            ofs_hit hit = {0};
            status = f->engine->fetch(f->engine, ranked[i].doc, &fetch, &hit, f->err);
            if (status == OFS_OK)
                status = fold_one(f, (ofsi_span){hit.text, hit.text_size}, &representatives[i]);
        }
        ofsi_arena_reset(&texts);
    }
    ofsi_arena_free(&texts);
    return status;
}

/* Groups behind each other in `arena`, in the order of their representatives, members by rank. */
static ofs_status write_groups(const folding *f, const ofsi_ranked *ranked, size_t count,
                               const uint32_t *representatives, ofsi_arena *arena, ofsi_folded *out) {
    ofsi_ranked *members = ofsi_arena_calloc(arena, count + 1, sizeof *members);
    out->groups = ofsi_arena_calloc(arena, f->set_count + 1, sizeof *out->groups);
    if (!members || !out->groups)
        return ofsi_fail_nomem(f->err);
    out->count = f->set_count;
    for (size_t i = 0; i < count; i++)
        out->groups[representatives[i]].count++;
    for (size_t g = 0; g < f->set_count; g++) {
        out->groups[g].members = members;
        members += out->groups[g].count;
        out->groups[g].count = 0;
    }
    for (size_t i = 0; i < count; i++) {
        ofsi_fold_group *group = &out->groups[representatives[i]];
        group->members[group->count++] = ranked[i];
    }
    return OFS_OK;
}

ofs_status ofsi_fold_matches(ofsi_engine *engine, const ofsi_ranked *ranked, size_t count, ofsi_arena *arena,
                             ofsi_folded *out, ofs_error *err) {
    folding f = {.engine = engine, .analyzer = engine->analyzer(engine), .err = err};
    uint32_t *representatives = ofsi_reallocarray(NULL, count + 1, sizeof *representatives);
    *out = (ofsi_folded){0};
    ofs_status status = representatives ? fold_all(&f, ranked, count, representatives) : ofsi_fail_nomem(err);
    if (status == OFS_OK)
        status = write_groups(&f, ranked, count, representatives, arena, out);
    ofsi_free(representatives);
    ofsi_arena_free(&f.arena);
    ofsi_free(f.sets);
    ofsi_map_free(&f.keys);
    ofsi_free(f.heads);
    ofsi_free(f.links);
    ofsi_tokens_free(&f.tokens);
    ofsi_free(f.hashes);
    return status;
}
