/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The public face of searching: request to tree, engine to answer, answer to results that stand on their own. Called by
 * ofsearch and by whoever links to the library.
 */
#include <ofsearch/search.h>

#include <stdlib.h>
#include <time.h>

#include "indexer/base/alloc.h"
#include "search/exec/correct.h"
#include "search/exec/drill.h"
#include "search/exec/engine.h"
#include "search/exec/fold.h"
#include "search/exec/highlight.h"
#include "search/exec/hints.h"
#include "search/exec/index.h"
#include "search/exec/notes.h"
#include "search/exec/request.h"

/* Results and all they point to. */
typedef struct owned_results {
    ofs_results results; /* first: its address is the holder's */
    ofsi_arena arena;
} owned_results;

void ofs_results_free(ofs_results *results) {
    if (!results)
        return;
    owned_results *owned = (owned_results *)results;
    ofsi_arena_free(&owned->arena);
    ofsi_free(owned);
}

const char *ofs_facet_field_name(ofs_facet_field field) {
    static const char *const names[OFS_FACET_FIELD_COUNT] = {[OFS_FACET_GRADE] = "grade",
                                                             [OFS_FACET_SECTION] = "section",
                                                             [OFS_FACET_PROVIDER] = "provider",
                                                             [OFS_FACET_INSPECTORATE] = "inspectorate",
                                                             [OFS_FACET_YEAR] = "year",
                                                             [OFS_FACET_KIND] = "kind",
                                                             [OFS_FACET_REPORT] = "report",
                                                             [OFS_FACET_OVERALL] = "overall",
                                                             [OFS_FACET_INSPECTION] = "inspection",
                                                             [OFS_FACET_ROLE] = "role"};
    return (unsigned)field < OFS_FACET_FIELD_COUNT ? names[field] : "unknown";
}

