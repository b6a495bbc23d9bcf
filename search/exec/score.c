/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of the additions is the plan's, whatever way a match was found: the same query gives the same doubles. */
#include "search/exec/score.h"

void ofsi_bm25_start(ofsi_bm25 *bm25, double k1, double b, uint64_t tokens, uint64_t documents) {
    double average = documents && tokens ? (double)tokens / (double)documents : 1.0;
    if (bm25->k1 == k1 && bm25->b == b && bm25->average == average)
        return;
    bm25->k1 = k1;
    bm25->b = b;
    bm25->average = average;
    for (uint32_t i = 0; i < OFSI_NORM_TABLE; i++)
        bm25->norms[i] = k1 * (1.0 - b + b * (double)i / average);
}

static bool open_list(ofsi_score_source *source, ofsi_scan *scan, const ofsi_term *term) {
    source->cursor = ofsi_scan_cursor(scan, term);
    if (!source->cursor)
        return false;
    ofsi_postings_next(source->cursor);
    return true;
}

static bool open_term(ofsi_score_source *source, ofsi_scan *scan, uint32_t number) {
    source->idf = scan->weighed->terms[number].idf;
    source->cursor = scan->shared[number];
    source->shared = source->cursor != NULL;
    if (source->shared || ofsi_scan_term(scan, number)->df == 0)
        return true;
    return open_list(source, scan, ofsi_scan_term(scan, number));
}

static bool open_pattern(ofsi_score_source *source, ofsi_scan *scan, uint32_t number) {
    const ofsi_expansion *expansion = &scan->weighed->patterns[number].parts[scan->number];
    source->idf = scan->weighed->patterns[number].idf;
    if (expansion->only)
        return open_list(source, scan, expansion->only);
    source->expansion = expansion;
    return true;
}

/* The number of the addend's source, made when it is new; UINT32_MAX after a failure. */
static uint32_t find_source(ofsi_scorer *scorer, ofsi_scan *scan, uint32_t addend) {
    const ofsi_plan_score *scores = scan->weighed->plan->scores;
    for (uint32_t i = 0; i < addend; i++)
        if (scores[i].is_pattern == scores[addend].is_pattern && scores[i].number == scores[addend].number)
            return scorer->source_of[i];
    uint32_t number = scores[addend].number;
    ofsi_score_source *source = &scorer->sources[scorer->source_count];
    bool opened =
        scores[addend].is_pattern ? open_pattern(source, scan, number) : open_term(source, scan, number);
    return opened ? scorer->source_count++ : UINT32_MAX;
}

bool ofsi_scorer_start(ofsi_scorer *scorer, ofsi_scan *scan, const ofsi_bm25 *bm25) {
    uint32_t count = scan->weighed->plan->score_count;
    *scorer = (ofsi_scorer){.scan = scan, .bm25 = bm25};
    scorer->sources = ofsi_arena_calloc(&scan->arena, (size_t)count + 1, sizeof *scorer->sources);
    scorer->source_of = ofsi_arena_calloc(&scan->arena, (size_t)count + 1, sizeof *scorer->source_of);
    if (!scorer->sources || !scorer->source_of) {
        ofsi_scan_fail(scan, ofsi_fail_nomem(ofsi_scan_err(scan)));
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        scorer->source_of[i] = find_source(scorer, scan, i);
        if (scorer->source_of[i] == UINT32_MAX)
            return false;
    }
    return true;
}

static uint32_t count_term(ofsi_score_source *source, uint32_t doc) {
    uint32_t at = ofsi_postings_doc(source->cursor);
    if (at < doc && !source->shared)
        at = ofsi_postings_advance(source->cursor, doc);
    return at == doc ? ofsi_postings_tf(source->cursor) : 0;
}

static uint32_t count_pattern(ofsi_score_source *source, uint32_t doc) {
    const ofsi_expansion *e = source->expansion;
    uint32_t step = 1, low = source->at;
    while (e->doc_count - low > step && e->docs[low + step] <= doc) { /* gallop: docs[low] may be doc */
        low += step;
        step *= 2;
    }
    while (low < e->doc_count && e->docs[low] < doc)
        low++;
    source->at = low;
    return low < e->doc_count && e->docs[low] == doc ? e->tfs[low] : 0;
}

double ofsi_scorer_score(ofsi_scorer *scorer, uint32_t doc) {
    const ofsi_plan *plan = scorer->scan->weighed->plan;
    double norm = ofsi_bm25_norm(scorer->bm25, ofsi_segment_length(scorer->scan->segment, doc));
    for (uint32_t i = 0; i < scorer->source_count; i++) {
        ofsi_score_source *source = &scorer->sources[i];
        source->tf = source->cursor      ? count_term(source, doc)
                     : source->expansion ? count_pattern(source, doc)
                                         : 0;
        source->part = source->tf ? ofsi_bm25_part(source->idf, source->tf, norm) : 0.0;
    }
    double sum = 0.0;
    for (uint32_t i = 0; i < plan->score_count; i++)
        sum += plan->scores[i].weight * scorer->sources[scorer->source_of[i]].part;
    return sum;
}
