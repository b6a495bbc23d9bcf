/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lexer's maker of nodes: a chunk of text to words, prefixes, patterns; filters; each counted against the
 * limits and pushed as a token.
 */
#ifndef OFSI_QUERY_WORDS_H
#define OFSI_QUERY_WORDS_H

#include "search/query/lexer.h"

typedef struct ofsi_words {
    ofsi_span text; /* the whole query */
    ofsi_arena *arena;
    ofsi_query_tokens *tokens;
    ofs_error *err;
} ofsi_words;

ofs_status ofsi_words_push(ofsi_words *words, ofsi_query_token token);
/* A copy of `node` as a token. */
ofs_status ofsi_words_push_node(ofsi_words *words, ofsi_node node);
/* The same for a filter whose text is its value as written from `place`: checked, and made ready. */
ofs_status ofsi_words_push_filter(ofsi_words *words, ofsi_node node, size_t place);
/* OFS_E_QUERY when there is no such weight; `start` to `end`: where it stands. */
ofs_status ofsi_words_check_weight(ofsi_words *words, uint64_t millionths, size_t start, size_t end);

/*
 * The words of text[start .. end), which has no blank in it, as nodes of `type`: WORD (then also *, ?, ~ and
 * their kinds of node), EXACT or SYNONYM; with the weight at its end. No token when it holds no word.
 */
ofs_status ofsi_words_lex(ofsi_words *words, ofsi_node_type type, size_t start, size_t end);
/* Every word of the query, nothing else. */
ofs_status ofsi_words_lex_plain(ofsi_words *words);

#endif
