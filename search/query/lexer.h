/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the text of a query to tokens: words, phrases and filters already as nodes, operators, parentheses.
 * Which characters count is settled here, which tokens belong together by the parser.
 */
#ifndef OFSI_QUERY_LEXER_H
#define OFSI_QUERY_LEXER_H

#include "search/query/tree.h"

typedef enum ofsi_query_token_type {
    OFSI_TOKEN_END,
    OFSI_TOKEN_NODE,
    OFSI_TOKEN_OPEN,
    OFSI_TOKEN_CLOSE,
    OFSI_TOKEN_NOT,
    OFSI_TOKEN_AND,
    OFSI_TOKEN_OR,
    OFSI_TOKEN_NEAR
} ofsi_query_token_type;

typedef struct ofsi_query_token {
    ofsi_query_token_type type;
    uint32_t start, end; /* bytes in the query */
    ofsi_node *node;     /* NODE */
    bool glued;          /* NODE: only punctuation, no blank, parts it from the node before */
    bool values;         /* OPEN: of field:( ), what stands side by side in it are alternatives */
    bool ordered;        /* NEAR: BEFORE */
    uint32_t distance;   /* NEAR */
    double weight;       /* CLOSE: of the group; 1 when none is given */
} ofsi_query_token;

typedef struct ofsi_query_tokens {
    ofsi_query_token *items; /* of the arena; the last one is END */
    size_t count, capacity;
    uint32_t nodes; /* made so far */
} ofsi_query_tokens;

/* `text` is clean (text.h). OFS_E_QUERY and OFS_E_LIMIT with the place. */
ofs_status ofsi_query_lex(ofsi_span text, bool plain, ofsi_arena *arena, ofsi_query_tokens *tokens,
                          ofs_error *err);

/*
 * AND, OR, NOT, NEAR, BEFORE, NEAR/5, ...: fills type, distance and ordered; false when it is none of them.
 */
bool ofsi_query_operator(ofsi_span text, ofsi_query_token *token);

#endif
