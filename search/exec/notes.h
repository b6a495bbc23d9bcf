/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is worth telling of the words of a query beside its answer: what they stand for, and how
 * something is written. Used by search.c. */
#ifndef OFSI_EXEC_NOTES_H
#define OFSI_EXEC_NOTES_H

#include "search/exec/hints.h"

/*
 * Fills abbreviations: of the words under no NOT, the first 64, those that are written as an abbreviation of the index, or that hardly
 * occur otherwise, and those asked for by @.
 */
ofs_status ofsi_note_abbreviations(const ofsi_hints *hints, ofs_results *results, ofs_error *err);

/*
 * Fills advice (advice.c): what looks like the language and is none (query/advice.h), a filter's value that was cut at its blank,
 * and a query that asks nothing. Where nothing was found: filters that nothing passes, and what would find something: a grade
 * that was asked for as a word, another date, notes.
 */
ofs_status ofsi_note_advice(const ofsi_hints *hints, const ofs_search_request *request, ofs_results *results,
                            ofs_error *err);

#endif
