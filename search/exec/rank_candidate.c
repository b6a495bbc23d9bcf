/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One candidate: cheap questions first, then term by term until it is out or its score is known, positions last. */
#include <math.h>

#include "search/exec/rank_impl.h"

void ofsi_rank_raise(ofsi_ranker *r) {
    const ofsi_top *top = r->top;
    bool full = top->count == top->wanted;
    r->threshold = full ? top->entries[0].key : -INFINITY;
    /* Of equals the earlier comes first, and in the first pass over a segment all that come are later. */
    r->strict = full && r->first_pass && top->entries[0].part == r->scan->number;
}

static double sum_parts(const ofsi_ranker *r) {
    const ofsi_plan *plan = r->scan->weighed->plan;
    double sum = 0.0;
    for (uint32_t i = 0; i < plan->score_count; i++)
        sum += plan->scores[i].weight * r->parts[r->sources.of_addend[i]];
    return sum;
}

static bool is_excluded(const ofsi_ranker *r, uint32_t doc) {
    return ofsi_snapshot_is_dead(r->scan->part, doc) ||
           (!r->scan->weighed->plan->notes && ofsi_segment_kind(r->scan->segment, doc) == OFS_KIND_NOTE);
}

static bool all_match(ofsi_iter **iters, uint32_t count, uint32_t doc) {
    for (uint32_t i = 0; i < count; i++)
        if (ofsi_iter_advance(iters[i], doc) != doc || !ofsi_iter_confirm(iters[i]))
            return false;
    return true;
}

static bool none_matches(ofsi_iter **iters, uint32_t count, uint32_t doc) {
    for (uint32_t i = 0; i < count; i++)
        if (ofsi_iter_advance(iters[i], doc) == doc && ofsi_iter_confirm(iters[i]))
            return false;
    return true;
}

/* The cursors of their words stand at the candidate. */
static bool phrases_match(const ofsi_ranker *r, uint32_t doc) {
    for (uint32_t i = 0; i < r->phrase_count; i++) {
        r->phrases[i]->doc = doc;
        if (!ofsi_iter_confirm(r->phrases[i]))
            return false;
    }
    return true;
}

static uint32_t tf_of_lead(const ofsi_ranker *r, uint32_t doc, uint32_t index) {
    if (!r->lead->cursor)
        return r->lead->expansion->tfs[index];
    ofsi_postings_stand(r->lead->cursor, index, doc);
    return ofsi_postings_tf(r->lead->cursor);
}

static void set_part(const ofsi_ranker *r, const ofsi_source *source, uint32_t tf, double norm) {
    r->parts[source - r->sources.items] = tf ? ofsi_bm25_part(source->idf, tf, norm) : 0.0;
}

/* The candidate's score; false as soon as it cannot be among the best, or misses a word. */
static bool find_score(const ofsi_ranker *r, uint32_t doc, uint32_t index, double *score) {
    uint8_t length = r->lengths[doc];
    double norm = ofsi_bm25_norm(
        r->bm25, length < OFSI_LENGTHS - 1 ? length : ofsi_segment_length(r->scan->segment, doc));
    for (uint32_t i = 0; i < r->order_count; i++) {
        const ofsi_source *source = r->order[i];
        double ceiling = source->ceiling[length];
        bool holds = source->bounded && source->bound < ceiling && doc <= source->bound_end;
        r->parts[source - r->sources.items] = holds ? source->bound : ceiling;
    }
    if (r->lead)
        set_part(r, r->lead, tf_of_lead(r, doc, index), norm);
    *score = sum_parts(r);
    for (uint32_t i = 0; i < r->order_count && ofsi_rank_reaches(r, *score); i++) {
        uint32_t tf = ofsi_source_probe(r->order[i], doc);
        if (tf == 0 && r->order[i]->needed)
            return false;
        set_part(r, r->order[i], tf, norm);
        *score = sum_parts(r);
    }
    return ofsi_rank_reaches(r, *score);
}

static bool was_considered(const ofsi_ranker *r, uint32_t doc) {
    for (uint32_t i = 0; i < r->dropped_count; i++)
        if (ofsi_source_probe(r->dropped[i], doc))
            return true;
    return false;
}

static void offer(ofsi_ranker *r, uint32_t doc, double score) {
    if (r->scan->status == OFS_OK && !ofsi_top_offer(r->top, r->scan->number, doc, score)) {
        r->failed = true;
        ofsi_scan_fail(r->scan, ofsi_fail_nomem(ofsi_scan_err(r->scan)));
    }
    ofsi_rank_raise(r);
}

void ofsi_rank_score(ofsi_ranker *r, uint32_t doc, uint32_t index) {
    double score;
    if (ofsi_rank_reaches(r, r->upper[r->lengths[doc]]) && find_score(r, doc, index, &score))
        offer(r, doc, score);
}

void ofsi_rank_consider(ofsi_ranker *r, uint32_t doc, uint32_t index) {
    double score;
    if (!ofsi_rank_reaches(r, r->upper[r->lengths[doc]]) || is_excluded(r, doc) ||
        !all_match(r->cheap, r->cheap_count, doc) || !find_score(r, doc, index, &score) ||
        was_considered(r, doc) || !none_matches(r->nots, r->not_count, doc) || !phrases_match(r, doc) ||
        !all_match(r->dear, r->dear_count, doc))
        return;
    offer(r, doc, score);
}
