/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A query over the segments of a snapshot. The best by score come from rank.c, which looks at few matches; where totals or
 * facets are wanted, or all hits, or another order, every match is visited; where every match holds a word, the best are
 * found in the same pass.
 */
#include "search/exec/run.h"

#include "search/exec/addends.h"
#include "search/exec/count.h"
#include "search/exec/facets.h"
#include "search/exec/rank.h"
#include "search/exec/top.h"
#include "search/exec/window.h"

/* A plan made ready, with the memory it lives in. */
typedef struct prepared {
    ofsi_arena arena;
    ofsi_plan plan;
    ofsi_weighed weighed;
    ofsi_shape shape;
    const ofsi_bm25 *bm25;
} prepared;

static void drop_prepared(prepared *p) {
    ofsi_plan_free(&p->plan);
    ofsi_arena_free(&p->arena);
}

static ofs_status prepare(ofsi_run *run, const ofsi_engine_request *request, prepared *p, ofs_error *err) {
    ofsi_plan_tools tools = {run->analyzer, &p->arena};
    ofs_status status = ofsi_plan_make(request->root, &tools, &p->plan, err);
    if (status == OFS_OK)
        status = ofsi_weigh(&p->plan, run->snapshot, ofsi_analyzer_stemmer(run->analyzer), &p->arena,
                            &p->weighed, err);
    if (status == OFS_OK && !ofsi_shape_make(&p->plan, &p->arena, &p->shape))
        status = ofsi_fail_nomem(err);
    ofsi_bm25_start(&run->bm25, request->k1, request->b, run->snapshot->live_tokens,
                    run->snapshot->live_docs);
    p->bm25 = &run->bm25;
    return status;
}

/* Where matches go. */
typedef struct collection {
    ofsi_top top;
    ofsi_facets facets;
    bool ranks;          /* the best come from rank.h */
    bool visits;         /* every match is visited */
    ofsi_ranker *ranker; /* of the segment, where the best come from its windows */
} collection;

static ofs_status collect(ofsi_scan *scan, ofsi_iter *iter, ofsi_scorer *scorer, collection *to) {
    const ofsi_snapshot_segment *part = scan->part;
    bool notes = scan->weighed->plan->notes;
    for (uint32_t doc = iter->doc; doc != OFSI_DOC_END; doc = ofsi_iter_advance(iter, doc + 1)) {
        if (ofsi_snapshot_is_dead(part, doc) ||
            (!notes && ofsi_segment_kind(scan->segment, doc) == OFS_KIND_NOTE) || !ofsi_iter_confirm(iter))
            continue;
        if (scan->status != OFS_OK)
            break;
        ofsi_facets_count(&to->facets, doc);
        if (!ofsi_top_offer(&to->top, scan->number, doc, ofsi_scorer_score(scorer, doc)))
            return ofsi_fail_nomem(scan->err);
    }
    return ofsi_scan_status(scan);
}

static void take_window(const ofsi_window *w, void *context) {
    collection *to = context;
    const ofsi_bits bits = {w->first, ofsi_window_word_count(w), w->words};
    ofsi_facets_count_bits(&to->facets, &bits);
    if (to->ranker)
        ofsi_rank_window(to->ranker, w);
}

static void take_docs(const uint32_t *docs, const uint16_t *kept, uint32_t count, void *context) {
    ofsi_facets *facets = &((collection *)context)->facets;
    for (uint32_t i = 0; i < count; i++)
        ofsi_facets_count(facets, docs[kept[i]]);
}

/* Every match by windows, and the best of them if they are wanted: in the same pass where a word must be there. */
static ofs_status window_part(ofsi_scan *scan, const prepared *p, ofsi_ranker *ranker, collection *to) {
    to->ranker = ranker && ofsi_rank_follow(ranker, &p->shape, NULL) ? ranker : NULL;
    if (ranker && !to->ranker)
        ofsi_rank(scan, &p->shape, p->bm25, &to->top);
    ofsi_iter *iter = ofsi_scan_status(scan) == OFS_OK ? ofsi_build_iter(scan) : NULL;
    return iter ? ofsi_window_visit(scan, iter, take_window, to) : ofsi_scan_status(scan);
}

