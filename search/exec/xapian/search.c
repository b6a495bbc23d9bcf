/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A search: the plan's query asked of Xapian, its match set put in our order.
 *
 * Xapian adds weights up in an order that depends on a shard's frequencies, so that sums that are equal may differ in their last
 * bits. Neighbours in the ranking that differ by no more than that are taken for equal: they share the highest score among
 * them and are ordered by report and place. Where such a run reaches over the end of what was asked for, more is asked for.
 */
#include <math.h>
#include <stdlib.h>

#include "indexer/base/alloc.h"
#include "search/exec/facets.h"
#include "search/exec/rank.h"
#include "search/exec/xapian/engine.h"

static const double SAME = 1e-12;
enum {
    MARGIN = 16,     /* results beyond those wanted, among which a run mostly ends */
    RUN_MOST = 20000 /* results beyond them that are looked at for its end: all may be equal where b is 0 */
};

/* A result while results are ordered. */
typedef struct result {
    uint32_t docid;
    double score;
    ofs_xapian_bytes key; /* of its place, borrowed from the match set */
} result;

typedef struct search {
    ofsi_xengine *e;
    const ofsi_engine_request *request;
    ofsi_arena work;
    ofsi_plan plan;
    ofsi_xweighed weighed;
    ofsi_xmaker maker;
    ofs_xapian_enquire *enquire;
    ofs_xapian_mset *mset; /* of the ranking */
    result *results;
    size_t count, capacity;
    ofsi_facets facets;
    uint64_t total;
    bool scores; /* they are wanted */
    bool visits; /* every match is looked at: totals and counts are exact */
    bool checks; /* Xapian finds more than what matches */
    ofs_error *err;
} search;

/* ---- asking ---- */

static ofs_status set_sort(search *s, uint32_t leaves) {
    bool by_score = s->request->sort == OFS_SORT_SCORE && leaves > 0;
    uint32_t slot = s->request->sort == OFS_SORT_DATE ? OFSI_XAPIAN_SLOT_DATE_ORDER : OFSI_XAPIAN_SLOT_ORDER;
    return s->e->x->enquire_set_sort(
        s->enquire, by_score ? OFS_XAPIAN_RELEVANCE_THEN_VALUE : OFS_XAPIAN_VALUE, slot, false, s->err);
}

static ofs_status set_query(search *s, ofsi_xquery query) {
    /* With k1 = 0, 0 occurrences, which a SYNONYM has, would be 0 / 0; so would they in a text without words where b = 1. */
    const ofs_xapian_bm25 bm25 = {.k1 = s->maker.k1, .b = s->request->b, .min_normlen = 1e-30};
    if (!s->scores)
        return ofsi_xmaker_set(&s->maker, s->enquire, query);
    ofs_status status = s->e->x->enquire_set_bm25(s->enquire, &bm25, s->err);
    return status == OFS_OK ? s->e->x->enquire_set_query(s->enquire, query, 0, s->err) : status;
}

static ofs_status prepare(search *s) {
    const ofsi_xapian *x = s->e->x;
    const ofsi_engine_request *request = s->request;
    ofsi_plan_tools tools = {s->e->engine.analyzer(&s->e->engine), &s->work};
    ofs_status status = ofsi_plan_make(request->root, &tools, &s->plan, s->err);
    if (status == OFS_OK)
        status = ofsi_xweigh(s->e, &s->plan, &s->work, &s->weighed, s->err);
    if (status != OFS_OK)
        return status;
    s->scores = request->top > 0;
    s->maker = (ofsi_xmaker){
        .e = s->e, .weighed = &s->weighed, .k1 = request->k1 > 0 ? request->k1 : 1e-100, .err = s->err};
    ofsi_xquery query = ofsi_xmaker_root(&s->maker, s->scores);
    s->checks = !ofsi_xmaker_is_exact(&s->maker);
    status = query ? x->enquire_new(s->e->all, &s->enquire, s->err) : s->maker.status;
    if (status == OFS_OK)
        status = set_query(s, query);
    return status == OFS_OK ? set_sort(s, ofsi_xplan_leaf_count(&s->plan)) : status;
}

