/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What looks like an operator or a field and is none: it is searched for as words, or passed over, and whoever wrote it should
 * hear how it is written here. Used by ofs_search() for its notes; the parser knows nothing of it.
 */
#ifndef OFSI_QUERY_ADVICE_H
#define OFSI_QUERY_ADVICE_H

#include "indexer/base/arena.h"
#include "indexer/base/error.h"

enum { OFSI_ADVICE_MAX = 8 }; /* lines; a query has hardly two */

typedef struct ofsi_advice {
    const char *lines[OFSI_ADVICE_MAX]; /* of the arena: "near/5 is read as words: ..." */
    uint32_t count;
} ofsi_advice;

/* Fills *advice for a query of the whole language. OFS_E_NOMEM. */
ofs_status ofsi_query_advise(ofsi_span query, ofsi_arena *arena, ofsi_advice *advice, ofs_error *err);

#endif
