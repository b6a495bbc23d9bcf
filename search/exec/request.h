/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a caller asks of ofs_search(), checked and made into a tree. Used by search.c. */
#ifndef OFSI_EXEC_REQUEST_H
#define OFSI_EXEC_REQUEST_H

#include <ofsearch/search.h>

#include "indexer/base/arena.h"
#include "search/query/tree.h"

typedef struct ofsi_question {
    ofsi_node *words;   /* the query alone; NULL when it holds nothing */
    ofsi_node *filters; /* of the request; NULL: none */
    ofsi_node *also;    /* of the request's second query; NULL: none */
    ofsi_node *root;    /* all three */
    bool nothing;       /* a query was given, but neither a word nor a filter is in it: nothing matches */
} ofsi_question;

/*
 * `stemmer` is the index's: in English, a question of `any` and `plain` words is asked without its function words.
 * OFS_E_USAGE, OFS_E_QUERY (offset -1 when a filter's value is wrong), OFS_E_LIMIT, OFS_E_NOMEM. Lives in `arena`.
 */
ofs_status ofsi_request_read(const ofs_search_request *request, const char *stemmer, ofsi_arena *arena,
                             ofsi_question *question, ofs_error *err);

#endif