/* Asks for the best `wanted`. */
static ofs_status ask(search *s, uint32_t wanted) {
    const ofsi_xapian *x = s->e->x;
    const ofs_xapian_page page = {.count = wanted};
    ofs_xapian_matches matches;
    x->mset_free(s->mset);
    s->mset = NULL;
    s->count = 0;
    ofs_status status = x->enquire_search(s->enquire, &page, &s->mset, s->err);
    if (status == OFS_OK)
        status = x->mset_matches(s->mset, &matches, s->err);
    if (status != OFS_OK)
        return status;
    if (!ofsi_grow(&s->results, &s->capacity, matches.size, sizeof *s->results))
        return ofsi_fail_nomem(s->err);
    for (uint32_t i = 0; i < matches.size && status == OFS_OK; i++) {
        ofs_xapian_item item;
        status = x->mset_item(s->mset, i, &item, s->err);
        s->results[s->count++] =
            (result){item.docid, item.weight < OFSI_XLEAST ? 0 : item.weight, item.sort_key};
    }
    return status;
}

/* ---- our order ---- */

/* The end of the run of equal scores that begins at `first`. */
static size_t find_run(const search *s, size_t first) {
    size_t end = first + 1;
    while (end < s->count &&
           s->results[end - 1].score - s->results[end].score <= SAME * s->results[end].score)
        end++;
    return end;
}

static int by_key(const void *a, const void *b) {
    const result *x = a, *y = b;
    return ofsi_span_compare(ofsi_xspan(x->key), ofsi_xspan(y->key));
}

/* Whether sums of several addends are what the results are ordered by. */
static bool has_runs(const search *s) {
    uint32_t leaves = ofsi_xplan_leaf_count(&s->plan);
    return s->request->sort == OFS_SORT_SCORE && (leaves > 2 || (leaves && s->maker.careful));
}

/* Whether the run that holds result `last` may go on behind the results. */
static bool is_cut(const search *s, size_t last) {
    if (last >= s->count)
        return false;
    for (size_t i = last + 1; i < s->count; i++)
        if (s->results[i - 1].score - s->results[i].score > SAME * s->results[i].score)
            return false;
    return true;
}

static void order_runs(search *s) {
    for (size_t i = 0, end; i < s->count; i = end) {
        end = find_run(s, i);
        if (end - i > 1)
            qsort(s->results + i, end - i, sizeof *s->results, by_key);
        double most = s->results[i].score;
        for (size_t k = i; k < end; k++)
            most = s->results[k].score > most ? s->results[k].score : most;
        for (size_t k = i; k < end; k++)
            s->results[k].score = most;
    }
}

static ofs_status find_best(search *s) {
    uint32_t most = (uint32_t)s->e->documents;
    bool runs = has_runs(s);
    uint64_t top = s->checks ? OFS_ALL : s->request->top;
    uint64_t wanted = top >= most ? top : top + (runs ? MARGIN : 0);
    while (top > 0) {
        uint32_t count = wanted < most ? (uint32_t)wanted : most;
        ofs_status status = ask(s, count);
        if (status != OFS_OK || !runs)
            return status;
        if (count == most || s->count < count || count - top > RUN_MOST || !is_cut(s, (size_t)top - 1)) {
            order_runs(s);
            return OFS_OK;
        }
        wanted = (uint64_t)count * 2;
    }
    return OFS_OK;
}

/* ---- counts ---- */

typedef struct counted {
    search *s;
    ofs_facet_field field;
    uint64_t sum, distinct;
} counted;

static ofs_status take_count(void *context, const ofs_xapian_count *count) {
    counted *c = context;
    c->sum += count->count;
    c->distinct++;
    if (!c->s->facets.wanted[c->field])
        return OFS_OK;
    return ofsi_facets_add(&c->s->facets, c->field, ofsi_xspan(count->value), count->count, c->s->err);
}

