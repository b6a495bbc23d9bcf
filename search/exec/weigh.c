/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Terms found in each segment, live documents counted, idf. */
#include "search/exec/weigh.h"

#include <math.h>

/* Documents of removed reports that hold the term. */
static ofs_status count_dead(const ofsi_snapshot_segment *part, const ofsi_term *term, uint64_t *dead,
                             ofs_error *err) {
    ofsi_postings *cursor = NULL;
    *dead = 0;
    ofs_status status = ofsi_postings_open(part->segment, term, &cursor, err);
    if (status != OFS_OK)
        return status;
    uint32_t doc = ofsi_postings_next(cursor);
    for (uint32_t i = 0; i < part->info->dead_count && doc != OFSI_DOC_END; i++) {
        ofsi_report_row row;
        ofsi_segment_report(part->segment, part->info->dead[i], &row);
        if (doc < row.first_doc)
            doc = ofsi_postings_advance(cursor, row.first_doc);
        for (; doc != OFSI_DOC_END && doc - row.first_doc < row.doc_count; doc = ofsi_postings_next(cursor))
            ++*dead;
    }
    status = ofsi_postings_status(cursor, err);
    ofsi_postings_close(cursor);
    return status;
}

double ofsi_idf(uint64_t documents, uint64_t df) {
    double n = (double)df;
    return log(1.0 + ((double)documents - n + 0.5) / (n + 0.5));
}

static ofs_status find_term(ofsi_weighed *weighed, uint32_t number, ofsi_arena *arena, ofs_error *err) {
    const ofsi_snapshot *snapshot = weighed->snapshot;
    ofsi_weighed_term *term = &weighed->terms[number];
    ofs_status status = OFS_OK;
    term->found = ofsi_arena_calloc(arena, (size_t)snapshot->segment_count + 1, sizeof *term->found);
    if (!term->found)
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < snapshot->segment_count && status == OFS_OK; i++) {
        bool found = false;
        status = ofsi_segment_find_term(snapshot->segments[i].segment, weighed->plan->terms.keys[number],
                                        &term->found[i], &found, err);
        if (!found)
            term->found[i] = (ofsi_term){0};
    }
    return status;
}

static ofs_status weigh_term(ofsi_weighed *weighed, uint32_t number, ofs_error *err) {
    const ofsi_snapshot *snapshot = weighed->snapshot;
    ofsi_weighed_term *term = &weighed->terms[number];
    if (term->idf != 0.0) /* the query has it twice */
        return OFS_OK;
    for (uint32_t i = 0; i < snapshot->segment_count; i++) {
        const ofsi_snapshot_segment *part = &snapshot->segments[i];
        uint64_t dead = 0;
        ofs_status status = OFS_OK;
        if (term->found[i].df && part->dead_bits)
            status = count_dead(part, &term->found[i], &dead, err);
        if (status != OFS_OK)
            return status;
        term->df += term->found[i].df > dead ? term->found[i].df - dead : 0;
    }
    term->idf = ofsi_idf(snapshot->live_docs, term->df);
    return OFS_OK;
}

static ofs_status weigh_pattern(ofsi_weighed *weighed, uint32_t number, const char *stemmer,
                                ofsi_arena *arena, ofs_error *err) {
    const ofsi_snapshot *snapshot = weighed->snapshot;
    ofsi_weighed_pattern *pattern = &weighed->patterns[number];
    ofsi_map stems = {0};
    ofs_status status = OFS_OK;
    pattern->parts = ofsi_arena_calloc(arena, (size_t)snapshot->segment_count + 1, sizeof *pattern->parts);
    if (!pattern->parts)
        return ofsi_fail_nomem(err);
    ofsi_expander expander = {&weighed->plan->patterns[number].pattern, stemmer, &stems, arena};
    for (uint32_t i = 0; i < snapshot->segment_count && status == OFS_OK; i++) {
        status = ofsi_expand(&expander, &snapshot->segments[i], &pattern->parts[i], err);
        pattern->df += pattern->parts[i].doc_count;
    }
    pattern->idf = ofsi_idf(snapshot->live_docs, pattern->df);
    ofsi_map_free(&stems);
    return status;
}

ofs_status ofsi_weigh(const ofsi_plan *plan, const ofsi_snapshot *snapshot, const char *stemmer,
                      ofsi_arena *arena, ofsi_weighed *weighed, ofs_error *err) {
    ofs_status status = OFS_OK;
    *weighed = (ofsi_weighed){.plan = plan, .snapshot = snapshot};
    weighed->terms = ofsi_arena_calloc(arena, (size_t)plan->terms.count + 1, sizeof *weighed->terms);
    weighed->patterns = ofsi_arena_calloc(arena, (size_t)plan->pattern_count + 1, sizeof *weighed->patterns);
    if (!weighed->terms || !weighed->patterns)
        return ofsi_fail_nomem(err);
    for (uint32_t i = 0; i < plan->terms.count && status == OFS_OK; i++)
        status = find_term(weighed, i, arena, err);
    for (uint32_t i = 0; i < plan->pattern_count && status == OFS_OK; i++)
        status = weigh_pattern(weighed, i, stemmer, arena, err);
    for (uint32_t i = 0; i < plan->score_count && status == OFS_OK; i++)
        if (!plan->scores[i].is_pattern)
            status = weigh_term(weighed, plan->scores[i].number, err);
    return status;
}