static uint64_t now_us(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* One search on its way: what is asked, and what only lives as long as it takes. */
typedef struct search_run {
    ofs_index *index;
    ofsi_engine *engine;
    const ofs_search_request *request;
    owned_results *owned;
    ofsi_arena work;
    ofsi_question question;
    ofsi_engine_request asked;
    ofsi_engine_answer answer;
    ofsi_folded folded; /* with fold_duplicates */
    ofs_error *err;
} search_run;

static ofs_status describe_query(search_run *run) {
    ofs_results *results = &run->owned->results;
    ofsi_arena *arena = &run->owned->arena;
    ofsi_span query = ofsi_span_of(run->request->query ? run->request->query : "");
    ofsi_buf printed = {0};
    if (run->question.words)
        ofsi_query_print(run->question.words, &printed);
    results->query = ofsi_arena_strndup(arena, query.data, query.size);
    results->interpreted = printed.failed ? NULL : ofsi_arena_strndup(arena, printed.data, printed.size);
    ofsi_buf_free(&printed);
    run->engine->statistics(run->engine, &results->index_paragraphs, &results->index_reports,
                            &results->index_failed_files);
    results->index_generation = run->engine->generation(run->engine);
    if (!results->query || !results->interpreted)
        return ofsi_fail_nomem(run->err);
    return ofsi_index_missing(run->index, arena, &results->missing, &results->missing_count, run->err);
}

static uint64_t wanted_hits(const ofs_search_request *request) {
    if (request->limit == 0)
        return 0;
    if (request->fold_duplicates) /* which hits there are shows only when all are known */
        return OFS_ALL;
    return request->limit > OFS_ALL - request->offset ? OFS_ALL : request->limit + request->offset;
}

static ofs_status ask_engine(search_run *run) {
    const ofs_search_request *request = run->request;
    ofs_results *results = &run->owned->results;
    if (run->question.nothing) { /* a word of no text matches nothing, by the plan's own rule */
        run->question.root = ofsi_node_new(&run->work, OFSI_NODE_WORD);
        if (!run->question.root)
            return ofsi_fail_nomem(run->err);
    }
    run->asked = (ofsi_engine_request){.root = run->question.root,
                                       .k1 = request->k1_set ? request->k1 : 1.2,
                                       .b = request->b_set ? request->b : 0.75,
                                       .top = wanted_hits(request),
                                       .sort = request->sort,
                                       .totals = request->totals,
                                       .facets = request->facets,
                                       .facet_count = request->facet_count};
    ofs_status status =
        run->engine->search(run->engine, &run->asked, &run->owned->arena, &run->answer, run->err);
    if (status != OFS_OK)
        return status;
    results->total = run->answer.total;
    results->report_total = run->answer.report_total;
    results->facets = run->answer.facets;
    results->facet_count = request->facet_count;
    return OFS_OK;
}

static ofs_status highlight_hits(search_run *run, ofs_hit *hits, size_t count) {
    ofsi_plan plan = {0};
    ofsi_highlighter highlighter = {0};
    ofsi_plan_tools tools = {run->engine->analyzer(run->engine), &run->work};
    ofs_status status = OFS_OK;
    if (!run->question.words)
        return OFS_OK;
    status = ofsi_plan_make(run->question.words, &tools, &plan, run->err);
    if (status == OFS_OK)
        status = ofsi_highlighter_start(&highlighter, &plan, tools.analyzer, run->err);
    for (size_t i = 0; i < count && status == OFS_OK; i++)
        status = ofsi_highlight_hit(&highlighter, &run->owned->arena, &hits[i], run->err);
    ofsi_highlighter_free(&highlighter);
    ofsi_plan_free(&plan);
    return status;
}

static int compare_by_doc(const void *a, const void *b, void *context) {
    const ofsi_ranked *ranked = context;
    uint64_t x = ranked[*(const size_t *)a].doc, y = ranked[*(const size_t *)b].doc;
    return (x > y) - (x < y);
}

/*
 * Fetches in the order of the documents, not of the ranks: neighbours share a report and a block of the store, which is
 * then inflated once.
 */
static ofs_status fetch_ranked(search_run *run, const ofsi_ranked *ranked, ofs_hit *hits, size_t count) {
    ofsi_fetch fetch = {.arena = &run->owned->arena, .no_text = run->request->no_text};
    ofs_status status = OFS_OK;
    size_t *order = ofsi_arena_calloc(&run->work, count, sizeof *order);
    if (!order)
        return ofsi_fail_nomem(run->err);
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    qsort_r(order, count, sizeof *order, compare_by_doc, (void *)(uintptr_t)ranked);
    for (size_t i = 0; i < count && status == OFS_OK; i++) {
        ofs_hit *hit = &hits[order[i]];
        hit->rank = run->request->offset + order[i] + 1;
        hit->score = ranked[order[i]].score;
        hit->doc = ranked[order[i]].doc;
        status = run->engine->fetch(run->engine, ranked[order[i]].doc, &fetch, hit, run->err);
    }
    return status;
}

/* The matches that stand for others in place of all. */
static ofs_status fold_matches(search_run *run) {
    ofsi_engine_answer *answer = &run->answer;
    uint64_t offset = run->request->offset, limit = run->request->limit;
    ofs_status status = ofsi_fold_matches(run->engine, answer->ranked, answer->ranked_count, &run->work,
                                          &run->folded, run->err);
    if (status != OFS_OK)
        return status;
    for (size_t g = 0; g < run->folded.count; g++)
        answer->ranked[g] = run->folded.groups[g].members[0];
    answer->ranked_count = run->folded.count;
    run->owned->results.distinct = run->folded.count;
    if (answer->ranked_count > offset && answer->ranked_count - offset > limit)
        answer->ranked_count = (size_t)(offset + limit);
    return OFS_OK;
}

/* What each hit stands for. */
static ofs_status fetch_folded(search_run *run, ofs_hit *hits, size_t count) {
    ofsi_fetch fetch = {.arena = &run->owned->arena, .no_text = true};
    ofs_status status = OFS_OK;
    for (size_t i = 0; i < count && run->request->fold_duplicates; i++) {
        const ofsi_fold_group *group = &run->folded.groups[run->request->offset + i];
        ofs_hit *folded = ofsi_arena_calloc(&run->owned->arena, group->count, sizeof *folded);
        if (!folded)
            return ofsi_fail_nomem(run->err);
        for (size_t m = 1; m < group->count && status == OFS_OK; m++)
            status = run->engine->fetch(run->engine, group->members[m].doc, &fetch, &folded[m - 1], run->err);
        if (status != OFS_OK)
            return status;
        hits[i].folded = folded;
        hits[i].folded_count = (uint32_t)(group->count - 1);
    }
    return OFS_OK;
}

/* Hits without what they stand for. */
static void fill_bare(const search_run *run, const ofsi_ranked *ranked, ofs_hit *hits, size_t count) {
    for (size_t i = 0; i < count; i++) {
        hits[i].rank = run->request->offset + i + 1;
        hits[i].score = ranked[i].score;
        hits[i].doc = ranked[i].doc;
        hits[i].text = "";
    }
}

static ofs_status fetch_hits(search_run *run) {
    uint64_t offset = run->request->offset;
    ofs_status status = run->request->fold_duplicates ? fold_matches(run) : OFS_OK;
    if (status != OFS_OK || run->answer.ranked_count <= offset)
        return status;
    const ofsi_ranked *ranked = run->answer.ranked + offset;
    size_t count = run->answer.ranked_count - (size_t)offset;
    ofs_hit *hits = ofsi_arena_calloc(&run->owned->arena, count, sizeof *hits);
    if (!hits)
        return ofsi_fail_nomem(run->err);
    if (run->request->bare)
        fill_bare(run, ranked, hits, count);
    else
        status = fetch_ranked(run, ranked, hits, count);
    if (status == OFS_OK)
        status = fetch_folded(run, hits, count);
    if (status == OFS_OK && !run->request->no_text && !run->request->bare)
        status = highlight_hits(run, hits, count);
    const ofsi_explain explain = {ranked, hits, count};
    if (status == OFS_OK && run->request->explain)
        status = run->engine->explain(run->engine, &run->asked, &explain, &run->owned->arena, run->err);
    run->owned->results.hits = hits;
    run->owned->results.hit_count = count;
    return status;
}

static ofs_status run_search(search_run *run) {
    ofs_status status = ofsi_request_read(run->request, run->engine, &run->work, &run->question, run->err);
    if (status == OFS_OK)
        status = describe_query(run);
    if (status == OFS_OK)
        status = ask_engine(run);
    const ofsi_drill drill = {run->engine, run->request, &run->question, &run->work, &run->owned->arena};
    if (status == OFS_OK)
        status = ofsi_drill_results(&drill, &run->owned->results, run->err);
    if (status == OFS_OK)
        status = fetch_hits(run);
    const ofsi_hints hints = {run->engine, &run->question, &run->work, &run->owned->arena,
                              run->request->synonyms};
    if (status == OFS_OK && run->owned->results.total == 0 && !run->request->bare)
        status = ofsi_hint(&hints, &run->owned->results, run->err);
    if (status == OFS_OK && run->request->notes)
        status = ofsi_note_abbreviations(&hints, &run->owned->results, run->err);
    if (status == OFS_OK && run->request->notes)
        status = ofsi_correct(&hints, &run->owned->results, run->err);
    if (status == OFS_OK && run->request->notes)
        status = ofsi_note_advice(&hints, run->request, &run->owned->results, run->err);
    return status;
}

static ofs_status try_search(ofs_index *index, const ofs_search_request *request, ofs_results **out,
                             ofs_error *err) {
    search_run run = {.index = index, .engine = index->engine, .request = request, .err = err};
    run.owned = ofsi_calloc(1, sizeof *run.owned);
    if (!run.owned)
        return ofsi_fail_nomem(err);
    ofs_status status = run_search(&run);
    ofsi_arena_free(&run.work);
    if (status == OFS_OK)
        *out = &run.owned->results;
    else
        ofs_results_free(&run.owned->results);
    return status;
}

ofs_status ofs_search(ofs_index *index, const ofs_search_request *request, ofs_results **out,
                      ofs_error *err) {
    uint64_t started = now_us();
    ofsi_attempt attempt;
    ofsi_error_clear(err);
    *out = NULL;
    ofs_status status = ofsi_index_begin(index, &attempt, err);
    do {
        if (status == OFS_OK)
            status = try_search(index, request, out, err);
    } while (ofsi_index_again(&attempt, &status, err));
    ofsi_index_end(&attempt);
    index->snapshot = index->engine->snapshot;
    if (status == OFS_OK && *out)
        (*out)->took_us = now_us() - started;
    return status;
}

/* Paragraphs [first, first + count) of the report that begins at `base`. */
static ofs_status fetch_paragraphs(ofsi_engine *engine, uint64_t base, uint32_t count, owned_results *owned,
                                   ofs_error *err) {
    ofsi_fetch fetch = {.arena = &owned->arena};
    ofs_status status = OFS_OK;
    ofs_hit *hits = ofsi_arena_calloc(fetch.arena, (size_t)count + 1, sizeof *hits);
    if (!hits)
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < count && status == OFS_OK; i++) {
        hits[i].doc = base + i;
        status = engine->fetch(engine, base + i, &fetch, &hits[i], err);
    }
    owned->results.hits = hits;
    owned->results.hit_count = count;
    return status;
}

