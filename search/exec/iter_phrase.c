/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Documents in which words stand side by side, in the forms asked for. Candidates hold the words; positions (and form
 * codes) decide.
 */
#include "indexer/base/alloc.h"
#include "search/exec/window.h"

/* Positions of one word in the document, those of unfitting forms left out. */
typedef struct kept {
    uint32_t *positions; /* owned */
    size_t capacity;
} kept;

typedef struct iter_phrase {
    ofsi_iter base;
    ofsi_phrase phrase;
    ofsi_edge *edges; /* as phrase.words */
    kept *kept;       /* as phrase.words */
    uint32_t *order;  /* of the words: the rarest first */
    uint32_t *starts; /* of the phrase so far, while a chain of words narrows them; owned */
    size_t starts_capacity;
    ofsi_position_run *places; /* of a block of candidates, word by word; made when it is needed */
    ofsi_phrase_work work;
    ofsi_extents found; /* in document `looked` */
    uint32_t looked;
} iter_phrase;

static uint32_t advance_phrase(ofsi_iter *iter, uint32_t target) {
    return iter->doc = ofsi_iter_advance(((iter_phrase *)iter)->phrase.candidates, target);
}

/* Leaves in `keep` the positions whose form fits. */
static ofs_status keep_fitting(const ofsi_phrase_word *word, kept *keep, ofsi_edge *edge,
                               const uint32_t *codes, ofs_error *err) {
    uint32_t count = 0;
    if (!ofsi_grow(&keep->positions, &keep->capacity, edge->count, sizeof *keep->positions))
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < edge->count; i++)
        if (word->accept[codes[i]])
            keep->positions[count++] = edge->positions[i];
    edge->positions = keep->positions;
    edge->count = count;
    return OFS_OK;
}

static ofs_status load_edge(iter_phrase *it, uint32_t number, ofs_error *err) {
    const ofsi_phrase_word *word = &it->phrase.words[number];
    ofsi_edge *edge = &it->edges[number];
    const uint32_t *codes = NULL;
    *edge = (ofsi_edge){.from = word->from, .to = word->to};
    if (!word->accept)
        return ofsi_postings_positions_in(word->cursor, it->base.doc, &edge->positions, &edge->count, err);
    if (ofsi_postings_doc(word->cursor) != it->base.doc &&
        ofsi_postings_seek(word->cursor, it->base.doc) != it->base.doc)
        return ofsi_postings_status(word->cursor, err);
    ofs_status status = ofsi_postings_positions(word->cursor, &edge->positions, &codes, err);
    if (status != OFS_OK)
        return status;
    edge->count = ofsi_postings_tf(word->cursor);
    return keep_fitting(word, &it->kept[number], edge, codes, err);
}

/* Finds the phrase in the current document, once for each. */
static void look(iter_phrase *it) {
    ofs_error *err = ofsi_scan_err(it->base.scan);
    ofs_status status = OFS_OK;
    if (it->looked == it->base.doc)
        return;
    it->found.count = 0;
    it->looked = it->base.doc;
    for (uint32_t i = 0; i < it->phrase.count && status == OFS_OK; i++)
        status = load_edge(it, i, err);
    if (status == OFS_OK &&
        !ofsi_find_phrase(it->edges, it->phrase.count, it->phrase.length, &it->work, &it->found))
        status = ofsi_fail_nomem(err);
    if (status != OFS_OK) {
        it->found.count = 0;
        ofsi_scan_fail(it->base.scan, status);
    }
}

/* Of the starts those whose word `from` places on is at one of the edge's positions. */
static size_t narrow_starts(uint32_t *starts, size_t count, const ofsi_edge *edge) {
    size_t n = 0;
    uint32_t p = 0;
    for (size_t i = 0; i < count && p < edge->count; i++) {
        uint64_t wanted = (uint64_t)starts[i] + edge->from;
        while (p < edge->count && edge->positions[p] < wanted)
            p++;
        starts[n] = starts[i];
        n += p < edge->count && edge->positions[p] == wanted;
    }
    return n;
}

/* Where the phrase may start, by the first word looked at. */
static ofs_status take_starts(iter_phrase *it, const ofsi_edge *edge, size_t *count, ofs_error *err) {
    size_t n = 0;
    if (edge->count > it->starts_capacity &&
        !ofsi_grow(&it->starts, &it->starts_capacity, edge->count, sizeof *it->starts))
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < edge->count; i++)
        if (edge->positions[i] >= edge->from)
            it->starts[n++] = edge->positions[i] - edge->from;
    *count = n;
    return OFS_OK;
}

