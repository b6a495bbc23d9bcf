/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two answers to one question: all that an ofs_results says must be the same, scores as far as additions in another order allow. */
#ifndef OFS_TESTS_JUDGE_COMPARE_H
#define OFS_TESTS_JUDGE_COMPARE_H

#include "tests/support/support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <ofsearch/search.h>

/* Our own scores that are so near each other may be ordered either way. */
#define JUDGE_SAME 1e-12

static inline bool judge_near_enough(double a, double b, double tolerance) {
    double most = fabs(a) > fabs(b) ? fabs(a) : fabs(b);
    return fabs(a - b) <= tolerance * most;
}

static inline void judge_text(const char *ours, const char *theirs, const char *what, const char *question) {
    if ((ours == NULL) != (theirs == NULL) || (ours && strcmp(ours, theirs) != 0))
        test_die("%s: %s is %s, not %s", question, what, theirs ? theirs : "(none)", ours ? ours : "(none)");
}

static inline void judge_count(uint64_t ours, uint64_t theirs, const char *what, const char *question) {
    if (ours != theirs)
        test_die("%s: %s is %llu, not %llu", question, what, (unsigned long long)theirs,
                 (unsigned long long)ours);
}

static inline int judge_by_place(const void *a, const void *b) {
    const ofs_hit *x = *(const ofs_hit *const *)a, *y = *(const ofs_hit *const *)b;
    int order = strcmp(x->report->id, y->report->id);
    return order ? order : (x->place > y->place) - (x->place < y->place);
}

static inline void judge_report(const ofs_report_ref *ours, const ofs_report_ref *theirs,
                                const char *question) {
    judge_text(ours->id, theirs->id, "report", question);
    judge_text(ours->title, theirs->title, "title", question);
    judge_text(ours->provider, theirs->provider, "provider", question);
    judge_text(ours->provider_id, theirs->provider_id, "provider_id", question);
    judge_text(ours->provider_name, theirs->provider_name, "provider_name", question);
    judge_text(ours->inspectorate, theirs->inspectorate, "inspectorate", question);
    judge_text(ours->inspection, theirs->inspection, "inspection", question);
    judge_text(ours->path, theirs->path, "path", question);
    judge_text(ours->profile, theirs->profile, "profile", question);
    judge_text(ours->overall.label, theirs->overall.label, "overall", question);
    judge_count(ours->overall.level, theirs->overall.level, "overall level", question);
    judge_count((uint32_t)ours->published, (uint32_t)theirs->published, "published", question);
    judge_count((uint32_t)ours->inspected_from, (uint32_t)theirs->inspected_from, "inspected_from", question);
    judge_count((uint32_t)ours->inspected_to, (uint32_t)theirs->inspected_to, "inspected_to", question);
}

static inline void judge_terms(const ofs_hit *ours, const ofs_hit *theirs, const char *question) {
    double sum = 0;
    judge_count(ours->term_count, theirs->term_count, "number of terms", question);
    for (uint32_t t = 0; t < ours->term_count; t++) {
        const ofs_term_score *a = &ours->terms[t], *b = &theirs->terms[t];
        judge_text(a->term, b->term, "term", question);
        judge_count(a->df, b->df, "df", question);
        judge_count(a->tf, b->tf, "tf", question);
        if (a->weight != b->weight || !judge_near_enough(a->idf, b->idf, 1e-12) ||
            !judge_near_enough(a->score, b->score, 1e-9))
            test_die("%s: %s of %s#%u adds %.17g, not %.17g", question, a->term, ours->report->id,
                     ours->place, b->score, a->score);
        sum += b->score;
    }
    if (theirs->term_count && !judge_near_enough(sum, theirs->score, 1e-9))
        test_die("%s: terms add up to %.17g, not %.17g", question, sum, theirs->score);
}

