/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plan against the statistics of one snapshot: where each term is in each segment, what patterns stand for, live
 * document counts, idf. Made once for a search (run.c, explain.c), read by scans and scorer.
 */
#ifndef OFSI_EXEC_WEIGH_H
#define OFSI_EXEC_WEIGH_H

#include "indexer/format/manifest.h"
#include "search/exec/expand.h"
#include "search/exec/plan.h"

typedef struct ofsi_weighed_term {
    ofsi_term *found; /* by segment; df 0: not in it */
    uint64_t df;      /* live documents; counted only for terms that score */
    double idf;
} ofsi_weighed_term;

typedef struct ofsi_weighed_pattern {
    ofsi_expansion *parts; /* by segment */
    uint64_t df;
    double idf;
} ofsi_weighed_pattern;

typedef struct ofsi_weighed {
    const ofsi_plan *plan;
    const ofsi_snapshot *snapshot;
    ofsi_weighed_term *terms;       /* as plan->terms */
    ofsi_weighed_pattern *patterns; /* as plan->patterns */
} ofsi_weighed;

/* Of what `df` of the live documents hold. */
double ofsi_idf(uint64_t documents, uint64_t df);

/* All of it in `arena`. */
ofs_status ofsi_weigh(const ofsi_plan *plan, const ofsi_snapshot *snapshot, const char *stemmer,
                      ofsi_arena *arena, ofsi_weighed *weighed, ofs_error *err);

#endif
