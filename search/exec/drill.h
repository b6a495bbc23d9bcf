/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts beside the matches: what the filters alone leave, and the alternatives of a facet that is already chosen. Each
 * costs a search without hits. Called by search.c when a request asks for them.
 */
#ifndef OFSI_EXEC_DRILL_H
#define OFSI_EXEC_DRILL_H

#include "search/exec/engine.h"
#include "search/exec/request.h"

typedef struct ofsi_drill {
    ofsi_engine *engine;
    const ofs_search_request *request;
    const ofsi_question *question;
    ofsi_arena *work;  /* for nodes made on the way */
    ofsi_arena *arena; /* of the results */
} ofsi_drill;

/* Sets base_total and base_reports, and the facets' shares and alternatives, of results that have their facets. */
ofs_status ofsi_drill_results(const ofsi_drill *drill, ofs_results *results, ofs_error *err);

/*
 * What is left of a question when its words are taken away: the filters that it joins to them with AND, those of the
 * request, and its second query. *root is NULL when nothing restricts.
 */
ofs_status ofsi_drill_base(const ofsi_question *question, ofsi_arena *work, ofsi_node **root, ofs_error *err);

#endif
