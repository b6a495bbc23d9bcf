/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Did you mean": the query with words of the index in place of those that it has not got, or hardly. Used by search.c. */
#ifndef OFSI_EXEC_CORRECT_H
#define OFSI_EXEC_CORRECT_H

#include "search/exec/hints.h"

/*
 * Fills corrections and did_you_mean, by the rule of spell.h, for words, phrases and exact forms that are under no NOT, the
 * first 64 of their words. Only what finds something is put in place of a word.
 */
ofs_status ofsi_correct(const ofsi_hints *hints, ofs_results *results, ofs_error *err);

#endif
