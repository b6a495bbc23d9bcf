/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What patterns stand for, and how many documents hold each leaf. */
#include "search/exec/weigh.h"
#include "indexer/base/alloc.h"
#include "search/exec/xapian/engine.h"

/* ---- patterns ---- */

typedef struct hunt {
    ofsi_xengine *e;
    const ofsi_pattern *pattern;
    ofsi_xleaf *leaf;
    ofs_error *err;
} hunt;

static ofs_status try_form(void *context, const ofs_xapian_term *term) {
    const hunt *h = context;
    ofsi_span form;
    ofs_status status = ofsi_xengine_value(h->e, OFSI_XAPIAN_FORM, ofsi_xspan(term->name), &form, h->err);
    if (status != OFS_OK || !ofsi_pattern_fits(h->pattern, form))
        return status;
    if (ofsi_map_intern(&h->leaf->index, ofsi_xspan(term->name), NULL) == OFSI_MAP_NONE)
        return ofsi_fail_nomem(h->err);
    return OFS_OK;
}

/* The limit is one of stems, of which there are no more than forms. */
static ofs_status check_limit(const hunt *h) {
    ofsi_map stems = {0};
    ofs_status status = OFS_OK;
    if (h->leaf->index.count <= OFSI_EXPANSION_MAX)
        return OFS_OK;
    for (uint32_t i = 0; i < h->leaf->index.count && status == OFS_OK; i++) {
        ofsi_span form;
        status = ofsi_xengine_value(h->e, OFSI_XAPIAN_FORM, h->leaf->index.keys[i], &form, h->err);
        ofsi_span stem = status == OFS_OK ? ofsi_stemmer_stem(&h->e->stemmer, form) : (ofsi_span){NULL, 0};
        if (status == OFS_OK && (!stem.data || ofsi_map_intern(&stems, stem, NULL) == OFSI_MAP_NONE))
            status = ofsi_fail_nomem(h->err);
        else if (status == OFS_OK && stems.count > OFSI_EXPANSION_MAX)
            status = ofsi_fail_expansion(h->pattern, h->err);
    }
    ofsi_map_free(&stems);
    return status;
}

static ofs_status expand(ofsi_xengine *e, const ofsi_pattern *pattern, ofsi_xleaf *leaf, ofs_error *err) {
    hunt h = {e, pattern, leaf, err};
    ofsi_buf prefix = {0};
    /* Terms of very long words are cut. */
    size_t size = pattern->literal.size < OFSI_XAPIAN_TERM_CUT ? pattern->literal.size : OFSI_XAPIAN_TERM_CUT;
    ofsi_buf_text(&prefix, OFSI_XAPIAN_FORM);
    ofsi_buf_append(&prefix, pattern->literal.data, size);
    ofs_status status =
        prefix.failed
            ? ofsi_fail_nomem(err)
            : e->x->database_visit_terms(e->all, ofsi_xbytes(ofsi_buf_span(&prefix)), try_form, &h, err);
    ofsi_buf_free(&prefix);
    leaf->terms = leaf->index.keys;
    leaf->term_count = leaf->index.count;
    return status == OFS_OK ? check_limit(&h) : status;
}

/* Documents with any of the pattern's forms. */
static ofs_status count_any(ofsi_xengine *e, const ofsi_xleaf *leaf, uint64_t *df, ofs_error *err) {
    const ofs_xapian_page page = {.check_at_least = UINT32_MAX};
    ofsi_xmaker m = {.e = e, .careful = e->has_gaps, .err = err};
    ofs_xapian_enquire *enquire = NULL;
    ofs_xapian_mset *mset = NULL;
    ofs_xapian_matches matches = {0};
    ofsi_xquery *forms = ofsi_calloc(leaf->term_count, sizeof *forms);
    for (uint32_t i = 0; forms && i < leaf->term_count; i++)
        forms[i] = ofsi_xmaker_leaf(&m, leaf->terms[i]);
    ofsi_xquery any = forms ? ofsi_xmaker_combine(&m, OFS_XAPIAN_OR, forms, leaf->term_count, 0) : NULL;
    ofs_status status = !forms ? ofsi_fail_nomem(err) : m.status;
    if (status == OFS_OK)
        status = e->x->enquire_new(e->all, &enquire, err);
    if (status == OFS_OK)
        status = ofsi_xmaker_set(&m, enquire, any);
    if (status == OFS_OK)
        status = e->x->enquire_search(enquire, &page, &mset, err);
    if (status == OFS_OK)
        status = e->x->mset_matches(mset, &matches, err);
    *df = matches.estimated;
    e->x->mset_free(mset);
    e->x->enquire_free(enquire);
    ofsi_xmaker_free(&m);
    ofsi_free(forms);
    return status;
}

/* ---- all leaves ---- */

static ofs_status make_term(ofsi_xengine *e, ofsi_span stem, ofsi_arena *arena, ofsi_xleaf *leaf,
                            ofs_error *err) {
    ofs_xapian_bytes term;
    ofs_status status = ofsi_xengine_term(e, OFSI_XAPIAN_STEM, stem, &term, err);
    if (status != OFS_OK)
        return status;
    leaf->terms = ofsi_arena_calloc(arena, 1, sizeof *leaf->terms);
    const char *copy = ofsi_arena_strndup(arena, term.data, term.size);
    if (!leaf->terms || !copy)
        return ofsi_fail_nomem(err);
    leaf->terms[0] = (ofsi_span){copy, term.size};
    leaf->term_count = 1;
    return OFS_OK;
}

static ofs_status count_leaf(ofsi_xengine *e, ofsi_xleaf *leaf, ofs_error *err) {
    ofs_status status = OFS_OK;
    if (leaf->counted)
        return OFS_OK;
    if (leaf->term_count == 1)
        status = ofsi_xengine_df(e, ofsi_xbytes(leaf->terms[0]), &leaf->df, err);
    else if (leaf->term_count > 1)
        status = count_any(e, leaf, &leaf->df, err);
    leaf->idf = ofsi_idf(e->documents, leaf->df);
    leaf->counted = true;
    return status;
}

ofs_status ofsi_xweigh(ofsi_xengine *e, const ofsi_plan *plan, ofsi_arena *arena, ofsi_xweighed *weighed,
                       ofs_error *err) {
    ofs_status status = OFS_OK;
    *weighed = (ofsi_xweighed){.plan = plan};
    weighed->terms = ofsi_arena_calloc(arena, (size_t)plan->terms.count + 1, sizeof *weighed->terms);
    weighed->patterns = ofsi_arena_calloc(arena, (size_t)plan->pattern_count + 1, sizeof *weighed->patterns);
    if (!weighed->terms || !weighed->patterns)
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < plan->terms.count && status == OFS_OK; i++)
        status = make_term(e, plan->terms.keys[i], arena, &weighed->terms[i], err);
    for (uint32_t i = 0; i < plan->pattern_count && status == OFS_OK; i++)
        status = expand(e, &plan->patterns[i].pattern, &weighed->patterns[i], err);
    for (uint32_t i = 0; i < plan->score_count && status == OFS_OK; i++) {
        const ofsi_plan_score *score = &plan->scores[i];
        status = count_leaf(
            e, score->is_pattern ? &weighed->patterns[score->number] : &weighed->terms[score->number], err);
    }
    return status;
}

void ofsi_xweighed_free(ofsi_xweighed *weighed) {
    for (uint32_t i = 0; weighed->patterns && i < weighed->plan->pattern_count; i++)
        ofsi_map_free(&weighed->patterns[i].index);
}
