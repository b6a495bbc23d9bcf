/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scores taken apart: the frequencies of the plan's leaves in a document, from the document's own list of terms. */
#include "indexer/base/alloc.h"
#include "search/exec/addends.h"
#include "search/exec/xapian/engine.h"

typedef struct explanation {
    ofsi_xengine *e;
    ofsi_plan plan;
    ofsi_xweighed weighed;
    ofsi_map stems; /* terms of the plan's words, by number */
    uint32_t *term_tfs, *pattern_tfs;
    ofs_error *err;
} explanation;

static ofs_status prepare(explanation *x, const ofsi_engine_request *request, ofsi_arena *arena) {
    ofsi_xengine *e = x->e;
    ofsi_plan_tools tools = {e->engine.analyzer(&e->engine), arena};
    ofs_status status = ofsi_plan_make(request->root, &tools, &x->plan, x->err);
    if (status == OFS_OK)
        status = ofsi_xweigh(e, &x->plan, arena, &x->weighed, x->err);
    for (uint32_t i = 0; i < x->plan.terms.count && status == OFS_OK; i++)
        if (ofsi_map_intern(&x->stems, x->weighed.terms[i].terms[0], NULL) != i)
            status = ofsi_fail_nomem(x->err);
    x->term_tfs = ofsi_arena_calloc(arena, (size_t)x->plan.terms.count + 1, sizeof *x->term_tfs);
    x->pattern_tfs = ofsi_arena_calloc(arena, (size_t)x->plan.pattern_count + 1, sizeof *x->pattern_tfs);
    if (status == OFS_OK && (!x->term_tfs || !x->pattern_tfs))
        status = ofsi_fail_nomem(x->err);
    ofsi_bm25_start(&e->bm25, request->k1, request->b, e->words, e->documents);
    return status;
}

static ofs_status take_term(void *context, const ofs_xapian_term *term) {
    explanation *x = context;
    ofsi_span name = ofsi_xspan(term->name);
    if (name.size && *name.data == *OFSI_XAPIAN_STEM) {
        uint32_t number = ofsi_map_find(&x->stems, name);
        if (number != OFSI_MAP_NONE)
            x->term_tfs[number] = term->wdf;
    } else if (name.size && *name.data == *OFSI_XAPIAN_FORM) {
        for (uint32_t p = 0; p < x->plan.pattern_count; p++)
            if (ofsi_map_find(&x->weighed.patterns[p].index, name) != OFSI_MAP_NONE)
                x->pattern_tfs[p] += term->wdf;
    }
    return OFS_OK;
}

static ofs_status read_document(explanation *x, uint64_t number, uint32_t *length) {
    const ofsi_xapian *lib = x->e->x;
    ofs_xapian_document *document = NULL;
    memset(x->term_tfs, 0, x->plan.terms.count * sizeof *x->term_tfs);
    memset(x->pattern_tfs, 0, x->plan.pattern_count * sizeof *x->pattern_tfs);
    ofs_status status = ofsi_xengine_document(x->e, number, &document, x->err);
    if (status == OFS_OK)
        status = lib->document_visit_terms(document, take_term, x, x->err);
    if (status == OFS_OK)
        status = lib->document_value(document, OFSI_XAPIAN_SLOT_LENGTH, &x->e->bytes, x->err);
    if (status == OFS_OK && !ofsi_xapian_read_u32(ofsi_xstring_span(&x->e->bytes), length))
        status = ofsi_fail(x->err, OFS_E_CORRUPT, "%s: a paragraph without a length",
                           ofsi_xengine_shard(x->e, number)->name);
    lib->document_free(document);
    return status;
}

static ofs_status explain_hit(explanation *x, uint64_t number, ofsi_arena *arena, ofs_hit *hit) {
    const ofsi_plan *plan = &x->plan;
    uint32_t length = 0;
    ofs_status status = read_document(x, number, &length);
    if (status != OFS_OK)
        return status;
    double norm = ofsi_bm25_norm(&x->e->bm25, length);
    ofsi_addend *addends = ofsi_arena_calloc(arena, (size_t)plan->score_count + 1, sizeof *addends);
    if (!addends)
        return ofsi_fail_nomem(x->err);
    for (uint32_t i = 0; i < plan->score_count; i++) {
        const ofsi_plan_score *score = &plan->scores[i];
        const ofsi_xleaf *leaf =
            score->is_pattern ? &x->weighed.patterns[score->number] : &x->weighed.terms[score->number];
        uint32_t tf = score->is_pattern ? x->pattern_tfs[score->number] : x->term_tfs[score->number];
        addends[i] = (ofsi_addend){leaf->idf, leaf->df, tf, tf ? ofsi_bm25_part(leaf->idf, tf, norm) : 0.0};
    }
    return ofsi_explain_addends(plan, addends, arena, hit, x->err);
}

ofs_status ofsi_xengine_explain(ofsi_engine *engine, const ofsi_engine_request *request,
                                const ofsi_explain *explain, ofsi_arena *arena, ofs_error *err) {
    explanation x = {.e = ofsi_xengine_of(engine), .err = err};
    ofsi_arena work = {0};
    ofs_status status = prepare(&x, request, &work);
    for (size_t i = 0; i < explain->count && status == OFS_OK; i++)
        status = explain_hit(&x, explain->ranked[i].doc, arena, &explain->hits[i]);
    ofsi_map_free(&x.stems);
    ofsi_xweighed_free(&x.weighed);
    ofsi_plan_free(&x.plan);
    ofsi_arena_free(&work);
    return status;
}