/* Two hits that stand for one paragraph. */
static inline void judge_hit_alike(const ofs_hit *ours, const ofs_hit *theirs, const char *question) {
    judge_report(ours->report, theirs->report, question);
    judge_count(ours->place, theirs->place, "place", question);
    if (!judge_near_enough(ours->score, theirs->score, 1e-6))
        test_die("%s: %s#%u scores %.17g, not %.17g", question, ours->report->id, ours->place, theirs->score,
                 ours->score);
    judge_text(ours->text, theirs->text, "text", question);
    judge_text(ours->number, theirs->number, "number", question);
    judge_text(ours->role, theirs->role, "role", question);
    judge_text(ours->timescale, theirs->timescale, "timescale", question);
    judge_text(ours->grade.label, theirs->grade.label, "grade", question);
    judge_count(ours->grade.level, theirs->grade.level, "level", question);
    judge_count(ours->grade.levels, theirs->grade.levels, "levels", question);
    judge_count(ours->kind, theirs->kind, "kind", question);
    judge_count(ours->page, theirs->page, "page", question);
    judge_count(ours->item, theirs->item, "item", question);
    judge_count(ours->length, theirs->length, "length", question);
    judge_count(ours->section_depth, theirs->section_depth, "depth", question);
    for (uint32_t d = 0; d < ours->section_depth; d++)
        judge_text(ours->section[d], theirs->section[d], "heading", question);
    judge_count(ours->highlight_count, theirs->highlight_count, "number of highlights", question);
    judge_count(ours->folded_count, theirs->folded_count, "number of folded paragraphs", question);
    judge_terms(ours, theirs, question);
}

/* Whether our own engine gives the paragraph that score, or one so near that either may come first. */
static inline bool judge_may_stand(ofs_index *index, const ofs_search_request *request, const ofs_hit *hit,
                                   double score) {
    ofs_search_request all = *request;
    ofs_results *results = NULL;
    bool found = false;
    all.limit = OFS_ALL;
    all.offset = 0;
    all.facet_count = 0;
    all.no_text = true;
    all.explain = all.notes = all.base = false;
    if (ofs_search(index, &all, &results, NULL) != OFS_OK)
        return false;
    for (size_t i = 0; i < results->hit_count && !found; i++)
        found = results->hits[i].place == hit->place &&
                strcmp(results->hits[i].report->id, hit->report->id) == 0 &&
                judge_near_enough(results->hits[i].score, score, JUDGE_SAME * 4);
    ofs_results_free(results);
    return found;
}

/* Hits [first, end), whose scores are the same but for their last bits: in any order, and the page may cut them off. */
static inline void judge_run(const ofs_results *ours, const ofs_results *theirs, size_t first, size_t end,
                             ofs_index *index, const ofs_search_request *request, const char *question) {
    size_t count = end - first;
    const ofs_hit **a = calloc(count, sizeof *a), **b = calloc(count, sizeof *b);
    assert_non_null(a);
    assert_non_null(b);
    for (size_t i = 0; i < count; i++) {
        a[i] = &ours->hits[first + i];
        b[i] = &theirs->hits[first + i];
        judge_count(a[i]->rank, b[i]->rank, "rank", question);
    }
    if (count > 1 && request->sort == OFS_SORT_SCORE) {
        bool same = true;
        for (size_t i = 0; i < count; i++)
            same = same && judge_by_place(&a[i], &b[i]) == 0;
        if (!same) {
            qsort(a, count, sizeof *a, judge_by_place);
            qsort(b, count, sizeof *b, judge_by_place);
        }
    }
    for (size_t i = 0; i < count; i++)
        if (judge_by_place(&a[i], &b[i]) == 0)
            judge_hit_alike(a[i], b[i], question);
        else if (request->sort != OFS_SORT_SCORE ||
                 !judge_may_stand(index, request, b[i], ours->hits[first].score))
            test_die("%s: hit %zu of %zu is %s#%u (%.17g), not %s#%u (%.17g)", question, first + i,
                     ours->hit_count, b[i]->report->id, b[i]->place, b[i]->score, a[i]->report->id,
                     a[i]->place, a[i]->score);
    free(a);
    free(b);
}

static inline void judge_hits(const ofs_results *ours, const ofs_results *theirs, ofs_index *index,
                              const ofs_search_request *request, const char *question) {
    judge_count(ours->hit_count, theirs->hit_count, "number of hits", question);
    for (size_t i = 0, end; i < ours->hit_count; i = end) {
        for (end = i + 1; request->sort == OFS_SORT_SCORE && end < ours->hit_count &&
                          judge_near_enough(ours->hits[end - 1].score, ours->hits[end].score, JUDGE_SAME);)
            end++;
        judge_run(ours, theirs, i, end, index, request, question);
    }
}