/* Of a word alone the dictionary knows how many hold it, where none of them is left out and nothing else is asked. */
static ofs_status count_word(ofsi_scan *scan, const prepared *p, collection *to, bool *counted) {
    const ofsi_plan_node *root = p->plan.root;
    const uint64_t *notes = NULL;
    ofs_status status = OFS_OK;
    *counted = false;
    if (!root || root->type != OFSI_PLAN_TERM || scan->part->dead_bits || to->facets.request_count ||
        to->facets.by_report)
        return OFS_OK;
    if (!p->plan.notes)
        status = ofsi_segment_notes(scan->segment, &notes, scan->err);
    *counted = status == OFS_OK && !notes;
    if (*counted)
        to->facets.total += ofsi_scan_term(scan, root->number)->df;
    return status;
}

/* Every match, and the best if they are wanted. */
static ofs_status count_part(ofsi_scan *scan, const prepared *p, collection *to) {
    bool counted;
    ofs_status status = count_word(scan, p, to, &counted);
    if (status == OFS_OK && counted && to->ranks)
        ofsi_rank(scan, &p->shape, p->bm25, &to->top);
    if (status != OFS_OK || counted)
        return status == OFS_OK ? ofsi_scan_status(scan) : status;
    ofsi_ranker *ranker = to->ranks ? ofsi_rank_open(scan, p->bm25, &to->top) : NULL;
    if (to->ranks && !ranker)
        return ofsi_scan_status(scan);
    if (ofsi_count_leads(scan, &p->shape))
        return ofsi_count_visit(scan, &p->shape, ranker, take_docs, to);
    return window_part(scan, p, ranker, to);
}

/* Every match, with scores. */
static ofs_status score_part(ofsi_scan *scan, const prepared *p, collection *to) {
    ofsi_scorer scorer = {0};
    ofsi_iter *iter = ofsi_build_iter(scan);
    if (!iter || iter->doc == OFSI_DOC_END || !ofsi_scorer_start(&scorer, scan, p->bm25))
        return ofsi_scan_status(scan);
    return collect(scan, iter, &scorer, to);
}

static ofs_status visit_part(ofsi_scan *scan, const prepared *p, collection *to) {
    bool scores = to->top.wanted > 0 && !to->ranks;
    ofs_status status = ofsi_facets_begin(&to->facets, scan->segment, scan->err);
    if (status == OFS_OK)
        status = scores ? score_part(scan, p, to) : count_part(scan, p, to);
    return status == OFS_OK ? ofsi_facets_end(&to->facets, scan->err) : status;
}

static bool has_filter(const ofsi_plan_node *node) {
    if (node->type == OFSI_PLAN_FILTER)
        return true;
    for (uint32_t i = 0; i < node->child_count; i++)
        if (has_filter(node->children[i]))
            return true;
    return false;
}

enum {
    PARTS_REPORT = OFSI_PART_STARTS | OFSI_PART_GRADES | OFSI_PART_STRINGS | OFSI_PART_PROVIDERS |
                   OFSI_PART_REPORTS | OFSI_PART_DETAILS
};

static unsigned parts_counted(ofs_facet_field field) {
    switch (field) {
    case OFS_FACET_GRADE:
        return OFSI_PART_GRADE | OFSI_PART_GRADES | OFSI_PART_STRINGS;
    case OFS_FACET_SECTION:
    case OFS_FACET_ROLE:
        return OFSI_PART_SECTION | OFSI_PART_SECTIONS | OFSI_PART_HEADINGS;
    case OFS_FACET_KIND:
        return OFSI_PART_KIND;
    default:
        return PARTS_REPORT;
    }
}

/* The columns and tables that are read of many documents: few, for the best of some words. */
static unsigned parts_read(const ofsi_run *run, const prepared *p, const collection *to) {
    unsigned parts = OFSI_PART_RANKING;
    if (to->top.sort != OFS_SORT_SCORE || (p->plan.root && has_filter(p->plan.root)))
        return OFSI_PART_ALL;
    for (size_t i = 0; i < to->facets.request_count; i++)
        parts |= parts_counted(to->facets.requests[i].field);
    /* Equal scores of two segments are ordered by their reports. */
    return run->snapshot->segment_count == 1 ? parts : parts | PARTS_REPORT;
}

static ofs_status search_part(const ofsi_run *run, const prepared *p, uint32_t number, collection *to,
                              ofs_error *err) {
    ofsi_scan scan = {0};
    ofs_status status =
        ofsi_segment_load(run->snapshot->segments[number].segment, parts_read(run, p, to), err);
    if (status == OFS_OK)
        status = ofsi_scan_open(&p->weighed, number, run->analyzer, &scan, err);
    if (status == OFS_OK && to->ranks && !to->visits) {
        ofsi_rank(&scan, &p->shape, p->bm25, &to->top);
        status = ofsi_scan_status(&scan);
    }
    if (status == OFS_OK && to->visits)
        status = visit_part(&scan, p, to);
    ofsi_scan_close(&scan);
    return status;
}

