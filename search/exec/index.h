/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an open index is. For the files that answer the public functions: search.c, pivot.c, keywords.c, similar.c. */
#ifndef OFSI_EXEC_INDEX_H
#define OFSI_EXEC_INDEX_H

#include "search/exec/engine.h"

struct ofs_index {
    ofsi_engine *engine;
    unsigned depth;    /* public functions that are under way, one within the other */
    uint64_t snapshot; /* the engine's when it gave numbers last */
    ofsi_arena arena;  /* of what ofs_index_missing() gave */
};

/* A question on its way. One within another leaves failures to the outer one, so that all of it is asked of the same shards. */
typedef struct ofsi_attempt {
    ofs_index *index;
    int tries;
} ofsi_attempt;

/*
 * Before an index is asked; what it fails with may be recovered from, too:
 *
 *     ofs_status status = ofsi_index_begin(index, &attempt, err);
 *     do {
 *         if (status == OFS_OK)
 *             status = ask(...);
 *     } while (ofsi_index_again(&attempt, &status, err));
 *     ofsi_index_end(&attempt);
 */
ofs_status ofsi_index_begin(ofs_index *index, ofsi_attempt *attempt, ofs_error *err);
/* Whether what failed with *status is to be asked again: then *status is OFS_OK; else it says why it failed. */
bool ofsi_index_again(ofsi_attempt *attempt, ofs_status *status, ofs_error *err);
void ofsi_index_end(ofsi_attempt *attempt);

/* The shards that answers are without, in `arena`. */
ofs_status ofsi_index_missing(ofs_index *index, ofsi_arena *arena, const ofs_missing **out, size_t *count,
                              ofs_error *err);

#endif
