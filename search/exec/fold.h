/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Matches that say nearly the same, gathered behind the best of them. Called by search.c. */
#ifndef OFSI_EXEC_FOLD_H
#define OFSI_EXEC_FOLD_H

#include "search/exec/engine.h"

typedef struct ofsi_fold_group {
    ofsi_ranked *members; /* by rank; the first stands for all */
    size_t count;
} ofsi_fold_group;

typedef struct ofsi_folded {
    ofsi_fold_group *groups; /* by the rank of their first */
    size_t count;
} ofsi_folded;

/* Reads the text of every match; *out lives in `arena`. */
ofs_status ofsi_fold_matches(ofsi_engine *engine, const ofsi_ranked *ranked, size_t count, ofsi_arena *arena,
                             ofsi_folded *out, ofs_error *err);

#endif
