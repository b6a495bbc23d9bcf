/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words of English whose plural no rule of a stemmer finds: children and child are one word here. Used by stemmer.c for
 * the English stemmers alone, and by whoever must know which stems do not begin as their words do.
 */
#ifndef OFSI_ANALYSIS_IRREGULAR_H
#define OFSI_ANALYSIS_IRREGULAR_H

#include <stdbool.h>
#include <stddef.h>

#include "indexer/base/span.h"

typedef struct ofsi_irregular {
    const char *word; /* folded, without possessive */
    const char *as;   /* the word whose stem it takes */
} ofsi_irregular;

/* The whole table, ascending by word. */
const ofsi_irregular *ofsi_irregular_table(size_t *count);

/* The word whose stem a folded word takes, also of its possessive ("children's"); the word itself when it is regular. */
ofsi_span ofsi_irregular_find(ofsi_span folded);

/* Whether a stemmer of libstemmer, by name or alias, is one of English: those that the table is for. */
bool ofsi_irregular_serves(const char *stemmer);

#endif