/* Without joins the words follow one another: the first that does not is the last whose positions are read, rare ones first. */
static bool confirm_chain(iter_phrase *it) {
    ofs_error *err = ofsi_scan_err(it->base.scan);
    ofs_status status = OFS_OK;
    size_t count = 0;
    for (uint32_t i = 0; i < it->phrase.count && status == OFS_OK && (count || i == 0); i++) {
        const ofsi_edge *edge = &it->edges[it->order[i]];
        status = load_edge(it, it->order[i], err);
        if (status == OFS_OK && i == 0)
            status = take_starts(it, edge, &count, err);
        else if (status == OFS_OK)
            count = narrow_starts(it->starts, count, edge);
    }
    if (status != OFS_OK)
        ofsi_scan_fail(it->base.scan, status);
    return status == OFS_OK && count > 0;
}

static bool is_chain(const iter_phrase *it) {
    return it->phrase.count == it->phrase.length && !it->phrase.follows;
}

static bool confirm_phrase(ofsi_iter *iter) {
    iter_phrase *it = (iter_phrase *)iter;
    if (is_chain(it))
        return confirm_chain(it);
    look(it);
    return it->found.count > 0;
}

/* ---- blocks of candidates ---- */

/* What was read of a word in one document. */
typedef struct occurrences {
    const ofsi_phrase_word *word;
    const uint32_t *gaps, *codes; /* codes where the word's form matters */
    uint32_t count;
} occurrences;

static bool fits(const occurrences *o, uint32_t i) { return !o->codes || o->word->accept[o->codes[i]]; }

/* Where the phrase may start, by the word that is the rarest. */
static bool start_with(iter_phrase *it, const occurrences *o, uint32_t *count) {
    uint64_t position = 0;
    uint32_t n = 0;
    if (o->count > it->starts_capacity &&
        !ofsi_grow(&it->starts, &it->starts_capacity, o->count, sizeof *it->starts)) {
        ofsi_scan_fail(it->base.scan, ofsi_fail_nomem(ofsi_scan_err(it->base.scan)));
        return false;
    }
    for (uint32_t i = 0; i < o->count; i++) {
        position += o->gaps[i];
        it->starts[n] = (uint32_t)(position - o->word->from);
        n += position >= o->word->from && fits(o, i);
    }
    *count = n;
    return true;
}

/* Of the starts those that the word stands the right way behind; with `any` the first of them will do. */
static uint32_t go_on_with(uint32_t *starts, uint32_t count, const occurrences *o, bool any) {
    uint64_t position = o->gaps[0];
    uint32_t n = 0, p = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t wanted = (uint64_t)starts[i] + o->word->from;
        while (position < wanted) {
            if (++p == o->count)
                return n;
            position += o->gaps[p];
        }
        starts[n] = starts[i];
        n += position == wanted && fits(o, p);
        if (n && any)
            return n;
    }
    return n;
}

/* Whether the phrase stands in candidate `number`, by the places found. */
static bool stands_in(iter_phrase *it, uint32_t number) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < it->phrase.count && (i == 0 || count); i++) {
        occurrences o = {.word = &it->phrase.words[it->order[i]]};
        const ofsi_position_run *place = &it->places[(size_t)i * OFSI_BLOCK_SIZE + number];
        ofs_status status = ofsi_postings_gaps(
            o.word->cursor, place, &o.gaps, o.word->accept ? &o.codes : NULL, ofsi_scan_err(it->base.scan));
        if (status != OFS_OK) {
            ofsi_scan_fail(it->base.scan, status);
            return false;
        }
        o.count = place->tf;
        if (i)
            count = go_on_with(it->starts, count, &o, i + 1 == it->phrase.count);
        else if (!start_with(it, &o, &count))
            return false;
    }
    return count > 0;
}

/* The candidates that hold all the words, and where. Of a block of the rarest word's it comes last: it is at hand. */
static void find_places(iter_phrase *it, ofsi_candidates *c) {
    uint32_t count = it->phrase.count;
    for (uint32_t i = 1; it->phrase.narrows && i + 1 < count && c->count; i++)
        c->count = ofsi_postings_keep(it->phrase.words[it->order[i]].cursor, c->docs, c->kept, c->count);
    for (uint32_t i = count; i-- > 0 && c->count;) {
        c->places = it->places + (size_t)i * OFSI_BLOCK_SIZE;
        c->count = ofsi_postings_keep_places(it->phrase.words[it->order[i]].cursor, c);
    }
}