static bool counts_field(const search *s, int field) {
    return s->facets.wanted[field] || (field == OFS_FACET_REPORT && s->facets.by_report);
}

static ofs_status read_counts(search *s, ofs_xapian_counts *const *counts) {
    ofs_status status = OFS_OK;
    for (int f = 0; f < OFS_FACET_FIELD_COUNT && status == OFS_OK; f++) {
        counted c = {.s = s, .field = (ofs_facet_field)f};
        if (!counts[f])
            continue;
        status = s->e->x->counts_visit(counts[f], take_count, &c, s->err);
        if (status == OFS_OK && s->facets.wanted[f] && s->total > c.sum)
            status = ofsi_facets_add(&s->facets, c.field, (ofsi_span){"", 0}, s->total - c.sum, s->err);
        if (f == OFS_FACET_REPORT)
            s->facets.report_total = c.distinct;
    }
    return status;
}

/* Looks at every match of the enquire's query. */
static ofs_status visit_matches(search *s, ofs_xapian_enquire *enquire) {
    const ofs_xapian_page page = {.check_at_least = UINT32_MAX};
    ofs_xapian_mset *mset = NULL;
    ofs_xapian_matches matches = {0};
    ofs_status status = s->e->x->enquire_search(enquire, &page, &mset, s->err);
    if (status == OFS_OK)
        status = s->e->x->mset_matches(mset, &matches, s->err);
    s->total = matches.estimated; /* exact, as every match was looked at */
    s->e->x->mset_free(mset);
    return status;
}

/*
 * Totals and counts are asked for apart from the ranking, which then need not look at all. (Xapian would also count some matches of
 * remote databases twice where results are sorted by a value.)
 */
static ofs_status count_matches(search *s) {
    const ofsi_xapian *x = s->e->x;
    ofs_xapian_counts *counts[OFS_FACET_FIELD_COUNT] = {NULL};
    ofs_xapian_enquire *enquire = NULL;
    ofsi_xquery query = ofsi_xmaker_root(&s->maker, false);
    ofs_status status = query ? x->enquire_new(s->e->all, &enquire, s->err) : s->maker.status;
    if (status == OFS_OK)
        status = ofsi_xmaker_set(&s->maker, enquire, query);
    for (int f = 0; f < OFS_FACET_FIELD_COUNT && status == OFS_OK; f++) {
        if (!counts_field(s, f))
            continue;
        status = x->counts_new(OFSI_XAPIAN_SLOT_FACETS + (uint32_t)f, &counts[f], s->err);
        if (status == OFS_OK)
            status = x->enquire_add_counts(enquire, counts[f], s->err);
    }
    if (status == OFS_OK)
        status = visit_matches(s, enquire);
    if (status == OFS_OK)
        status = read_counts(s, counts);
    for (int f = 0; f < OFS_FACET_FIELD_COUNT; f++)
        x->counts_free(counts[f]);
    x->enquire_free(enquire);
    return status;
}

/* ---- matches looked at one by one ---- */

/* Counts a match by what its document says. */
static ofs_status count_document(search *s, uint32_t docid, ofsi_value *value) {
    ofsi_engine *engine = &s->e->engine;
    ofs_status status = OFS_OK;
    for (int f = 0; f < OFS_FACET_FIELD_COUNT && status == OFS_OK; f++) {
        if (!counts_field(s, f))
            continue;
        status = engine->value(engine, ofsi_xengine_number(s->e, docid), (ofs_facet_field)f, value, s->err);
        if (status == OFS_OK)
            status = ofsi_facets_add(&s->facets, (ofs_facet_field)f, ofsi_buf_span(&value->name), 1, s->err);
    }
    return status;
}

static int by_docid(const void *a, const void *b, void *context) {
    const result *results = context;
    uint32_t x = results[*(const size_t *)a].docid, y = results[*(const size_t *)b].docid;
    return (x > y) - (x < y);
}

