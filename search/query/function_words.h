/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words of English that only hold a sentence together. A question asked in whole sentences (`--any --plain`) is not
 * about them: each is in most paragraphs, and many of them together would outweigh what is asked. They are indexed like
 * all words, and count in every other query.
 */
#ifndef OFSI_QUERY_FUNCTION_WORDS_H
#define OFSI_QUERY_FUNCTION_WORDS_H

#include "search/query/tree.h"

/*
 * Takes the function words out of alternatives of words, in place; a query that has nothing else is left as it is. The
 * list is that of Lucene's EnglishAnalyzer (33 words), so that rankings can be compared with published ones.
 */
void ofsi_query_drop_function_words(ofsi_node *root);

#endif