static inline void judge_facets(const ofs_results *ours, const ofs_results *theirs, const char *question) {
    judge_count(ours->facet_count, theirs->facet_count, "number of facets", question);
    for (size_t f = 0; f < ours->facet_count; f++) {
        const ofs_facet *a = &ours->facets[f], *b = &theirs->facets[f];
        judge_count(a->value_count, b->value_count, ofs_facet_field_name(a->field), question);
        judge_count(a->distinct, b->distinct, ofs_facet_field_name(a->field), question);
        for (uint32_t v = 0; v < a->value_count; v++) {
            judge_count(a->values[v].depth, b->values[v].depth, "depth of a facet's value", question);
            for (uint32_t d = 0; d < a->values[v].depth; d++)
                judge_text(a->values[v].path[d], b->values[v].path[d], ofs_facet_field_name(a->field),
                           question);
            judge_count(a->values[v].count, b->values[v].count, ofs_facet_field_name(a->field), question);
            judge_count(a->values[v].of, b->values[v].of, "share", question);
            judge_count(a->values[v].selected, b->values[v].selected, "selected", question);
        }
    }
}

static inline void judge_hints(const ofs_results *ours, const ofs_results *theirs, const char *question) {
    judge_count(ours->word_count, theirs->word_count, "number of words", question);
    for (uint32_t w = 0; w < ours->word_count; w++) {
        judge_text(ours->words[w].word, theirs->words[w].word, "word", question);
        judge_count(ours->words[w].paragraphs, theirs->words[w].paragraphs, "paragraphs of a word", question);
        judge_count(ours->words[w].without, theirs->words[w].without, "paragraphs without a word", question);
        judge_count(ours->words[w].notes, theirs->words[w].notes, "notes of a word", question);
    }
    judge_text(ours->suggestion, theirs->suggestion, "suggestion", question);
    judge_count(ours->abbreviation_count, theirs->abbreviation_count, "number of abbreviations", question);
    for (uint32_t i = 0; i < ours->abbreviation_count; i++) {
        judge_text(ours->abbreviations[i].stands_for, theirs->abbreviations[i].stands_for, "abbreviation",
                   question);
        judge_count(ours->abbreviations[i].reports, theirs->abbreviations[i].reports, "reports", question);
    }
    judge_count(ours->advice_count, theirs->advice_count, "advice", question);
    for (uint32_t i = 0; i < ours->advice_count; i++)
        judge_text(ours->advice[i], theirs->advice[i], "advice", question);
}

/* What an index with removed paragraphs in it counts may differ: `fresh` tells that there are none. */
static inline void judge_corrections(const ofs_results *ours, const ofs_results *theirs, bool fresh,
                                     const char *question) {
    if (!fresh)
        return;
    judge_text(ours->did_you_mean, theirs->did_you_mean, "did you mean", question);
    judge_count(ours->correction_count, theirs->correction_count, "number of corrections", question);
    for (uint32_t i = 0; i < ours->correction_count; i++) {
        judge_text(ours->corrections[i].instead, theirs->corrections[i].instead, "correction", question);
        judge_count(ours->corrections[i].instead_paragraphs, theirs->corrections[i].instead_paragraphs,
                    "paragraphs of a correction", question);
    }
}

/* `index` is our own engine's. */
static inline void judge_results(const ofs_results *ours, const ofs_results *theirs, ofs_index *index,
                                 const ofs_search_request *request, const char *question) {
    judge_count(ours->total, theirs->total, "total", question);
    judge_count(ours->report_total, theirs->report_total, "number of reports", question);
    judge_count(ours->distinct, theirs->distinct, "distinct", question);
    judge_count(ours->base_total, theirs->base_total, "base", question);
    judge_count(ours->base_reports, theirs->base_reports, "reports of the base", question);
    judge_count(ours->index_paragraphs, theirs->index_paragraphs, "paragraphs of the index", question);
    judge_count(ours->index_reports, theirs->index_reports, "reports of the index", question);
    judge_count(ours->index_failed_files, theirs->index_failed_files, "failed files", question);
    judge_count(ours->index_generation, theirs->index_generation, "generation", question);
    judge_text(ours->interpreted, theirs->interpreted, "interpreted", question);
    judge_hits(ours, theirs, index, request, question);
    judge_facets(ours, theirs, question);
    judge_hints(ours, theirs, question);
}

#endif
