/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A score taken apart for ofs_hit.terms, whatever engine added it up. */
#ifndef OFSI_EXEC_ADDENDS_H
#define OFSI_EXEC_ADDENDS_H

#include <ofsearch/search.h>

#include "search/exec/plan.h"

/* One of the plan's addends in a paragraph. */
typedef struct ofsi_addend {
    double idf;
    uint64_t df;
    uint32_t tf; /* 0: it is not there */
    double part; /* before the weight */
} ofsi_addend;

/* Those that are there into terms and term_count of the hit, in the order of the sum; all in `arena`. */
ofs_status ofsi_explain_addends(const ofsi_plan *plan, const ofsi_addend *addends, ofsi_arena *arena,
                                ofs_hit *hit, ofs_error *err);

#endif
