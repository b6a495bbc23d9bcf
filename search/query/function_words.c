/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dropping of function words from a question in whole sentences. */
#include "search/query/function_words.h"

#include <strings.h>

static const char *const function_words[] = {
    "a",   "an",    "and",  "are",   "as",    "at",   "be",   "but", "by",  "for",  "if",
    "in",  "into",  "is",   "it",    "no",    "not",  "of",   "on",  "or",  "such", "that",
    "the", "their", "then", "there", "these", "they", "this", "to",  "was", "will", "with"};

static bool is_function_word(ofsi_span text) {
    for (size_t i = 0; i < sizeof function_words / sizeof function_words[0]; i++)
        if (strlen(function_words[i]) == text.size &&
            strncasecmp(function_words[i], text.data, text.size) == 0)
            return true;
    return false;
}

void ofsi_query_drop_function_words(ofsi_node *root) {
    uint32_t kept = 0;
    if (!root || root->type != OFSI_NODE_OR)
        return;
    for (uint32_t i = 0; i < root->child_count; i++)
        kept += root->children[i]->type != OFSI_NODE_WORD || !is_function_word(root->children[i]->text);
    if (kept == 0)
        return;
    kept = 0;
    for (uint32_t i = 0; i < root->child_count; i++)
        if (root->children[i]->type != OFSI_NODE_WORD || !is_function_word(root->children[i]->text))
            root->children[kept++] = root->children[i];
    root->child_count = kept;
    if (kept == 1)
        *root = *root->children[0];
}
