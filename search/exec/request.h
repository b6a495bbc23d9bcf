/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a caller asks of ofs_search(), checked and made into a tree. Used by search.c. */
#ifndef OFSI_EXEC_REQUEST_H
#define OFSI_EXEC_REQUEST_H

#include <ofsearch/search.h>

#include "search/exec/engine.h"

typedef struct ofsi_question {
    ofsi_node *asked;   /* the query alone, as written; NULL when it holds nothing */
    ofsi_node *words;   /* the same with what stands for the same written out */
    ofsi_node *filters; /* of the request; NULL: none */
    ofsi_node *also;    /* of the request's second query and the report that is left out; NULL: none */
    ofsi_node *root;    /* all three */
    bool nothing;       /* a query was given, but neither a word nor a filter is in it: nothing matches */
} ofsi_question;

/*
 * `engine` knows the index's abbreviations and its stemmer: in English, a question of `any` and `plain` words is asked
 * without its function words.
 * OFS_E_USAGE, OFS_E_QUERY (offset -1 when a filter's value is wrong), OFS_E_LIMIT, OFS_E_NOMEM. Lives in `arena`.
 */
ofs_status ofsi_request_read(const ofs_search_request *request, ofsi_engine *engine, ofsi_arena *arena,
                             ofsi_question *question, ofs_error *err);

#endif