/* Results without a query, for paragraphs that are named. */
static ofs_status begin_results(ofs_index *index, owned_results **out, ofs_error *err) {
    ofsi_engine *engine = index->engine;
    owned_results *owned = *out = ofsi_calloc(1, sizeof *owned);
    if (!owned)
        return ofsi_fail_nomem(err);
    ofs_results *results = &owned->results;
    results->query = results->interpreted = "";
    results->index_generation = engine->generation(engine);
    engine->statistics(engine, &results->index_paragraphs, &results->index_reports,
                       &results->index_failed_files);
    return ofsi_index_missing(index, &owned->arena, &results->missing, &results->missing_count, err);
}

static ofs_status end_results(ofs_status status, owned_results *owned, ofs_results **out) {
    if (status == OFS_OK)
        *out = &owned->results;
    else if (owned)
        ofs_results_free(&owned->results);
    return status;
}

static ofs_status try_fetch(ofs_index *index, const uint64_t *docs, size_t count, ofs_results **out,
                            ofs_error *err) {
    ofsi_engine *engine = index->engine;
    owned_results *owned = NULL;
    ofs_hit *hits = NULL;
    if (engine->snapshot != index->snapshot)
        return ofsi_fail(err, OFS_E_NOT_FOUND, "the index has changed since the search: search again");
    ofs_status status = begin_results(index, &owned, err);
    ofsi_fetch fetch = {.arena = owned ? &owned->arena : NULL};
    if (status == OFS_OK) {
        hits = ofsi_arena_calloc(fetch.arena, count + 1, sizeof *hits);
        status = hits ? OFS_OK : ofsi_fail_nomem(err);
    }
    for (size_t i = 0; i < count && status == OFS_OK; i++) {
        hits[i].doc = docs[i];
        status = engine->fetch(engine, docs[i], &fetch, &hits[i], err);
    }
    if (status == OFS_OK) {
        owned->results.hits = hits;
        owned->results.hit_count = owned->results.total = count;
    }
    return end_results(status, owned, out);
}

