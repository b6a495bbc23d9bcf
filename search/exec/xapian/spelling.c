/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words that one was perhaps meant to be, by the rules of spell.h over the folded forms of the index. How the chosen one is
 * mostly written is looked up among the forms with capitals afterwards.
 */
#include "indexer/analysis/stemmer.h"
#include "indexer/base/alloc.h"
#include "search/exec/spell.h"
#include "search/exec/xapian/engine.h"

typedef struct hunt {
    ofsi_xengine *e;
    const ofsi_word *word;
    uint32_t most;
    ofsi_spelling spelling;
    ofs_error *err;
} hunt;

static ofs_status try_form(void *context, const ofs_xapian_term *term) {
    hunt *h = context;
    ofsi_span form;
    uint64_t paragraphs;
    ofs_xapian_bytes stem_term;
    ofs_status status = ofsi_xengine_value(h->e, OFSI_XAPIAN_FORM, ofsi_xspan(term->name), &form, h->err);
    if (status != OFS_OK)
        return status;
    uint32_t edits = ofsi_spell_edits(form, h->word->folded, h->most);
    if (edits > h->most)
        return OFS_OK;
    ofsi_span stem = ofsi_stemmer_stem(&h->e->stemmer, form);
    if (!stem.data)
        return ofsi_fail_nomem(h->err);
    if (ofsi_span_equal(stem, h->word->stem))
        return OFS_OK;
    status = ofsi_xengine_term(h->e, OFSI_XAPIAN_STEM, stem, &stem_term, h->err);
    if (status == OFS_OK)
        status = ofsi_xengine_df(h->e, stem_term, &paragraphs, h->err);
    return status == OFS_OK ? ofsi_spelling_offer(&h->spelling, form, edits, form, 1, paragraphs, h->err)
                            : status;
}

/* ---- as it is mostly written ---- */

typedef struct spelled {
    ofsi_xengine *e;
    ofsi_span folded;
    ofsi_arena *arena;
    ofsi_span best;
    uint64_t count, with_capitals; /* of the best; of all that have a capital */
    ofs_error *err;
} spelled;

static ofs_status try_surface(void *context, const ofs_xapian_term *term) {
    spelled *s = context;
    char buffer[OFSI_TERM_MAX * 4];
    ofsi_span surface;
    uint32_t count;
    ofs_status status =
        ofsi_xengine_value(s->e, OFSI_XAPIAN_CAPITALS, ofsi_xspan(term->name), &surface, s->err);
    if (status != OFS_OK)
        return status;
    const ofsi_span folded = {buffer, ofsi_fold(surface, buffer, sizeof buffer)};
    if (!ofsi_span_equal(folded, s->folded))
        return OFS_OK;
    const char *copy = ofsi_arena_strndup(s->arena, surface.data, surface.size);
    if (!copy)
        return ofsi_fail_nomem(s->err);
    status = s->e->x->database_collfreq(s->e->all, term->name, &count, s->err);
    if (status == OFS_OK && count > s->count) {
        s->best = (ofsi_span){copy, surface.size};
        s->count = count;
    }
    s->with_capitals += status == OFS_OK ? count : 0;
    return status;
}

/* The folded form becomes the surface form that is most frequent of it. */
static ofs_status find_spelled(ofsi_xengine *e, ofsi_arena *arena, ofsi_span *word, ofs_error *err) {
    spelled s = {.e = e, .folded = *word, .arena = arena, .best = *word, .err = err};
    ofs_xapian_bytes term;
    uint32_t all = 0;
    ofs_status status = e->x->database_visit_terms(e->all, ofsi_xbytes(ofsi_span_of(OFSI_XAPIAN_CAPITALS)),
                                                   try_surface, &s, err);
    if (status == OFS_OK)
        status = ofsi_xengine_term(e, OFSI_XAPIAN_FORM, *word, &term, err);
    if (status == OFS_OK)
        status = e->x->database_collfreq(e->all, term, &all, err);
    if (status == OFS_OK && s.count && s.count >= all - s.with_capitals) /* equal: capitals sort first */
        *word = s.best;
    return status;
}

ofs_status ofsi_xengine_correct(ofsi_engine *engine, const ofsi_word *word, ofsi_arena *arena,
                                ofsi_span *instead, ofs_error *err) {
    hunt h = {.e = ofsi_xengine_of(engine), .word = word, .spelling = {.arena = arena}, .err = err};
    uint64_t own;
    *instead = (ofsi_span){NULL, 0};
    ofs_status status = ofsi_xengine_frequency(engine, word->stem, &own, err);
    if (status != OFS_OK || !ofsi_spell_looks_at(word, own))
        return status;
    h.most = ofsi_spell_most(word);
    status = h.e->x->database_visit_terms(h.e->all, ofsi_xbytes(ofsi_span_of(OFSI_XAPIAN_FORM)), try_form, &h,
                                          err);
    if (status == OFS_OK)
        ofsi_spelling_choose(&h.spelling, own, instead);
    ofsi_spelling_free(&h.spelling);
    return status == OFS_OK && instead->size ? find_spelled(h.e, arena, instead, err) : status;
}