static ofs_status write_answer(const ofsi_run *run, collection *from, ofsi_arena *arena,
                               ofsi_engine_answer *answer, ofs_error *err) {
    answer->total = from->visits ? from->facets.total : from->top.count;
    answer->report_total = from->facets.report_total;
    if (!ofsi_top_finish(&from->top))
        return ofsi_fail_nomem(err);
    answer->ranked = ofsi_arena_calloc(arena, from->top.count + 1, sizeof *answer->ranked);
    if (!answer->ranked)
        return ofsi_fail_nomem(err);
    answer->ranked_count = from->top.count;
    for (size_t i = 0; i < from->top.count; i++) {
        const ofsi_top_entry *entry = &from->top.entries[i];
        answer->ranked[i] = (ofsi_ranked){run->bases[entry->part] + entry->doc, entry->score};
    }
    return ofsi_facets_finish(&from->facets, arena, &answer->facets, err);
}

ofs_status ofsi_run_search(ofsi_run *run, const ofsi_engine_request *request, ofsi_arena *arena,
                           ofsi_engine_answer *answer, ofs_error *err) {
    prepared p = {0};
    collection to = {0};
    *answer = (ofsi_engine_answer){0};
    ofsi_top_start(&to.top, run->snapshot, request->sort, request->top);
    ofsi_facets_start(&to.facets, request);
    to.ranks = request->sort == OFS_SORT_SCORE && request->top > 0 && request->top <= OFSI_RANK_MOST;
    to.visits = !to.ranks || request->totals != OFS_TOTALS_NONE || request->facet_count > 0;
    ofs_status status = prepare(run, request, &p, err);
    for (uint32_t i = 0; i < run->snapshot->segment_count && status == OFS_OK; i++)
        status = search_part(run, &p, i, &to, err);
    if (status == OFS_OK)
        status = write_answer(run, &to, arena, answer, err);
    ofsi_top_free(&to.top);
    ofsi_facets_free(&to.facets);
    drop_prepared(&p);
    return status;
}

uint32_t ofsi_run_part(const ofsi_run *run, uint64_t doc) {
    uint32_t low = 0, high = run->snapshot->segment_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (run->bases[middle] <= doc)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* ---- explaining ---- */

static ofs_status write_terms(const ofsi_scan *scan, const ofsi_scorer *scorer, ofsi_arena *arena,
                              ofs_hit *hit, ofs_error *err) {
    const ofsi_weighed *weighed = scan->weighed;
    const ofsi_plan *plan = weighed->plan;
    ofsi_addend *addends = ofsi_arena_calloc(arena, (size_t)plan->score_count + 1, sizeof *addends);
    if (!addends)
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < plan->score_count; i++) {
        const ofsi_plan_score *addend = &plan->scores[i];
        const ofsi_score_source *source = &scorer->sources[scorer->source_of[i]];
        addends[i] = (ofsi_addend){source->idf,
                                   addend->is_pattern ? weighed->patterns[addend->number].df
                                                      : weighed->terms[addend->number].df,
                                   source->tf, source->part};
    }
    return ofsi_explain_addends(plan, addends, arena, hit, err);
}

static ofs_status explain_doc(const ofsi_run *run, prepared *p, uint64_t doc, ofsi_arena *arena, ofs_hit *hit,
                              ofs_error *err) {
    ofsi_scan scan = {0};
    ofsi_scorer scorer;
    uint32_t part = ofsi_run_part(run, doc);
    ofs_status status = ofsi_scan_open(&p->weighed, part, run->analyzer, &scan, err);
    if (status == OFS_OK && ofsi_scorer_start(&scorer, &scan, p->bm25)) {
        ofsi_scorer_score(&scorer, (uint32_t)(doc - run->bases[part]));
        status = ofsi_scan_status(&scan);
        if (status == OFS_OK)
            status = write_terms(&scan, &scorer, arena, hit, err);
    } else if (status == OFS_OK) {
        status = ofsi_scan_status(&scan);
    }
    ofsi_scan_close(&scan);
    return status;
}

ofs_status ofsi_run_explain(ofsi_run *run, const ofsi_engine_request *request, const ofsi_explain *explain,
                            ofsi_arena *arena, ofs_error *err) {
    prepared p = {0};
    ofs_status status = prepare(run, request, &p, err);
    for (size_t i = 0; i < explain->count && status == OFS_OK; i++)
        status = explain_doc(run, &p, explain->ranked[i].doc, arena, &explain->hits[i], err);
    drop_prepared(&p);
    return status;
}
