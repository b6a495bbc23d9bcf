/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A query over every segment of a snapshot: plan, weigh, iterate, score, collect. Called by native.c. */
#ifndef OFSI_EXEC_RUN_H
#define OFSI_EXEC_RUN_H

#include "search/exec/engine.h"
#include "search/exec/score.h"

/* What a run needs of the engine. */
typedef struct ofsi_run {
    const ofsi_snapshot *snapshot;
    const uint64_t *bases; /* by segment: the global number of its first document */
    ofsi_analyzer *analyzer;
    ofsi_bm25 bm25; /* of the search before */
} ofsi_run;

ofs_status ofsi_run_search(ofsi_run *run, const ofsi_engine_request *request, ofsi_arena *arena,
                           ofsi_engine_answer *answer, ofs_error *err);
ofs_status ofsi_run_explain(ofsi_run *run, const ofsi_engine_request *request, const ofsi_explain *explain,
                            ofsi_arena *arena, ofs_error *err);

/* The segment of a global document. */
uint32_t ofsi_run_part(const ofsi_run *run, uint64_t doc);

#endif