/* Leaves the results that match, in their order. They are looked at by document, as that is how positions are stored. */
static ofs_status keep_matching(search *s, ofsi_xcheck *check) {
    size_t *order = ofsi_arena_calloc(&s->work, s->count + 1, sizeof *order), kept = 0;
    ofsi_value value = {0};
    ofs_status status = order ? OFS_OK : ofsi_fail_nomem(s->err);
    for (size_t i = 0; order && i < s->count; i++)
        order[i] = i;
    if (order && s->count)
        qsort_r(order, s->count, sizeof *order, by_docid, s->results);
    for (size_t i = 0; i < s->count && status == OFS_OK; i++) {
        result *r = &s->results[order[i]];
        bool matches = false;
        status = ofsi_xcheck_document(check, r->docid, &matches, s->err);
        if (status == OFS_OK && matches && s->visits)
            status = count_document(s, r->docid, &value);
        r->docid = matches ? r->docid : 0;
    }
    for (size_t i = 0; i < s->count; i++)
        if (s->results[i].docid)
            s->results[kept++] = s->results[i];
    s->count = kept;
    s->total = kept;
    s->facets.report_total = s->facets.fields[OFS_FACET_REPORT].names.count;
    ofsi_buf_free(&value.name);
    return status;
}

static ofs_status check_results(search *s) {
    ofsi_xcheck *check = NULL;
    ofsi_xquery candidates = ofsi_xmaker_root(&s->maker, false);
    ofs_status status =
        candidates ? ofsi_xcheck_open(&s->maker, candidates, &check, s->err) : s->maker.status;
    if (status == OFS_OK)
        status = keep_matching(s, check);
    ofsi_xcheck_close(check);
    return status;
}

/* ---- the answer ---- */

static ofs_status write_answer(search *s, ofsi_arena *arena, ofsi_engine_answer *answer) {
    size_t count = s->request->top < s->count ? (size_t)s->request->top : s->count;
    answer->ranked = ofsi_arena_calloc(arena, count + 1, sizeof *answer->ranked);
    if (!answer->ranked)
        return ofsi_fail_nomem(s->err);
    for (size_t i = 0; i < count; i++)
        answer->ranked[i] =
            (ofsi_ranked){ofsi_xengine_number(s->e, s->results[i].docid), s->results[i].score};
    answer->ranked_count = count;
    answer->total = s->visits ? s->total : count;
    answer->report_total = s->visits && s->facets.by_report ? s->facets.report_total : 0;
    return ofsi_facets_finish(&s->facets, arena, &answer->facets, s->err);
}

static void free_search(search *s) {
    const ofsi_xapian *x = s->e->x;
    x->mset_free(s->mset);
    x->enquire_free(s->enquire);
    ofsi_xmaker_free(&s->maker);
    ofsi_xweighed_free(&s->weighed);
    ofsi_plan_free(&s->plan);
    ofsi_facets_free(&s->facets);
    ofsi_free(s->results);
    ofsi_arena_free(&s->work);
}

ofs_status ofsi_xengine_search(ofsi_engine *engine, const ofsi_engine_request *request, ofsi_arena *arena,
                               ofsi_engine_answer *answer, ofs_error *err) {
    search s = {.e = ofsi_xengine_of(engine), .request = request, .err = err};
    bool ranks = request->sort == OFS_SORT_SCORE && request->top > 0 && request->top <= OFSI_RANK_MOST;
    *answer = (ofsi_engine_answer){0};
    s.maker.e = s.e;
    ofsi_facets_start(&s.facets, request);
    /* As our own engine has it, so that totals mean the same. */
    s.visits = !ranks || request->totals != OFS_TOTALS_NONE || request->facet_count > 0;
    ofs_status status = prepare(&s);
    if (status == OFS_OK)
        status = find_best(&s);
    if (status == OFS_OK && s.checks)
        status = check_results(&s);
    else if (status == OFS_OK && s.visits)
        status = count_matches(&s);
    if (status == OFS_OK)
        status = write_answer(&s, arena, answer);
    free_search(&s);
    return status;
}
