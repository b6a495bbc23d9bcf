/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What to tell someone whose query found nothing: each word's count, and the word to drop. Used by search.c. */
#ifndef OFSI_EXEC_HINTS_H
#define OFSI_EXEC_HINTS_H

#include "search/exec/engine.h"
#include "search/exec/request.h"

typedef struct ofsi_hints {
    ofsi_engine *engine;
    const ofsi_question *question;
    ofsi_arena *work;  /* for nodes made on the way */
    ofsi_arena *arena; /* of the results */
    bool everywhere;   /* the query was widened everywhere */
} ofsi_hints;

/*
 * Fills words and suggestion of results whose total is 0. The words are the parts of the query that all must hold
 * (words, phrases, groups); NOT and filters are none. Only a query that is left with one of them is suggested.
 */
ofs_status ofsi_hint(const ofsi_hints *hints, ofs_results *results, ofs_error *err);

/* How many paragraphs match a tree: notes are left out, unless it asks for them. */
ofs_status ofsi_hint_count(const ofsi_hints *hints, const ofsi_node *root, uint64_t *total, ofs_error *err);
/* How many notes match it. */
ofs_status ofsi_hint_notes(const ofsi_hints *hints, ofsi_node *root, uint64_t *total, ofs_error *err);

#endif