/* Of those the ones in which each word may stand the right way from the words before it: few are left to be compared. */
static void mark_places(iter_phrase *it, ofsi_candidates *c) {
    ofsi_scan *scan = it->base.scan;
    ofs_status status = OFS_OK;
    uint64_t marks[OFSI_BLOCK_SIZE];
    memset(marks, 0xff, sizeof marks);
    for (uint32_t i = 0; i < it->phrase.count && c->count && status == OFS_OK; i++) {
        const ofsi_phrase_word *word = &it->phrase.words[it->order[i]];
        c->places = it->places + (size_t)i * OFSI_BLOCK_SIZE;
        status = ofsi_postings_keep_marked(word->cursor, c, word->from, marks, ofsi_scan_err(scan));
    }
    if (status != OFS_OK) {
        c->count = 0;
        ofsi_scan_fail(scan, status);
    }
}

static uint32_t settle_chain(iter_phrase *it, const uint32_t *docs, uint16_t *kept_docs, uint32_t count) {
    ofsi_scan *scan = it->base.scan;
    ofsi_candidates c = {.docs = docs, .kept = kept_docs, .count = count};
    uint32_t n = 0;
    if (!it->places)
        it->places =
            ofsi_arena_alloc(&scan->arena, (size_t)it->phrase.count * OFSI_BLOCK_SIZE * sizeof *it->places);
    if (!it->places) {
        ofsi_scan_fail(scan, ofsi_fail_nomem(ofsi_scan_err(scan)));
        return 0;
    }
    find_places(it, &c);
    mark_places(it, &c);
    for (uint32_t i = 0; i < c.count; i++) {
        kept_docs[n] = kept_docs[i];
        n += stands_in(it, kept_docs[i]);
    }
    return n;
}

/* One behind the other, so that cursors only move forth. */
static uint32_t settle_phrase(ofsi_iter *iter, const uint32_t *docs, uint16_t *kept_docs, uint32_t count) {
    uint32_t n = 0;
    if (is_chain((iter_phrase *)iter))
        return settle_chain((iter_phrase *)iter, docs, kept_docs, count);
    for (uint32_t i = 0; i < count; i++) {
        iter->doc = docs[kept_docs[i]];
        kept_docs[n] = kept_docs[i];
        n += confirm_phrase(iter);
    }
    return n;
}

static void narrow_phrase(ofsi_iter *iter, ofsi_window *w) {
    ofsi_window_keep(w, ((iter_phrase *)iter)->phrase.candidates);
}

static uint32_t next_phrase(ofsi_iter *iter, uint32_t target) {
    return ofsi_window_next(((iter_phrase *)iter)->phrase.candidates, target);
}

static void phrase_extents(ofsi_iter *iter, ofsi_extents *out) {
    iter_phrase *it = (iter_phrase *)iter;
    look(it);
    for (size_t i = 0; i < it->found.count; i++)
        ofsi_extents_push(out, it->found.items[i].start, it->found.items[i].end);
}

static void close_phrase(ofsi_iter *iter) {
    iter_phrase *it = (iter_phrase *)iter;
    for (uint32_t i = 0; it->kept && i < it->phrase.count; i++)
        ofsi_free(it->kept[i].positions);
    ofsi_free(it->starts);
    ofsi_phrase_work_free(&it->work);
    ofsi_extents_free(&it->found);
}

/* By insertion: words are few. */
static void order_words(iter_phrase *it) {
    const ofsi_phrase_word *words = it->phrase.words;
    for (uint32_t i = 0; i < it->phrase.count; i++) {
        uint32_t at = i;
        for (; at && ofsi_postings_df(words[it->order[at - 1]].cursor) > ofsi_postings_df(words[i].cursor);
             at--)
            it->order[at] = it->order[at - 1];
        it->order[at] = i;
    }
}

ofsi_iter *ofsi_iter_phrase(ofsi_scan *scan, const ofsi_phrase *phrase) {
    static const ofsi_iter_ops ops = {.advance = advance_phrase,
                                      .confirm = confirm_phrase,
                                      .extents = phrase_extents,
                                      .narrow = narrow_phrase,
                                      .settle = settle_phrase,
                                      .next = next_phrase,
                                      .close = close_phrase};
    iter_phrase *it = ofsi_scan_iter(scan, sizeof *it, &ops);
    if (!it)
        return NULL;
    it->phrase = *phrase;
    it->looked = OFSI_DOC_END;
    it->edges = ofsi_arena_calloc(&scan->arena, phrase->count, sizeof *it->edges);
    it->kept = ofsi_arena_calloc(&scan->arena, phrase->count, sizeof *it->kept);
    it->order = ofsi_arena_calloc(&scan->arena, phrase->count, sizeof *it->order);
    if (!it->edges || !it->kept || !it->order) {
        ofsi_scan_fail(scan, ofsi_fail_nomem(ofsi_scan_err(scan)));
        return NULL;
    }
    order_words(it);
    it->base.cost = phrase->candidates->cost;
    it->base.effort = OFSI_EFFORT_POSITIONS + phrase->count;
    it->base.doc = phrase->candidates->doc;
    return &it->base;
}