ofs_status ofs_index_fetch(ofs_index *index, const uint64_t *docs, size_t count, ofs_results **out,
                           ofs_error *err) {
    ofsi_attempt attempt;
    ofsi_error_clear(err);
    *out = NULL;
    ofs_status status = ofsi_index_begin(index, &attempt, err);
    do {
        if (status == OFS_OK)
            status = try_fetch(index, docs, count, out, err);
    } while (ofsi_index_again(&attempt, &status, err));
    ofsi_index_end(&attempt);
    return status;
}

static ofs_status try_paragraphs(ofs_index *index, const char *report, uint32_t first, uint32_t count,
                                 ofs_results **out, ofs_error *err) {
    uint64_t base;
    uint32_t there;
    owned_results *owned = NULL;
    ofs_status status = index->engine->find_report(index->engine, report, &base, &there, err);
    if (status != OFS_OK)
        return status;
    first = first < there ? first : there;
    count = count < there - first ? count : there - first;
    status = begin_results(index, &owned, err);
    if (status == OFS_OK) {
        owned->results.total = there;
        owned->results.report_total = 1;
        status = fetch_paragraphs(index->engine, base + first, count, owned, err);
    }
    return end_results(status, owned, out);
}

ofs_status ofs_index_paragraphs(ofs_index *index, const char *report, uint32_t first, uint32_t count,
                                ofs_results **out, ofs_error *err) {
    ofsi_attempt attempt;
    ofsi_error_clear(err);
    *out = NULL;
    ofs_status status = ofsi_index_begin(index, &attempt, err);
    do {
        if (status == OFS_OK)
            status = try_paragraphs(index, report, first, count, out, err);
    } while (ofsi_index_again(&attempt, &status, err));
    ofsi_index_end(&attempt);
    index->snapshot = index->engine->snapshot;
    return status;
}
